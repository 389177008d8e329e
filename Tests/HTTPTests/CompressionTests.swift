import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTP

private func gzipped(_ bytes: [UInt8]) throws -> [UInt8] {
  let directory = temporaryDirectory()
  _ = FileManager.default.createFile(atPath: directory.file("a"), contents: Data(bytes))
  #expect(try ChildProcess("gzip", [directory.file("a")]).waitForExit() == .code(0))
  return Array(FileManager.default.contents(atPath: directory.file("a.gz")) ?? Data())
}

private func serving(_ body: [UInt8]) throws -> HTTPServer {
  try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { request, responder in
    guard request["Accept-Encoding"]?.contains("gzip") == true else { return responder.respond(406) }
    responder.respond(200, [Header("Content-Encoding", "gzip")], body: body)
  }
}

@Suite struct CompressionTests {
  private let lines = Array((0..<100_000).map { "line \($0) of a list\n" }.joined().utf8)

  @Test func aCompressedAnswerArrivesPlain() throws {
    let body = try gzipped(lines)
    let server = try serving(body)
    defer { server.stop() }
    let session = HTTPSession()
    #expect(try Getter(port: server.port, session: session).fetch(ReadRequest("/")).body == lines)
    #expect(session.traffic.bytesReceived == lines.count)
    #expect(body.count < lines.count / 4)
  }

  @Test func aCompressedAnswerCanBePausedAtAnyPlace() throws {
    let server = try serving(try gzipped(lines))
    defer { server.stop() }
    let session = HTTPSession()
    let body = Mutex<[UInt8]>([])
    let refuses = Mutex(false)
    let asked = DispatchSemaphore(value: 0)
    let ended = Mutex<[HTTPError?]>([])
    let transfer = Getter(port: server.port, session: session).start(ReadRequest("/")) { event in
      switch event {
      case .head: break
      case .body(let bytes):
        let isRefused = refuses.withLock { refuses in
          refuses.toggle()
          return refuses
        }
        if isRefused {
          asked.signal()
          return .pause
        }
        body.withLock { $0.append(contentsOf: bytes) }
      case .ended(let error):
        ended.withLock { $0.append(error) }
        asked.signal()
      }
      return .more
    }
    while ended.withLock({ $0.isEmpty }), asked.wait(timeout: .now() + 10) == .success { transfer.resume() }
    #expect(ended.withLock { $0 } == [nil])
    #expect(body.withLock { $0 } == lines)
    session.shutdown()
  }

  @Test func brokenCompressionIsAnError() throws {
    let server = try serving(Array("this is no gzip at all".utf8))
    defer { server.stop() }
    guard case .lost = outcome(Getter(port: server.port)).error else {
      Issue.record("garbage passed for a body")
      return
    }
  }

  /// A small answer that unpacks to a huge one is stopped by the limit on what is unpacked.
  @Test func theLimitCountsWhatIsUnpacked() throws {
    let body = try gzipped([UInt8](repeating: 0, count: 64 << 20))
    let server = try serving(body)
    defer { server.stop() }
    var request = ReadRequest("/")
    request.maxBytes = 1 << 20
    #expect(body.count < 1 << 20)
    #expect(throws: HTTPError.tooLarge(maxBytes: 1 << 20)) { try Getter(port: server.port).fetch(request) }
  }
}
