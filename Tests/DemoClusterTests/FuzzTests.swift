import Document
import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import DemoCluster

/// Random requests, whole and broken: none may crash the server or be answered with a 500 that means a fault
/// of its own. CI lets it run for a minute.
@Suite struct FuzzTests {
  @Test func noRequestBreaksTheServer() throws {
    let seconds = Double(ProcessInfo.processInfo.environment["DEMO_FUZZ_SECONDS"] ?? "") ?? 4
    let seed = UInt64(ProcessInfo.processInfo.environment["DEMO_FUZZ_SEED"] ?? "") ?? 1
    let demo = try Demo()
    var fuzzer = RequestFuzzer(seed: seed)
    let end = Date().addingTimeInterval(seconds)
    var counts: [Int: Int] = [:]
    while Date() < end {
      let request = fuzzer.next()
      let (status, body) = try FuzzTests.answer(demo, request)
      counts[status, default: 0] += 1
      #expect(
        status > 0 && (status < 500 || status == 504 || FuzzTests.isKnown(body)),
        "\(request.method) \(request.path) \(request.query): \(String(decoding: request.body.prefix(600), as: UTF8.self)) -> \(status) \(body)"
      )
      if counts.values.reduce(0, +) % 25 == 0 { demo.server.advance(seconds: 2) }
    }
    #expect(counts[200, default: 0] > 20 && counts[201, default: 0] > 5, "\(counts)")
    #expect(try demo.response("/readyz").head.status == 200)
    #expect(try demo.get("/api/v1/pods?limit=1")["kind"] == "PodList")
  }

  /// The real server answers 5xx as well to an applied field that it does not know, to a bad version, and when
  /// what it would pass a request on to is not there.
  private static func isKnown(_ body: String) -> Bool {
    [
      "field not declared", "resourceVersion", "merge key", "json: cannot", "container not found",
      "error trying to reach service", "no endpoints available",
    ].contains { body.contains($0) }
  }

  /// Status and the beginning of the body. What goes on for ever is cut after its first bytes.
  private static func answer(_ demo: Demo, _ request: Request) throws -> (status: Int, body: String) {
    let isStream = request.query.contains { ["watch", "follow"].contains($0.name) }
    guard isStream else {
      let response = try demo.client.fetch(request)
      return (response.head.status, String(decoding: response.body.prefix(400), as: UTF8.self))
    }
    let seen = Mutex<(status: Int, body: [UInt8], isOver: Bool)>((0, [], false))
    let transfer = demo.client.start(request) { event in
      seen.withLock { state in
        switch event {
        case .head(let head): state.status = head.status
        case .body(let bytes): if state.body.count < 400 { state.body += bytes }
        case .ended: state.isOver = true
        }
      }
      return .more
    }
    defer { transfer.cancel() }
    #expect(waitUntil { seen.withLock { $0.isOver || $0.status > 0 } }, "\(request.path) \(request.query)")
    let state = seen.withLock { $0 }
    return (state.status, String(decoding: state.body.prefix(400), as: UTF8.self))
  }
}

/// Makes requests that are right, and then breaks most of them somewhere.
struct RequestFuzzer {
  var dice: Dice
  private var number = 0

  init(seed: UInt64) { dice = Dice(seed: seed) }

  static let resources: [(path: String, kind: String, api: String)] = [
    ("/api/v1/namespaces/market/pods", "Pod", "v1"),
    ("/api/v1/namespaces/market/configmaps", "ConfigMap", "v1"),
    ("/api/v1/namespaces/market/secrets", "Secret", "v1"),
    ("/api/v1/namespaces/market/services", "Service", "v1"),
    ("/apis/apps/v1/namespaces/market/deployments", "Deployment", "apps/v1"),
    ("/apis/apps/v1/namespaces/platform/statefulsets", "StatefulSet", "apps/v1"),
    ("/apis/apps/v1/namespaces/market/daemonsets", "DaemonSet", "apps/v1"),
    ("/apis/apps/v1/namespaces/market/replicasets", "ReplicaSet", "apps/v1"),
    ("/apis/batch/v1/namespaces/platform/jobs", "Job", "batch/v1"),
    ("/apis/batch/v1/namespaces/platform/cronjobs", "CronJob", "batch/v1"),
    (
      "/apis/autoscaling/v2/namespaces/market/horizontalpodautoscalers", "HorizontalPodAutoscaler",
      "autoscaling/v2"
    ),
    ("/apis/policy/v1/namespaces/market/poddisruptionbudgets", "PodDisruptionBudget", "policy/v1"),
    ("/apis/networking.k8s.io/v1/namespaces/market/ingresses", "Ingress", "networking.k8s.io/v1"),
    ("/api/v1/namespaces/market/resourcequotas", "ResourceQuota", "v1"),
    ("/api/v1/namespaces/market/persistentvolumeclaims", "PersistentVolumeClaim", "v1"),
    ("/api/v1/namespaces/market/events", "Event", "v1"), ("/api/v1/nodes", "Node", "v1"),
    ("/api/v1/namespaces", "Namespace", "v1"),
    ("/apis/shop.dockside.example/v1/namespaces/market/promotions", "Promotion", "shop.dockside.example/v1"),
    (
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "CustomResourceDefinition",
      "apiextensions.k8s.io/v1"
    ),
    (
      "/apis/rbac.authorization.k8s.io/v1/namespaces/market/rolebindings", "RoleBinding",
      "rbac.authorization.k8s.io/v1"
    ),
  ]

