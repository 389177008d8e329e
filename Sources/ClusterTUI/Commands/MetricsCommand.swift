import Cluster
import Kubernetes
import Metrics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `clustertui metrics`: the cluster as a page for Prometheus, without a terminal. It can only read.
enum MetricsCommand {
  private static let standardAddress = "127.0.0.1:9464"
  /// How long `--once` waits for the cluster to be read.
  private static let onceSeconds = 60

  static func run(_ arguments: Arguments) -> Int32 {
    let (upstream, place): (Upstream, String)
    do throws(IdentityError) {
      let overrides = arguments.overrides
      let connection = try Connection.resolve(overrides, in: Kubeconfig.load(explicit: arguments.kubeconfig))
      upstream = Access(connection, reload: { try? Connection.resolve(overrides) }).upstream
      place = connection.place.cluster
    } catch {
      return Run.failed(error.advice)
    }
    var options = ClusterExporter.Options()
    options.namespaces = arguments.namespaces ?? []
    options.hasUsage = !arguments.skipsUsage
    let exporter = ClusterExporter(upstream: upstream, options: options)
    exporter.start()
    defer { exporter.stop() }
    return arguments.once ? once(exporter) : serve(exporter, place, arguments)
  }

  private static func once(_ exporter: ClusterExporter) -> Int32 {
    var waits = onceSeconds * 50
    while !exporter.isReady, waits > 0 {
      usleep(20_000)
      waits -= 1
    }
    guard exporter.isReady else {
      return Run.failed("not read within \(onceSeconds) s: \(exporter.readiness)")
    }
    for piece in exporter.pieces {
      guard FileWriter.writeAll(piece, to: STDOUT_FILENO) else {
        return Run.failed("cannot write: \(String(cString: strerror(errno)))")
      }
    }
    return 0
  }

  private static func serve(_ exporter: ClusterExporter, _ place: String, _ arguments: Arguments) -> Int32 {
    let address = arguments.listen ?? standardAddress
    let server: MetricsServer
    do throws(ClusterExporter.Problem) {
      server = try exporter.serve(address, tokenFile: arguments.tokenFile, version: Usage.version)
    } catch {
      return Run.failed(error.why)
    }
    defer { server.stop() }
    if let colon = address.lastIndex(of: ":"), !address.hasPrefix("unix:") {
      let host = String(address[..<colon])
      print("metrics of \(place) at http://\(host.isEmpty ? "localhost" : host):\(server.port)/metrics")
      if !isLoopback(host), arguments.tokenFile == nil {
        Run.complain("whoever reaches port \(server.port) can read this: --token-file asks for a token")
      }
    } else {
      print("metrics of \(place) at \(address)")
    }
    fflush(nil)
    Run.waitForEnd()
    return 0
  }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "[::1]" || host.hasPrefix("127.")
  }
}
