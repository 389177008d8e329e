import Dispatch
import Synchronization

/// What other threads ask of the server's thread.
final class ServerBoard: Sendable {
  struct Orders {
    /// Connections with something new to send.
    var marked: [Int] = []
    var drops: [DispatchSemaphore] = []
    var stops = false
  }

  private struct State {
    var orders = Orders()
    var isWoken = false
    var hasEnded = false
  }

  private let state = Mutex(State())
  private let pipe = WakePipe()
  private let threadID = Atomic<UInt>(0)
  private let connections = Atomic<Int>(0)
  private let running = DispatchGroup()

  var descriptor: CInt { pipe.descriptor }

  var connectionCount: Int { connections.load(ordering: .relaxed) }

  func mark(_ connection: Int) { post { $0.marked.append(connection) } }

  /// Returns when the server's thread has cut every connection.
  func dropConnections() {
    let done = DispatchSemaphore(value: 0)
    guard post({ $0.drops.append(done) }), !isOnThread else { return }
    done.wait()
  }

  /// - Parameter waits: until the thread has ended; not on that thread itself.
  func stop(waits: Bool) {
    post { $0.stops = true }
    if waits, !isOnThread { running.wait() }
  }

  private var isOnThread: Bool { threadID.load(ordering: .relaxed) == WorkerThread.currentID }

  /// False when the thread has ended.
  @discardableResult
  private func post(_ order: (inout Orders) -> Void) -> Bool {
    let (accepted, mustWake) = state.withLock { state in
      guard !state.hasEnded else { return (false, false) }
      order(&state.orders)
      defer { state.isWoken = true }
      return (true, !state.isWoken)
    }
    if mustWake { pipe.wake() }
    return accepted
  }

  // MARK: On the server's thread

  func threadWillStart() { running.enter() }

  func threadBegan() { threadID.store(WorkerThread.currentID, ordering: .relaxed) }

  func connectionsChanged(_ count: Int) { connections.store(count, ordering: .relaxed) }

  func threadEnded() {
    let drops = state.withLock { state in
      state.hasEnded = true
      defer { state.orders = Orders() }
      return state.orders.drops
    }
    for done in drops { done.signal() }
    running.leave()
  }

  func takeOrders() -> Orders {
    pipe.drain()
    return state.withLock { state in
      state.isWoken = false
      defer { state.orders = Orders() }
      return state.orders
    }
  }
}
