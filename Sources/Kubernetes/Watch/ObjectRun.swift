import Cluster
import Document

/// Serves the need for one whole object.
final class ObjectRun: Sendable {
  private let watcher: Watcher

  init(_ ref: ObjectRef, engine: Engine, outbox: Outbox) {
    let source = ObjectSource(
      ref, engine: engine,
      change: { json in outbox.post(.object(ref, json.map { WholeObject(json: $0) })) },
      tell: { outbox.post(.phase(.object(ref), $0)) }, notice: { outbox.post(.notice($0)) })
    watcher = Watcher(engine: engine, target: source.target, consumer: source)
  }

  func start() { watcher.start() }
  func stop() { watcher.stop() }
}
