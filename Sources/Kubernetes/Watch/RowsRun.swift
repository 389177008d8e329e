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
    let known = Kinds.builtIn(query.kind)
    let isContainers = kind.role == .container
    let path = ResourcePath(isContainers ? "v1/pods" : query.kind)
    let namespaces = query.namespaces.isEmpty || !kind.namespaced ? [""] : query.namespaces
    let board = Board(count: namespaces.count)
    let tell: (Int, Phase) -> Void = { index, phase in
      let now = board.phases.change(index, to: phase)
      guard now != board.told else { return }
      board.told = now
      outbox.post(.phase(.rows(query), now))
    }
    // Where all pods are is where all nodes are.
    let isPlaced = query.kind == "v1/pods" && (namespaces != [""] || !query.labelSelector.isEmpty)
    forget = { placements.forget(query) }
    watchers = namespaces.enumerated().map { index, namespace in
      let source = RowSource(
        query: query, source: index, kind: kind, decoder: known?.decoder, isOfOneObject: isContainers,
        post: { batch in
          if isPlaced { placements.take(batch, of: query) }
          outbox.post(.rows(query, batch))
        }, tell: { tell(index, $0) },
        notice: { outbox.post(.notice($0)) })
      var target = WatchTarget(
        path, namespace: namespace, labelSelector: query.labelSelector,
        fieldSelector: query.fieldSelector)
      target.asTable = known?.decoder == nil
      target.canWatch = kind.canWatch
      return Watcher(engine: engine, target: target, consumer: source)
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
    init(count: Int) { phases = PhaseBoard(count: count) }
  }
}
