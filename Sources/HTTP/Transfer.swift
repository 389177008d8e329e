import Synchronization

/// A handle on a running request. Letting go of it changes nothing: the request goes on to its end.
package final class Transfer: Sendable {
  let id: Int
  private let engine: Engine
  private let cancelled = Atomic<Bool>(false)

  init(id: Int, engine: Engine) {
    self.id = id
    self.engine = engine
  }

  /// Ends the transfer with `.ended(.cancelled)`, unless it has ended already. No `head` or `body` begins
  /// after this returns, though one may be on its way.
  package func cancel() {
    if !cancelled.exchange(true, ordering: .sequentiallyConsistent) { engine.post(.cancel(id)) }
  }

  /// Asks again for the bytes that were refused with `.pause`.
  package func resume() { engine.post(.resume(id)) }

  var isCancelled: Bool { cancelled.load(ordering: .sequentiallyConsistent) }
}
