import Document
import HTTP
import Testing

@testable import DemoCluster

/// What the server refuses to store, in its own words.
@Suite struct RefusalTests {
  private static let template: JSON = [
    "metadata": ["labels": ["app": "sail"]], "spec": ["containers": [["name": "sail", "image": "sail:1"]]],
  ]

  /// The causes of a 422, one a line.
  private func causes(_ kind: String, _ api: String, _ path: String, _ members: JSON) throws -> [String] {
    let demo = Demo.still
    var object: JSON = ["apiVersion": .string(api), "kind": .string(kind), "metadata": ["name": "sail"]]
    for member in members.members { object[member.key] = member.value }
    let answer = try demo.send("POST", path + "?dryRun=All", object)
    #expect(answer.status == 422, "\(answer.body)")
    return answer.body["details"]["causes"].array.map {
      "\($0["field"].string ?? ""): \($0["message"].string ?? "")"
    }
  }

  @Test func templatesThatNoSelectorMatches() throws {
    #expect(
      try causes(
        "Deployment", "apps/v1", "/apis/apps/v1/namespaces/market/deployments",
        ["spec": ["template": RefusalTests.template]]) == [
          "spec.selector: Required value",
          "spec.template.metadata.labels: Invalid value: {\"app\":\"sail\"}: `selector` does not match template `labels`",
        ])
    #expect(
      try causes(
        "Job", "batch/v1", "/apis/batch/v1/namespaces/market/jobs",
        ["spec": ["template": RefusalTests.template]])
        == ["spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\""])
  }

  @Test func secretsWithoutWhatTheirTypeNeeds() throws {
    #expect(
      try causes(
        "Secret", "v1", "/api/v1/namespaces/market/secrets",
        ["type": "kubernetes.io/tls", "data": ["a": "YQ=="]])
        == ["data[tls.crt]: Required value", "data[tls.key]: Required value"])
    let broken = try Demo.still.send(
      "POST", "/api/v1/namespaces/market/secrets",
      ["apiVersion": "v1", "kind": "Secret", "metadata": ["name": "sail"], "data": ["a": "YWJj!!"]])
    #expect(broken.status == 400)
    #expect(
      broken.body["message"]
        == "Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte 4")
  }

  @Test func networkAndClasses() throws {
    let network = "/apis/networking.k8s.io/v1/namespaces/market"
    let path: JSON = ["path": "x", "pathType": "Prefix", "backend": [:]]
    let ingress = try causes(
      "Ingress", "networking.k8s.io/v1", network + "/ingresses",
      ["spec": ["rules": [["host": "A B", "http": ["paths": [path]]]]]])
    #expect(ingress.count == 3)
    #expect(
      ingress[0].hasPrefix("spec.rules[0].host: Invalid value: \"A B\": a lowercase RFC 1123 subdomain"))
    #expect(ingress[1] == "spec.rules[0].http.paths[0].path: Invalid value: \"x\": must be an absolute path")
    #expect(
      try causes(
        "NetworkPolicy", "networking.k8s.io/v1", network + "/networkpolicies",
        ["spec": ["podSelector": [:], "policyTypes": ["Sideways"]]])
        == ["spec.policyTypes[0]: Unsupported value: \"Sideways\": supported values: \"Egress\", \"Ingress\""]
    )
    #expect(
      try causes("StorageClass", "storage.k8s.io/v1", "/apis/storage.k8s.io/v1/storageclasses", [:])
        == ["provisioner: Required value"])
    #expect(
      try causes(
        "PriorityClass", "scheduling.k8s.io/v1", "/apis/scheduling.k8s.io/v1/priorityclasses",
        ["value": 2_000_000_000])
        == ["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"])
  }

  @Test func definitionsOfWhatCannotBe() throws {
    let schema: JSON = [
      "type": "object", "properties": ["spec": ["type": "objekt"], "x": ["format": "int32"]],
    ]
    let version: JSON = [
      "name": "V_1", "served": true, "storage": true, "schema": ["openAPIV3Schema": schema],
    ]
    let answer = try Demo.still.send(
      "POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
      [
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": ["name": "oars.sea.example"],
        "spec": [
          "group": "sea.example", "scope": "Namespaced", "names": ["plural": "oars", "kind": "Oar"],
          "versions": [version],
        ],
      ])
    let path = "spec.versions[0].schema.openAPIV3Schema.properties"
    let fields = answer.body["details"]["causes"].array.compactMap { $0["field"].string }
    #expect(fields == ["spec.versions[0].name", "\(path)[spec].type", "\(path)[x].type"])
  }

  @Test func addressesStayAndPrioritiesMustBeKnown() throws {
    let demo = Demo.still
    let answer = try demo.send(
      "PATCH", "/api/v1/namespaces/market/services/basket", ["spec": ["clusterIP": "10.96.0.99"]])
    #expect(
      answer.body["message"]
        == "Service \"basket\" is invalid: spec.clusterIPs[0]: Invalid value: [\"10.96.0.99\"]: may not change once set"
    )
    var spec = RefusalTests.template["spec"]
    spec["priorityClassName"] = "nope"
    let pod = try demo.send(
      "POST", "/api/v1/namespaces/market/pods",
      ["apiVersion": "v1", "kind": "Pod", "metadata": ["name": "sail"], "spec": spec])
    #expect(pod.status == 403)
    #expect(pod.body["message"] == "pods \"sail\" is forbidden: no PriorityClass with name nope was found")
  }

  @Test func waysIntoContainersThatDoNotRun() throws {
    let demo = Demo.still
    let pods = "/api/v1/namespaces/platform/pods"
    func answer(_ path: String) throws -> String {
      try demo.get("\(pods)/\(path)")["message"].string ?? ""
    }
    #expect(try answer("nope/exec?stdout=true") == "pods \"nope\" not found")
    #expect(
      try answer("orders-db-0/exec?stdout=true&container=x") == "container x is not valid for pod orders-db-0"
    )
    #expect(
      try demo.text("\(pods)/orders-db-0/exec") == "you must specify at least 1 of stdin, stdout, stderr")
    let waiting = try demo.get("/api/v1/namespaces/market/pods").names.first { $0.hasPrefix("gift-cards") }
    #expect(
      try demo.text("/api/v1/namespaces/market/pods/\(waiting ?? "")/exec?stdout=true")
        == "container not found (\"gift-cards\")")
    for part in ["exec?stdout=true", "attach?stdout=true", "portforward"] {
      #expect(try answer("orders-db-0/\(part)").contains("only simulates its containers"), "\(part)")
    }
  }

  @Test func numbersThatDoNotFit() throws {
    let demo = Demo.still
    let basket = "/apis/apps/v1/namespaces/market/deployments/basket?dryRun=All"
    for (field, type) in [("minReadySeconds", "int32"), ("replicas", "int32")] {
      let answer = try demo.send("PATCH", basket, ["spec": [field: .number("9223372036854775807")]])
      #expect(answer.status == 400)
      #expect(
        answer.body["message"].string
          == "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal number "
          + "9223372036854775807 into Go struct field spec.\(field) of type \(type)")
    }
    let job = "/apis/batch/v1/namespaces/platform/cronjobs/price-refresh?dryRun=All"
    for (schedule, why) in [
      ("nope", "expected exactly 5 fields, found 1: [nope]"),
      ("99 * * * *", "end of range (99) above maximum (59): 99"),
      ("* * 0 * *", "beginning of range (0) below minimum (1): 0"),
      ("*/0 * * * *", "step of range should be a positive number: */0"),
      ("a * * * *", "failed to parse int from a: strconv.Atoi: parsing \"a\": invalid syntax"),
    ] {
      let answer = try demo.send("PATCH", job, ["spec": ["schedule": .string(schedule)]])
      #expect(
        answer.body["message"].string
          == "CronJob.batch \"price-refresh\" is invalid: spec.schedule: Invalid value: \"\(schedule)\": \(why)"
      )
    }
    #expect(try demo.send("PATCH", job, ["spec": ["schedule": "0 4 * jan-mar mon"]]).status == 200)
  }

  @Test func kindsThatCanOnlyBeLookedAt() throws {
    let demo = Demo.still
    let made = try demo.send(
      "POST", "/api/v1/componentstatuses",
      ["apiVersion": "v1", "kind": "ComponentStatus", "metadata": ["name": "x"]])
    #expect(made.status == 405)
    #expect(try demo.rows("/api/v1/componentstatuses")[0] == "controller-manager | Healthy | ok | ")
    let scale = try demo.rows("/apis/apps/v1/namespaces/market/deployments/basket/scale")
    #expect(scale[0].hasPrefix("basket | 3 | 3 | "))
  }
}
