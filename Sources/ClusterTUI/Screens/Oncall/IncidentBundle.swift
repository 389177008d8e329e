import Cluster

/// Gathers what is known of what is broken, a few needs at a time, while the screen goes on: the whys, the objects,
/// their descriptions with events, and the logs of pods. What does not come in time is noted.
struct IncidentBundle {
  let board: ProblemBoard
  let query: ProblemsQuery
  /// The problems whose objects are gathered.
  let detailed: [Problem]
  private let startedAt: Int64
  /// What is still to be asked for, in order.
  private var waiting: [Need]
  /// What is being asked for, and since when (World.milliseconds).
  private var asked: [Need: Int64] = [:]
  private(set) var gathered = Gathered()
  let count: Int

  static let maxProblems = 10
  static let maxPods = 3
  static let logLines = 500
  /// Of one log, from its end.
  static let maxLogBytes = 64 << 10
  /// Of one object.
  static let maxObjectBytes = 256 << 10
  /// Of all logs, objects and descriptions together.
  static let maxBytes = 8 << 20
  private static let maxAtOnce = 6
  private static let patienceMilliseconds: Int64 = 10_000
  private static let maxMilliseconds: Int64 = 60_000

  /// - Parameter first: the problem that comes first, whatever its rank.
  init(_ board: ProblemBoard, _ query: ProblemsQuery, first: String? = nil, _ world: World) {
    (self.board, self.query) = (board, query)
    let chosen = board.problems.filter { $0.id == first } + board.problems.filter { $0.id != first }
    detailed = Array(chosen.prefix(Self.maxProblems))
    startedAt = world.milliseconds
    waiting = [.timeline(TimelineQuery(namespaces: query.namespaces))]
    for problem in detailed {
      for need in Self.needs(of: problem, world.kinds) where !waiting.contains(need) { waiting.append(need) }
    }
    count = waiting.count
    if board.problems.count > detailed.count {
      gathered.cut.append("objects and logs of \(board.problems.count - detailed.count) more problems")
    }
    took(world)
  }

  private static func needs(of problem: Problem, _ kinds: Catalog) -> [Need] {
    var needs: [Need] = []
    func add(_ ref: ObjectRef) {
      guard kinds[ref.kind] != nil else { return }
      needs += [.object(ref), .description(ref)]
    }
    if kinds[problem.subject.kind] != nil { needs.append(.diagnosis(problem.subject)) }
    add(problem.subject)
    let affected = problem.findings.flatMap(\.affected)
    let pods = ([problem.subject] + affected).filter { kinds[$0.kind]?.hasOwnLog == true }
    var seen: Set<ObjectRef> = [problem.subject]
    for ref in affected.prefix(Finding.maxAffected) where seen.insert(ref).inserted {
      if seen.count <= maxPods + 1 { add(ref) }
    }
    var logs: Set<ObjectRef> = []
    for pod in pods where logs.count < maxPods && logs.insert(pod).inserted {
      var query = LogQuery(namespace: pod.namespace, pod: pod.name, uid: pod.uid)
      (query.follow, query.tailLines) = (false, logLines)
      needs.append(.log(query))
      query.previous = true
      needs.append(.log(query))
    }
    return needs
  }

  var needs: Set<Need> { Set(asked.keys) }
  var isDone: Bool { asked.isEmpty && waiting.isEmpty }
  var settledCount: Int { count - waiting.count - asked.count }
  /// When something is given up (World.milliseconds).
  var wakeAt: Int64? { asked.values.min().map { $0 + Self.patienceMilliseconds } }

  /// Takes what has come and asks for what is next.
  mutating func took(_ world: World) {
    let isOver = world.milliseconds - startedAt >= Self.maxMilliseconds
    for (need, since) in asked {
      if gathered.take(need, world) {
        asked[need] = nil
      } else if isOver || world.milliseconds - since >= Self.patienceMilliseconds {
        gathered.giveUp(need, world, why: "no answer within \((world.milliseconds - since) / 1_000) s")
        asked[need] = nil
      }
    }
    if isOver {
      for need in waiting { gathered.giveUp(need, world, why: "there was no time left for it") }
      waiting = []
    }
    while asked.count < Self.maxAtOnce, !waiting.isEmpty { asked[waiting.removeFirst()] = world.milliseconds }
  }
}
