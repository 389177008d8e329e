import Cluster
import DemoCluster
import Document
import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// Changes against the demo cluster: previewed, sent once, followed to their end.
@Suite struct ChangeDeskTests {
  /// A demo cluster whose clock the test drives, with everything that is asked of it noted.
  final class Stage {
    let demo: DemoServer
    let tap: WireTap
    let reader: KubernetesReader
    let writer: Writer
    private let mailbox = Mailbox<Outbox.Letter>()
    private var previews: [Need: Preview] = [:]
    private(set) var progress: [Int: [Cluster.Progress]] = [:]
    private var stops: [Stop] = []

    init(user: String = "demo", loses: @escaping @Sendable (String) -> Bool = { _ in false }) throws {
      var options = DemoOptions()
      options.clock = .driven(startEpochSeconds: Int(Date().timeIntervalSince1970))
      demo = try DemoServer(options)
      tap = WireTap(to: demo.port, loses: loses)
      let directory = temporaryDirectory()
      let file = directory.path + "/kubeconfig"
      let text = demo.kubeconfig().replacingOccurrences(of: ":\(demo.port)", with: ":\(tap.port)")
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      var overrides = Overrides()
      overrides.context = user
      let access = Access(try Connection.resolve(overrides, in: Kubeconfig.load(explicit: file)))
      reader = KubernetesReader(upstream: access.upstream, maxBackoffSeconds: 0.3)
      writer = reader.writer(access)
    }

    deinit {
      stops.forEach { $0() }
      writer.close()
      reader.close()
      tap.stop()
      demo.stop()
    }

    private func drain() {
      for letter in mailbox.drain() {
        switch letter.delta {
        case .preview(let need, let preview): previews[need] = preview
        case .progress(let id, let told): progress[id, default: []].append(told)
        default: break
        }
      }
    }

    func preview(_ change: Change) throws -> Preview {
      let need = Need.preview(change, attempt: stops.count)
      stops.append(writer.preview(need, Outbox(mailbox, start: 1)))
      _ = waitUntil {
        drain()
        return previews[need] != nil
      }
      return try #require(previews[need])
    }

    @discardableResult
    func submit(_ preview: Preview) -> Int {
      let id = stops.count
      stops.append(writer.submit(Submission(id: id, preview: preview), Outbox(mailbox, start: 1)))
      return id
    }

    /// Lets the cluster's time pass until the change is as wanted.
    func wait(_ id: Int, advancing seconds: Double = 0.5, until wanted: (Cluster.Progress) -> Bool) -> Cluster
      .Progress?
    {
      _ = waitUntil(seconds: 40) {
        demo.advance(seconds: seconds)
        drain()
        return progress[id]?.last.map(wanted) ?? false
      }
      return progress[id]?.last
    }

    var writes: [String] { tap.requests.filter { !$0.hasPrefix("GET ") && !$0.contains("dryRun=All") } }
  }

  private static func deployment(_ name: String, _ namespace: String = "market") -> ObjectRef {
    ObjectRef(kind: "apps/v1/deployments", namespace: namespace, name: name)
  }

  @Test func aScaleIsPreviewedSentAndFollowedUntilItsPodsAreThere() throws {
    let stage = try Stage()
    let preview = try stage.preview(Change(.scale(to: 4), Self.deployment("reviews")))
    #expect(preview.verdict == .ready)
    #expect(
      preview.difference.map(\.text).filter { $0.hasPrefix("+") || $0.hasPrefix("-") }.map {
        $0.filter { $0 != " " }
      }
        == ["-replicas:2", "+replicas:4"])
    #expect(preview.command == "kubectl --context demo -n market scale deployment/reviews --replicas=4")
    #expect(preview.undo == Change(.scale(to: 2), Self.deployment("reviews")))
    #expect(stage.writes.isEmpty)

