import Cluster
import HTTP
import Metrics
import Synchronization

/// A cluster's state as series that are always ready to be scraped: one list and watch for each kind of `StateKind.all`,
/// nothing else asked of the server, whoever scrapes. It holds nothing that could change the cluster.
package final class StateExporter: Sendable {
  package struct Options: Sendable {
    /// Empty: all of them. Kinds that have no namespace are read in any case.
    package var namespaces: [String] = []
    /// About how long a server that fails is left alone at most.
    package var maxBackoffSeconds = 30.0

    package init() {}
  }

  private struct State {
    var isStopped = false
    var more: [@Sendable () -> [FamilyLines]] = []
  }

  private let session = HTTPSession()
  private let engine: Engine
  private let kinds: [StateKind]
  private let book: SeriesBook
  private let board: StateBoard
  private let watchers: [Watcher]
  private let state = Mutex(State())

  package init(upstream: Upstream, options: Options = Options()) {
    let engine = Engine(
      label: "state", session: session, upstream: upstream, maxBackoffSeconds: options.maxBackoffSeconds)
    let kinds = StateKind.all
    let namespaces = kinds.map { kind in
      options.namespaces.isEmpty || !kind.kind.namespaced ? [""] : options.namespaces
    }
    let book = SeriesBook(kinds.map(\.families))
    let board = StateBoard(zip(kinds, namespaces).map { ($0.kind.plural, $1.count) })
    self.engine = engine
    self.kinds = kinds
    self.book = book
    self.board = board
    watchers = zip(kinds, namespaces).enumerated().flatMap { place, pair in
      let (kind, namespaces) = pair
      return namespaces.enumerated().map { source, namespace in
        var target = WatchTarget(ResourcePath(kind.kind.id), namespace: namespace)
        target.asTable = kind.isTable
        target.onlyTable = kind.isTable
        let source = StateSource(kind: kind, place: place, source: source, book: book, board: board)
        return Watcher(engine: engine, target: target, consumer: source)
      }
    }
  }

  /// The kinds it reads, each with its families: "v1/pods". What they need is `list` and `watch` of each.
  package static var contents: [(kind: Kind.ID, families: [MetricFamily])] {
    StateKind.all.map { ($0.kind.id, $0.families) }
  }

  /// Begins to list and watch; returns at once.
  package func start() { for watcher in watchers { watcher.start() } }

  /// Ends all watches. What was read stays as it was.
  package func stop() {
    let isFirst = state.withLock { state in
      defer { state.isStopped = true }
      return !state.isStopped
    }
    guard isFirst else { return }
    for watcher in watchers { watcher.stop() }
    engine.close()
    session.shutdown()
  }

  /// Adds families that somebody else keeps ready, such as those scraped from kubelets. Called at each scrape, on the
  /// server's thread: it must answer at once. Lines of a family that two sources name stand together on the page.
  package func add(_ families: @escaping @Sendable () -> [FamilyLines]) {
    state.withLock { $0.more.append(families) }
  }

  /// All lists have been read once, or refused.
  package var readiness: Readiness { board.readiness }
  package var isReady: Bool { readiness.isReady }

  /// Everything as it stands now; nothing is asked of anybody.
  package var families: [FamilyLines] {
    let more = state.withLock { $0.more }
    return book.lines + more.flatMap { $0() }
      + board.families(objects: kinds.indices.map { book.objectCount($0) })
  }

  /// What a `MetricsServer` serves.
  package var source: MetricsSource {
    MetricsSource(families: { [self] in families }, readiness: { [self] in readiness })
  }
}