  private static let patches = [
    "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
  ]

  mutating func next() -> Request {
    if dice.chance(0.3) { return look() }
    let resource = dice.pick(RequestFuzzer.resources)
    number += 1
    let name = dice.pick([
      "fuzz-\(dice.below(6))", "basket", "storefront", "harbour-2", "fuzz-\(dice.below(6))",
    ])
    let body = document(resource, name)
    var request: Request
    switch dice.below(10) {
    case 0...3: request = Request(method: "POST", path: resource.path)
    case 4: request = Request(method: "PUT", path: "\(resource.path)/\(name)\(part())")
    case 5...6: request = Request(method: "PATCH", path: "\(resource.path)/\(name)\(part())")
    case 7: request = Request(method: "DELETE", path: "\(resource.path)/\(name)")
    default:
      request = Request(
        method: "GET", path: dice.chance(0.5) ? resource.path : "\(resource.path)/\(name)\(part())")
    }
    request.query = query()
    var type = "application/json"
    if request.method == "PATCH" { type = dice.pick(RequestFuzzer.patches) }
    request.headers = [Header("Content-Type", dice.chance(0.03) ? "text/csv" : type)]
    if request.method == "GET" { return request }
    if dice.chance(0.04) {
      request.body = junk()
      return request
    }
    if type == RequestFuzzer.patches[0] {
      request.body = JSON.array((0..<dice.below(4)).map { _ in operation() }).encoded()
    } else if request.method != "DELETE" || dice.chance(0.3) {
      request.body = body.encoded()
    }
    if dice.chance(0.05), !request.body.isEmpty {
      request.body = Array(request.body.prefix(dice.below(request.body.count)))
    }
    if dice.chance(0.03), !request.body.isEmpty {
      request.body[dice.below(request.body.count)] = UInt8(truncatingIfNeeded: dice.next())
    }
    return request
  }

  mutating func part() -> String {
    dice.chance(0.3)
      ? dice.pick([
        "/status", "/scale", "/log", "/eviction", "/binding", "/nope", "/token", "/exec", "/finalize",
      ]) : ""
  }

  mutating func query() -> [QueryItem] {
    var items: [QueryItem] = []
    let known = [
      ("dryRun", ["All", "x"]), ("fieldManager", ["fuzz", "other", ""]), ("force", ["true", "false"]),
      ("fieldValidation", ["Strict", "Warn", "Ignore"]), ("labelSelector", ["app=basket", "a in (b", "!x"]),
      ("propagationPolicy", ["Foreground", "Orphan", "Background", "x"]),
      ("gracePeriodSeconds", ["0", "-1", "x"]),
      ("limit", ["1", "-5"]),
    ]
    for (name, values) in known where dice.chance(0.2) { items.append(QueryItem(name, dice.pick(values))) }
    if dice.chance(0.3), !items.contains(where: { $0.name == "fieldManager" }) {
      items.append(QueryItem("fieldManager", "fuzz"))
    }
    return items
  }

  private mutating func operation() -> JSON {
    [
      "op": .string(dice.pick(["add", "replace", "remove", "test", "move", "copy", "nope"])),
      "path": .string(
        dice.pick([
          "/spec", "/spec/replicas", "/metadata/labels/x", "/metadata/name", "", "/spec/containers/-",
          "/data/~1", "x",
        ])),
      "from": "/metadata", "value": value(depth: 0),
    ]
  }

