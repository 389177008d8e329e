import Cluster
import DemoCluster
import Foundation
import HTTP
import TestSupport
import Testing

@testable import Kubernetes

/// A reader over a demo cluster, and what it told of what is broken there.
final class DiagnosisDemo {
  let server: DemoServer
  let reader: KubernetesReader
  private let mailbox = Mailbox<Outbox.Letter>()
  private var stops: [Stop] = []
  private(set) var board = ProblemBoard()
  private(set) var diagnoses: [ObjectRef: Diagnosis] = [:]
  private(set) var timelines: [TimelineQuery: Timeline] = [:]
  private(set) var phases: [Need: Phase] = [:]

  /// - Parameter leadSeconds: how long the stories have been playing.
  init(
    _ stories: [String], leadSeconds: Int, pods: Int? = nil, user: (name: String, group: String)? = nil
  ) throws {
    var options = DemoOptions()
    options.stories = stories
    options.leadSeconds = leadSeconds
    options.pods = pods
    server = try DemoServer(options)
    let headers =
      user.map { [Header("Impersonate-User", $0.name), Header("Impersonate-Group", $0.group)] } ?? []
    reader = KubernetesReader(upstream: StateDemo.upstream(server.port, headers: { headers }))
  }

  deinit {
    reader.close()
    server.stop()
  }

  func start(_ needs: Need...) {
    for need in [Need.kinds] + needs { stops.append(reader.start(need, into: Outbox(mailbox, start: 1))) }
  }

  private func pump() {
    for letter in mailbox.drain() {
      switch letter.delta {
      case .problems(_, let board): self.board = board
      case .diagnosis(let ref, let diagnosis): diagnoses[ref] = diagnosis
      case .timeline(let query, let timeline): timelines[query] = timeline
      case .phase(let need, let phase): phases[need] = phase
      default: break
      }
    }
  }

  @discardableResult
  func wait(seconds: Double = 12, until isSo: (DiagnosisDemo) -> Bool) -> Bool {
    waitUntil(seconds: seconds) {
      pump()
      return isSo(self)
    }
  }

  /// The problems that matter, each on a line with what set it off.
  var text: String {
    board.problems.filter { $0.severity > .notice }.map { problem in
      let trigger = problem.trigger.map { " <- \($0.text) (\($0.ground ?? ""))" } ?? ""
      let tally = problem.tally.map { " \($0.ready)/\($0.wanted)" } ?? ""
      let also = problem.others.map { "\n    also \($0.rule): \($0.headline)" }.joined()
      let then = problem.consequences.map { "\n    then \($0.subject.name): \($0.headline)" }.joined()
      let text =
        "\(problem.subject.name)\(tally) [\(problem.finding.rule)] \(problem.finding.headline) | \(problem.finding.verdict.word)\(trigger)\(also)\(then)"
      return Moment.rendered(text, now: Int64(Date().timeIntervalSince1970))
    }.joined(separator: "\n")
  }
}
