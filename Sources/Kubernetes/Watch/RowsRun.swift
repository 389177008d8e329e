import Cluster

/// Serves a query: one list and watch for each of its namespaces.
///
/// @unchecked: the board is touched on the engine's queue only; the rest does not change.
final class RowsRun: @unchecked Sendable {
  private let watchers: [Watcher]
  private let forget: @Sendable () -> Void

  init(
    _ query: Query, kind: Kind, engine: Engine, outbox: Outbox, placements: Placements = Placements()
  ) {
    let isContainers = kind.role == .container
    let parts = Self.parts(of: query, kind)
    let board = Board(count: parts.count)
    let tell: (Int, Phase) -> Void = { index, phase in
      let now = board.phases.change(index, to: phase)
      guard now != board.told else { return }
      board.told = now
      outbox.post(.phase(.rows(query), now))
    }
    // Where all pods are is where all nodes are.
    let isEverywhere = query.namespaces.isEmpty && query.labelSelector.isEmpty
    let isPlaced = query.kind == "v1/pods" && !isEverywhere
    forget = { placements.forget(query) }
    watchers = parts.enumerated().map { index, part in
      let source = RowSource(
        query: query, source: index, kind: kind, decoder: part.decoder, isOfOneObject: isContainers,
        now: engine.now,
        post: { batch in
          if isPlaced { placements.take(batch, of: query) }
          outbox.post(.rows(query, batch))
        }, tell: { tell(index, $0) },
        notice: { outbox.post(.notice($0)) })
      var target = WatchTarget(
        part.path, namespace: part.namespace, labelSelector: query.labelSelector,
        fieldSelector: query.fieldSelector)
      target.asTable = part.decoder == nil
      // Paths lead anywhere in an object, which a Table's rows hold only when asked to; of a secret they never do.
      let hidesValues = Kinds.builtIn(query.kind)?.hidesValues == true
      target.tableHoldsObjects = !query.extraCells.isEmpty && !hidesValues
      target.canWatch = kind.canWatch
      return Watcher(engine: engine, target: target, consumer: source)
    }
  }

  /// One list and its watch.
  private struct Part {
    var path: ResourcePath
    var namespace: String
    var decoder: RowDecoder?
  }

  /// A list in each namespace, and where the rows are of several kinds, one of each kind.
  private static func parts(of query: Query, _ kind: Kind) -> [Part] {
    let namespaces = query.namespaces.isEmpty || !kind.namespaced ? [""] : query.namespaces
    let lists: [(id: Kind.ID, decoder: RowDecoder?)] =
      switch query.kind {
      case BuiltIn.workloads.kind.id: BuiltIn.workloadKinds.map { ($0.kind.id, $0.workloadDecoder) }
      case BuiltIn.containers.kind.id: [(BuiltIn.pods.kind.id, BuiltIn.containers.decoder)]
      default: [(query.kind, Kinds.builtIn(query.kind)?.decoder)]
      }
    return namespaces.flatMap { namespace in
      lists.map { Part(path: ResourcePath($0.id), namespace: namespace, decoder: $0.decoder) }
    }
  }

  func start() { watchers.forEach { $0.start() } }
  func stop() {
    watchers.forEach { $0.stop() }
    forget()
  }

  private final class Board {
    var phases: PhaseBoard
    var told = Phase.connecting
    init(count: Int) { phases = PhaseBoard(count: count, showsParts: true) }
  }
}
