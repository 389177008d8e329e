import Cluster
import Document
import Terminal
import Testing

@testable import ClusterTUI

/// The view of whoever is on call, with a reader that tells what a test tells it to.
final class OncallStage {
  let reader = FakeReader(kinds: [Stage.pods, Stage.deployments, Stage.namespaces])
  let session: Session
  let time = Stage.Time()
  var width = 80
  var height = 24
  static let query = ProblemsQuery()
  static let timeline = TimelineQuery()
  static let log: LogQuery = {
    var query = LogQuery(namespace: "shop", pod: "api-7c9d-x2k", uid: "u-2")
    query.tailLines = 100
    return query
  }()

  init(ringsBell: Bool = false) {
    time.seconds = ReportSample.now
    let (reader, time) = (reader, time)
    let clock = Clock(
      epochSeconds: { time.seconds }, milliseconds: { time.milliseconds }, local: { _ in ("14:02", 0) })
    let context = Connector.ContextRow(name: "test", cluster: "c", user: "u", namespace: "")
    session = Session(
      connector: Connector(
        contexts: [context], open: { _ in .success(Connector.Link(reader: reader, writer: { .silent })) }),
      clock: clock)
    session.isRedacted = true
    session.home = { OncallScreen(namespaces: $0, ringsBell: ringsBell) }
    session.open(context: "test", namespaces: [], command: "", isReadOnly: true)
    _ = screen
  }

  var screen: String { session.frame(width: width, height: height).text() }

  func tell(_ deltas: Delta...) {
    for delta in deltas { reader.tell(delta) }
    session.takeIn()
    _ = screen
  }

  func tell(_ board: ProblemBoard) {
    tell(.problems(Self.query, board), .phase(.problems(Self.query), .live))
  }

  /// From here on what is new rings: the kinds are known, and some time has passed since.
  func arm() {
    tell(.kinds([Stage.pods, Stage.deployments, Stage.namespaces]))
    time.seconds += 10
  }

  func tellLog(_ query: LogQuery, _ lines: [String], phase: Phase = .live) {
    var chunk = LogChunk(sources: ["app"])
    for line in lines {
      chunk.lines.append(
        .init(start: chunk.bytes.count, length: line.utf8.count, nanoseconds: 0, source: 0))
      chunk.bytes += line.utf8
    }
    tell(.log(query, chunk), .phase(.log(query), phase))
  }

  func press(_ keys: Key...) {
    for key in keys {
      session.handle(key)
      _ = screen
    }
  }

  /// What was left to do since the last time, but for what is of no interest.
  func effects() -> [Effect] { session.takePending() }

  /// Answers every need of a bundle, and gives the document that is written.
  func wholeBundle() -> JSON {
    tell(ReportSample.board())
    press(.character("b"))
    for _ in 0..<50 {
      for need in reader.running { answer(need) }
      session.takeIn()
      _ = screen
      for case .save(_, let text) in effects() { return JSON.parse(Array(text.utf8)).value ?? .null }
    }
    return .null
  }

  private func answer(_ need: Need) {
    switch need {
    case .timeline(let query): reader.tell(.timeline(query, ReportSample.timeline), .phase(need, .live))
    case .diagnosis(let ref): reader.tell(.diagnosis(ref, ReportSample.diagnosis()), .phase(need, .live))
    case .object(let ref):
      let json: JSON = [
        "kind": "Pod", "metadata": ["name": .string(ref.name)],
        "spec": ["password": .string(ReportSample.password)],
      ]
      reader.tell(.object(ref, WholeObject(json: json)), .phase(need, .live))
    case .description(let ref):
      let line = PageLine([Span("password: "), Span(ReportSample.password)])
      reader.tell(.page(ref, Page(title: "x", lines: [line])), .phase(need, .live))
    case .log(let query) where !query.follow:
      tellLog(query, ["password=\(ReportSample.password)"], phase: .ended(why: "done"))
    default: break
    }
  }
}

/// A reader that answers each need as a test says.
final class AnsweringReader: Reader {
  let kinds: [Kind] = [Stage.pods, Stage.deployments, Stage.namespaces]
  let place = Place(context: "test", cluster: "c", user: "u", namespace: "shop")
  var traffic: Traffic { Traffic() }
  private let answer: @Sendable (Need, Outbox) -> Void

  init(_ answer: @escaping @Sendable (Need, Outbox) -> Void) { self.answer = answer }

  func start(_ need: Need, into outbox: Outbox) -> Stop {
    answer(need, outbox)
    return Stop {}
  }
  func close() {}
}
