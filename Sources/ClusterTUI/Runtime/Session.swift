import Cluster
import Terminal

/// How the program gets at clusters: the contexts a person may choose from, and the way into each.
struct Connector {
  struct ContextRow {
    var name: String
    var cluster: String
    var user: String
    var namespace: String
  }

  var contexts: [ContextRow]
  /// Never blocks: whatever takes time happens behind the reader. The text says why there is no such way.
  var open: (_ context: String) -> Result<Link, ConnectionProblem>

  /// A way into a cluster.
  struct Link {
    var reader: any Reader
    /// Makes what can change things; nil where nothing may.
    var writer: (() -> Writer)?
    /// A change there wants its object's name typed.
    var isProtected = false
  }
}

struct ConnectionProblem: Error {
  var text: String
}

/// The program without its terminal: a reader, what it told, the screens over it. The full-screen loop, `print`
/// and scripts all drive the same session.
final class Session {
  private(set) var world = World()
  private(set) var shell = Shell()
  private let connector: Connector
  private var reader: (any Reader)?
  /// Only where the person did not ask for a read-only session.
  private var writer: Writer?
  /// The changes that were sent and are followed, by their ids.
  private var submissions: [Int: Stop] = [:]
  var audit: Audit?
  /// The person's own wish, whatever the context says.
  private var wantsReadOnly = false
  /// Masks credentials in all that is told, whatever screen shows it. Counts from the next `open` on.
  var isRedacted = false
  /// The screen that all begins with, in place of the problems.
  var home: ((_ namespaces: [String]) -> any Screen)?
  /// Why there is no way into the context that was asked for.
  private(set) var problem: ConnectionProblem?
  private var mailbox = Mailbox<Outbox.Letter>()
  private var running: [Need: Service] = [:]
  private var starts = 0
  /// Lists that no screen shows any more, the one left last at the end: a person who goes back finds them live, and
  /// with the server away they are still there to go back to.
  private var left: [Need] = []
  private static let maxLeft = 2
  private var rate = RequestRate()
  private let clock: Clock
  /// Where `--log-file` goes.
  var journal: Journal?

  init(connector: Connector, clock: Clock = .system) {
    self.connector = connector
    self.clock = clock
    tick()
    world.setOwnRows(Query(Catalog.contexts.id), contextRows(current: nil))
  }

  /// Readable when there is something to take in.
  var descriptor: CInt { mailbox.descriptor }
  /// The moment to draw again although nothing came.
  var wakeAt: Int64 { min(shell.wakeAt ?? .max, drawnAt + shell.redrawIn(world)) }
  private var drawnAt: Int64 = 0
  var milliseconds: Int64 { clock.milliseconds() }

  // MARK: Contexts

  /// Connects and runs the first command there. A context that can't be used is told on the screen of contexts.
  ///
  /// - Parameter first: a screen to begin with in place of a command.
  func open(
    context name: String, namespaces: [String]?, command: String, first: (any Screen)? = nil,
    isReadOnly: Bool = false
  ) {
    close()
    journal?.write("open context '\(name)': \(command)")
    world.isReadOnly = isReadOnly
    world.isRedacted = isRedacted
    wantsReadOnly = isReadOnly
    world.setOwnRows(Query(Catalog.contexts.id), contextRows(current: nil))
    problem = nil
    switch connector.open(name) {
    case .failure(let problem):
      self.problem = problem
      _ = shell.run("contexts", world)
      shell.fail(problem.text)
      journal?.write("no way there: \(problem.text)")
    case .success(let link):
      let reader = link.reader
      self.reader = reader
      writer = isReadOnly ? nil : link.writer?()
      (world.canChange, world.isProtected) = (writer != nil, link.isProtected)
      world.isReadOnly = isReadOnly || link.writer == nil
      world.setOwnRows(Query(Catalog.contexts.id), contextRows(current: name))
      world.isConnected = true
      world.place = reader.place
      world.kinds.add(reader.kinds, complete: false)
      shell.namespaces = namespaces ?? reader.place.namespace.map { [$0] } ?? []
      if let first = first ?? home?(shell.namespaces) { shell.begin(with: first) }
      if first == nil, home == nil || !command.isEmpty {
        perform(shell.run(command.isEmpty ? "problems" : command, world))
      }
    }
    reconcile()
  }

