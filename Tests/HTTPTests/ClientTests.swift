import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTP

/// Tells what it was asked: the request line, some headers, the body.
private func serving(
  _ handler: @escaping @Sendable (ServerRequest, Responder) -> Void
) throws -> HTTPServer {
  try HTTPServer(.tcp(host: "127.0.0.1", port: 0), handler: handler)
}

private func described(_ request: ServerRequest) -> String {
  let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
  return "\(request.method) \(request.path) [\(query)] \(String(decoding: request.body, as: UTF8.self))"
}

@Suite struct ClientTests {
  @Test func aGetterAsksWithItsHeadersAndGetsTheWholeAnswer() throws {
    let server = try serving { request, responder in
      responder.respond(
        200,
        [Header("X-Told", request["Authorization"] ?? "-"), Header("X-Accept", request["Accept"] ?? "-")],
        body: Array(described(request).utf8))
    }
    defer { server.stop() }
    let getter = Getter(
      session: HTTPSession(), server: Server(base: "http://127.0.0.1:\(server.port)/k8s/"),
      headers: { [Header("Authorization", "Bearer abc")] })
    var request = ReadRequest(
      "/api/v1/pods", [QueryItem("labelSelector", "a=b,c in (d, e)&f"), QueryItem("limit", "5")])
    request.accept = "application/json;as=Table;v=v1;g=meta.k8s.io, application/json"
    let response = try getter.fetch(request)
    #expect(response.head.status == 200)
    #expect(response.head["x-told"] == "Bearer abc")
    #expect(response.head["X-Accept"] == "application/json;as=Table;v=v1;g=meta.k8s.io, application/json")
    #expect(
      String(decoding: response.body, as: UTF8.self)
        == "GET /k8s/api/v1/pods [labelSelector=a=b,c in (d, e)&f|limit=5] ")
  }

  @Test func aGetterSendsNothingButGetsAndReviews() throws {
    let methods = Mutex<[String]>([])
    let server = try serving { request, responder in
      methods.withLock { $0.append(described(request) + " " + (request["Content-Type"] ?? "")) }
      responder.respond(201, body: [])
    }
    defer { server.stop() }
    let getter = Getter(port: server.port)
    _ = try getter.fetch(ReadRequest("/api"))
    _ = try getter.fetch(ReadRequest(review: .selfSubjectAccessReviews, body: Array(#"{"kind":"x"}"#.utf8)))
    _ = try getter.fetch(ReadRequest(review: .selfSubjectReviews, body: []))
    #expect(
      methods.withLock { $0 } == [
        "GET /api []  ",
        #"POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews [] {"kind":"x"} application/json"#,
        "POST /apis/authentication.k8s.io/v1/selfsubjectreviews []  application/json",
      ])
  }

  @Test func aClientSendsAnyMethodWithItsBody() throws {
    let server = try serving { request, responder in
      let line = "\(described(request)) \(request["Content-Type"] ?? "-") \(request["Expect"] ?? "-")"
      responder.respond(200, body: Array(line.utf8))
    }
    defer { server.stop() }
    let client = Client(session: HTTPSession(), server: Server(base: "http://127.0.0.1:\(server.port)"))
    func send(_ method: String, _ body: String, _ type: String? = nil) throws -> String {
      var request = Request(method: method, path: "/a")
      request.body = Array(body.utf8)
      if let type { request.headers = [Header("Content-Type", type)] }
      return String(decoding: try client.fetch(request).body, as: UTF8.self)
    }
    #expect(
      try send("PATCH", "[]", "application/json-patch+json") == "PATCH /a [] [] application/json-patch+json -"
    )
    #expect(try send("POST", "x", "text/plain") == "POST /a [] x text/plain -")
    #expect(try send("POST", "") == "POST /a []  - -")
    #expect(try send("PUT", "y") == "PUT /a [] y - -")
    #expect(try send("DELETE", "") == "DELETE /a []  - -")
    #expect(try send("DELETE", "{}", "application/json") == "DELETE /a [] {} application/json -")
    #expect(try send("HEAD", "") == "")
    let long = String(repeating: "x", count: 3 << 20)
    #expect(try send("POST", long) == "POST /a [] \(long) - -")
  }

  @Test func oddPathsArriveAsTheyWereMeant() throws {
    let server = try serving { request, responder in responder.respond(200, body: Array(request.rawPath.utf8))
    }
    defer { server.stop() }
    let getter = Getter(port: server.port)
    #expect(outcome(getter, "/a b/ü?x#y").text == "/a%20b/%C3%BC%3Fx%23y")
    #expect(outcome(getter, "/clusterroles/system:node").text == "/clusterroles/system:node")
    #expect(outcome(getter, "/a/../b/./c").text == "/a/../b/./c")
    #expect(outcome(getter, "/v1/job/a%2Fb/100%").text == "/v1/job/a%2Fb/100%25")
  }

  @Test func aRedirectIsReportedAndNotFollowed() throws {
    let count = Mutex(0)
    let server = try serving { _, responder in
      count.withLock { $0 += 1 }
      responder.respond(302, [Header("Location", "/elsewhere")], body: Array("moved".utf8))
    }
    defer { server.stop() }
    let response = try Getter(port: server.port).fetch(ReadRequest("/"))
    #expect(response.head.status == 302)
    #expect(response.head["location"] == "/elsewhere")
    #expect(count.withLock { $0 } == 1)
  }

  @Test func everyStatusIsAnAnswer() throws {
    let server = try serving { request, responder in
      responder.respond(Int(request.path.dropFirst()) ?? 0, body: Array("body".utf8))
    }
    defer { server.stop() }
    let getter = Getter(port: server.port)
    for status in [200, 204, 304, 401, 403, 404, 409, 410, 429, 500, 503] {
      #expect(outcome(getter, "/\(status)").status == status)
    }
    #expect(outcome(getter, "/410").text == "body")
    #expect(outcome(getter, "/204").text == "")
  }

  @Test func requestsOneAfterTheOtherShareAConnection() throws {
    let server = try serving { _, responder in responder.respond(200, body: Array("hello".utf8)) }
    defer { server.stop() }
    let session = HTTPSession()
    let getter = Getter(port: server.port, session: session)
    for _ in 0..<20 { _ = try getter.fetch(ReadRequest("/")) }
    let traffic = session.traffic
    #expect(traffic.requests == 20)
    #expect(traffic.connectionsOpened == 1)
    #expect(traffic.bytesReceived == 100)
    #expect(traffic.openTransfers == 0)
  }

  @Test func aBadHeaderIsRefusedWithoutItsValue() throws {
    let getter = Getter(
      session: HTTPSession(), server: Server(base: "http://127.0.0.1:1"),
      headers: { [Header("Authorization", "Bearer secret\nEvil: x")] })
    let error = try #require(outcome(getter).error)
    #expect(error == .badURL("the header \"Authorization\" holds a line break or a control character"))
    #expect(!"\(error) \(error.advice)".contains("secret"))
  }

  @Test(arguments: [
    "", "10.0.0.1:6443", "ftp://x", "https://", "https://a b", "https://x:99999", "https://u:secret@x",
  ])
  func aBaseThatIsNoAddressIsSaid(base: String) {
    let error = outcome(Getter(session: HTTPSession(), server: Server(base: base))).error
    guard case .badURL(let text) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!text.contains("secret"))
  }

  @Test func nothingRunsBeforeTheFirstRequestNorAfterShutdown() throws {
    let server = try serving { _, responder in responder.respond(200, body: []) }
    defer { server.stop() }
    let unused = HTTPSession()
    unused.shutdown()
    #expect(outcome(Getter(port: server.port, session: unused)).error == .cancelled)
    let used = HTTPSession()
    used.prepare()
    #expect(used.traffic == HTTPTraffic())
    #expect(outcome(Getter(port: server.port, session: used)).status == 200)
    used.shutdown()
    used.shutdown()
    #expect(outcome(Getter(port: server.port, session: used)).error == .cancelled)
  }

  @Test func manyParallelRequestsFromManyThreadsAllGetTheirOwnAnswer() throws {
    let server = try serving { request, responder in responder.respond(200, body: Array(request.path.utf8)) }
    defer { server.stop() }
    let session = HTTPSession()
    let getter = Getter(port: server.port, session: session)
    let wrong = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 400) { index in
      if outcome(getter, "/\(index)").text != "/\(index)" { wrong.withLock { $0 += 1 } }
    }
    #expect(wrong.withLock { $0 } == 0)
    #expect(session.traffic.requests == 400)
    #expect(waitUntil { session.traffic.openTransfers == 0 })
  }

  @Test func aUnixSocketIsAsGoodAsAPort() throws {
    let directory = temporaryDirectory()
    let path = directory.path + "/s.sock"
    let server = try HTTPServer(.unix(path: path)) { request, responder in
      responder.respond(200, body: Array("\(request["Host"] ?? "") \(request.path)".utf8))
    }
    var address = Server(base: "http://docker")
    address.unixSocket = path
    let getter = Getter(session: HTTPSession(), server: address)
    #expect(outcome(getter, "/v1.43/info").text == "docker /v1.43/info")
    server.stop()
    #expect(outcome(getter).error == .unreachable(place: path, why: "No such file or directory"))
  }
}
