import Document
import HTTP
import Testing

@testable import DemoCluster

@Suite struct ChangeTests {
  @Test func aDeletedPodEndsAndIsReplaced() throws {
    let demo = try Demo()
    let before = try demo.get("/api/v1/namespaces/market/pods?labelSelector=app=basket").names
    let answer = try demo.send("DELETE", "/api/v1/namespaces/market/pods/\(before[0])")
    #expect(answer.status == 200)
    #expect(answer.body["metadata"]["deletionGracePeriodSeconds"].int == 30)
    #expect(try demo.rows("/api/v1/namespaces/market/pods/\(before[0])")[0].contains("| Terminating |"))
    demo.server.advance(seconds: 15)
    let after = try demo.get("/api/v1/namespaces/market/pods?labelSelector=app=basket").names
    #expect(after.count == 3)
    #expect(!after.contains(before[0]))
    let events = try demo.get(
      "/api/v1/namespaces/market/events?fieldSelector=involvedObject.name=\(before[0])")
    #expect(
      events["items"].array.contains {
        $0["reason"] == "Killing" && $0["message"] == "Stopping container basket"
      })
  }

  @Test func aStatefulSetMakesTheSameNameAgain() throws {
    let demo = try Demo()
    let uid = try demo.get("/api/v1/namespaces/platform/pods/sessions-1")["metadata"]["uid"]
    _ = try demo.send("DELETE", "/api/v1/namespaces/platform/pods/sessions-1")
    demo.server.advance(seconds: 20)
    let pod = try demo.get("/api/v1/namespaces/platform/pods/sessions-1")
    #expect(pod["metadata"]["uid"].string != nil && pod["metadata"]["uid"] != uid)
    #expect(pod["status"]["phase"] == "Running")
    #expect(pod.at("spec.volumes[0].persistentVolumeClaim.claimName") == "data-sessions-1")
  }

  @Test func scalesAreReadAndChanged() throws {
    let demo = try Demo()
    let path = "/apis/apps/v1/namespaces/market/deployments/basket/scale"
    let scale = try demo.get(path)
    #expect(scale["kind"] == "Scale" && scale["spec"]["replicas"].int == 3)
    #expect(scale["status"]["selector"] == "app=basket")
    let dry = try demo.send("PATCH", path + "?dryRun=All", ["spec": ["replicas": 5]])
    #expect(dry.body["spec"]["replicas"].int == 5)
    #expect(try demo.get(path)["spec"]["replicas"].int == 3)
    let answer = try demo.send("PATCH", path, ["spec": ["replicas": 5]])
    #expect(answer.status == 200 && answer.body["spec"]["replicas"].int == 5)
    demo.server.advance(seconds: 20)
    #expect(try demo.get("/api/v1/namespaces/market/pods?labelSelector=app=basket").names.count == 5)
    let stale = try demo.send(
      "PUT", path,
      [
        "metadata": ["name": "basket", "resourceVersion": scale["metadata"]["resourceVersion"]],
        "spec": ["replicas": 1],
      ])
    #expect(stale.status == 409)
    #expect(try demo.send("PATCH", path, ["spec": ["replicas": -1]]).status == 422)
  }

  @Test func reviewsSayYes() throws {
    let demo = try Demo()
    let review = try demo.send(
      "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      ["spec": ["resourceAttributes": ["verb": "list", "resource": "pods"]]])
    #expect(review.status == 201 && review.body["status"]["allowed"] == true)
    #expect(review.body["spec"]["resourceAttributes"]["verb"] == "list")
    let rules = try demo.send(
      "POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", ["spec": ["namespace": "market"]])
    #expect(rules.body["status"]["resourceRules"][0]["verbs"] == ["*"])
    let me = try demo.send(
      "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", ["kind": "SelfSubjectReview"])
    #expect(me.body["status"]["userInfo"]["username"] == "harbour-master")
  }
}
