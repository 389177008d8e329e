import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTP

/// Answers with what was asked, so that a test sees how the server understood it.
private func echo(_ request: ServerRequest, _ responder: Responder) {
  let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
  let body = String(decoding: request.body, as: UTF8.self)
  responder.respond(200, body: Array("\(request.method) \(request.path) [\(query)] \(body)".utf8))
}

private func exchange(_ sent: String, closing: Bool = true) throws -> String {
  let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0), handler: echo)
  defer { server.stop() }
  let client = RawClient(port: server.port)
  client.send(sent)
  if closing { client.closeWriting() }
  return withoutDate(try #require(client.readToEnd()))
}

@Suite struct ServerTests {
  @Test func aRequestIsAnsweredWithItsLength() throws {
    #expect(
      try exchange("GET /api/v1/pods?limit=5&label=a%3Db+c HTTP/1.1\r\nHost: x\r\n\r\n")
        == """
        HTTP/1.1 200 OK
        Content-Length: 39

        GET /api/v1/pods [limit=5|label=a=b c] 
        """)
  }

  @Test func requestsSentAheadAreAnsweredInTheirOrder() throws {
    let sent = (1...500).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined()
    let answer = try exchange(sent)
    let paths = answer.split(separator: "\n").filter { $0.hasPrefix("GET /") }.map { line in
      line.dropFirst(5).prefix { $0.isNumber }
    }
    #expect(paths == (1...500).map { "\($0)" })
  }

  @Test func aBodyByLengthAndABodyInChunksAreTheSame() throws {
    let whole = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    let chunks =
      "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;note=x\r\nhe\r\n3\r\nllo\r\n0\r\nA: b\r\n\r\n"
    let answer = try exchange(whole + chunks)
    #expect(answer.components(separatedBy: "POST /a [] hello").count == 3)
  }

  @Test func aRequestMayComeByteForByte() throws {
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0), handler: echo)
    defer { server.stop() }
    let client = RawClient(port: server.port)
    for byte in "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
      .utf8
    {
      client.send([byte])
    }
    #expect(client.read(toEnd: "hello").hasSuffix("POST /a [] hello"))
  }

  @Test(arguments: [
    ("nonsense\r\n\r\n", 400), ("GET / HTTP/2.0\r\n\r\n", 505), ("GET / HTTP/1.1\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", 400),
    ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413),
    ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", 413),
    ("GET / HTTP/1.1\r\nHost: x\r\nLong: " + String(repeating: "a", count: 70_000) + "\r\n\r\n", 431),
    (String(repeating: "a", count: 70_000), 431),
    ("CONNECT host:443 HTTP/1.1\r\nHost: x\r\n\r\n", 501),
  ])
  func whatCannotBeReadIsRefusedWithAStatus(sent: String, status: Int) throws {
    let answer = try exchange(sent, closing: false)
    #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer)")
    #expect(answer.contains("Connection: close"))
  }

  @Test func aRefusedBodyStillGetsItsAnswer() throws {
    let body = String(repeating: "x", count: 20 << 20)
    let answer = try exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.count)\r\n\r\n\(body)")
    #expect(answer.hasPrefix("HTTP/1.1 413 "))
  }

  @Test func headGetsTheHeadersOfTheAnswerAndNoBody() throws {
    let answer = try exchange(
      "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(
      answer == """
        HTTP/1.1 200 OK
        Content-Length: 11

        HTTP/1.1 200 OK
        Content-Length: 10
        Connection: close

        GET /b [] 
        """)
  }

  @Test func aClientThatWaitsForConsentGetsIt() throws {
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0), handler: echo)
    defer { server.stop() }
    let client = RawClient(port: server.port)
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    #expect(client.read(toEnd: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
    client.send("hello")
    #expect(client.read(toEnd: "hello").hasSuffix("POST / [] hello"))
  }

  @Test func oldClientsGetTheirConnectionClosed() throws {
    #expect(
      try exchange("GET /a HTTP/1.0\r\n\r\n", closing: false) == """
        HTTP/1.1 200 OK
        Content-Length: 10
        Connection: close

        GET /a [] 
        """)
  }

  @Test func aHandlerThatForgetsToAnswerDoesNotHangTheClient() throws {
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { _, _ in }
    defer { server.stop() }
    let client = RawClient(port: server.port)
    client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(client.readToEnd()?.hasPrefix("HTTP/1.1 500 ") == true)
  }

  @Test func aLineBreakInAHeaderCannotAddAHeader() throws {
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { _, responder in
      responder.respond(200, [Header("Warning", "a\r\nEvil: b")], body: [])
    }
    defer { server.stop() }
    let client = RawClient(port: server.port)
    client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(client.readToEnd()?.contains("\r\nWarning: a  Evil: b\r\n") == true)
  }

  @Test func theAddressInUseIsSaid() throws {
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0), handler: echo)
    let place = "127.0.0.1:\(server.port)"
    #expect(throws: HTTPError.cannotListen(place: place, why: "Address already in use")) {
      _ = try HTTPServer(.tcp(host: "127.0.0.1", port: server.port), handler: echo)
    }
    server.stop()
    let next = try HTTPServer(.tcp(host: "127.0.0.1", port: server.port), handler: echo)
    next.stop()
  }

  @Test func datesAreEnglishAndInGreenwich() {
    #expect(ResponseHeadWriter.date(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
  }
}
