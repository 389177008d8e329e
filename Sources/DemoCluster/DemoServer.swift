import Dispatch
import HTTP
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A simulated cluster behind a real HTTP API.
package final class DemoServer: Sendable {
  private let api: APIServer
  private let http: HTTPServer
  private let address: DemoAddress
  private let ticker: Ticker?

  package init(_ options: DemoOptions, listen address: DemoAddress = .tcp(host: "127.0.0.1", port: 0))
    throws(DemoError)
  {
    self.address = address
    let wakeUp = DispatchSemaphore(value: 0)
    let faults = Faults(options.faults, seed: options.seed)
    switch options.clock {
    case .wall:
      let api = APIServer(
        Simulation(options, start: DemoServer.wallClock() - Double(options.leadSeconds)), faults: faults,
        clock: DemoServer.wallClock,
        onAgenda: { wakeUp.signal() })
      self.api = api
      ticker = Ticker(wakeUp) { api.advance(to: DemoServer.wallClock()) }
    case .driven(let start):
      api = APIServer(
        Simulation(options, start: Moment(seconds: Int64(start))), faults: faults, clock: nil, onAgenda: {})
      ticker = nil
    }
    let api = api
    do throws(HTTPError) {
      http = try HTTPServer(address.listen) { request, responder in api.handle(request, responder) }
    } catch {
      throw .cannotListen(place: address.text, why: error.advice)
    }
    api.setAddress(url.replacingPrefix("http://", ""))
    ticker?.start()
  }

  deinit { ticker?.stop() }

  /// The real one when 0 was asked; 0 for a unix socket.
  package var port: Int { http.port }

  /// What a kubeconfig calls the server: "http://127.0.0.1:41234".
  package var url: String {
    switch address {
    case .tcp(let host, _): "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    case .unix: "http://localhost"
    }
  }

  /// A kubeconfig as YAML: the context of that name may do everything, `NAME-viewer` may look, and
  /// `NAME-fulfil` may work in one namespace. They act as somebody else, since clients send tokens over TLS only.
  package func kubeconfig(contextName: String = "demo") -> String {
    """
    apiVersion: v1
    kind: Config
    current-context: \(contextName)
    clusters:
    - name: \(contextName)
      cluster:
        server: \(url)
    contexts:
    - name: \(contextName)
      context:
        cluster: \(contextName)
        namespace: market
        user: \(contextName)
    - name: \(contextName)-viewer
      context:
        cluster: \(contextName)
        namespace: market
        user: \(contextName)-viewer
    - name: \(contextName)-fulfil
      context:
        cluster: \(contextName)
        namespace: fulfil
        user: \(contextName)-fulfil
    users:
    - name: \(contextName)
      user: {}
    - name: \(contextName)-viewer
      user:
        as: \(Identity.viewer.name)
        as-groups: [\(Identity.viewer.groups[0])]
    - name: \(contextName)-fulfil
      user:
        as: \(Identity.developer.name)
        as-groups: [\(Identity.developer.groups[0])]

    """
  }

  /// Closes everything and ends the threads.
  package func stop() {
    ticker?.stop()
    api.endAll()
    http.stop()
  }

  /// Cuts every open connection at once; for tests.
  package func dropConnections() { http.dropConnections() }

  /// Lets this much time pass in a world whose clock is driven; watches have been told of all that happened
  /// when it returns.
  package func advance(seconds: Double) { api.advance(to: api.now + seconds) }

  @Sendable private static func wallClock() -> Moment {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Moment(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}

/// The thread that lets a world on the wall clock move: it sleeps until the next thing on the agenda.
private final class Ticker: Sendable {
  private let wakeUp: DispatchSemaphore
  private let advance: @Sendable () -> Moment?
  private let isStopped = Atomic(false)

  init(_ wakeUp: DispatchSemaphore, _ advance: @escaping @Sendable () -> Moment?) {
    self.wakeUp = wakeUp
    self.advance = advance
  }

  func start() { WorkerThread.start { self.run() } }

  private func run() {
    while !isStopped.load(ordering: .relaxed) {
      guard let next = advance() else {
        wakeUp.wait()
        continue
      }
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      let now = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
      // A few things at once are cheaper than each on its own, and nobody sees the difference.
      let nanoseconds = max(20_000_000, next.nanoseconds - now)
      _ = wakeUp.wait(timeout: .now() + .nanoseconds(Int(nanoseconds)))
    }
  }

  func stop() {
    isStopped.store(true, ordering: .relaxed)
    wakeUp.signal()
  }
}

extension DemoAddress {
  fileprivate var listen: ListenAddress {
    switch self {
    case .tcp(let host, let port): .tcp(host: host, port: port)
    case .unix(let path): .unix(path: path)
    }
  }

  fileprivate var text: String {
    switch self {
    case .tcp(let host, let port): "\(host):\(port)"
    case .unix(let path): path
    }
  }
}

/// Why a demo cluster could not start.
package enum DemoError: Error, Sendable, Hashable {
  case cannotListen(place: String, why: String)

  /// One line for a person.
  package var advice: String {
    switch self {
    case .cannotListen(let place, let why): "The demo cluster cannot listen on \(place): \(why)"
    }
  }
}