  /// Puts a screen in the place of all others.
  func show(_ screen: any Screen) {
    shell.begin(with: screen)
    reconcile()
  }

  func close() {
    for run in running.values { run.stop() }
    (running, left) = ([:], [])
    // What is under way is followed no more: the record says so.
    for id in world.ledger.leave(world.place.context, now: world.now) { world.ledger[id].map(record) }
    for stop in submissions.values { stop() }
    submissions = [:]
    writer?.close()
    writer = nil
    reader?.close()
    reader = nil
    mailbox = Mailbox()
    rate = RequestRate()
    world.forgetCluster()
    shell.clear()
  }

  private func contextRows(current: String?) -> RowBatch {
    var writer = RowWriter()
    writer.beginList()
    for context in connector.contexts {
      writer.begin(uid: context.name, namespace: "", name: context.name)
      writer.cell(context.name == current ? "*" : "")
      writer.cell(context.cluster)
      writer.cell(context.user)
      writer.cell(context.namespace)
      writer.end()
    }
    writer.completeList()
    return writer.takeBatch()
  }

  // MARK: What runs

  /// Starts what is needed and not running, stops what runs and is not needed.
  private func reconcile() {
    guard let reader else { return }
    let needs = shell.needs(world).filter { $0 != .rows(Query(Catalog.contexts.id)) }
    left.removeAll(where: needs.contains)
    for need in running.keys where !needs.contains(need) && !left.contains(need) {
      if need.isWholeList, world.holds(need) { left.append(need) } else { end(need) }
    }
    while left.count > Self.maxLeft { end(left.removeFirst()) }
    for need in needs where running[need] == nil {
      journal?.started(need)
      starts += 1
      let outbox = Outbox(mailbox, start: starts, isRedacted: isRedacted)
      let stop: Stop
      if case .preview = need, let writer {
        stop = writer.preview(need, outbox)
      } else {
        stop = reader.start(need, into: outbox)
      }
      running[need] = Service(start: starts, stop: stop)
    }
  }

  private func end(_ need: Need) {
    running.removeValue(forKey: need)?.stop()
    journal?.stopped(need)
    world.forget(need)
  }

  /// Takes in what came; false when that was nothing.
  @discardableResult
  func takeIn() -> Bool {
    tick()
    let box = mailbox
    let letters = box.drain()
    for letter in letters {
      // A command that waited may have led into another cluster: what is left is the old one's.
      guard box === mailbox else { break }
      let delta = letter.delta
      // What was asked for and is no longer needed may still arrive, and was perhaps asked for again meanwhile.
      guard delta.need.map({ running[$0]?.start == letter.start }) ?? true else { continue }
      journal?.heard(delta)
      let before = delta.submission.flatMap { id in world.ledger[id]?.progress.state }
      if let notice = world.apply(delta) { shell.inform(notice, world) }
      if let id = delta.submission, let entry = world.ledger[id], entry.progress.state != before {
        record(entry)
      }
      if case .kinds = delta { perform(shell.kindsCame(world)) }
    }
    perform(shell.took(world))
    return !letters.isEmpty
  }

  private func tick() {
    (world.now, world.milliseconds) = (clock.epochSeconds(), clock.milliseconds())
    (world.clock, world.zoneOffsetSeconds) = clock.local(world.now)
    if let reader {
      world.traffic = reader.traffic
      world.requestRate = rate.update(requests: world.traffic.requests, at: world.milliseconds)
    }
  }

  // MARK: Keys and frames

  /// What is left to do for the one who holds the terminal: copy, save, quit.
  private(set) var pending: [Effect] = []
  func takePending() -> [Effect] {
    defer { pending = [] }
    return pending
  }

  func handle(_ key: Key) {
    tick()
    perform(shell.handle(key, world))
    reconcile()
  }

