import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTP

private func seconds(_ body: () -> Void) -> Double {
  let start = Date()
  body()
  return -start.timeIntervalSinceNow
}

private func place(_ server: RawServer) -> String { "127.0.0.1:\(server.port)" }

@Suite struct TimeoutTests {
  @Test func aServerThatNeverAnswersIsGivenUp() throws {
    let server = RawServer { $0.waitForClose() }
    var request = ReadRequest("/")
    request.idleTimeoutSeconds = 1
    let took = seconds {
      #expect(throws: HTTPError.timedOut(place: place(server), phase: "waiting for an answer", seconds: 1)) {
        try Getter(port: server.port).fetch(request)
      }
    }
    #expect(took > 0.9 && took < 5)
  }

  @Test func aServerThatStallsInTheMiddleIsGivenUp() throws {
    let server = RawServer { connection in
      _ = connection.readHead()
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
      connection.waitForClose()
    }
    var request = ReadRequest("/")
    request.idleTimeoutSeconds = 1
    #expect(
      throws: HTTPError.timedOut(place: place(server), phase: "in the middle of the answer", seconds: 1)
    ) {
      try Getter(port: server.port).fetch(request)
    }
  }

  @Test func aSlowServerThatKeepsSendingIsNotGivenUp() throws {
    let server = RawServer { connection in
      _ = connection.readHead()
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n")
      for _ in 0..<8 {
        usleep(250_000)  // the server's slowness is the test's subject
        connection.send("x")
      }
      connection.waitForClose()
    }
    var request = ReadRequest("/")
    request.idleTimeoutSeconds = 1
    #expect(try Getter(port: server.port).fetch(request).body.count == 8)
  }

  @Test func silenceIsLegalForAWatchAndForAPausedTransfer() throws {
    let server = RawServer { connection in
      let head = connection.readHead() ?? ""
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
      if head.contains("/paused") { connection.send("hello!") }
      connection.waitForClose()
    }
    let session = HTTPSession()
    let getter = Getter(port: server.port, session: session)
    let watch = Recorder()
    let paused = Recorder(pausing: true)
    var request = ReadRequest("/watch")
    request.idleTimeoutSeconds = nil
    getter.start(request, on: watch.take)
    request.path = "/paused"
    request.idleTimeoutSeconds = 1
    let transfer = getter.start(request, on: paused.take)
    #expect(waitUntil { paused.refusals > 0 })
    // This one began after the others: when it is given up, they would have been, too.
    for _ in 0..<2 {
      let silent = Recorder()
      request.path = "/silent"
      getter.start(request, on: silent.take)
      #expect(
        silent.waitForEnd()
          == .timedOut(place: place(server), phase: "in the middle of the answer", seconds: 1))
    }
    #expect(!watch.hasEnded && !paused.hasEnded)
    paused.pause(false)
    transfer.resume()
    #expect(paused.waitForEnd() == nil)
    session.shutdown()
  }

  @Test func aHandshakeThatIsNeverAnsweredIsGivenUp() {
    let server = RawServer { $0.waitForClose() }
    var address = Server(base: "https://127.0.0.1:\(server.port)")
    address.connectTimeoutSeconds = 1
    let getter = Getter(session: HTTPSession(), server: address)
    #expect(outcome(getter).error == .timedOut(place: place(server), phase: "TLS handshake", seconds: 1))
  }

  @Test func aConnectionThatIsNeverAcceptedIsGivenUp() {
    // A full queue of connections makes Linux drop the next one's SYN, as a firewall would.
    let server = RawServer(backlog: 0, nil)
    let fillers = (0..<2).map { _ in fill(server.port) }
    defer { fillers.forEach { close($0) } }
    var address = Server(base: "http://127.0.0.1:\(server.port)")
    address.connectTimeoutSeconds = 1
    let getter = Getter(session: HTTPSession(), server: address)
    #expect(outcome(getter).error == .timedOut(place: place(server), phase: "connecting", seconds: 1))
  }

  private func fill(_ port: Int) -> CInt {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    withUnsafeBytes(of: &address) { bytes in
      _ = connect(
        descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self),
        socklen_t(MemoryLayout<sockaddr_in>.size))
    }
    return descriptor
  }

  @Test func placesThatCannotBeReachedAreNamed() {
    let session = HTTPSession()
    func error(_ base: String) -> HTTPError? {
      outcome(Getter(session: session, server: Server(base: base))).error
    }
    #expect(error("http://127.0.0.1:1") == .unreachable(place: "127.0.0.1:1", why: "Connection refused"))
    #expect(error("https://[::1]:1/x") == .unreachable(place: "[::1]:1", why: "Connection refused"))
    #expect(error("https://no-such-host.invalid:6443") == .unresolved(host: "no-such-host.invalid"))
  }

  /// A watch with nothing to tell must cost nothing.
  @Test func nothingHappeningTakesNoTime() throws {
    let server = RawServer { connection in
      _ = connection.readHead()
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      connection.waitForClose()
    }
    let turns = Mutex(0)
    let session = HTTPSession { turns.withLock { $0 += 1 } }
    let getter = Getter(port: server.port, session: session)
    let recorders = (0..<5).map { _ in Recorder() }
    for recorder in recorders {
      var request = ReadRequest("/")
      request.idleTimeoutSeconds = nil
      getter.start(request, on: recorder.take)
    }
    #expect(waitUntil { recorders.allSatisfy { $0.status == 200 } })
    // libcurl's own timers of the connecting run out once, and then it is quiet.
    #expect(
      waitUntil {
        let before = turns.withLock { $0 }
        usleep(1_200_000)  // the absence of anything is the test's subject
        return turns.withLock { $0 } == before
      })
    session.shutdown()
  }
}
