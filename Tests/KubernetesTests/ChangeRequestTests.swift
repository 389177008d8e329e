import Cluster
import Document
import Foundation
import HTTP
import Testing

@testable import Kubernetes

/// What is sent for a change is what kubectl 1.36 sent for it when it was recorded.
@Suite struct ChangeRequestTests {
  struct Recorded: Sendable, CustomTestStringConvertible {
    var json: JSON
    var testDescription: String { json["command"].string ?? "" }
  }

  static let recorded: [Recorded] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/changes/requests.json")
    let bytes = (try? Data(contentsOf: file)).map { Array($0) } ?? []
    return (JSON.parse(bytes).value ?? .null).array.map { Recorded(json: $0) }
  }()

  private static let actions: [String: Change.Action] = [
    "kubectl rollout undo deployment/web -n shop": .rollback(toRevision: 8),
    "kubectl rollout undo statefulset/redis -n data": .rollback(toRevision: 2),
    "kubectl rollout undo daemonset/logshipper -n ops": .rollback(toRevision: 1),
    "kubectl rollout restart deployment/web -n shop": .restart,
    "kubectl rollout restart daemonset/logshipper -n ops": .restart,
    "kubectl rollout pause deployment/exporter -n ops": .pause,
    "kubectl rollout resume deployment/exporter -n ops": .resume,
    "kubectl set image statefulset/redis redis=registry.example.com/data/postgres:16.3 -n data":
      .setImage(container: "redis", to: "registry.example.com/data/postgres:16.3"),
    "kubectl scale deployment/web -n shop --replicas=4": .scale(to: 4),
    "kubectl cordon node-3": .cordon,
    "kubectl uncordon node-3": .uncordon,
    "kubectl delete pod -n ops sigkilled": .delete(.init()),
  ]

  @Test func theRecordingHoldsEveryKindOfChange() { #expect(Self.recorded.count == 12) }

  @Test(arguments: recorded)
  func sendsWhatKubectlSends(_ recorded: Recorded) throws {
    let sent = recorded.json
    let action = try #require(Self.actions[recorded.testDescription])
    let path = try #require(sent["path"].string)
    let parts = path.split(separator: "?")[0].split(separator: "/").map(String.init)
    let change = Change(action, Self.ref(parts))
    var stamp = sent["body"]
    for key in ["spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"] {
      stamp = stamp[key]
    }
    let now = stamp.string.flatMap { Timestamp($0) }?.seconds ?? 0

    let request = try ChangeRequest.make(change, base: sent["base"], revision: sent["revision"], now: now)

    let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    #expect(request.path + (query.isEmpty ? "" : "?\(query)") == path)
    #expect(request.method == sent["method"].string)
    #expect(request.contentType == sent["contentType"].string)
    #expect(Self.sorted(request.body) == Self.sorted(sent["body"]))
  }

  /// The path's parts: api/v1 or apis/GROUP/VERSION, then perhaps namespaces/NAME, then the plural and the name.
  private static func ref(_ parts: [String]) -> ObjectRef {
    let kindParts = parts[0] == "api" ? 2 : 3
    let version = parts[1..<kindParts].joined(separator: "/")
    let rest = Array(parts[kindParts...])
    let isNamespaced = rest[0] == "namespaces" && rest.count > 2
    let object = isNamespaced ? Array(rest[2...]) : rest
    return ObjectRef(
      kind: "\(version)/\(object[0])", namespace: isNamespaced ? rest[1] : "", name: object[1])
  }

  /// The order of members is no difference.
  private static func sorted(_ json: JSON) -> JSON {
    switch json {
    case .object(let object):
      .object(
        JSONObject(
          object.members.map { .init(key: $0.key, value: sorted($0.value)) }.sorted { $0.key < $1.key }))
    case .array(let items): .array(items.map(sorted))
    default: json
    }
  }

  // MARK: Bounds

  private static let pod = ObjectRef(kind: "v1/pods", namespace: "shop", name: "web-1")
  private static let web = ObjectRef(kind: "apps/v1/deployments", namespace: "shop", name: "web")
  private static let live: JSON = ["metadata": ["uid": "u-1", "resourceVersion": "42"]]

  @Test func aDryRunOfADeletionIsToldInItsBody() throws {
    let request = try ChangeRequest.make(Change(.delete(.init()), Self.pod), base: .null, now: 0)
    #expect(request.dryRun.body == ["propagationPolicy": "Background", "dryRun": ["All"]])
    // A gateway may drop the bodies of deletions.
    #expect(request.dryRun.query == [QueryItem("dryRun", "All")])
  }

  @Test func aPatchIsBoundToTheVersionThatWasSeen() throws {
    let request = try ChangeRequest.make(Change(.scale(to: 3), Self.web), base: .null, now: 0).bound(
      to: Self.live)
    #expect(request.body == ["spec": ["replicas": 3], "metadata": ["resourceVersion": "42"]])
  }

  @Test func aDeletionIsBoundToTheObjectWhateverItsVersion() throws {
    let request = try ChangeRequest.make(Change(.delete(.init()), Self.pod), base: .null, now: 0)
    #expect(request.bound(to: Self.live).body["preconditions"] == ["uid": "u-1"])
  }

  @Test func anEvictionIsBoundToTheObject() throws {
    let request = try ChangeRequest.make(Change(.evict, Self.pod), base: .null, now: 0).bound(to: Self.live)
    #expect(request.path == "/api/v1/namespaces/shop/pods/web-1/eviction")
    #expect(request.body["deleteOptions"] == ["preconditions": ["uid": "u-1"]])
  }

  @Test func aPausedDeploymentIsNotRestarted() {
    #expect(
      throws: ChangeRequest.Impossible(
        why: "it is paused: resume it first, a paused rollout replaces no pods")
    ) {
      try ChangeRequest.make(Change(.restart, Self.web), base: ["spec": ["paused": true]], now: 0)
    }
  }

  // MARK: Edits

  @Test func anEditSendsWhatDiffersAndNothingElse() throws {
    let old =
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  resourceVersion: \"1\"\ndata:\n  a: \"1\"\n  b: \"2\"\n"
    let new = old.replacingOccurrences(of: "a: \"1\"", with: "a: \"9\"").replacingOccurrences(
      of: "  b: \"2\"\n", with: "")
    let patch = try ObjectEditor.patch(from: old, to: new)
    #expect(Self.sorted(patch).text == #"{"data":{"a":"9","b":null}}"#)
  }

  @Test func aFaultOfSyntaxIsToldWithItsPlace() {
    let old = "kind: ConfigMap\nmetadata:\n  name: a\n"
    #expect { try ObjectEditor.patch(from: old, to: "kind: [\n") } throws: { error in
      (error as? ChangeRequest.Impossible)?.why.hasPrefix("line 2") == true
    }
  }

  @Test func anObjectIsNotRenamedByAnEdit() {
    let old = "kind: ConfigMap\nmetadata:\n  name: a\n"
    #expect(throws: ChangeRequest.Impossible(why: "metadata.name can't be changed")) {
      try ObjectEditor.patch(from: old, to: "kind: ConfigMap\nmetadata:\n  name: b\n")
    }
  }
}
