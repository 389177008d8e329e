import HTTP
import Metrics

/// A cluster as a page for Prometheus: its state, and what kubelets tell of usage. It can only read.
package final class ClusterExporter: Sendable {
  package struct Options: Sendable {
    /// Empty: all of them.
    package var namespaces: [String] = []
    /// Whether kubelets are read too.
    package var hasUsage = true
    package init() {}
  }

  /// Why it can't serve, in words for a person.
  package struct Problem: Error, Sendable, Hashable {
    package var why: String
  }

  private let state: StateExporter
  private let usage: UsageExporter?

  package init(upstream: Upstream, options: Options = Options()) {
    var own = StateExporter.Options()
    own.namespaces = options.namespaces
    state = StateExporter(upstream: upstream, options: own)
    usage = options.hasUsage ? UsageExporter(upstream: upstream) : nil
    if let usage { state.add { usage.lines } }
  }

  package func start() {
    state.start()
    usage?.start()
  }

  package func stop() {
    usage?.stop()
    state.stop()
  }

  /// Whether all has been read once, or refused.
  package var isReady: Bool { state.isReady && usage?.hasRead ?? true }
  /// What it does without, or waits for.
  package var readiness: String {
    state.isReady && !isReady ? "some kubelets were not read yet" : state.readiness.text
  }

  /// The page as it stands, in text format, piece by piece.
  package var pieces: [[UInt8]] {
    var page = ExpositionPage()
    page.add(state.families)
    return page.pieces(.text)
  }

  /// Serves until the returned value is stopped.
  ///
  /// - Parameters:
  ///   - address: "127.0.0.1:9464", ":9464" for all addresses, "[::1]:9464", "unix:/path".
  ///   - tokenFile: holds the bearer token that readers of /metrics must show.
  package func serve(_ address: String, tokenFile: String?, version: String) throws(Problem) -> MetricsServer
  {
    var options = MetricsServer.Options()
    options.version = version
    if let tokenFile {
      do throws(BearerToken.Unreadable) { options.token = try BearerToken(file: tokenFile) } catch {
        throw Problem(why: error.description)
      }
    }
    guard let place = Self.place(address) else {
      throw Problem(why: "--listen is ADDRESS:PORT or unix:PATH, not '\(address)'")
    }
    do throws(HTTPError) {
      return try MetricsServer(place, options: options, source: state.source)
    } catch {
      throw Problem(why: "cannot listen on \(address): \(error.advice)")
    }
  }

  static func place(_ text: String) -> ListenAddress? {
    if text.hasPrefix("unix:") { return .unix(path: String(text.dropFirst(5))) }
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0..<65_536).contains(port)
    else { return nil }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    return .tcp(host: host, port: port)
  }
}
