import Document
import HTTP
import Testing

@testable import DemoCluster

/// What the server fills in, and what it refuses, in its own words.
@Suite struct AdmissionTests {
  private static let market = "/api/v1/namespaces/market"

  private static func pod(_ name: String, requests: JSON = .null) -> JSON {
    var container: JSON = ["name": "c", "image": "registry.example.com/c:1"]
    if !requests.isNull { container["resources"] = ["requests": requests] }
    return ["metadata": ["name": .string(name)], "spec": ["containers": [container]]]
  }

  @Test func servicesGetAddressesAndPorts() throws {
    let demo = try Demo()
    let made = try demo.send(
      "POST", AdmissionTests.market + "/services",
      [
        "metadata": ["name": "one"],
        "spec": ["type": "NodePort", "selector": ["a": "b"], "ports": [["port": 80]]],
      ])
    #expect(made.status == 201)
    let spec = made.body["spec"]
    #expect(spec["clusterIPs"][0] == spec["clusterIP"] && spec["ipFamilyPolicy"] == "SingleStack")
    #expect(spec["ports"][0]["targetPort"].int == 80 && spec["ports"][0]["protocol"] == "TCP")
    let port = spec["ports"][0]["nodePort"]
    let taken = try demo.send(
      "POST", AdmissionTests.market + "/services",
      [
        "metadata": ["name": "dup"],
        "spec": ["type": "NodePort", "ports": [["port": 80, "nodePort": port]]],
      ])
    #expect(taken.status == 422)
    #expect(
      taken.body["message"]
        == .string(
          "Service \"dup\" is invalid: spec.ports[0].nodePort: Invalid value: \(port.text): provided port is already "
            + "allocated"))
  }

  @Test func jobsGetASelectorOfTheirOwn() throws {
    let demo = try Demo()
    let job: JSON = [
      "metadata": ["name": "j"],
      "spec": [
        "template": ["spec": ["restartPolicy": "Never", "containers": [["name": "c", "image": "c:1"]]]]
      ],
    ]
    let made = try demo.send("POST", "/apis/batch/v1/namespaces/market/jobs", job).body
    let uid = made["metadata"]["uid"]
    #expect(made["spec"]["selector"]["matchLabels"]["batch.kubernetes.io/controller-uid"] == uid)
    #expect(made["spec"]["template"]["metadata"]["labels"]["job-name"] == "j")
    #expect(made["spec"]["backoffLimit"].int == 6 && made["spec"]["completions"].int == 1)
  }

  @Test func secretsKeepTextsAsBase64() throws {
    let demo = try Demo()
    let made = try demo.send(
      "POST", AdmissionTests.market + "/secrets", ["metadata": ["name": "s"], "stringData": ["pin": "1234"]]
    ).body
    #expect(made["data"]["pin"] == "MTIzNA==" && made["stringData"].isNull && made["type"] == "Opaque")
  }

  @Test func aQuotaThatIsFullRefuses() throws {
    let demo = try Demo()
    _ = try demo.send("POST", "/api/v1/namespaces", ["metadata": ["name": "cove"]])
    demo.server.advance(seconds: 5)
    let quota: JSON = ["metadata": ["name": "compute"], "spec": ["hard": ["requests.cpu": "1"]]]
    #expect(try demo.send("POST", "/api/v1/namespaces/cove/resourcequotas", quota).status == 201)
    demo.server.advance(seconds: 5)
    let pods = "/api/v1/namespaces/cove/pods"
    #expect(try demo.send("POST", pods, AdmissionTests.pod("first", requests: ["cpu": "650m"])).status == 201)
    demo.server.advance(seconds: 5)
    let refused = try demo.send("POST", pods, AdmissionTests.pod("hungry", requests: ["cpu": "900m"]))
    #expect(refused.status == 403)
    #expect(
      refused.body["message"] == """
        pods "hungry" is forbidden: exceeded quota: compute, requested: requests.cpu=900m, used: requests.cpu=650m, \
        limited: requests.cpu=1
        """)
    let unnamed = try demo.send("POST", pods, AdmissionTests.pod("vague"))
    #expect(unnamed.body["message"].string?.contains("must specify requests.cpu for: c") == true)
  }

  @Test func namespacesMustBeThereAndStay() throws {
    let demo = try Demo()
    let map: JSON = ["metadata": ["name": "y"]]
    let missing = try demo.send("POST", "/api/v1/namespaces/nope/configmaps", map)
    #expect(missing.status == 404 && missing.body["message"] == "namespaces \"nope\" not found")
    _ = try demo.send("POST", "/api/v1/namespaces", ["metadata": ["name": "cove"]])
    let held: JSON = ["metadata": ["name": "x", "finalizers": ["example.com/hold"]]]
    _ = try demo.send("POST", "/api/v1/namespaces/cove/configmaps", held)
    let going = try demo.send("DELETE", "/api/v1/namespaces/cove")
    #expect(going.body["status"]["phase"] == "Terminating")
    #expect(going.body["metadata"]["deletionGracePeriodSeconds"].isNull)
    let refused = try demo.send("POST", "/api/v1/namespaces/cove/configmaps", map)
    #expect(refused.status == 403)
    #expect(refused.body["details"]["causes"][0]["reason"] == "NamespaceTerminating")
    demo.server.advance(seconds: 10)
    _ = try demo.send("PATCH", "/api/v1/namespaces/cove/configmaps/x", ["metadata": ["finalizers": .null]])
    demo.server.advance(seconds: 20)
    #expect(try demo.response("/api/v1/namespaces/cove").head.status == 404)
  }

  @Test func aBudgetHoldsUpAnEviction() throws {
    let demo = try Demo()
    let budgets = "/apis/policy/v1/namespaces/market/poddisruptionbudgets"
    let budget: JSON = [
      "metadata": ["name": "all"],
      "spec": ["minAvailable": 3, "selector": ["matchLabels": ["app": "basket"]]],
    ]
    #expect(try demo.send("POST", budgets, budget).status == 201)
    demo.server.advance(seconds: 2)
    let pod = try demo.get(AdmissionTests.market + "/pods?labelSelector=app=basket").names[0]
    let eviction: JSON = ["apiVersion": "policy/v1", "kind": "Eviction", "metadata": ["name": .string(pod)]]
    let path = AdmissionTests.market + "/pods/\(pod)/eviction"
    let refused = try demo.send("POST", path, eviction)
    #expect(refused.status == 429)
    #expect(refused.body["message"] == "Cannot evict pod as it would violate the pod's disruption budget.")
    #expect(
      refused.body["details"]["causes"][0]["message"]
        == "The disruption budget all needs 3 healthy pods and has 3 currently")
    _ = try demo.send("DELETE", budgets + "/all")
    #expect(try demo.send("POST", path, eviction).status == 201)
    let evicted = try demo.get(AdmissionTests.market + "/pods/\(pod)")
    #expect(evicted["metadata"]["deletionTimestamp"].string != nil)
  }

  @Test func whatMayNotChangeIsKept() throws {
    let demo = try Demo()
    let pod = try demo.get(AdmissionTests.market + "/pods?labelSelector=app=basket").names[0]
    let path = AdmissionTests.market + "/pods/\(pod)"
    let moved = try demo.send("PATCH", path, ["spec": ["nodeName": "elsewhere"]])
    #expect(moved.status == 422)
    #expect(moved.body["details"]["causes"][0]["field"] == "spec")
    #expect(try demo.send("PATCH", path, ["metadata": ["labels": ["x": "y"]]]).status == 200)
    let renamed = try demo.send("PATCH", path, ["metadata": ["name": "other"]])
    #expect(renamed.status == 400)
    #expect(
      renamed.body["message"]
        == .string(
          "the name of the object (other) does not match the name on the URL (\(pod))"))
    let wrong = try demo.send(
      "POST", AdmissionTests.market + "/configmaps", ["kind": "Secret", "apiVersion": "v1"])
    #expect(
      wrong.body["message"] == """
        Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown \
        conversion
        """)
  }
}
