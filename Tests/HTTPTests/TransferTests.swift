import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTP

/// A server whose every request opens a stream that the test writes to.
private final class Streaming: Sendable {
  private final class Streams: Sendable { let byPath = Mutex<[String: ResponseStream]>([:]) }

  let server: HTTPServer
  private let streams: Streams

  init() throws {
    let streams = Streams()
    self.streams = streams
    server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { request, responder in
      let stream = responder.stream(200)
      streams.byPath.withLock { $0[request.path] = stream }
    }
  }

  subscript(path: String) -> ResponseStream? { streams.byPath.withLock { $0[path] } }
  var count: Int { streams.byPath.withLock(\.count) }
}

private func endless(_ path: String) -> ReadRequest {
  var request = ReadRequest(path)
  request.idleTimeoutSeconds = nil
  return request
}

@Suite struct TransferTests {
  @Test func eventsComeInOrderWhileTheServerGoesOn() throws {
    let streaming = try Streaming()
    defer { streaming.server.stop() }
    let recorder = Recorder()
    let session = HTTPSession()
    Getter(port: streaming.server.port, session: session).start(endless("/a"), on: recorder.take)
    #expect(waitUntil { recorder.status == 200 })
    streaming["/a"]?.write(Array("one ".utf8))
    #expect(waitUntil { recorder.text == "one " })
    streaming["/a"]?.write(Array("two".utf8))
    #expect(waitUntil { recorder.text == "one two" })
    #expect(!recorder.hasEnded)
    streaming["/a"]?.finish()
    #expect(recorder.waitForEnd() == nil)
    #expect(recorder.heads == 1)
    session.shutdown()
    #expect(recorder.ends == [nil])
  }

  @Test func aCancelledTransferEndsOnceAndTheServerNotices() throws {
    let streaming = try Streaming()
    defer { streaming.server.stop() }
    let recorder = Recorder()
    let session = HTTPSession()
    let transfer = Getter(port: streaming.server.port, session: session).start(
      endless("/a"), on: recorder.take)
    #expect(waitUntil { recorder.status == 200 && streaming["/a"]?.isOpen == true })
    for _ in 0..<3 { transfer.cancel() }
    #expect(recorder.waitForEnd() == .cancelled)
    #expect(waitUntil { streaming["/a"]?.isOpen == false })
    transfer.cancel()
    transfer.resume()
    #expect(session.traffic.openTransfers == 0)
    session.shutdown()
    #expect(recorder.ends == [.cancelled])
  }

