import Cluster
import Document
import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// What becomes of a server's discovery, without asking one.
struct DiscoveryTests {
  @Test func theCoreGroupComesFirstAndTheOthersInTheServersOrder() throws {
    let discovery = try Discovery.recorded(["api.aggregated.json", "apis.aggregated.json"])
    let ids = discovery.kinds.map(\.id)
    #expect(ids.prefix(4) == ["v1/componentstatuses", "v1/configmaps", "v1/endpoints", "v1/events"])
    let hpa = try #require(ids.firstIndex(of: "autoscaling/v2/horizontalpodautoscalers"))
    let widgets = try #require(ids.firstIndex(of: "example.com/v1/widgets"))
    #expect(hpa < widgets)
    #expect(discovery.outages == [])
    #expect(discovery.groupCount == 10)
  }

  @Test func aResourceIsListedOnceInItsPreferredVersion() throws {
    let discovery = try Discovery.recorded(["api.aggregated.json", "apis.aggregated.json"])
    #expect(discovery.kinds.filter { $0.plural == "horizontalpodautoscalers" }.map(\.version) == ["v2"])
    #expect(
      discovery.alternates.map(\.id) == [
        "autoscaling/v1/horizontalpodautoscalers", "kustomize.toolkit.fluxcd.io/v1beta2/kustomizations",
      ])
  }

  @Test func whatCanOnlyBeCreatedIsNothingToLookAt() throws {
    let discovery = try Discovery.recorded(["api.aggregated.json", "apis.aggregated.json"])
    #expect(
      discovery.kinds.filter { $0.plural == "bindings" || $0.plural.hasSuffix("reviews") }.map(\.id) == [])
  }

  @Test func aGroupThatIsDownHidesNothingElse() throws {
    let discovery = try Discovery.recorded(["api.aggregated.json", "apis.aggregated.down.json"])
    #expect(discovery.kinds.contains { $0.id == "apps/v1/deployments" })
    #expect(
      discovery.outages == [
        Discovery.Outage(groupVersion: "metrics.k8s.io/v1beta1", why: "its server does not answer")
      ])
  }

  @Test func theOldFormTellsTheSameOfAGroup() throws {
    let file = "groups/apps_v1.json"
    let old = try #require(Discovery.resources(try Discovery.fixture(file)))
    guard case .aggregated(let versions) = Discovery.index(try Discovery.fixture("apis.aggregated.json"))
    else {
      Issue.record("apis.aggregated.json is not aggregated")
      return
    }
    let new = try #require(versions.first { $0.name == "apps/v1" }).resources
    #expect(old.map(\.plural) == new.map(\.plural))
    for (a, b) in zip(old, new) {
      #expect(a.singular == b.singular && a.kind == b.kind && a.shortNames == b.shortNames)
      #expect(a.isNamespaced == b.isNamespaced && a.verbs == b.verbs)
      #expect(Set(a.subresources) == Set(b.subresources), "\(a.plural)")
    }
  }

  @Test func whatIsNoDiscoveryIsNotTakenForOne() {
    guard case .other("Status") = Discovery.index(["kind": "Status"]) else {
      Issue.record("a Status was taken for discovery")
      return
    }
    #expect(Discovery.resources(["kind": "Status"]) == nil)
    #expect(Discovery.resources(["kind": "APIResourceList"])?.count == 0)
  }

  // MARK: Names

  private static let words = [
    "pods", "pod", "po", "Pod", "PODS", "svc", "services", "deploy", "deployment.apps", "deploy.apps",
    "deployments.v1.apps", "deployments.app", "events", "ev", "events.events.k8s.io", "ev.events", "hpa",
    "horizontalpodautoscalers.v2.autoscaling", "horizontalpodautoscalers.v1.autoscaling",
    "widgets.example.com", "widgets.example",
    "wd", "Widget.v1.example.com", "apps", "app", "ks", "zebra",
    "zebras.zoo.example.org", "pods.zoo.example.org", "netpol", "nothing", "pods.apps", "deploy.nothing",
    "cs", "ing", "ing.networking.k8s.io",
  ]

  /// kubectl asks a server that knows the recorded groups and one more, which takes other groups' names.
  @Test func wordsMeanTheKindsThatKubectlMakesOfThem() throws {
    let apis = try Self.withRivals(Discovery.fixture("apis.aggregated.json"))
    let core = try Discovery.fixture("api.aggregated.json")
    let asked = Mutex<[String]>([])
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { request, responder in
      let json = [
        Header("Content-Type", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
      ]
      switch request.path {
      case "/api": responder.respond(200, json, body: core.encoded())
      case "/apis": responder.respond(200, json, body: apis.encoded())
      default:
        asked.withLock { $0.append(request.path) }
        let empty = #"{"kind":"List","apiVersion":"v1","metadata":{},"items":[]}"#
        responder.respond(200, [Header("Content-Type", "application/json")], body: Array(empty.utf8))
      }
    }
    defer { server.stop() }
    let discovery = Discovery(try Discovery.versions(core) + Discovery.versions(apis))
    let known = discovery.kinds + discovery.alternates
    let folder = temporaryDirectory()
    for word in Self.words {
      asked.withLock { $0 = [] }
      _ = try run(
        "kubectl",
        [
          "--server", "http://127.0.0.1:\(server.port)", "--cache-dir", folder.file("cache"), "get", word,
          "-n",
          "shop", "-o", "name",
        ], environment: ["KUBECONFIG": folder.file("none"), "HOME": folder.path])
      let path = asked.withLock(\.last) ?? "nothing"
      #expect((known.named(word)?.path(namespace: "shop") ?? "nothing") == path, "\(word)")
    }
  }

  /// kubectl drops the version after a short name and lists the preferred one; who wrote a version means it.
  @Test func aVersionAfterAShortNameCounts() throws {
    let discovery = try Discovery.recorded(["api.aggregated.json", "apis.aggregated.json"])
    let kind = (discovery.kinds + discovery.alternates).named("hpa.v1.autoscaling")
    #expect(kind?.id == "autoscaling/v1/horizontalpodautoscalers")
  }

  /// A group of custom resources whose names are others' plurals, singulars and short names.
  private static func withRivals(_ apis: JSON) throws -> JSON {
    func resource(_ plural: String, _ singular: String, _ kind: String, _ short: JSON) -> JSON {
      [
        "resource": .string(plural), "singularResource": .string(singular), "shortNames": short,
        "responseKind": ["group": "", "version": "", "kind": .string(kind)], "scope": "Namespaced",
        "verbs": ["get", "list", "watch"],
      ]
    }
    let rival: JSON = [
      "metadata": ["name": "zoo.example.org"],
      "versions": [
        [
          "version": "v1", "freshness": "Current",
          "resources": [
            resource("pods", "pod", "Pod", ["po"]), resource("zebras", "zebra", "Zebra", ["svc"]),
            resource("apps", "apple", "Apple", ["deploy", "zz"]), resource("ings", "netpol", "Ing", []),
          ],
        ]
      ],
    ]
    var changed = apis
    changed["items"] = .array(apis["items"].array + [rival])
    return changed
  }
}

extension Kind {
  /// Where kubectl lists it.
  fileprivate func path(namespace: String) -> String {
    let root = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    return root + (namespaced ? "/namespaces/\(namespace)" : "") + "/" + plural
  }
}

extension Discovery {
  static func fixture(_ name: String) throws -> JSON {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Fixtures/discovery/" + name))
    return try #require(JSON.parse(Array(data)).value)
  }

  static func versions(_ json: JSON) throws -> [GroupVersion] {
    switch index(json) {
    case .aggregated(let versions), .legacy(let versions): return versions
    case .other(let kind): throw DiscoveryError.notKubernetes(why: kind)
    }
  }

  fileprivate static func recorded(_ names: [String]) throws -> Discovery {
    Discovery(try names.flatMap { try versions(fixture($0)) })
  }
}
