import Cluster
import Document
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// Rollouts as a reader serves them: from lists that are then watched.
@Suite struct ReplayRolloutTests {
  private static let ref = ObjectRef(kind: "apps/v1/deployments", namespace: "shop", name: "checkout")
  private static let need = Need.rollout(ref)
  private static let folder = "/apis/apps/v1/namespaces/shop"

  /// The recorded objects of a kind, as a list.
  private static func list(_ kind: String) -> String {
    let objects = RolloutRecording.text("checkout.jsonl").split(separator: "\n").compactMap { line in
      JSON.parse(Array(line.utf8)).value?["object"]
    }.filter { $0["kind"].string == kind }
    let version = kind == "Pod" ? "v1" : "apps/v1"
    return
      #"{"kind":"\#(kind)List","apiVersion":"\#(version)","metadata":{"resourceVersion":"5"},"items":[\#(objects.map(\.text).joined(separator: ","))]}"#
  }

  private static func answer(_ request: ServerRequest, _ responder: Responder) {
    switch request.path {
    case "\(folder)/deployments": responder.json(list("Deployment"))
    case "\(folder)/replicasets": responder.json(list("ReplicaSet"))
    default: responder.json(list("Pod"))
    }
  }

  @Test func aRolloutIsReadFromThreeListsAndFollowed() throws {
    let streams = Mutex<[String: ResponseStream]>([:])
    let server = try ReplayServer { request, responder, _ in
      guard request.isWatch else { return Self.answer(request, responder) }
      let stream = responder.watch()
      streams.withLock { $0[request.path] = stream }
    }
    let listener = Listener(server)
    listener.start(Self.need)
    listener.wait("live") { $0.isLive(Self.need) && $0.rollouts.last?.blockers.count == 1 }
    let rollout = try #require(listener.rollouts.last)
    #expect(rollout.verdict.text.hasPrefix("no progress within 60s: checkout-7f8fc766cc-4fjbz"))
    #expect(rollout.revisions.map(\.number) == [3, 2, 1] && rollout.problems.isEmpty)
    #expect(server.asked(containing: "\(Self.folder)/replicasets?labelSelector=app=checkout") == 2)
    #expect(server.asked(containing: "/api/v1/namespaces/shop/pods?labelSelector=app=checkout") == 2)

    let pods = JSON.parse(Array(Self.list("Pod").utf8)).value?["items"].array ?? []
    var pod = try #require(pods.first { $0["metadata"]["name"].string == "checkout-7f8fc766cc-4fjbz" })
    pod["metadata"]["resourceVersion"] = "9"
    listener.wait("watching") { _ in streams.withLock { $0.count } == 3 }
    let event = JSON.object(
      JSONObject([.init(key: "type", value: "DELETED"), .init(key: "object", value: pod)]))
    streams.withLock { $0["/api/v1/namespaces/shop/pods"]?.write(Array((event.text + "\n").utf8)) }
    listener.wait("the pod is gone") { $0.rollouts.last?.blockers.isEmpty == true }
  }

  @Test func withoutPodsItIsStillAVerdict() throws {
    let server = try ReplayServer { request, responder, _ in
      if request.path.hasSuffix("/pods") {
        return responder.json(403, fixture("errors/403.list-secrets.json"))
      }
      if request.isWatch { responder.watch() } else { Self.answer(request, responder) }
    }
    let listener = Listener(server)
    listener.start(Self.need)
    listener.wait("live, and its problem") { $0.isLive(Self.need) && $0.rollouts.last?.problems.count == 1 }
    let rollout = try #require(listener.rollouts.last)
    #expect(rollout.problems[0].contains("is forbidden") && rollout.blockers.isEmpty)
    #expect(rollout.verdict.text == "no progress within 60s: 1 of 3 pods updated, 3 available")
    #expect(rollout.revisions.count == 3)
  }

  @Test func whatIsNotThereHasEnded() throws {
    let server = try ReplayServer { request, responder, _ in
      if request.isWatch { return _ = responder.watch() }
      responder.json(
        #"{"kind":"DeploymentList","apiVersion":"apps/v1","metadata":{"resourceVersion":"5"},"items":[]}"#)
    }
    let listener = Listener(server)
    listener.start(Self.need)
    listener.wait("ended") { $0.phase(Self.need) == .ended(why: "checkout is not there any more") }
    #expect(listener.rollouts.isEmpty && server.asked(containing: "pods") == 0)
  }

  @Test func whatIsToldOfAChangeKeepsNoMarks() throws {
    let recording = try RolloutRecording("catalog")
    let object = recording.objects.object
    var before = object
    before["spec"]["template"]["spec"]["containers"] = []
    var pursuit = Pursuit(
      Change(.restart, Self.ref), base: before, result: object, sentAt: RolloutRecording.listed - 90)
    let progress = pursuit.saw(object, recording.rollout(), now: RolloutRecording.listed)
    #expect(progress.state == .stuck && progress.text.contains("since it started 2m18s ago"))
    #expect(Moment.plain(progress.text) == progress.text)
  }
}