  @Test func aPausedTransferGetsNothingAndHoldsUpNobody() throws {
    let streaming = try Streaming()
    defer { streaming.server.stop() }
    let session = HTTPSession()
    let getter = Getter(port: streaming.server.port, session: session)
    let paused = Recorder(pausing: true)
    let other = Recorder()
    let transfer = getter.start(endless("/paused"), on: paused.take)
    getter.start(endless("/other"), on: other.take)
    #expect(waitUntil { streaming.count == 2 })
    let bytes = (0..<16 << 20).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }
    streaming["/paused"]?.write(bytes)
    streaming["/paused"]?.finish()
    streaming["/other"]?.write(bytes)
    #expect(waitUntil { paused.refusals > 0 })
    #expect(waitUntil { other.bytes == bytes.count })
    // The server can't get rid of what nobody takes: that is what back-pressure means.
    #expect(streaming["/paused"]!.backlogBytes > 1 << 20)
    #expect(paused.bytes == 0)
    // A resume without taking asks again, and is refused again.
    let refusals = paused.refusals
    transfer.resume()
    #expect(waitUntil { paused.refusals > refusals })
    paused.pause(false)
    transfer.resume()
    #expect(paused.waitForEnd() == nil)
    #expect(paused.body == bytes)
  }

  @Test func resumingFromAnotherThreadNeverLosesAWakeUp() throws {
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { _, responder in
      responder.respond(200, body: [UInt8](repeating: 0x61, count: 4 << 20))
    }
    defer { server.stop() }
    // Refuses every other piece, and another thread resumes as soon as it hears of it.
    let refuses = Mutex(false)
    let asked = DispatchSemaphore(value: 0)
    let total = Mutex(0)
    let ended = Mutex<HTTPError??>(nil)
    let session = HTTPSession()
    let transfer = Getter(port: server.port, session: session).start(ReadRequest("/")) { event in
      switch event {
      case .head: break
      case .body(let bytes):
        let isRefused = refuses.withLock {
          $0.toggle()
          return $0
        }
        if isRefused {
          asked.signal()
          return .pause
        }
        total.withLock { $0 += bytes.count }
      case .ended(let error):
        ended.withLock { $0 = .some(error) }
        asked.signal()
      }
      return .more
    }
    while ended.withLock({ $0 }) == nil, asked.wait(timeout: .now() + 10) == .success { transfer.resume() }
    #expect(ended.withLock { $0 } == .some(nil))
    #expect(total.withLock { $0 } == 4 << 20)
    session.shutdown()
  }

  @Test func moreThanTheLimitIsNotRead() throws {
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { _, responder in
      responder.respond(200, body: [UInt8](repeating: 0x61, count: 1 << 20))
    }
    defer { server.stop() }
    let getter = Getter(port: server.port)
    var request = ReadRequest("/")
    request.maxBytes = 1 << 20
    #expect(try getter.fetch(request).body.count == 1 << 20)
    request.maxBytes = (1 << 20) - 1
    #expect(throws: HTTPError.tooLarge(maxBytes: (1 << 20) - 1)) { try getter.fetch(request) }
  }

  @Test(arguments: [
    "Transfer-Encoding: chunked\r\n\r\n5\r\nhel", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "Content-Length: 100\r\n\r\nhello",
  ])
  func anAnswerThatBreaksOffIsLost(rest: String) throws {
    let server = RawServer { connection in
      _ = connection.readHead()
      connection.send("HTTP/1.1 200 OK\r\n\(rest)")
    }
    let error = try #require(outcome(Getter(port: server.port)).error)
    guard case .lost(let place, _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(place == "127.0.0.1:\(server.port)")
  }

  @Test func noAnswerAtAllIsLost() throws {
    let server = RawServer { connection in _ = connection.readHead() }
    let error = try #require(outcome(Getter(port: server.port)).error)
    #expect(error == .lost(place: "127.0.0.1:\(server.port)", why: "Empty reply from server"))
  }

  @Test func interimAnswersAreNotTheAnswer() throws {
    let server = RawServer { connection in
      _ = connection.readHead()
      connection.send(
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }
    let response = try Getter(port: server.port).fetch(ReadRequest("/"))
    #expect(response.head == ResponseHead(status: 200, headers: [Header("Content-Length", "2")]))
  }

  @Test func trailersAreNotHeadersOfTheAnswer() throws {
    let server = RawServer { connection in
      _ = connection.readHead()
      connection.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Late: yes\r\n\r\n")
      connection.waitForClose()
    }
    let response = try Getter(port: server.port).fetch(ReadRequest("/"))
    #expect(response.head.headers == [Header("Transfer-Encoding", "chunked")])
    #expect(response.body == Array("ok".utf8))
  }

  @Test func aServerThatRestartedIsAskedAgainOverANewConnection() throws {
    let first = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { _, responder in responder.respond(200) }
    let session = HTTPSession()
    let getter = Getter(port: first.port, session: session)
    #expect(outcome(getter).status == 200)
    first.stop()
    guard case .unreachable(_, "Connection refused") = outcome(getter).error else {
      Issue.record("\(outcome(getter))")
      return
    }
    let second = try HTTPServer(.tcp(host: "127.0.0.1", port: first.port)) { _, responder in
      responder.respond(201)
    }
    defer { second.stop() }
    #expect(outcome(getter).status == 201)
    second.dropConnections()
    #expect(outcome(getter).status == 201)
  }

  /// libcurl repeats a request when a kept connection turns out to be dead; a POST may have been carried out.
  @Test func aPostIsNeverSentTwice() throws {
    let posts = Mutex(0)
    let server = RawServer { connection in
      while let head = connection.readHead() {
        if head.hasPrefix("POST") {
          posts.withLock { $0 += 1 }
          return
        }
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
      }
    }
    let client = Client(session: HTTPSession(), server: Server(base: "http://127.0.0.1:\(server.port)"))
    #expect(outcome(client.getter).status == 200)
    #expect(throws: HTTPError.self) { try client.fetch(Request(method: "POST", path: "/")) }
    #expect(posts.withLock { $0 } == 1)
  }

  @Test func watchesOverHTTP1LeaveRoomForLists() throws {
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { request, responder in
      if request.path == "/list" { return responder.respond(200, body: Array("rows".utf8)) }
      let stream = responder.stream(200)
      stream.onClose { withExtendedLifetime(stream) {} }
    }
    defer { server.stop() }
    let session = HTTPSession()
    let getter = Getter(port: server.port, session: session)
    let recorders = (0..<120).map { _ in Recorder() }
    let transfers = recorders.map { getter.start(endless("/watch"), on: $0.take) }
    let lists = (0..<30).map { _ in Recorder() }
    for list in lists { getter.start(ReadRequest("/list"), on: list.take) }
    for list in lists { #expect(list.waitForEnd() == nil) }
    #expect(waitUntil { recorders.filter { $0.status == 200 }.count == Admission.endlessLimit })
    // Room that is given back is used.
    for (transfer, recorder) in zip(transfers, recorders) where recorder.status == 200 { transfer.cancel() }
    #expect(waitUntil { recorders.allSatisfy { $0.status == 200 } })
    session.shutdown()
    #expect(recorders.allSatisfy { $0.ends == [.cancelled] })
  }
}
