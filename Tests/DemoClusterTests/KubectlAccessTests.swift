import Document
import HTTP
import TestSupport
import Testing

@testable import DemoCluster

/// kubectl as somebody who may not do everything.
@Suite(.aside) struct KubectlAccessTests {
  @Test func aViewerLooksAndNothingElse() throws {
    let cluster = try KubectlCluster()
    #expect(try cluster.run("--context demo-viewer get pods").contains("Running"))
    #expect(
      try cluster.fail("--context demo-viewer get secrets")
        == """
        Error from server (Forbidden): secrets is forbidden: User "watch-keeper" cannot list resource "secrets" in \
        API group "" in the namespace "market"\n
        """)
    #expect(
      try cluster.fail("--context demo-viewer scale deploy/basket --replicas=2").contains(
        "cannot patch resource \"deployments/scale\" in API group \"apps\" in the namespace \"market\""))
    let canDelete = try TestSupport.run(
      "kubectl", ["--context", "demo-viewer", "auth", "can-i", "delete", "pods"],
      environment: cluster.environment)
    #expect(canDelete.output == "no\n")
    #expect(try cluster.run("--context demo-viewer auth whoami").contains("watch-keeper"))
  }

  @Test func aDeveloperWorksInOneNamespace() throws {
    let cluster = try KubectlCluster()
    #expect(try cluster.run("--context demo-fulfil scale deploy/orders --replicas=3").contains("scaled"))
    #expect(
      try cluster.fail("--context demo-fulfil get pods -n market").contains("in the namespace \"market\""))
    #expect(try cluster.fail("--context demo-fulfil get nodes").contains("at the cluster scope"))
    // A binding that is made counts at once.
    try cluster.run("create rolebinding guest --clusterrole=view --user=fulfil-developer -n market")
    #expect(try cluster.run("--context demo-fulfil get pods -n market").contains("basket"))
    #expect(try cluster.run("--context demo-fulfil auth can-i --list -n market").contains("[get list watch]"))
  }

  @Test func tokensAreKnownOrRefused() throws {
    let demo = try Demo()
    func list(_ token: String) throws -> Int {
      try demo.send("GET", "/api/v1/nodes", headers: [.init("Authorization", "Bearer \(token)")]).status
    }
    #expect(try list("demo-admin") == 200)
    #expect(try list("demo-fulfil") == 403)
    #expect(try list("garbage") == 401)
    let path = "/api/v1/namespaces/market/serviceaccounts/releaser/token"
    let token =
      try demo.send("POST", path, ["spec": ["expirationSeconds": 600]]).body["status"]["token"].string ?? ""
    #expect(try list(token) == 403)
    demo.server.advance(seconds: 601)
    #expect(try list(token) == 401)
  }
}
