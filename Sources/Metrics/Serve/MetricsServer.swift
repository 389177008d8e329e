import HTTP
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whether all that a page is to hold has been read once, and what is missing.
package struct Readiness: Sendable, Hashable {
  package var isReady: Bool
  /// A few lines for a person: why it is not ready, or what it does without.
  package var text: String

  package init(isReady: Bool, text: String) {
    self.isReady = isReady
    self.text = text
  }
}

/// Where a page comes from. Both are called on the server's thread and must answer at once.
package struct MetricsSource: Sendable {
  package var families: @Sendable () -> [FamilyLines]
  package var readiness: @Sendable () -> Readiness

  package init(
    families: @escaping @Sendable () -> [FamilyLines],
    readiness: @escaping @Sendable () -> Readiness = { Readiness(isReady: true, text: "ready") }
  ) {
    self.families = families
    self.readiness = readiness
  }
}

/// The endpoint that Prometheus scrapes: /metrics, /-/healthy, /-/ready and a page that names them.
package final class MetricsServer: Sendable {
  package struct Options: Sendable {
    /// What must be shown to read /metrics; nil: nothing. The other pages tell nothing of the cluster's objects.
    package var token: BearerToken?
    /// Pages on their way at once; more are refused with 503 and Retry-After. Each may hold a copy of what changes
    /// while it is sent.
    package var maxAnswers = 8
    package var version = "unknown"
    package var limits = Options.standardLimits

    package init() {}

    /// Prometheus scrapes every few seconds over one connection, and gives up after ten.
    package static var standardLimits: ServerLimits {
      var limits = ServerLimits()
      limits.headBytes = 16 << 10
      limits.bodyBytes = 4 << 10
      limits.connections = 64
      limits.requestSeconds = 10
      limits.idleSeconds = 180
      limits.answerSeconds = 60
      return limits
    }
  }

  /// The real one when 0 was asked for.
  package var port: Int { server.port }
  private let server: HTTPServer

  /// Listens when it returns.
  package init(
    _ address: ListenAddress, options: Options = Options(), source: MetricsSource
  ) throws(HTTPError) {
    let pages = MetricsPages(options: options, source: source)
    server = try HTTPServer(address, limits: options.limits) { request, responder in
      pages.answer(request, responder)
    }
    pages.countConnections { [weak server] in server?.connectionCount ?? 0 }
  }

  /// Closes all connections; returns when nothing is answered any more.
  package func stop() { server.stop() }
}

/// Answers the endpoint's requests.
final class MetricsPages: Sendable {
  private struct State {
    var telemetry = ServeTelemetry()
    var running = 0
    var connections: @Sendable () -> Int = { 0 }
  }

  private let options: MetricsServer.Options
  private let source: MetricsSource
  private let state = Mutex(State())

  init(options: MetricsServer.Options, source: MetricsSource) {
    self.options = options
    self.source = source
  }

  func countConnections(_ count: @escaping @Sendable () -> Int) { state.withLock { $0.connections = count } }

  func answer(_ request: ServerRequest, _ responder: Responder) {
    guard ["/", "/metrics", "/-/healthy", "/-/ready"].contains(request.path) else {
      return responder.respond(404, Self.plain, text: "there is /metrics, /-/healthy and /-/ready\n")
    }
    guard request.method == "GET" || request.method == "HEAD" else {
      return responder.respond(
        405, Self.plain + [Header("Allow", "GET, HEAD")], text: "only GET and HEAD are answered here\n")
    }
    switch request.path {
    case "/metrics": page(request, responder)
    case "/-/healthy": responder.respond(200, Self.plain, text: "healthy\n")
    case "/-/ready":
      let readiness = source.readiness()
      responder.respond(readiness.isReady ? 200 : 503, Self.plain, text: readiness.text + "\n")
    default: responder.respond(200, [Header("Content-Type", "text/html; charset=utf-8")], text: Self.index)
    }
  }

  private func page(_ request: ServerRequest, _ responder: Responder) {
    let began = Self.now
    if let token = options.token, !token.accepts(authorization: request["Authorization"]) {
      let challenge = Header("WWW-Authenticate", "Bearer realm=\"clustertui\"")
      return refuse(401, [challenge], "a bearer token is needed here\n", responder)
    }
    let hasRoom = state.withLock { state in
      guard state.running < options.maxAnswers else { return false }
      state.running += 1
      return true
    }
    guard hasRoom else {
      let why = "\(options.maxAnswers) pages are on their way already\n"
      return refuse(503, [Header("Retry-After", "1")], why, responder)
    }
    let format = Negotiation.format(accept: request["Accept"])
    var page = ExpositionPage()
    page.add(source.families())
    let (telemetry, connections) = state.withLock { ($0.telemetry, $0.connections) }
    page.add(telemetry.families(version: options.version, connections: connections()))
    let pieces = page.pieces(format)
    let bytes = request.method == "HEAD" ? 0 : pieces.reduce(0) { $0 + $1.count }
    state.withLock { $0.telemetry.answered(200, bytes: bytes) }
    responder.onClose { [self] in
      state.withLock { state in
        state.running -= 1
        state.telemetry.pageEnded(seconds: Self.now - began)
      }
    }
    responder.respond(
      200, [Header("Content-Type", format.contentType), Header("Vary", "Accept")], pieces: pieces)
  }

  private func refuse(_ status: Int, _ headers: [Header], _ why: String, _ responder: Responder) {
    state.withLock { $0.telemetry.answered(status, bytes: 0) }
    responder.respond(status, Self.plain + headers, text: why)
  }

  private static let plain = [Header("Content-Type", "text/plain; charset=utf-8")]

  private static let index = """
    <!doctype html>
    <title>ClusterTUI metrics</title>
    <h1>ClusterTUI metrics</h1>
    <ul>
    <li><a href="/metrics">/metrics</a>: what Prometheus scrapes
    <li><a href="/-/healthy">/-/healthy</a>: whether this program runs
    <li><a href="/-/ready">/-/ready</a>: whether it has read the cluster once
    </ul>

    """

  /// Seconds of a clock that nobody sets.
  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension Responder {
  fileprivate func respond(_ status: Int, _ headers: [Header], text: String) {
    respond(status, headers, body: Array(text.utf8))
  }
}
