import Cluster
import Synchronization
import Terminal

@testable import ClusterTUI

/// A reader that tells what a test tells it to: screens are tested without any network.
final class FakeReader: Reader {
  let kinds: [Kind]
  let place: Place
  var traffic: Traffic { Traffic() }
  private let state = Mutex<(running: [Need], started: [Need], outboxes: [Need: Outbox])>(([], [], [:]))

  init(kinds: [Kind], context: String = "test") {
    self.kinds = kinds
    place = Place(context: context, cluster: "c", user: "u", namespace: nil)
  }

  var running: Set<Need> { Set(state.withLock(\.running)) }
  /// Every need ever started, in order.
  var started: [Need] { state.withLock(\.started) }

  func start(_ need: Need, into outbox: Outbox) -> Stop {
    state.withLock {
      $0.running.append(need)
      $0.started.append(need)
      $0.outboxes[need] = outbox
    }
    return Stop { [self] in state.withLock { $0.running.removeAll { $0 == need } } }
  }

  private let closings = Mutex(0)
  var isClosed: Bool { closings.withLock { $0 > 0 } }
  func close() { closings.withLock { $0 += 1 } }

  /// As the newest start of the need that a delta is about.
  func tell(_ deltas: Delta...) {
    for delta in deltas { outbox(for: delta)?.post(delta) }
  }

  /// The newest start of that need; of any, for what is about none.
  func outbox(for delta: Delta) -> Outbox? {
    state.withLock { state in delta.need.map { state.outboxes[$0] } ?? state.outboxes.values.first }
  }
}

/// The whole program but its terminal, with a clock that stands still.
final class Stage {
  let reader: FakeReader
  let session: Session
  let time = Time()
  var width = 80
  var height = 24

  final class Time {
    var seconds: Int64 = 1_000_000
    var milliseconds: Int64 = 0
  }

  static let pods: Kind = {
    var kind = Kind(
      id: "v1/pods", name: "Pod", short: ["po"], role: .instance,
      abilities: [.logs, .describe, .yaml, .events],
      columns: [
        Column("READY", .number, priority: 20), Column("STATUS", .status, priority: 90),
        Column("RESTARTS", .number, priority: 15), Column("IP", wide: true, priority: 3), .labels,
      ])
    kind.children = .containers
    return kind
  }()

  static let deployments: Kind = {
    var kind = Kind(
      id: "apps/v1/deployments", name: "Deployment", short: ["deploy"], role: .workload,
      abilities: [.describe, .yaml, .events, .rollout, .rollback], columns: [Column("READY", .number)])
    kind.children = .selected("v1/pods")
    return kind
  }()

  static let namespaces: Kind = {
    var kind = Kind(
      id: "v1/namespaces", name: "Namespace", short: ["ns"], namespaced: false, role: .boundary,
      columns: [Column("STATUS", .status)])
    kind.children = .inside("v1/pods")
    return kind
  }()

  init(
    command: String = "pods", namespaces: [String] = [],
    kinds: [Kind] = [Stage.pods, Stage.deployments, Stage.namespaces]
  ) {
    let reader = FakeReader(kinds: kinds)
    self.reader = reader
    let time = time
    let clock = Clock(
      epochSeconds: { time.seconds }, milliseconds: { time.milliseconds }, local: { _ in ("14:02", 0) })
    let context = Connector.ContextRow(name: "test", cluster: "c", user: "u", namespace: "")
    session = Session(
      connector: Connector(
        contexts: [context], open: { _ in .success(Connector.Link(reader: reader, writer: { .silent })) }),
      clock: clock)
    session.open(context: "test", namespaces: namespaces, command: command)
  }

  static let allPods = Query("v1/pods")

  /// Tells rows as "namespace/name ready status restarts"; the UID is "namespace/name".
  func tell(
    _ query: Query, _ rows: [String], begins: Bool = true, completes: Bool = true, reason: String = ""
  ) {
    var writer = RowWriter()
    if begins { writer.beginList() }
    for row in rows {
      let words = row.split(separator: " ").map(String.init)
      let place = words[0].split(separator: "/").map(String.init)
      writer.begin(
        uid: words[0], namespace: place.count > 1 ? place[0] : "", name: place.last!,
        created: time.seconds - 3_600)
      for cell in words.dropFirst() { writer.cell(cell) }
      writer.tone = words.contains("CrashLoopBackOff") ? .bad : .good
      if writer.tone == .bad { writer.setReason(reason) }
      writer.setDrill("app=\(place.last!)")
      writer.addLabel("app".utf8, place.last!.utf8)
      writer.end()
    }
    if completes { writer.completeList() }
    reader.tell(
      .rows(query, writer.takeBatch()),
      .phase(.rows(query), completes ? .live : .listing(got: rows.count, of: nil)))
    session.takeIn()
  }

  /// Tells lines of a log, a second after each other from 2001-09-09T01:46:40Z on.
  func tellLog(
    _ query: LogQuery, _ lines: [String], sources: [LogSource] = ["app"], source: UInt16 = 0,
    mark: Bool = false
  ) {
    var chunk = LogChunk(sources: sources)
    for (index, line) in lines.enumerated() {
      let bytes = Array(line.utf8)
      let time = (1_000_000_000 + Int64(index)) * 1_000_000_000
      chunk.lines.append(
        .init(start: chunk.bytes.count, length: bytes.count, nanoseconds: time, source: source, isMark: mark))
      chunk.bytes += bytes
    }
    reader.tell(.log(query, chunk), .phase(.log(query), .live))
    session.takeIn()
  }

  func remove(_ query: Query, _ uid: String) {
    var writer = RowWriter()
    writer.begin(uid: uid, namespace: "", name: "")
    writer.endRemoved()
    reader.tell(.rows(query, writer.takeBatch()))
    session.takeIn()
  }

  func press(_ keys: Key...) {
    for key in keys {
      _ = screen
      session.handle(key)
    }
  }

  func type(_ text: String) {
    for character in text { press(.character(character)) }
  }

  /// A command or filter with its enter.
  func enter(_ text: String) {
    type(text)
    press(.enter)
  }

  var canvas: Canvas { session.frame(width: width, height: height) }
  var screen: String { canvas.text() }
  var lines: [String] { screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
  /// The name in the row that is drawn reversed.
  var cursorLine: String {
    let canvas = canvas
    for (y, line) in canvas.text().split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where y > 1 && canvas.style(x: 0, y: y).reverse { return String(line) }
    return ""
  }
}

extension Writer {
  /// One that answers nothing.
  static var silent: Writer { Writer(preview: { _, _ in Stop {} }, submit: { _, _ in Stop {} }) }
}
