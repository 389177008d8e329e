import Document
import HTTP
import Testing

@testable import DemoCluster

@Suite struct DiscoveryTests {
  @Test func bothFormsTellTheSame() throws {
    let demo = Demo.still
    let accept =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;"
      + "v=v2beta1;as=APIGroupDiscoveryList,application/json"
    var aggregated: Set<String> = []
    for root in ["/api", "/apis"] {
      let answer = try demo.response(root, accept: accept)
      #expect(
        answer.head["Content-Type"] == "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")
      for group in (JSON.parse(answer.body).value ?? .null)["items"].array {
        for version in group["versions"].array {
          #expect(version["freshness"] == "Current")
          for resource in version["resources"].array {
            aggregated.insert(
              "\(group["metadata"]["name"].string ?? "")/\(version["version"].string ?? "")/"
                + "\(resource["resource"].string ?? "") \(resource["responseKind"]["kind"].string ?? "")")
          }
        }
      }
    }
    var legacy: Set<String> = []
    func add(_ group: String, _ version: String, _ path: String) throws {
      for resource in try demo.get(path)["resources"].array {
        let name = resource["name"].string ?? ""
        if !name.contains("/") {
          legacy.insert("\(group)/\(version)/\(name) \(resource["kind"].string ?? "")")
        }
      }
    }
    try add("", "v1", "/api/v1")
    for group in try demo.get("/apis")["groups"].array {
      let name = group["name"].string ?? ""
      for version in group["versions"].array.compactMap({ $0["version"].string }) {
        try add(name, version, "/apis/\(name)/\(version)")
      }
      #expect(try demo.get("/apis/\(name)")["preferredVersion"] == group["preferredVersion"])
    }
    #expect(aggregated == legacy)
    #expect(aggregated.contains("apps/v1/deployments Deployment"))
    #expect(aggregated.contains("shop.dockside.example/v1/promotions Promotion"))
  }

  @Test func aggregatedDiscoveryNeedNotBeFetchedTwice() throws {
    let demo = Demo.still
    let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    let tag = try demo.response("/apis", accept: accept).head["Etag"] ?? ""
    var request = Request(method: "GET", path: "/apis")
    request.headers = [Header("Accept", accept), Header("If-None-Match", tag)]
    let answer = try demo.client.fetch(request)
    #expect(answer.head.status == 304 && answer.body.isEmpty)
  }

  @Test func itSaysThatItIsThere() throws {
    let demo = Demo.still
    #expect(try demo.get("/version")["gitVersion"].string?.hasPrefix("v1.36.") == true)
    for path in ["/readyz", "/livez", "/healthz", "/readyz/ping"] { #expect(try demo.text(path) == "ok") }
    #expect(try demo.text("/readyz?verbose").hasSuffix("readyz check passed\n"))
    let config = demo.server.kubeconfig(contextName: "here")
    let file = YAML.parse(Array(config.utf8))
    #expect(file.problems.isEmpty)
    #expect(file.documents[0]["current-context"] == "here")
    #expect(file.documents[0].at("clusters[0].cluster.server") == .string(demo.server.url))
  }
}
