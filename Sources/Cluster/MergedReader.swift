import Synchronization

/// Several clusters as one: their rows stand in one table with a column that tells whose each is, their problems in one
/// list. What is about one object is asked in its own cluster, not here.
package final class MergedReader: Reader {
  package let place: Place
  private let parts: [(name: String, reader: any Reader)]

  /// - Parameter parts: two or more, by the names of their contexts.
  package init(_ parts: [(name: String, reader: any Reader)]) {
    self.parts = parts
    let names = parts.map(\.name).joined(separator: ",")
    let users = Set(parts.map(\.reader.place.user)).sorted().joined(separator: ",")
    place = Place(context: names, cluster: names, user: users, namespace: nil)
  }

  /// The title of the column that tells the cluster; it is the first.
  package static let columnTitle = "CLUSTER"

  package var kinds: [Kind] { Self.union(parts.map(\.reader.kinds)) }

  package var traffic: Traffic {
    parts.reduce(into: Traffic()) { sum, part in
      let traffic = part.reader.traffic
      sum.requests += traffic.requests
      sum.bytesReceived += traffic.bytesReceived
      sum.openWatches += traffic.openWatches
    }
  }

  package func start(_ need: Need, into outbox: Outbox) -> Stop {
    switch need {
    case .rows, .problems, .kinds: break
    default:
      let why = "this shows several clusters at once: choose one with :ctx"
      outbox.post(.phase(need, .refused(status: 0, why: why)))
      return Stop {}
    }
    let merge = Merge(need, parts.map(\.name), outbox)
    let stops = parts.enumerated().map { index, part in
      part.reader.start(need, into: Outbox { merge.take($0, from: index) })
    }
    return Stop { for stop in stops { stop() } }
  }

  package func close() { for part in parts { part.reader.close() } }

  /// Every kind that any of them serves, as a table that tells the cluster first. Figures that are looked up by name would
  /// be those of any cluster: they are left out.
  fileprivate static func union(_ lists: [[Kind]]) -> [Kind] {
    var seen: Set<Kind.ID> = []
    return lists.joined().filter { seen.insert($0.id).inserted }.map { kind in
      var kind = kind
      kind.columns = kind.columns.map { columns in
        [clusterColumn] + columns.filter { if case .measure = $0.content { false } else { true } }
      }
      return kind
    }
  }

  fileprivate static let clusterColumn = Column(columnTitle, priority: 95)
}

/// Puts together what several clusters tell about one need.
private final class Merge: Sendable {
  private struct State {
    var phases: [Phase]
    var boards: [Int: ProblemBoard] = [:]
    var kinds: [Int: [Kind]] = [:]
    /// The server's columns that the rows of all are written for, where it decides them.
    var columns: [Column]?
    /// Where in a cluster's cells stand those of the common columns.
    var places: [Int: [Int?]] = [:]
    var told: Phase?
  }

  private let need: Need
  private let names: [String]
  private let outbox: Outbox
  private let state: Mutex<State>
  /// More sources than anybody names namespaces.
  private static let sourcesOfEach = 1_000

  init(_ need: Need, _ names: [String], _ outbox: Outbox) {
    (self.need, self.names, self.outbox) = (need, names, outbox)
    state = Mutex(State(phases: names.map { _ in .connecting }))
  }

  func take(_ delta: Delta, from index: Int) {
    // Posted under the lock: what two clusters tell must not overtake what was put together of it.
    state.withLock { state in
      switch delta {
      case .phase(_, let phase):
        state.phases[index] = phase
        let common = Self.common(state.phases, names)
        guard common != state.told else { return }
        state.told = common
        outbox.post(.phase(need, common))
      case .rows(let query, let batch): outbox.post(.rows(query, rows(batch, from: index, &state)))
      case .problems(let query, var board):
        for at in board.problems.indices {
          board.problems[at].cluster = names[index]
          board.problems[at].id = "\(names[index]) \(board.problems[at].id)"
        }
        state.boards[index] = board
        outbox.post(.problems(query, self.board(of: state)))
      case .kinds(let kinds):
        state.kinds[index] = kinds
        let lists = state.kinds.sorted { $0.key < $1.key }.map(\.value)
        outbox.post(.kinds(MergedReader.union(lists)))
      case .notice(let text): outbox.post(.notice("\(names[index]): \(text)"))
      default: outbox.post(delta)
      }
    }
  }

  // MARK: Rows

  private func rows(_ batch: RowBatch, from index: Int, _ state: inout State) -> RowBatch {
    if let columns = batch.columns {
      // Servers of other versions print other columns: those of the first one count.
      let common = state.columns ?? columns
      state.columns = common
      let cells = columns.filter(\.hasCell)
      state.places[index] = common.filter(\.hasCell).map { column in
        cells.firstIndex { $0.title == column.title }
      }
    }
    var merged = batch.withCell(
      names[index], source: index * Self.sourcesOfEach + batch.source, cells: state.places[index])
    if batch.columns != nil, let columns = state.columns {
      merged.columns = [MergedReader.clusterColumn] + columns
    }
    return merged
  }

  private func board(of state: State) -> ProblemBoard {
    var merged = ProblemBoard()
    var counts: [Kind.ID: ProblemBoard.Checked] = [:]
    var order: [Kind.ID] = []
    for (index, board) in state.boards.sorted(by: { $0.key < $1.key }) {
      merged.problems += board.problems
      merged.unseen += board.unseen.map { "\(names[index]): \($0)" }
      for checked in board.checked {
        if counts[checked.kind] == nil { order.append(checked.kind) }
        let before = counts[checked.kind]?.count ?? 0
        counts[checked.kind] = ProblemBoard.Checked(
          checked.kind, plural: checked.plural, count: before + checked.count)
      }
    }
    merged.problems.sort { a, b in a.isWorse(than: b) }
    merged.checked = order.compactMap { counts[$0] }
    merged.isWhole = state.boards.count == names.count && state.boards.values.allSatisfy(\.isWhole)
    return merged
  }

  // MARK: Phases

  /// What came of all of them: those that can't be read are told, and the others shown.
  private static func common(_ phases: [Phase], _ names: [String]) -> Phase {
    func told(_ index: Int, _ why: String) -> String { "\(names[index]): \(why)" }
    var (got, of, isListing) = (0, 0 as Int?, false)
    var stale: (since: Int64, why: String)?
    var refused: [(status: Int, why: String)] = []
    var isLive = false
    for (index, phase) in phases.enumerated() {
      switch phase {
      case .connecting: isListing = true
      case .listing(let more, let all):
        (got, isListing) = (got + more, true)
        of = of.flatMap { of in all.map { of + $0 } }
      case .live: isLive = true
      case .partial(let why):
        isLive = true
        refused.append((403, told(index, why)))
      case .stale(let since, let why):
        if since < stale?.since ?? .max { stale = (since, told(index, why)) }
      case .refused(let status, let why): refused.append((status, told(index, why)))
      case .ended(let why): stale = stale ?? (0, told(index, why))
      }
    }
    if let stale { return .stale(since: stale.since, why: stale.why) }
    if !refused.isEmpty {
      let why = refused.map(\.why).joined(separator: "; ")
      if isListing { return .listing(got: got, of: of) }
      return isLive ? .partial(why: why) : .refused(status: refused[0].status, why: why)
    }
    guard isListing else { return .live }
    return isLive || got > 0 ? .listing(got: got, of: of) : .connecting
  }
}