  private func perform(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .submit(let previews):
        submit(previews)
        continue
      case .readChanges:
        world.ledger.markRead()
        continue
      default: break
      }
      if case .switchContext(let name, let command) = effect {
        let known = connector.contexts.map(\.name)
        guard known.contains(name) else {
          // A slip of the fingers must not cost the connection.
          let nearest = Nearest.word(to: name, among: known).map { ": did you mean \($0)?" } ?? ""
          shell.fail("there is no context '\(name)'\(nearest)")
          continue
        }
        open(context: name, namespaces: nil, command: command, isReadOnly: wantsReadOnly)
      } else {
        pending.append(effect)
      }
    }
  }

  // MARK: Changes

  private func submit(_ previews: [Preview]) {
    guard let writer else {
      return shell.fail("nothing was sent: there is no connection that may change anything")
    }
    for preview in previews {
      let submission = world.ledger.add(preview, world.place, now: world.now)
      if let entry = world.ledger[submission.id] { record(entry) }
      submissions[submission.id] = writer.submit(submission, Outbox(mailbox, start: 0))
    }
  }

  private func record(_ entry: Ledger.Entry) {
    if let problem = audit?.write(entry, now: world.now) { shell.fail(problem) }
  }

  /// A text that a screen wants to have edited, and its outcome.
  var editorText: String? { shell.editorText }
  func edited(_ outcome: EditorOutcome) {
    tick()
    perform(shell.edited(outcome, world))
    reconcile()
  }

  func inform(_ text: String) { shell.inform(text, world) }
  func fail(_ text: String) { shell.fail(text) }

  /// The screen as it should look now.
  func frame(width: Int, height: Int) -> Canvas {
    tick()
    drawnAt = world.milliseconds
    shell.prepare(world, width: width, height: height)
    reconcile()
    return shell.draw(world, width: width, height: height)
  }

  /// Whether everything that is needed is there and nothing is on its way: what tests and `print` wait for.
  var isIdle: Bool {
    guard mailbox.isEmpty else { return false }
    if reader == nil { return true }
    if let wakeAt = shell.wakeAt, wakeAt <= clock.milliseconds() + 1_000, wakeAt != .max { return false }
    return shell.needs(world).allSatisfy { need in
      switch world.phase(need) {
      case .connecting, .listing: need == .kinds && world.kinds.isComplete
      case .live, .stale, .refused, .ended: true
      }
    }
  }
}

extension Delta {
  /// The change that this tells about.
  fileprivate var submission: Int? { if case .progress(let id, _) = self { id } else { nil } }

  /// What this tells about; nil where that is no need.
  var need: Need? {
    switch self {
    case .kinds: .kinds
    case .rows(let query, _): .rows(query)
    case .object(let ref, _): .object(ref)
    case .page(let ref, _): .description(ref)
    case .log(let query, _): .log(query)
    case .rollout(let ref, _): .rollout(ref)
    case .usage(let query, _): .usage(query)
    case .chart(let query, _): .chart(query)
    case .problems(let query, _): .problems(query)
    case .diagnosis(let ref, _): .diagnosis(ref)
    case .timeline(let query, _): .timeline(query)
    case .preview(let need, _), .phase(let need, _): need
    case .rights(let query, _): .rights(query)
    case .notice, .progress: nil
    }
  }
}

extension Need {
  /// A kind's list, and not what belongs to one object.
  fileprivate var isWholeList: Bool {
    if case .problems = self { return true }
    guard case .rows(let query) = self else { return false }
    return query.labelSelector.isEmpty && query.fieldSelector.isEmpty && query.owner.isEmpty
  }
}

/// A need that is being served, and which start of it that is.
private struct Service {
  var start: Int
  var stop: Stop
}

/// Requests a second over the last ten seconds.
private struct RequestRate {
  private var samples: [(at: Int64, requests: Int)] = []

  mutating func update(requests: Int, at now: Int64) -> Double {
    if samples.last.map({ now - $0.at >= 1_000 }) ?? true { samples.append((now, requests)) }
    samples.removeAll { now - $0.at > 11_000 }
    guard let first = samples.first, now > first.at else { return 0 }
    // The first seconds would make much of a few requests.
    return Double(requests - first.requests) * 1_000 / Double(max(5_000, now - first.at))
  }
}
