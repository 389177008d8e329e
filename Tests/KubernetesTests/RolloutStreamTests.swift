import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct RolloutStreamTests {
  /// Some seconds after the recording began.
  private let now: Int64 = 1_795_231_000

  /// The verdicts after each event, each told once.
  private func verdicts(_ name: String) throws -> [String] {
    var recording = try RolloutRecording(name, play: false)
    var told: [String] = []
    while recording.step() {
      guard !recording.objects.object.isNull else { continue }
      let text = recording.rollout(now: now).verdict.drawn(now: now)
      if told.last != text { told.append(text) }
    }
    return told
  }

  @Test func aRollbackGoesOnToItsEnd() throws {
    #expect(
      try verdicts("rollback").joined(separator: "\n") == """
        done: all 3 pods are updated and available
        progressing: the controller has not taken up the last change yet (generation 17, 16 observed)
        progressing: 0 of 3 pods updated, 3 available
        progressing: 1 of 3 pods updated, 3 available
        progressing: 1 of 3 pods updated, 4 available
        progressing: 1 of 3 pods updated, 3 available
        progressing: 2 of 3 pods updated, 3 available
        progressing: 2 of 3 pods updated, 4 available
        progressing: 2 of 3 pods updated, 3 available
        progressing: all 3 pods are updated, 1 old pod still to end
        done: all 3 pods are updated and available
        """)
  }

  @Test func scalingUpAndDownIsFollowed() throws {
    #expect(
      try verdicts("scale").joined(separator: "\n") == """
        done: all 3 pods are updated and available
        progressing: the controller has not taken up the last change yet (generation 6, 5 observed)
        progressing: 3 of 5 pods updated, 3 available
        progressing: 3 of 5 pods available
        progressing: 4 of 5 pods available
        done: all 5 pods are updated and available
        progressing: the controller has not taken up the last change yet (generation 7, 6 observed)
        done: all 4 pods are updated and available
        progressing: the controller has not taken up the last change yet (generation 8, 7 observed)
        done: all 3 pods are updated and available
        """)
  }

  /// What `kubectl rollout status` says of the same numbers (polymorphichelpers, DeploymentStatusViewer).
  private func kubectlLine(_ rollout: Rollout) -> String {
    let start = "Waiting for deployment \"web\" rollout to finish: "
    if rollout.updated < rollout.desired {
      return "\(start)\(rollout.updated) out of \(rollout.desired) new replicas have been updated..."
    }
    if rollout.total > rollout.updated {
      return "\(start)\(rollout.total - rollout.updated) old replicas are pending termination..."
    }
    if rollout.available < rollout.updated {
      return "\(start)\(rollout.available) of \(rollout.updated) updated replicas are available..."
    }
    return "deployment \"web\" successfully rolled out"
  }

  @Test func itIsDoneWhenKubectlSaysSo() throws {
    var recording = try RolloutRecording("rollback", play: false)
    var lines: [String] = []
    while recording.step() {
      guard recording.kind == "Deployment" else { continue }
      let rollout = recording.rollout(now: now)
      // kubectl began to look when the first new pod was there.
      guard rollout.isObserved, rollout.generation == 17, rollout.updated > 0 else { continue }
      lines.append(kubectlLine(rollout))
      var isDone = false
      if case .done = rollout.verdict { isDone = true }
      #expect(isDone == (lines.last == "deployment \"web\" successfully rolled out"))
    }
    let printed = RolloutRecording.text("rollback.status.txt").split(separator: "\n").map(String.init)
    #expect(Array(lines.prefix(printed.count)) == printed)
  }

  @Test func theHistoryIsThatOfKubectl() throws {
    let rollout = try RolloutRecording("rollback").rollout(now: now)
    let history = rollout.revisions.map { "\($0.number) \($0.cause)\($0.isCurrent ? " *" : "")" }
    #expect(
      history == [
        "10 release 1.5.0: new checkout button *", "9 release 1.5.0 with FEATURE_WISHLIST=on",
        "7 release 1.4.1: fix cart rounding", "6 release 1.4.1: fix cart rounding",
        "4 release 1.5.0 with FEATURE_EXPRESS=on", "1 release 1.4.0",
      ])
  }

  @Test func eachRevisionCountsItsPods() throws {
    var recording = try RolloutRecording("rollback", play: false)
    var counts: [String] = []
    while recording.step() {
      guard !recording.objects.object.isNull else { continue }
      let rollout = recording.rollout(now: now)
      let text = ([rollout.current].compactMap(\.self) + rollout.others).map {
        "\($0.number): \($0.available)/\($0.pods)/\($0.desired)"
      }.joined(separator: ", ")
      if counts.last != text, rollout.isObserved, !text.isEmpty { counts.append(text) }
    }
    #expect(counts.first == "9: 3/3/3" && counts.last == "10: 3/3/3")
    #expect(counts.contains("10: 1/1/2, 9: 2/2/2"), "\(counts)")
  }
}
