import Cluster
import Document
import Terminal

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `clustertui oncall`: what is broken, what changed and the log, on one screen that may be shared: it can only read,
/// and credentials are masked. Without a terminal: the list once (`--once`, `-o json`), or all that is known as a file.
enum OncallCommand {
  /// How long the lists of a large cluster may take.
  private static let patienceMilliseconds: Int64 = 60_000
  /// How long events, logs and single objects may take once the lists have come; as long is waited for a server that
  /// does not answer.
  private static let detailMilliseconds: Int64 = 20_000

  static func run(_ arguments: Arguments, _ connector: Connector, context: String) -> Int32 {
    let session = Session(connector: connector)
    defer { session.close() }
    session.isRedacted = true
    if Run.keepJournal(arguments, session) != nil { return 2 }
    if let path = arguments.bundle { return bundle(arguments, session, context: context, path: path) }
    if arguments.once || arguments.output == .json {
      return once(arguments, session, context: context) { print($0) }
    }
    let preferences = Preferences()
    let (bell, notify) = (arguments.ringsBell, arguments.notifies)
    session.home = { OncallScreen(namespaces: $0, ringsBell: bell, notifies: notify) }
    session.open(context: context, namespaces: arguments.namespaces, command: "", isReadOnly: true)
    session.configure(preferences.told)
    return Run.fullScreen(arguments, session, preferences)
  }

  // MARK: Once

  /// 0 nothing is broken, 1 something is, 2 it is not known.
  static func once(
    _ arguments: Arguments, _ session: Session, context: String, say: (String) -> Void
  ) -> Int32 {
    session.isRedacted = true
    let board: ProblemBoard
    let query: ProblemsQuery
    switch read(arguments, session, context: context) {
    case .failure(let problem): return Run.misused(problem.text)
    case .success(let found): (board, query) = found
    }
    let world = session.world
    if arguments.output == .json {
      let report = ReportJSON(world.kinds, world.place, now: world.now).problems(board, query)
      say(String(decoding: report.encoded(pretty: true), as: UTF8.self))
    } else {
      for line in text(board, query, world) { say(line) }
    }
    guard fflush(nil) == 0 else { return Run.misused("cannot write: \(String(cString: strerror(errno)))") }
    if board.problems.contains(where: { $0.severity > .notice }) { return 1 }
    return board.isWhole ? 0 : 2
  }

  /// The board as soon as everything that was asked for has come; what has come of it when the time is up.
  private static func read(
    _ arguments: Arguments, _ session: Session, context: String
  ) -> Result<(ProblemBoard, ProblemsQuery), ConnectionProblem> {
    session.open(
      context: context, namespaces: arguments.namespaces, command: "", first: NeedsScreen([]),
      isReadOnly: true)
    if let problem = session.problem { return .failure(problem) }
    // First the kinds, so that custom objects are watched from the beginning.
    let unknownKinds = Headless.waitForKinds(session, patienceMilliseconds: detailMilliseconds)
    let query = ProblemsQuery(namespaces: session.shell.namespaces)
    let need = Need.problems(query)
    session.show(NeedsScreen([.kinds, need]))
    var why = "nothing was told within \(patienceMilliseconds / 1_000) s"
    var wholeAt: Int64?
    var staleAt: Int64?
    var isComplete = false
    _ = Headless.wait(session, patienceMilliseconds: patienceMilliseconds) { world in
      let now = session.milliseconds
      if world.boards[query]?.isWhole == true { wholeAt = wholeAt ?? now }
      switch world.phase(need) {
      case .refused(_, let reason), .ended(let reason):
        why = reason
        return true
      case .stale(_, let reason):
        why = reason
        staleAt = staleAt ?? now
      case .live, .partial:
        staleAt = nil
        isComplete = wholeAt != nil
      case .connecting, .listing: staleAt = nil
      }
      return isComplete || [wholeAt, staleAt].compactMap(\.self).contains { now - $0 >= detailMilliseconds }
    }
    guard var board = session.world.boards[query] else { return .failure(ConnectionProblem(text: why)) }
    board.isWhole = board.isWhole && isComplete
    if let unknownKinds { board.unseen.append("custom objects: \(unknownKinds)") }
    return .success((board, query))
  }

  static func text(_ board: ProblemBoard, _ query: ProblemsQuery, _ world: World) -> [String] {
    let place = query.namespaces.isEmpty ? "all namespaces" : query.namespaces.joined(separator: ", ")
    let faults = board.problems.filter { $0.severity > .notice }
    let notices = board.problems.filter { $0.severity == .notice }
    let count = faults.isEmpty ? "nothing is broken" : "\(faults.count) broken"
    var lines = [Text.harmless("\(world.place.context), \(place): \(count)")]
    lines += (faults + notices).map { problem in
      "\(problem.severity.glyph) \(ProblemWords(problem, world.kinds, now: world.now).sentence)"
    }
    let counts = board.checked.filter { $0.count > 0 }.map { "\($0.count) \(Text.harmless($0.plural))" }
    if faults.isEmpty, !counts.isEmpty { lines.append("looked at \(counts.joined(separator: ", "))") }
    lines += board.unseen.map { "? not looked at: \(Text.harmless(Moment.rendered($0, now: world.now)))" }
    if !board.isWhole { lines.append("? not everything was looked at in time") }
    return lines
  }

  // MARK: The bundle

  private static func bundle(
    _ arguments: Arguments, _ session: Session, context: String, path: String
  ) -> Int32 {
    // Before minutes of work: is there a place for it?
    let file = FileWriter.create(path, O_EXCL, mode: 0o600)
    guard file >= 0 else { return Run.misused("cannot write \(path): \(String(cString: strerror(errno)))") }
    defer { FileWriter.close(file) }
    switch bundleText(arguments, session, context: context) {
    case .failure(let problem):
      unlink(path)
      return Run.misused(problem.text)
    case .success(let text):
      guard FileWriter.writeAll(Array(text.utf8), to: file) else {
        return Run.misused("cannot write \(path): \(String(cString: strerror(errno)))")
      }
      return Run.say(path)
    }
  }

  static func bundleText(
    _ arguments: Arguments, _ session: Session, context: String
  ) -> Result<String, ConnectionProblem> {
    switch read(arguments, session, context: context) {
    case .failure(let problem): return .failure(problem)
    case .success(let (board, query)):
      var bundle = IncidentBundle(board, query, session.world)
      while !bundle.isDone {
        session.show(NeedsScreen(bundle.needs.union([.kinds, .problems(query)])))
        Headless.wait(session, atMost: 100)
        session.takeIn()
        bundle.took(session.world)
      }
      return .success(
        String(decoding: bundle.report(session.world).encoded(pretty: true), as: UTF8.self) + "\n")
    }
  }
}
