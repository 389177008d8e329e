import Cluster
import Dispatch
import Document
import HTTP
import Kubernetes
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// From a server on the loopback to a store or ring, with all that is between: libcurl, the queues, the decoders.
/// The server's own time is in the figures, as it runs in the same process.
extension Benchmark {
  static let readerList = Benchmark(name: "reader.list") {
    let pages = PagedPods()
    let query = Query("v1/pods")
    let store = RowStore()
    let (seconds, processor) = serve(pages.answer, .rows(query)) { delta in
      if case .rows(_, let batch) = delta { store.apply(batch) }
      return store.count == PodList.count
    }
    return
      "\(PodList.count) pods, \(megabytes(pages.byteCount)), in pages to a store in \(milliseconds(seconds)), "
      + "\(milliseconds(processor)) of processor, the server's included"
  }

  static let readerWatch = Benchmark(name: "reader.watch") {
    let count = 100_000
    let pods = (0..<1_000).map { Array(PodList.pod($0).utf8) }
    let head = Array(#"{"type":"MODIFIED","object":"#.utf8)
    let block = pods.flatMap { head + $0 + Array("}\n".utf8) }
    let query = Query("v1/pods")
    let store = RowStore()
    var applied = 0
    let answer: @Sendable (ServerRequest, Responder) -> Void = { request, responder in
      guard request.query("watch") == "true" else {
        return responder.respond(
          200, body: Array(#"{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[]}"#.utf8))
      }
      flood(responder.stream(200), block, times: count / 1_000)
    }
    let (seconds, processor) = serve(answer, .rows(query)) { delta in
      if case .rows(_, let batch) = delta {
        store.apply(batch)
        applied += batch.entries.count
      }
      return applied == count
    }
    return rate(count, "events", seconds, processor)
      + ", \(megabytesPerSecond(block.count * count / 1_000, seconds))"
  }

  static let readerLog = Benchmark(name: "reader.log") {
    let count = 2_000_000
    let lines = (0..<10_000).map { number -> String in
      let digits = String(1_000_000_000 + number * 99_000).dropFirst()
      return
        "2026-11-21T03:27:51.\(digits)Z level=info msg=\"request served\" path=/api/v1/orders status=200 n=\(number)\n"
    }
    let block = Array(lines.joined().utf8)
    let query = LogQuery(namespace: "shop", pod: "web")
    let ring = LogRing()
    let answer: @Sendable (ServerRequest, Responder) -> Void = { request, responder in
      if request.path.hasSuffix("/log") { return flood(responder.stream(200), block, times: count / 10_000) }
      if request.query("watch") == "true" { return flood(responder.stream(200), [], times: 0) }
      responder.respond(
        200,
        body: Array(
          #"{"kind":"PodList","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"web","uid":"u"},"spec":{"containers":[{"name":"app"}]},"status":{}}]}"#
            .utf8))
    }
    let (seconds, processor) = serve(answer, .log(query)) { delta in
      if case .log(_, let chunk) = delta { ring.append(chunk) }
      return ring.endNumber >= count
    }
    return rate(count, "lines", seconds, processor)
      + ", \(megabytesPerSecond(block.count * count / 10_000, seconds))\(ring.endNumber == count ? "" : "WRONG COUNT")"
  }

  private static func rate(_ count: Int, _ what: String, _ seconds: Double, _ processor: Double) -> String {
    "\(Int(Double(count) / seconds / 1_000)) k \(what)/s over HTTP, "
      + "\(Int(processor / Double(count) * 1e9)) ns of processor each, the server's included"
  }

  /// Seconds until `isDone`, by the clock and of the processor.
  private static func serve(
    _ answer: @escaping @Sendable (ServerRequest, Responder) -> Void, _ need: Need,
    until isDone: (Delta) -> Bool
  ) -> (Double, Double) {
    guard let server = try? HTTPServer(.tcp(host: "127.0.0.1", port: 0), handler: answer) else {
      return (0, 0)
    }
    defer { server.stop() }
    let address = Server(base: "http://127.0.0.1:\(server.port)")
    let reader = KubernetesReader(
      upstream: Upstream(
        place: Place(context: "", cluster: "", user: "", namespace: nil),
        getter: { .success(Getter(session: $0, server: address)) }))
    defer { reader.close() }
    let mailbox = Mailbox<Outbox.Letter>()
    let (clock, processor) = (now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID))
    let stop = reader.start(need, into: Outbox(mailbox, start: 1))
    defer { stop() }
    while true {
      var wake = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
      poll(&wake, 1, 1_000)
      for letter in mailbox.drain() where isDone(letter.delta) {
        return (now(CLOCK_MONOTONIC) - clock, now(CLOCK_PROCESS_CPUTIME_ID) - processor)
      }
    }
  }

  static func now(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Writes a block again and again, as fast as the other end takes it, from a thread of its own.
  static func flood(_ stream: ResponseStream, _ block: [UInt8], times: Int) {
    DispatchQueue.global().async {
      for _ in 0..<times {
        while stream.backlogBytes > 16 << 20 { usleep(200) }
        stream.write(block)
      }
      // Open until the client goes.
      while stream.isOpen { usleep(100_000) }
    }
  }
}

/// A list of pods that is handed out as a server pages it.
struct PagedPods: Sendable {
  let pods = (0..<PodList.count).map { Array(PodList.pod($0).utf8) }
  var byteCount: Int { pods.reduce(0) { $0 + $1.count } }

  func answer(_ request: ServerRequest, _ responder: Responder) {
    if request.query("watch") == "true" {
      let stream = responder.stream(200)
      DispatchQueue.global().async { while stream.isOpen { usleep(100_000) } }
      return
    }
    let start = request.query("continue").flatMap(Int.init) ?? 0
    let end = min(pods.count, start + (request.query("limit").flatMap(Int.init) ?? pods.count))
    let next = end < pods.count ? #","continue":"\#(end)","remainingItemCount":\#(pods.count - end)"# : ""
    var body = Array(#"{"kind":"PodList","metadata":{"resourceVersion":"1"\#(next)},"items":["#.utf8)
    for pod in pods[start..<end] {
      if body.last != UInt8(ascii: "[") { body.append(UInt8(ascii: ",")) }
      body += pod
    }
    responder.respond(200, body: body + Array("]}".utf8))
  }
}
