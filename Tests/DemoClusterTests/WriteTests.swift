import Document
import HTTP
import Testing

@testable import DemoCluster

/// Creating and changing objects, as the real server does it.
@Suite struct WriteTests {
  private static let maps = "/api/v1/namespaces/market/configmaps"
  private static let deployments = "/apis/apps/v1/namespaces/market/deployments"

  static func deployment(_ name: String, image: String = "registry.example.com/web:1") -> JSON {
    [
      "apiVersion": "apps/v1", "kind": "Deployment",
      "metadata": ["name": .string(name), "labels": ["app": "t"]],
      "spec": [
        "replicas": 2, "selector": ["matchLabels": ["app": "t"]],
        "template": [
          "metadata": ["labels": ["app": "t"]],
          "spec": ["containers": [["name": "c", "image": .string(image)]]],
        ],
      ],
    ]
  }

  @Test func aCreatedObjectHasItsDefaultsAndItsManager() throws {
    let demo = try Demo()
    let made = try demo.send(
      "POST", WriteTests.deployments + "?fieldManager=recorder", WriteTests.deployment("t"))
    #expect(made.status == 201)
    #expect(made.body["metadata"]["generation"].int == 1)
    #expect(made.body["spec"]["strategy"].text.contains("\"maxUnavailable\":\"25%\",\"maxSurge\":\"25%\""))
    let fields = made.body["metadata"]["managedFields"][0]
    #expect(fields["manager"] == "recorder" && fields["operation"] == "Update")
    // As recorded from a real server, for the same request.
    #expect(
      fields["fieldsV1"].text
        == """
        {"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":{"f:progressDeadlineSeconds":{},"f:replicas":{},\
        "f:revisionHistoryLimit":{},"f:selector":{},"f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},\
        "f:maxUnavailable":{}},"f:type":{}},"f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{}}},"f:spec":\
        {"f:containers":{"k:{\\"name\\":\\"c\\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},\
        "f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},\
        "f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}}}
        """)
    let again = try demo.send("POST", WriteTests.deployments, WriteTests.deployment("t"))
    #expect(again.status == 409)
    #expect(again.body["message"] == "deployments.apps \"t\" already exists")
  }

  @Test func generatedNamesDifferAndADryRunLeavesNothing() throws {
    let demo = try Demo()
    let body: JSON = ["metadata": ["generateName": "tmp-"], "data": ["a": "b"]]
    let one = try demo.send("POST", WriteTests.maps, body)
    let two = try demo.send("POST", WriteTests.maps, body)
    #expect(one.body["metadata"]["name"].string?.hasPrefix("tmp-") == true)
    #expect(one.body["metadata"]["name"] != two.body["metadata"]["name"])
    let dry = try demo.send("POST", WriteTests.maps + "?dryRun=All", ["metadata": ["name": "dry"]])
    #expect(dry.status == 201 && dry.body["metadata"]["resourceVersion"].isNull)
    #expect(try demo.response(WriteTests.maps + "/dry").head.status == 404)
  }

  @Test func anUpdateWithAnOldVersionIsRefused() throws {
    let demo = try Demo()
    var map = try demo.send("POST", WriteTests.maps, ["metadata": ["name": "m"], "data": ["a": "b"]]).body
    let old = map
    map["data"]["a"] = "c"
    let changed = try demo.send("PUT", WriteTests.maps + "/m", map)
    #expect(changed.status == 200 && changed.body["data"]["a"] == "c")
    #expect(changed.body.version != old.version)
    let stale = try demo.send("PUT", WriteTests.maps + "/m", old)
    #expect(stale.status == 409)
    #expect(
      stale.body["message"] == """
        Operation cannot be fulfilled on configmaps "m": the object has been modified; please apply your changes \
        to the latest version and try again
        """)
    let same = try demo.send("PUT", WriteTests.maps + "/m", changed.body)
    #expect(same.body.version == changed.body.version)
  }

  @Test func onlyWhatIsWantedCountsAsAGeneration() throws {
    let demo = try Demo()
    _ = try demo.send("POST", WriteTests.deployments, WriteTests.deployment("t"))
    let path = WriteTests.deployments + "/t"
    let labelled = try demo.send("PATCH", path, ["metadata": ["labels": ["x": "y"]]])
    #expect(labelled.body["metadata"]["generation"].int == 1)
    let scaled = try demo.send("PATCH", path, ["spec": ["replicas": 4], "status": ["replicas": 77]])
    #expect(scaled.body["metadata"]["generation"].int == 2)
    #expect(scaled.body["status"]["replicas"].int != 77)
    let status = try demo.send(
      "PATCH", path + "/status", ["spec": ["replicas": 9], "status": ["collisionCount": 3]])
    #expect(status.body["spec"]["replicas"].int == 4)
    #expect(status.body["status"]["collisionCount"].int == 3)
  }

  @Test func strategicPatchesKnowContainersByName() throws {
    let demo = try Demo()
    _ = try demo.send("POST", WriteTests.deployments, WriteTests.deployment("t"))
    let path = WriteTests.deployments + "/t"
    let strategic = "application/strategic-merge-patch+json"
    let added = try demo.send(
      "PATCH", path,
      [
        "spec": [
          "template": [
            "spec": ["containers": [["name": "side", "image": "s:1"], ["name": "c", "image": "c:2"]]]
          ]
        ]
      ], type: strategic)
    let containers = added.body["spec"]["template"]["spec"]["containers"].array
    #expect(containers.compactMap { $0["image"].string } == ["c:2", "s:1"])
    let removed = try demo.send(
      "PATCH", path,
      ["spec": ["template": ["spec": ["containers": [["name": "side", "$patch": "delete"]]]]]],
      type: strategic)
    #expect(removed.body["spec"]["template"]["spec"]["containers"].array.count == 1)
    let bad = try demo.send(
      "PATCH", path, [["op": "test", "path": "/spec/replicas", "value": 99]],
      type: "application/json-patch+json")
    #expect(bad.status == 422)
    #expect(bad.body["message"] == "the server rejected our request due to an error in our request")
  }

  @Test func appliedFieldsBelongToWhoAppliedThem() throws {
    let demo = try Demo()
    let path = WriteTests.maps + "/applied"
    func apply(_ manager: String, _ data: JSON, _ more: String = "") throws -> (status: Int, body: JSON) {
      let map: JSON = [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "applied"], "data": data,
      ]
      return try demo.send(
        "PATCH", "\(path)?fieldManager=\(manager)\(more)", map, type: "application/apply-patch+yaml")
    }
    #expect(try apply("one", ["a": "1", "b": "2"]).status == 201)
    let refused = try apply("two", ["a": "9"])
    #expect(refused.status == 409)
    #expect(refused.body["message"] == "Apply failed with 1 conflict: conflict with \"one\": .data.a")
    #expect(refused.body["details"]["causes"][0]["reason"] == "FieldManagerConflict")
    #expect(try apply("two", ["a": "9"], "&force=true").body["data"]["a"] == "9")
    // What is no longer applied goes, unless somebody else has it.
    let less = try apply("one", ["a": "9"])
    #expect(less.status == 200 && less.body["data"]["b"].isNull && less.body["data"]["a"] == "9")
    let same = try apply("one", ["a": "9"])
    #expect(same.body.version == less.body.version)
    let none = try demo.send(
      "PATCH", path, ["apiVersion": "v1", "kind": "ConfigMap"], type: "application/apply-patch+yaml")
    #expect(none.status == 422)
    #expect(none.body["message"].string?.contains("is required for apply patch") == true)
  }

  @Test func finalizersHoldWhatIsDeleted() throws {
    let demo = try Demo()
    _ = try demo.send(
      "POST", WriteTests.maps, ["metadata": ["name": "held", "finalizers": ["example.com/hold"]]])
    let path = WriteTests.maps + "/held"
    let deleted = try demo.send("DELETE", path)
    #expect(deleted.body["metadata"]["deletionTimestamp"].string != nil)
    #expect(try demo.response(path).head.status == 200)
    #expect(try demo.send("PATCH", path, ["metadata": ["finalizers": .null]]).status == 200)
    #expect(try demo.response(path).head.status == 404)
  }

  @Test func preconditionsAreChecked() throws {
    let demo = try Demo()
    let map = try demo.send("POST", WriteTests.maps, ["metadata": ["name": "m"]]).body
    let uid = map["metadata"]["uid"].string ?? ""
    let path = WriteTests.maps + "/m"
    let other = "00000000-0000-0000-0000-000000000000"
    let refused = try demo.send("DELETE", path, ["preconditions": ["uid": .string(other)]])
    #expect(refused.status == 409)
    #expect(
      refused.body["message"]
        == .string(
          """
          Operation cannot be fulfilled on ConfigMap "m": the UID in the precondition (\(other)) does not match the \
          UID in record (\(uid)). The object might have been deleted and then recreated
          """))
    let gone = try demo.send("DELETE", path, ["preconditions": ["uid": .string(uid)]])
    #expect(gone.body["status"] == "Success")
    #expect(gone.body["details"]["uid"] == .string(uid))
  }

  @Test func aCollectionIsDeletedByItsLabels() throws {
    let demo = try Demo()
    for name in ["x1", "x2", "y1"] {
      let label: JSON = .string(String(name.prefix(1)))
      _ = try demo.send(
        "POST", WriteTests.maps, ["metadata": ["name": .string(name), "labels": ["l": label]]])
    }
    let dry = try demo.send("DELETE", WriteTests.maps + "?labelSelector=l=x&dryRun=All")
    #expect(dry.body.names == ["x1", "x2"])
    #expect(try demo.send("DELETE", WriteTests.maps + "?labelSelector=l=x").body.names == ["x1", "x2"])
    let left = try demo.get(WriteTests.maps + "?labelSelector=l").names
    #expect(left == ["y1"])
  }

  @Test func unknownFieldsAreWarnedOfOrRefused() throws {
    let demo = try Demo()
    let body: JSON = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "x"], "dta": ["a": 1]]
    let warned = try demo.sent("POST", WriteTests.maps + "?dryRun=All&fieldValidation=Warn", body)
    #expect(
      warned.head.headers.first { $0.name == "Warning" }?.value == "299 - \"unknown field \\\"dta\\\"\"")
    let strict = try demo.send("POST", WriteTests.maps + "?dryRun=All&fieldValidation=Strict", body)
    #expect(strict.status == 400)
    #expect(
      strict.body["message"] == """
        ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dta"
        """)
  }

  @Test func aDefinedKindIsServedUntilItsDefinitionGoes() throws {
    let demo = try Demo()
    let crd: JSON = [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
      "metadata": ["name": "gadgets.example.org"],
      "spec": [
        "group": "example.org", "scope": "Namespaced", "names": ["plural": "gadgets", "kind": "Gadget"],
        "versions": [
          [
            "name": "v1", "served": true, "storage": true,
            "schema": ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]],
            "subresources": [
              "scale": ["specReplicasPath": ".spec.size", "statusReplicasPath": ".status.size"]
            ],
            "additionalPrinterColumns": [["name": "Size", "type": "integer", "jsonPath": ".spec.size"]],
          ]
        ],
      ],
    ]
    let gadgets = "/apis/example.org/v1/namespaces/market/gadgets"
    #expect(try demo.response(gadgets).head.status == 404)
    let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    #expect(try demo.send("POST", definitions, crd).status == 201)
    demo.server.advance(seconds: 1)
    #expect(
      try demo.get(definitions + "/gadgets.example.org").at("status.conditions[1].type") == "Established")
    #expect(try demo.send("POST", gadgets, ["metadata": ["name": "g"], "spec": ["size": 3]]).status == 201)
    #expect(try demo.rows(gadgets) == ["g | 3"])
    #expect(try demo.send("PATCH", gadgets + "/g/scale", ["spec": ["replicas": 5]]).status == 200)
    #expect(try demo.get(gadgets + "/g")["spec"]["size"].int == 5)
    #expect(try demo.get("/apis")["groups"].array.contains { $0["name"] == "example.org" })
    // It goes when its objects are gone.
    let deleted = try demo.send("DELETE", definitions + "/gadgets.example.org").body
    #expect(deleted["metadata"]["finalizers"] == ["customresourcecleanup.apiextensions.k8s.io"])
    #expect(deleted.at("status.conditions[2].type") == "Terminating")
    #expect(try demo.response(gadgets).head.status == 200)
    demo.server.advance(seconds: 1)
    #expect(try demo.response(gadgets).head.status == 404)
    #expect(try demo.response(definitions + "/gadgets.example.org").head.status == 404)
  }
}
