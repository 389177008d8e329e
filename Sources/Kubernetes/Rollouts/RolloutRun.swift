import Cluster

/// Serves the need for a rollout.
final class RolloutRun: Sendable {
  private let source: RolloutSource

  init(_ ref: ObjectRef, engine: Engine, outbox: Outbox) {
    source = RolloutSource(
      ref, engine: engine, change: { rollout, _ in outbox.post(.rollout(ref, rollout)) },
      tell: { outbox.post(.phase(.rollout(ref), $0)) }, notice: { outbox.post(.notice($0)) })
  }

  func start() { source.start() }
  func stop() { source.stop() }
}
