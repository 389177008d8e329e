import Dispatch
import Synchronization

/// The way to the curl thread from any other: starts it when it is first needed, and hands it its commands.
final class Engine: Sendable {
  enum Command: Sendable {
    case prepare
    case start(Job, Transfer)
    case cancel(Int)
    case resume(Int)
  }

  /// What the curl thread finds when it looks.
  struct Orders {
    var commands: [Command] = []
    var ends = false
  }

  private struct State {
    var orders = Orders()
    var nextID = 1
    var isStarted = false
    var isWoken = false
    var isShut = false
  }

  let counter = TrafficCounter()
  private let state = Mutex(State())
  private let pipe = WakePipe()
  private let threadID = Atomic<UInt>(0)
  private let running = DispatchGroup()
  private let keepAlive: KeepAlive
  private let turned: @Sendable () -> Void

  init(keepAlive: KeepAlive = KeepAlive(), turned: @escaping @Sendable () -> Void = {}) {
    self.keepAlive = keepAlive
    self.turned = turned
  }

  var isOnThread: Bool { threadID.load(ordering: .relaxed) == WorkerThread.currentID }

  func start(_ job: Job) -> Transfer {
    let id = state.withLock { state in
      defer { state.nextID += 1 }
      return state.nextID
    }
    let transfer = Transfer(id: id, engine: self)
    if !post(.start(job, transfer)) { _ = job.event(.ended(.cancelled)) }
    return transfer
  }

  /// False after a shutdown.
  @discardableResult
  func post(_ command: Command) -> Bool {
    let (accepted, mustStart, mustWake) = state.withLock { state in
      guard !state.isShut else { return (false, false, false) }
      state.orders.commands.append(command)
      let result = (true, !state.isStarted, !state.isWoken)
      state.isStarted = true
      state.isWoken = true
      if result.1 { running.enter() }
      return result
    }
    if mustStart { startThread() }
    if mustWake { pipe.wake() }
    return accepted
  }

  func shutdown(waits: Bool) {
    let isRunning = state.withLock { state in
      state.isShut = true
      state.orders.ends = true
      return state.isStarted
    }
    guard isRunning else { return }
    pipe.wake()
    if waits, !isOnThread { running.wait() }
  }

  // MARK: On the curl thread

  private func startThread() {
    WorkerThread.start { [self] in
      threadID.store(WorkerThread.currentID, ordering: .relaxed)
      EngineLoop(counter: counter, keepAlive: keepAlive).run(wake: pipe.descriptor, orders: takeOrders)
      running.leave()
    }
  }

  private func takeOrders() -> Orders {
    turned()
    pipe.drain()
    return state.withLock { state in
      state.isWoken = false
      defer { state.orders.commands = [] }
      return state.orders
    }
  }
}
