import Dispatch
import Synchronization

/// The curl thread and its connections, shared by all Getters and Clients of the program.
///
/// Nothing is loaded and no thread runs before the first request. When nobody holds the session any more,
/// what still runs in it is cancelled.
package final class HTTPSession: Sendable {
  private let engine: Engine

  package init() { engine = Engine() }

  /// For tests.
  /// - Parameter turned: told whenever the curl thread wakes up.
  init(keepAlive: KeepAlive = KeepAlive(), turned: @escaping @Sendable () -> Void = {}) {
    engine = Engine(keepAlive: keepAlive, turned: turned)
  }

  deinit { engine.shutdown(waits: false) }

  /// Loads libcurl on its thread, which takes some milliseconds, while the caller has other things to do.
  package func prepare() { engine.post(.prepare) }

  package var traffic: HTTPTraffic { engine.counter.traffic }

  /// Ends every transfer with `.cancelled`, closes the connections, and returns when the thread has ended.
  /// A request that is started later ends with `.cancelled` at once, on its caller's thread.
  package func shutdown() { engine.shutdown(waits: true) }

  func start(_ job: Job) -> Transfer { engine.start(job) }

  func fetch(_ job: (@escaping @Sendable (TransferEvent) -> Flow) -> Job) throws(HTTPError) -> Response {
    precondition(!engine.isOnThread, "the curl thread would wait for itself")
    let whole = WholeAnswer()
    // The transfer is held until the end, so that nobody else can be the last to let go of it.
    let transfer = start(job { whole.take($0) })
    defer { withExtendedLifetime(transfer) {} }
    return try whole.wait()
  }
}

/// How much was asked of servers since the session began.
package struct HTTPTraffic: Sendable, Hashable {
  package var requests = 0
  package var openTransfers = 0
  package var connectionsOpened = 0
  /// Bytes of answers' bodies, after decompression.
  package var bytesReceived = 0

  package init() {}
}

/// The figures of `HTTPTraffic` while they move: written by the curl thread, read by any.
final class TrafficCounter: Sendable {
  let requests = Atomic<Int>(0)
  let openTransfers = Atomic<Int>(0)
  let connectionsOpened = Atomic<Int>(0)
  let bytesReceived = Atomic<Int>(0)

  var traffic: HTTPTraffic {
    var traffic = HTTPTraffic()
    traffic.requests = requests.load(ordering: .relaxed)
    traffic.openTransfers = openTransfers.load(ordering: .relaxed)
    traffic.connectionsOpened = connectionsOpened.load(ordering: .relaxed)
    traffic.bytesReceived = bytesReceived.load(ordering: .relaxed)
    return traffic
  }
}

/// Gathers a transfer's events for a thread that waits for the end.
private final class WholeAnswer: Sendable {
  private struct State {
    var head = ResponseHead(status: 0, headers: [])
    var body: [UInt8] = []
    var error: HTTPError?
  }

  private let state = Mutex(State())
  private let ended = DispatchSemaphore(value: 0)

  func take(_ event: TransferEvent) -> Flow {
    state.withLock { state in
      switch event {
      case .head(let head):
        state.head = head
        if let length = head["Content-Length"].flatMap({ Int($0) }), length <= 64 << 20 {
          state.body.reserveCapacity(length)
        }
      case .body(let bytes): state.body.append(contentsOf: bytes)
      case .ended(let error): state.error = error
      }
    }
    if case .ended = event { ended.signal() }
    return .more
  }

  func wait() throws(HTTPError) -> Response {
    ended.wait()
    return try state.withLock { state throws(HTTPError) in
      if let error = state.error { throw error }
      let body = state.body
      state.body = []
      return Response(head: state.head, body: body)
    }
  }
}