  private mutating func document(_ resource: (path: String, kind: String, api: String), _ name: String)
    -> JSON
  {
    let pod: JSON = [
      "containers": [["name": "c", "image": "registry.example.com/fuzz:1", "ports": [["containerPort": 80]]]]
    ]
    let labels: JSON = ["app": "fuzz"]
    let template: JSON = ["metadata": ["labels": labels], "spec": pod]
    var spec: JSON = [:]
    switch resource.kind {
    case "Pod": spec = pod
    case "Deployment", "DaemonSet", "ReplicaSet", "StatefulSet":
      spec = ["replicas": 2, "selector": ["matchLabels": labels], "template": template]
    case "Job": spec = ["template": ["spec": ["restartPolicy": "Never", "containers": pod["containers"]]]]
    case "CronJob":
      let job: JSON = ["template": ["spec": ["restartPolicy": "Never", "containers": pod["containers"]]]]
      spec = ["schedule": "* * * * *", "jobTemplate": ["spec": job]]
    case "Service": spec = ["selector": labels, "ports": [["port": 80]]]
    case "HorizontalPodAutoscaler":
      spec = ["maxReplicas": 3, "scaleTargetRef": ["kind": "Deployment", "name": "fuzz-1"]]
    case "PodDisruptionBudget": spec = ["minAvailable": 1, "selector": ["matchLabels": labels]]
    case "ResourceQuota": spec = ["hard": ["pods": "1000"]]
    case "PersistentVolumeClaim":
      spec = ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]]]
    case "CustomResourceDefinition":
      spec = [
        "group": "fuzz.example", "scope": "Namespaced", "names": ["plural": .string(name), "kind": "Fuzz"],
        "versions": [
          ["name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": ["type": "object"]]]
        ],
      ]
    default: spec = ["finalizers": ["kubernetes"]]
    }
    if dice.chance(0.25), spec.object != nil { spec[dice.pick(RequestFuzzer.counts)] = count() }
    let given = resource.kind == "CustomResourceDefinition" ? "\(name).fuzz.example" : name
    var document: JSON = [
      "apiVersion": .string(resource.api), "kind": .string(resource.kind),
      "metadata": ["name": .string(given), "labels": labels], "spec": spec, "data": ["k": "dg=="],
    ]
    if !["ConfigMap", "Secret"].contains(resource.kind) { document["data"] = .null }
    if ["ConfigMap", "Secret", "Event"].contains(resource.kind) { document["spec"] = .null }
    let clean = JSON.object(JSONObject(document.members.filter { !$0.value.isNull }))
    return dice.chance(0.5) ? clean : broken(clean, depth: 0)
  }

  /// The same with something else somewhere in it.
  private mutating func broken(_ value: JSON, depth: Int) -> JSON {
    if depth > 0, dice.chance(0.15) { return self.value(depth: 0) }
    switch value {
    case .object(let object):
      guard !object.members.isEmpty else { return value }
      var members = object.members
      let place = dice.below(members.count)
      if depth > 0, dice.chance(0.1) {
        members.remove(at: place)
      } else {
        members[place].value = broken(members[place].value, depth: depth + 1)
      }
      return .object(JSONObject(members))
    case .array(let items):
      guard !items.isEmpty else { return value }
      var items = items
      let place = dice.below(items.count)
      items[place] = broken(items[place], depth: depth + 1)
      if dice.chance(0.2) { items.append(items[place]) }
      return .array(items)
    default: return dice.chance(0.5) ? self.value(depth: 0) : value
    }
  }

  mutating func value(depth: Int) -> JSON {
    switch dice.below(depth > 3 ? 8 : 10) {
    case 0: return .null
    case 1: return .bool(dice.chance(0.5))
    case 2:
      return .number(
        dice.pick(["0", "-1", "5", "99999999999999999999", "1e308", "0.5", "9223372036854775807"]))
    case 3:
      return .string(dice.pick(["", "x", "-", "\u{0}", "\u{E000}pod", "Bad Name", "100%", "1Ei", "-5m"]))
    case 4: return .string(String(repeating: "long", count: 80))
    case 5: return ["$patch": .string(dice.pick(["delete", "replace", "merge"]))]
    case 6: return []
    case 7: return [:]
    case 8: return .array((0..<dice.below(3)).map { _ in value(depth: depth + 1) })
    default: return ["a": value(depth: depth + 1), "name": value(depth: depth + 1)]
    }
  }
}