    let id = stage.submit(preview)
    let end = stage.wait(id) { $0.state == .done }
    #expect(end?.state == .done)
    #expect(stage.progress[id]?.contains { $0.state == .following } == true)
    #expect(stage.writes == ["PATCH /apis/apps/v1/namespaces/market/deployments/reviews/scale"])
  }

  @Test func aScaleThatAnAutoscalerUndoesSaysWho() throws {
    let stage = try Stage()
    let preview = try stage.preview(Change(.scale(to: 12), Self.deployment("storefront")))
    #expect(
      preview.notes.contains { $0.tone == .bad && $0.text.contains("horizontal-pod-autoscaler storefront") })
    let id = stage.submit(preview)
    // No time passes in the cluster before it has answered: on a busy machine the autoscaler would be faster.
    _ = stage.wait(id, advancing: 0) { $0.state != .sending }
    let end = stage.wait(id, advancing: 2) { $0.state == .undone }
    #expect(end?.text.hasPrefix("undone by horizontal-pod-autoscaler: spec.replicas") == true)
  }

  @Test func aLostAnswerIsResolvedByLookingAndNothingIsSentTwice() throws {
    let lost = Atomic(false)
    let stage = try Stage(loses: { request in
      guard request.hasPrefix("PATCH "), !request.contains("dryRun"), !lost.load(ordering: .relaxed) else {
        return false
      }
      lost.store(true, ordering: .relaxed)
      return true
    })
    let preview = try stage.preview(Change(.scale(to: 3), Self.deployment("reviews")))
    let id = stage.submit(preview)
    let end = stage.wait(id) { $0.state == .done }
    let wasLost = lost.load(ordering: .relaxed)
    #expect(wasLost)
    #expect(end?.state == .done)
    #expect(stage.progress[id]?.contains { $0.text.contains("the answer was lost") } == true)
    #expect(stage.writes.count == 1)
  }

  @Test func anObjectThatChangedSinceIsNotTouched() throws {
    let stage = try Stage()
    let old = try stage.preview(Change(.scale(to: 3), Self.deployment("reviews")))
    let other = stage.submit(try stage.preview(Change(.scale(to: 5), Self.deployment("reviews"))))
    _ = stage.wait(other) { $0.state != .sending }
    let id = stage.submit(old)
    let end = stage.wait(id) { $0.isFinal }
    #expect(end == Cluster.Progress(.overtaken, "not sent: spec.replicas changed since it was shown"))
    #expect(stage.writes.count == 1)
  }

  @Test func whoMayNotIsToldInTheServersWords() throws {
    let stage = try Stage(user: "demo-viewer")
    let preview = try stage.preview(Change(.restart, Self.deployment("reviews")))
    guard case .refused(let why) = preview.verdict else {
      Issue.record("a viewer may restart: \(preview.verdict)")
      return
    }
    #expect(why.contains("cannot patch resource \"deployments\" in API group \"apps\""))
    #expect(!preview.isSendable)
  }

  @Test func aDrainWaitsForABudgetAndGoesOnWhenItIsFreed() throws {
    let stage = try Stage()
    let node = ObjectRef(kind: "v1/nodes", namespace: "", name: "harbour-3")
    var draining = Change.Draining()
    draining.deletesLocalData = true
    let preview = try stage.preview(Change(.drain(draining), node))
    #expect(preview.verdict == .ready)
    let id = stage.submit(preview)
    // Until the node is cordoned, no time passes in which a job could put another pod there.
    _ = stage.wait(id, advancing: 0) { $0.state == .following }
    let end = stage.wait(id, advancing: 1) { $0.state == .done || $0.isFinal }
    #expect(end?.state == .done)
    #expect(end?.parts.allSatisfy { $0.tone == .done } == true)
    #expect(stage.writes.first == "PATCH /api/v1/nodes/harbour-3")
    #expect(stage.writes.dropFirst().allSatisfy { $0.hasPrefix("POST ") && $0.hasSuffix("/eviction") })
  }

  @Test func aDeletedPodIsFollowedUntilItIsGone() throws {
    let stage = try Stage()
    let pods = ObjectRef(kind: "v1/pods", namespace: "platform", name: "sessions-0")
    let id = stage.submit(try stage.preview(Change(.delete(.init()), pods)))
    let end = stage.wait(id, advancing: 1) { $0.state == .done }
    #expect(end?.text.hasPrefix("gone, after ") == true)
    #expect(stage.writes == ["DELETE /api/v1/namespaces/platform/pods/sessions-0"])
  }
}
