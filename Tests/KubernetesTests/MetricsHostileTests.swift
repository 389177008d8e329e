import Cluster
import Foundation
import HTTP
import Metrics
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// Servers that mean harm, or are broken: each costs bounded time and memory, says what is wrong, and holds up nobody.
@Suite struct MetricsHostileTests {
  private static let ok = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\n"

  /// What is done with a connection that asked for a path.
  private static let pages: [String: @Sendable (RawConnection) -> Void] = [
    "good": { connection in
      let body = "answer 42\n"
      connection.send("\(ok)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    },
    "endless": { connection in
      connection.send("\(ok)\r\n")
      let piece = Array(String(repeating: "# one more comment that says nothing at all\n", count: 200).utf8)
      while connection.sends(piece) {}
    },
    "endless-samples": { connection in
      connection.send("\(ok)\r\n")
      var number = 0
      while connection.sends(Array("sample{number=\"\(number)\"} 1\n".utf8)) { number += 1 }
    },
    "endless-error": { connection in
      connection.send("HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain\r\n\r\nbroken\n")
      let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
      while connection.sends(piece) {}
    },
    "drip": { connection in
      connection.send("\(ok)\r\n")
      while connection.sends([UInt8(ascii: "a")]) { usleep(5_000) }
    },
    "line": { connection in
      connection.send("\(ok)\r\nname{label=\"")
      let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
      while connection.sends(piece) {}
    },
    "labels": { connection in
      connection.send("\(ok)\r\nname{")
      var number = 0
      while connection.sends(Array("l\(number)=\"\",".utf8)), number < 1_000_000 { number += 1 }
    },
    "labelled": { connection in
      let labels = (0..<5_000).map { "l\($0)=\"1\"" }.joined(separator: ",")
      connection.send("\(ok)\r\nname{\(labels)} 1\n")
    },
    "gzip": { connection in
      connection.send("\(ok)Content-Encoding: gzip\r\nContent-Length: 12\r\n\r\nno gzip here")
    },
    "utf16": { connection in
      let body = "answer 42\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
      connection.send("\(ok)Content-Length: \(body.count)\r\n\r\n")
      connection.send(body)
    },
    "invalid": { connection in
      let body: [UInt8] = Array("answer{x=\"".utf8) + [0xFF, 0xC0, 0x80] + Array("\"} 1\nanswer 42\n".utf8)
      connection.send("\(ok)Content-Length: \(body.count)\r\n\r\n")
      connection.send(body)
    },
    "html": { connection in
      let body = "<html><body><h1>Bad gateway</h1></body></html>"
      connection.send(
        "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
      )
    },
    "login": { connection in
      let body = "<html>\n<body>Sign in</body>\n</html>\n"
      connection.send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    },
    "cut": { connection in connection.send("\(ok)Content-Length: 1000\r\n\r\nanswer 42\n") },
    "silent": { connection in connection.waitForClose() },
    "elsewhere": { connection in
      connection.send("HTTP/1.1 302 Found\r\nLocation: https://login.example/\r\nContent-Length: 0\r\n\r\n")
    },
    "no-http": { connection in connection.send("220 mail.example ESMTP\r\n") },
  ]

  private static let expected: [String: String] = [
    "endless": "the page is longer than 256 KB",
    "endless-samples": "the page has more than 1000 samples",
    "endless-error": "HTTP 500: broken",
    "drip": "not done after 1.5 s",
    "line": "line 1 is longer than 64 KB",
    "labels": "line 1 is longer than 64 KB",
    "labelled": "a series has more than 500 labels",
    "html": "HTTP 502",
    "login": "expected a page of metrics, got text/html",
    "silent": "not done after 1.5 s",
    "elsewhere": "HTTP 302: it sends elsewhere, to https://login.example/, which is not followed",
  ]

  @Test func eachHostilePageIsNamedWithWhatIsWrongAndTheOthersAreReadInTheirTurn() throws {
    let server = RawServer(backlog: 64) { connection in
      guard let head = connection.readHead() else { return }
      let path = head.split(separator: " ").dropFirst().first.map { String($0.dropFirst()) } ?? ""
      MetricsHostileTests.pages[path]?(connection)
    }
    let port = server.port
    let upstream = Upstream(
      place: Place(context: "test", cluster: "test", user: "tester", namespace: nil),
      getter: { .success(Getter(session: $0, server: Server(base: "http://127.0.0.1:\(port)"))) })
    let session = HTTPSession()
    let engine = Engine(label: "hostile", session: session, upstream: upstream, maxBackoffSeconds: 1)
    let reports = Mutex<[String: [ScrapeReport]]>([:])
    let values = Mutex<[Double]>([])
    nonisolated(unsafe) var scraper: Scraper?
    let names = Self.pages.keys.sorted()
    engine.queue.sync {
      let made = Scraper(
        queue: engine.queue, maxParallel: 3,
        fetch: { [engine] target, tell in engine.scrape(target, session: session, tell) },
        deliver: { target, page in
          reports.withLock { $0[target.id, default: []].append(page.report) }
          if target.id == "good" { values.withLock { $0 += page.samples.map(\.value) } }
        })
      scraper = made
      // Half of them straight, half of them as through the API server.
      made.use(
        names.enumerated().map { index, name in
          Scraper.Wish(
            Self.target(name, index % 2 == 0 ? .path("/\(name)") : .url("http://127.0.0.1:\(port)/\(name)")),
            names: nil)
        })
    }
    defer {
      engine.queue.sync { scraper?.stop() }
      engine.close()
      session.shutdown()
    }

    let all = waitUntil(seconds: 60) {
      reports.withLock { reports in
        names.allSatisfy { reports[$0] != nil } && (reports["good"]?.count ?? 0) > 3
      }
    }
    let told = reports.withLock { $0 }
    #expect(all, "never read: \(names.filter { told[$0] == nil })")
    for (name, words) in Self.expected { #expect(told[name]?.first?.error == words, "\(name)") }
    // In the words of the layers below.
    for name in ["gzip", "cut", "no-http"] { #expect(told[name]?.first?.error?.isEmpty == false, "\(name)") }
    #expect(told["utf16"]?.first?.error?.hasPrefix("no page of metrics: line 1") == true)
    #expect(told["invalid"]?.first?.error == nil)
    #expect(told["invalid"]?.first?.problemCount == 1)
    #expect(told["good"]?.allSatisfy(\.isUp) == true)
    #expect(values.withLock { Set($0) } == [42])
    for report in told.values.joined() {
      #expect(report.seconds < 5)
      #expect(report.bytes < 1 << 20)
    }
  }

  private static func target(_ name: String, _ address: ScrapeTarget.Address) -> ScrapeTarget {
    var target = ScrapeTarget(id: name, address, source: "test", labels: Labels([Label("job", name)]))
    target.intervalSeconds = 1
    target.limits.timeoutSeconds = 1.5
    target.limits.pageBytes = 256 << 10
    target.limits.lineBytes = 64 << 10
    target.limits.samples = 1_000
    return target
  }

  @Test func scrapesThatAreNotWantedAnyMoreAreCutAndTellNothing() {
    let closed = Atomic(0)
    let asked = Atomic(0)
    let server = RawServer { connection in
      _ = connection.readHead()
      asked.add(1, ordering: .relaxed)
      connection.waitForClose()
      closed.add(1, ordering: .relaxed)
    }
    let port = server.port
    let session = HTTPSession()
    let upstream = Upstream(
      place: Place(context: "test", cluster: "test", user: "tester", namespace: nil),
      getter: { .success(Getter(session: $0, server: Server(base: "http://127.0.0.1:\(port)"))) })
    let engine = Engine(label: "stopped", session: session, upstream: upstream, maxBackoffSeconds: 1)
    let delivered = Atomic(0)
    nonisolated(unsafe) var scraper: Scraper?
    weak var gone: Scraper?
    engine.queue.sync {
      scraper = Scraper(
        queue: engine.queue, maxParallel: 4,
        fetch: { [engine] target, tell in engine.scrape(target, session: session, tell) },
        deliver: { _, _ in delivered.add(1, ordering: .relaxed) })
      gone = scraper
      scraper?.use((0..<4).map { Scraper.Wish(Self.target("t\($0)", .path("/\($0)")), names: nil) })
    }
    #expect(waitUntil { asked.load(ordering: .relaxed) == 4 })
    engine.queue.sync { scraper?.stop() }
    #expect(waitUntil { closed.load(ordering: .relaxed) == 4 })
    engine.queue.sync { scraper = nil }
    #expect(waitUntil { gone == nil }, "somebody holds the scraper")
    #expect(delivered.load(ordering: .relaxed) == 0)
    session.shutdown()
  }

  @Test func aCredentialThatRanOutIsRenewedAndThePageReadInTheSameScrape() {
    let isRenewed = Atomic(false)
    let requests = Atomic(0)
    let server = RawServer { connection in
      while connection.readHead() != nil {
        requests.add(1, ordering: .relaxed)
        let body = isRenewed.load(ordering: .relaxed) ? "answer 42\n" : "Unauthorized\n"
        let status = isRenewed.load(ordering: .relaxed) ? "200 OK" : "401 Unauthorized"
        connection.send(
          "HTTP/1.1 \(status)\r\nContent-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
      }
    }
    let port = server.port
    let session = HTTPSession()
    let upstream = Upstream(
      place: Place(context: "test", cluster: "test", user: "tester", namespace: nil),
      getter: { .success(Getter(session: $0, server: Server(base: "http://127.0.0.1:\(port)"))) },
      refresh: {
        isRenewed.store(true, ordering: .relaxed)
        return nil
      })
    let engine = Engine(label: "renewed", session: session, upstream: upstream, maxBackoffSeconds: 1)
    let reports = Mutex<[ScrapeReport]>([])
    nonisolated(unsafe) var scraper: Scraper?
    engine.queue.sync {
      scraper = Scraper(
        queue: engine.queue, fetch: { [engine] in engine.scrape($0, session: session, $1) },
        deliver: { _, page in reports.withLock { $0.append(page.report) } })
      scraper?.use([Scraper.Wish(Self.target("t", .path("/t")), names: nil)])
    }
    #expect(waitUntil { reports.withLock { !$0.isEmpty } })
    engine.queue.sync { scraper?.stop() }
    #expect(reports.withLock { $0.first?.error } == nil)
    #expect(reports.withLock { $0.first?.samples } == 1)
    session.shutdown()
  }
}
