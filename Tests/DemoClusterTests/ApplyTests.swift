import Document
import HTTP
import Testing

@testable import DemoCluster

/// Server-side apply: who has which fields, and what goes when somebody gives some up.
@Suite struct ApplyTests {
  private static let path = "/apis/apps/v1/namespaces/market/deployments/sail"
  private static let annotation = "kubectl.kubernetes.io/last-applied-configuration"

  private static func deployment(_ container: JSON = [:], annotations: JSON = .null) -> JSON {
    var container = container
    container["name"] = "sail"
    container["image"] = "sail:1"
    var meta: JSON = ["name": "sail"]
    if !annotations.isNull { meta["annotations"] = annotations }
    return [
      "apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta,
      "spec": [
        "selector": ["matchLabels": ["app": "sail"]],
        "template": ["metadata": ["labels": ["app": "sail"]], "spec": ["containers": [container]]],
      ],
    ]
  }

  private func apply(_ demo: Demo, _ manager: String, _ object: JSON) throws -> JSON {
    let answer = try demo.send(
      "PATCH", "\(ApplyTests.path)?fieldManager=\(manager)", object, type: "application/apply-patch+yaml")
    #expect(answer.status == 200 || answer.status == 201, "\(answer.body)")
    return answer.body
  }

  private func managers(_ object: JSON) -> [String] {
    object["metadata"]["managedFields"].array.map {
      "\($0["manager"].string ?? "") \($0["operation"].string ?? "")"
    }
  }

  @Test func aProbeGoesWithItsDefaults() throws {
    let demo = try Demo()
    let probe: JSON = ["livenessProbe": ["httpGet": ["path": "/live", "port": 80]]]
    let first = try apply(demo, "mate", ApplyTests.deployment(probe))
    #expect(first.at("spec.template.spec.containers[0].livenessProbe.periodSeconds") == 10)
    let second = try apply(demo, "mate", ApplyTests.deployment())
    #expect(second.at("spec.template.spec.containers[0].livenessProbe").isNull)
    #expect(second.at("spec.template.spec.containers[0].terminationMessagePath") == "/dev/termination-log")
  }

  @Test func fieldsAreTakenOverByWritingWhoHasThem() throws {
    let demo = try Demo()
    let annotations: JSON = [ApplyTests.annotation: "{}"]
    let made = try demo.send(
      "POST",
      "/apis/apps/v1/namespaces/market/deployments?fieldManager=kubectl-client-side-apply",
      ApplyTests.deployment(annotations: annotations))
    #expect(managers(made.body) == ["kubectl-client-side-apply Update"])
    var field = made.body["metadata"]["managedFields"][0]
    field["manager"] = "kubectl"
    field["operation"] = "Apply"
    // What kubectl does when it goes over from one kind of apply to the other.
    let taken = try demo.send(
      "PATCH", ApplyTests.path,
      [
        ["op": "replace", "path": "/metadata/managedFields", "value": [field]],
        [
          "op": "replace", "path": "/metadata/resourceVersion",
          "value": made.body["metadata"]["resourceVersion"],
        ],
      ], type: "application/json-patch+json")
    #expect(managers(taken.body) == ["kubectl Apply"])
    let reset = try demo.send("PATCH", ApplyTests.path, ["metadata": ["managedFields": [[:]]]])
    #expect(managers(reset.body).isEmpty)
  }

  @Test func aMapStaysWhileSomebodyHasSomethingInIt() throws {
    let demo = try Demo()
    _ = try apply(demo, "one", ApplyTests.deployment(annotations: ["a": "1", "b": "2"]))
    let both = try demo.send(
      "PATCH", "\(ApplyTests.path)?fieldManager=two",
      ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["annotations": ["b": "2"]]],
      type: "application/apply-patch+yaml")
    #expect(managers(both.body) == ["one Apply", "two Apply"])
    let less = try apply(demo, "one", ApplyTests.deployment())
    #expect(less["metadata"]["annotations"].members.map(\.key) == ["b"])
    #expect(managers(less) == ["one Apply", "two Apply"])
  }

  @Test func applyingTheSameChangesNothing() throws {
    let demo = try Demo()
    _ = try apply(demo, "one", ApplyTests.deployment())
    let first = try apply(demo, "two", ApplyTests.deployment())
    let second = try apply(demo, "one", ApplyTests.deployment())
    #expect(first["metadata"]["resourceVersion"] == second["metadata"]["resourceVersion"])
  }
}
