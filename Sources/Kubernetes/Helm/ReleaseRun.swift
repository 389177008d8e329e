import Cluster
import Dispatch

/// Serves the need for one revision of a release: its Secret, decoded.
final class ReleaseRun: Sendable {
  private let watcher: Watcher

  /// - Parameter ref: its name is that of the Secret.
  init(_ ref: ObjectRef, engine: Engine, outbox: Outbox) {
    let unpacking = DispatchQueue(label: "release")
    let secret = ObjectRef(kind: "v1/secrets", namespace: ref.namespace, name: ref.name)
    let source = ObjectSource(
      secret, engine: engine,
      change: { json in
        // Unpacking takes its time, which is not for the engine's queue; one after the other, so that the newest is last.
        if let json { unpacking.async { outbox.post(.release(ref, HelmSecret.release(json))) } }
      },
      tell: { outbox.post(.phase(.release(ref), $0)) }, notice: { outbox.post(.notice($0)) })
    watcher = Watcher(engine: engine, target: source.target, consumer: source)
  }

  func start() { watcher.start() }
  func stop() { watcher.stop() }
}
