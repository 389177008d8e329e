import Cluster
import Document

/// Serves the need for one whole object.
final class ObjectRun: Sendable {
  private let watcher: Watcher

  init(_ ref: ObjectRef, engine: Engine, mailbox: Mailbox<Delta>) {
    let source = ObjectSource(
      ref, engine: engine,
      change: { json in mailbox.post(.object(ref, json.map { WholeObject(json: $0) })) },
      tell: { mailbox.post(.phase(.object(ref), $0)) }, notice: { mailbox.post(.notice($0)) })
    watcher = Watcher(engine: engine, target: source.target, consumer: source)
  }

  func start() { watcher.start() }
  func stop() { watcher.stop() }
}
