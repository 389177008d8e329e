import Cluster
import Dispatch
import HTTP
import Kubernetes
import Metrics

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A page of 10,000 pods, kept up to date and served: what a scrape costs, and what a change does.
extension Benchmark {
  static let statePage = Benchmark(name: "state.page") {
    let pages = PagedPods()
    let before = residentBytes()
    let (began, processor) = (now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID))
    guard let state = StateBench(pods: { pages.answer($0, $1) }), state.waitUntilReady() else {
      return "no page"
    }
    let read = now(CLOCK_MONOTONIC) - began
    let readProcessor = now(CLOCK_PROCESS_CPUTIME_ID) - processor
    let resident = residentBytes()
    let assembly = medianSeconds {
      var page = ExpositionPage()
      page.add(state.exporter.families)
      _ = page.pieces(.text)
    }
    let scraping = now(CLOCK_PROCESS_CPUTIME_ID)
    let scrapes = (0..<9).map { _ in state.scrape() }.sorted { $0.seconds < $1.seconds }
    let perScrape = (now(CLOCK_PROCESS_CPUTIME_ID) - scraping) / Double(scrapes.count)
    let scrape = scrapes[scrapes.count / 2]
    return
      "\(PodList.count) pods read in \(milliseconds(read)) (\(milliseconds(readProcessor)) of processor, the "
      + "server's included); a page of \(megabytes(scrape.bytes)) put together in \(milliseconds(assembly)), served "
      + "in \(milliseconds(scrape.seconds)) over the loopback (first byte after \(milliseconds(scrape.first)), "
      + "\(milliseconds(perScrape)) of processor, the reader's included); "
      + "\(megabytes(resident - before)) resident more, \(megabytes(residentBytes() - resident)) after scrapes"
  }

  static let stateChange = Benchmark(name: "state.change") {
    let count = 100_000
    let (old, new) = (#""restartCount":"#, #""restartCount":1"#)
    let pods = (0..<1_000).map { PodList.pod($0) }
    let head = #"{"type":"MODIFIED","object":"#
    let block = pods.flatMap { pod in
      // Every second event gives each container another number of restarts.
      Array("\(head)\(pod.split(separator: old).joined(separator: new))}\n\(head)\(pod)}\n".utf8)
    }
    let answer: @Sendable (ServerRequest, Responder) -> Void = { request, responder in
      guard request.query("watch") == "true" else {
        return responder.respond(
          200, body: Array(#"{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[]}"#.utf8))
      }
      flood(responder.stream(200), block, times: count / 2_000)
    }
    let bytes = count / 2_000 * block.count
    let (began, processor) = (now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID))
    guard let state = StateBench(pods: answer), state.wait({ $0.receivedBytes >= bytes }) else {
      return "no changes"
    }
    let (seconds, spent) = (now(CLOCK_MONOTONIC) - began, now(CLOCK_PROCESS_CPUTIME_ID) - processor)
    return
      "\(Int(Double(count) / seconds / 1_000)) k changes of pods/s over HTTP, \(Int(spent / Double(count) * 1e9)) ns of "
      + "processor each, the server's included"
  }
}

/// A server that has nothing but pods, an exporter that reads it and the endpoint that serves what was read.
private final class StateBench {
  let exporter: StateExporter
  private let upstream: HTTPServer
  private let endpoint: MetricsServer

  init?(pods: @escaping @Sendable (ServerRequest, Responder) -> Void) {
    let upstream = try? HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { request, responder in
      if request.path == "/api/v1/pods" { return pods(request, responder) }
      if request.query("watch") == "true" { return Benchmark.flood(responder.stream(200), [], times: 0) }
      responder.respond(
        200, body: Array(#"{"kind":"List","metadata":{"resourceVersion":"1"},"items":[]}"#.utf8))
    }
    guard let upstream else { return nil }
    let address = Server(base: "http://127.0.0.1:\(upstream.port)")
    exporter = StateExporter(
      upstream: Upstream(
        place: Place(context: "", cluster: "", user: "", namespace: nil),
        getter: { .success(Getter(session: $0, server: address)) }))
    guard let endpoint = try? MetricsServer(.tcp(host: "127.0.0.1", port: 0), source: exporter.source) else {
      return nil
    }
    self.upstream = upstream
    self.endpoint = endpoint
    exporter.start()
  }

  deinit {
    endpoint.stop()
    exporter.stop()
    upstream.stop()
  }

  func wait(_ isSo: (StateBench) -> Bool) -> Bool {
    // Asking often would cost more than what is measured, and make each change copy what was asked for.
    for _ in 0..<3_000 {
      if isSo(self) { return true }
      usleep(20_000)
    }
    return false
  }

  func waitUntilReady() -> Bool { wait { $0.exporter.isReady } }

  var receivedBytes: Int {
    let lines = exporter.families.first { $0.family.name == "clustertui_received_bytes_total" }
    let line = lines?.text.split(separator: "\n").first { $0.contains("\"pods\"") }
    return Int(line?.split(separator: " ").last.flatMap { Double($0) } ?? 0)
  }

  /// Reads a page as fast as it comes, over a connection of its own.
  func scrape() -> (seconds: Double, first: Double, bytes: Int) {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(endpoint.port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    withUnsafeBytes(of: &address) { bytes in
      _ = connect(
        descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self),
        socklen_t(MemoryLayout<sockaddr_in>.size))
    }
    let began = Benchmark.now(CLOCK_MONOTONIC)
    let request = Array("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".utf8)
    _ = request.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var (bytes, first) = (0, 0.0)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      if bytes == 0 { first = Benchmark.now(CLOCK_MONOTONIC) - began }
      bytes += count
    }
    return (Benchmark.now(CLOCK_MONOTONIC) - began, first, bytes)
  }
}
