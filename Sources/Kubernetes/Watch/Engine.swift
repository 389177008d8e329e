import Cluster
import Dispatch
import HTTP
import Synchronization

/// What all that runs for one reader shares: the queue on which lists and watches are decoded and decided, the
/// credential, and a few counts.
final class Engine: Sendable {
  /// Serial. Whoever is said to be confined to the engine's queue touches its state only there.
  let queue: DispatchQueue
  let maxBackoffSeconds: Double
  /// Seconds since 1970, for what is counted against the cluster's own times.
  let now: @Sendable () -> Double
  private let session: HTTPSession
  private let upstream: Upstream
  /// Credential plug-ins may take their time, and nothing else shall wait for them.
  private let identityQueue = DispatchQueue(label: "identity")
  private let state = Mutex(State())

  private struct State {
    var told: Set<String> = []
    var openWatches = 0
    var isClosed = false
    var seed: UInt64 = .random(in: 0...UInt64.max)
  }

  init(label: String, session: HTTPSession, upstream: Upstream, maxBackoffSeconds: Double) {
    self.maxBackoffSeconds = maxBackoffSeconds
    queue = DispatchQueue(label: label)
    self.session = session
    self.upstream = upstream
    now = upstream.now
  }

  /// Calls back on the queue. To be asked for each request: a credential may have been replaced meanwhile.
  func withGetter(_ body: @escaping @Sendable (Result<Getter, Unavailable>) -> Void) {
    guard !state.withLock(\.isClosed) else { return }
    identityQueue.async { [self] in
      let result = upstream.getter(session)
      queue.async { body(result) }
    }
  }

  /// Renews the credential after a 401. Calls back on the queue; nil is success.
  func refresh(_ body: @escaping @Sendable (Unavailable?) -> Void) {
    identityQueue.async { [self] in
      let problem = upstream.refresh()
      queue.async { body(problem) }
    }
  }

  /// No request is begun any more, and who waits for one waits for ever.
  func close() { state.withLock { $0.isClosed = true } }

  /// True the first time only.
  func isNews(_ notice: String) -> Bool { state.withLock { $0.told.insert(notice).inserted } }

  func watchOpened() { state.withLock { $0.openWatches += 1 } }
  func watchClosed() { state.withLock { $0.openWatches -= 1 } }
  var openWatches: Int { state.withLock(\.openWatches) }

  /// Another seed for each asker.
  func nextSeed() -> UInt64 {
    state.withLock { state in
      state.seed &+= 0x9E37_79B9_7F4A_7C15
      return state.seed
    }
  }
}
