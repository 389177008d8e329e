import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTP

/// Keeps the streams of every request, for a test to write to.
private final class Streams: Sendable {
  let all = Mutex<[ResponseStream]>([])
  var count: Int { all.withLock(\.count) }
  subscript(index: Int) -> ResponseStream { all.withLock { $0[index] } }
}

private func streaming(_ streams: Streams) throws -> HTTPServer {
  try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { _, responder in
    let stream = responder.stream(200)
    streams.all.withLock { $0.append(stream) }
  }
}

private let request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

@Suite struct ServerStreamTests {
  @Test func aStreamIsSentInChunksAndItsEndIsTold() throws {
    let streams = Streams()
    let server = try streaming(streams)
    defer { server.stop() }
    let client = RawClient(port: server.port)
    client.send(request)
    #expect(client.read(toEnd: "\r\n\r\n").contains("Transfer-Encoding: chunked"))
    streams[0].write(Array("hello".utf8))
    client.read(toEnd: "hello\r\n")
    streams[0].write(Array(" world".utf8))
    streams[0].finish()
    #expect(
      client.read(toEnd: "0\r\n\r\n").hasSuffix("\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"))
    #expect(!streams[0].isOpen)
    // The connection is good for another request.
    client.send(request)
    #expect(waitUntil { streams.count == 2 })
  }

  @Test func aClientThatLeavesIsNoticedWithoutWriting() throws {
    let streams = Streams()
    let server = try streaming(streams)
    defer { server.stop() }
    let closed = Mutex(0)
    do {
      let client = RawClient(port: server.port)
      client.send(request)
      #expect(waitUntil { streams.count == 1 })
      streams[0].onClose { closed.withLock { $0 += 1 } }
      #expect(streams[0].isOpen)
    }
    #expect(waitUntil { closed.withLock { $0 } == 1 })
    #expect(!streams[0].isOpen)
    streams[0].onClose { closed.withLock { $0 += 1 } }
    #expect(closed.withLock { $0 } == 2)
  }

  @Test func whatTheClientDoesNotTakeIsBacklog() throws {
    let streams = Streams()
    let server = try streaming(streams)
    defer { server.stop() }
    let client = RawClient(port: server.port)
    client.send(request)
    #expect(waitUntil { streams.count == 1 })
    let piece = [UInt8](repeating: 0x61, count: 1 << 20)
    for _ in 0..<32 { streams[0].write(piece) }
    #expect(streams[0].backlogBytes > 8 << 20)
    streams[0].finish()
    _ = client.read(toEnd: "\r\n0\r\n\r\n")
    #expect(client.received.count > 32 << 20)
    #expect(streams[0].backlogBytes == 0)
  }

  @Test func anAbortedStreamHasNoEnd() throws {
    let streams = Streams()
    let server = try streaming(streams)
    defer { server.stop() }
    let client = RawClient(port: server.port)
    client.send(request)
    #expect(waitUntil { streams.count == 1 })
    streams[0].write(Array("half".utf8))
    client.read(toEnd: "half\r\n")
    streams[0].abort()
    #expect(client.readToEnd()?.hasSuffix("4\r\nhalf\r\n") == true)
  }

  @Test func everyConnectionCanBeCutAtOnce() throws {
    let streams = Streams()
    let server = try streaming(streams)
    defer { server.stop() }
    let clients = (0..<5).map { _ in RawClient(port: server.port) }
    for client in clients { client.send(request) }
    #expect(waitUntil { streams.count == 5 })
    server.dropConnections()
    for index in 0..<5 { #expect(!streams[index].isOpen) }
    for client in clients { #expect(client.readToEnd() != nil) }
    let next = RawClient(port: server.port)
    next.send(request)
    #expect(waitUntil { streams.count == 6 })
  }

  @Test func manySmallWritesFromManyThreadsAllArriveInOrder() throws {
    let streams = Streams()
    let server = try streaming(streams)
    defer { server.stop() }
    let clients = (0..<4).map { _ in RawClient(port: server.port) }
    for client in clients { client.send(request) }
    #expect(waitUntil { streams.count == 4 })
    DispatchQueue.concurrentPerform(iterations: 4) { index in
      for number in 0..<5_000 { streams[index].write(Array("\(number)\n".utf8)) }
      streams[index].finish()
    }
    for client in clients {
      let text = client.read(toEnd: "\r\n0\r\n\r\n")
      #expect(numbers(text) == Array(0..<5_000))
    }
  }

  /// Takes the chunks apart.
  private func numbers(_ answer: String) -> [Int] {
    let bytes = Array(answer.utf8)
    let start =
      answer.utf8.count - (answer.range(of: "\r\n\r\n").map { answer[$0.upperBound...].utf8.count } ?? 0)
    var at = start
    var body: [UInt8] = []
    while let end = bytes[at...].firstIndex(of: 13),
      let size = Int(String(decoding: bytes[at..<end], as: UTF8.self), radix: 16), size > 0
    {
      body += bytes[(end + 2)..<(end + 2 + size)]
      at = end + 2 + size + 2
    }
    return String(decoding: body, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
  }
}
