import Foundation
import TestSupport
import Testing

@testable import HTTP

private let certificates = Certificates.shared

@Suite struct TLSTests {
  @Test(arguments: ["client", "rsa"], ["-tls1_3", "-tls1_2"])
  func aClientCertificateFromMemoryIsShown(client: String, version: String) throws {
    let server = try OpenSSLServer(OpenSSLServer.mutual + [version])
    let text = try #require(outcome(server.getter(certificates.tls(client: client))).text)
    #expect(text.contains("Subject: CN=\(client)"))
  }

  @Test(arguments: ["-tls1_3", "-tls1_2"])
  func aServerThatWantsACertificateSaysSo(version: String) throws {
    let server = try OpenSSLServer(OpenSSLServer.mutual + [version])
    for _ in 0..<5 {
      let error = outcome(server.getter(certificates.tls())).error
      #expect(error == .certificateRequired(place: "127.0.0.1:\(server.port)"))
    }
  }

  @Test(arguments: ["-tls1_3", "-tls1_2"])
  func aRefusedCertificateIsNotCalledMissing(version: String) throws {
    let server = try OpenSSLServer(OpenSSLServer.mutual + [version])
    for client in ["stranger", "expired-client"] {
      let tls = certificates.tls(client: client, key: client == "stranger" ? nil : "client")
      let error = try #require(outcome(server.getter(tls)).error)
      // The server's word may get lost under TLS 1.3, when it closes with our request still unread.
      switch error {
      case .certificateUnusable(let why): #expect(why.hasPrefix("127.0.0.1:\(server.port) refused it"))
      case .lost(_, let why): #expect(why.contains("refuses the client certificate") && version == "-tls1_3")
      default: Issue.record("\(error)")
      }
    }
  }

  @Test func aKeyThatDoesNotMatchIsFoundBeforeAnythingIsSent() throws {
    let server = try OpenSSLServer()
    func why(_ tls: TLS) -> String? {
      if case .certificateUnusable(let why) = outcome(server.getter(tls)).error { why } else { nil }
    }
    #expect(why(certificates.tls(client: "client", key: "rsa"))?.contains("does not match") == true)
    var tls = certificates.tls(client: "client")
    tls.clientKey = nil
    #expect(why(tls) == "the key for it is missing")
    tls.clientKey = Array("garbage".utf8)
    #expect(why(tls) != nil)
    tls.clientCertificate = []
    #expect(why(tls) != nil)
    // A locked key must not ask for its pass phrase in the middle of the screen.
    tls = certificates.tls(client: "rsa", key: "locked")
    #expect(why(tls) != nil)
  }

  @Test func aServerOfAnotherAuthorityIsNotTrusted() throws {
    let server = try OpenSSLServer()
    let place = "127.0.0.1:\(server.port)"
    #expect(
      outcome(server.getter(certificates.tls(authority: "other-ca"))).error
        == .untrusted(place: place, why: "self-signed certificate in certificate chain"))
    #expect(
      outcome(server.getter(certificates.tls(authority: nil))).error
        == .untrusted(place: place, why: "self-signed certificate in certificate chain"))
    var tls = TLS()
    tls.authorities = Array("garbage".utf8)
    guard case .untrusted = outcome(server.getter(tls)).error else {
      Issue.record("garbage was trusted")
      return
    }
  }

  @Test func anExpiredServerIsNotTrusted() throws {
    let server = try OpenSSLServer(certificate: "expired-server")
    #expect(
      outcome(server.getter(certificates.tls())).error
        == .untrusted(place: "127.0.0.1:\(server.port)", why: "certificate has expired"))
  }

  @Test func whoAsksForNoVerificationGetsNone() throws {
    let server = try OpenSSLServer(certificate: "expired-server")
    var tls = TLS()
    tls.insecureSkipVerify = true
    #expect(outcome(server.getter(tls)).status == 200)
  }

  @Test func theNameToVerifyMayDifferFromTheHost() throws {
    let server = try OpenSSLServer([
      "-servername", "kubernetes.default", "-cert2", "server.pem", "-key2", "server.key",
    ])
    var tls = certificates.tls()
    tls.serverName = "kubernetes.default"
    let recorder = Recorder()
    let session = HTTPSession()
    var address = Server(base: "https://127.0.0.1:\(server.port)")
    address.tls = tls
    Getter(session: session, server: address).start(ReadRequest("/version"), on: recorder.take)
    #expect(server.process.waitForOutput("GET /version HTTP/1.1"))
    #expect(server.process.waitForOutput("Accept-Encoding"))
    let sent = server.process.output
    #expect(sent.contains(#"Hostname in TLS extension: "kubernetes.default""#))
    #expect(sent.contains("Host: 127.0.0.1:\(server.port)\r\n"))
    server.process.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\n")
    #expect(recorder.waitForEnd() == nil)
    #expect(recorder.text == "ok")

    address.tls.serverName = "elsewhere.example"
    let error = outcome(Getter(session: session, server: address)).error
    #expect(
      error
        == .untrusted(
          place: "127.0.0.1:\(server.port)",
          why: "no alternative certificate subject name matches target host name 'elsewhere.example'"))
    session.shutdown()
  }

  @Test func aRequestWithItsOwnConnectionDoesNotOfferHTTP2() throws {
    let server = try OpenSSLServer(["-alpn", "http/1.1"])
    for (isOwn, offered) in [(false, "h2, http/1.1"), (true, "http/1.1")] {
      let session = HTTPSession()
      var address = Server(base: "https://127.0.0.1:\(server.port)")
      address.tls = certificates.tls()
      var request = ReadRequest("/own-\(isOwn)")
      request.hasOwnConnection = isOwn
      Getter(session: session, server: address).start(request) { _ in .more }
      #expect(server.process.waitForOutput("GET /own-\(isOwn) "))
      let handshake = server.process.output.components(separatedBy: "GET /own-\(isOwn) ")[0]
      let last = handshake.components(separatedBy: "ALPN protocols advertised by the client: ").last
      #expect(last?.hasPrefix(offered + "\n") == true)
      session.shutdown()
    }
  }

  @Test func differentIdentitiesNeverShareAConnection() throws {
    let server = try OpenSSLServer(["-verify", "1", "-www"])
    let session = HTTPSession()
    for client in ["client", "rsa", nil, "client"] {
      var address = Server(base: "https://127.0.0.1:\(server.port)")
      address.tls = certificates.tls(client: client)
      let text = outcome(Getter(session: session, server: address)).text ?? ""
      #expect(text.contains("Subject: CN=\(client ?? "")") == (client != nil), "\(text)")
    }
  }

  /// The others wait for the first connection to tell its version, and must all go on when it is the old one.
  @Test func manyAtOnceWorkWhereOnlyHTTP1IsSpoken() throws {
    let script = """
      import http.server, ssl
      class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def do_GET(self):
          body = self.path.encode()
          self.send_response(200)
          self.send_header("Content-Length", str(len(body)))
          self.end_headers()
          self.wfile.write(body)
      class Server(http.server.ThreadingHTTPServer):
        request_queue_size = 128
      server = Server(("127.0.0.1", 0), Handler)
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      context.load_cert_chain("server.pem", "server.key")
      context.set_alpn_protocols(["http/1.1"])
      server.socket = context.wrap_socket(server.socket, server_side=True)
      print("port", server.server_address[1], "ready", flush=True)
      server.serve_forever()
      """
    let python = try ChildProcess("python3", ["-c", script], directory: certificates.directory.path)
    #expect(python.waitForOutput("ready"))
    let port = python.output.split(separator: " ").dropFirst().first ?? ""
    var address = Server(base: "https://127.0.0.1:\(port)")
    address.tls = certificates.tls()
    let session = HTTPSession()
    let recorders = (0..<60).map { _ in Recorder() }
    for (index, recorder) in recorders.enumerated() {
      Getter(session: session, server: address).start(ReadRequest("/\(index)"), on: recorder.take)
    }
    for (index, recorder) in recorders.enumerated() {
      #expect(recorder.waitForEnd() == nil)
      #expect(recorder.text == "/\(index)")
    }
    session.shutdown()
  }

  @Test func whatDoesNotSpeakTLSIsCalledThat() throws {
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { _, responder in responder.respond(200) }
    defer { server.stop() }
    let getter = Getter(session: HTTPSession(), server: Server(base: "https://127.0.0.1:\(server.port)"))
    #expect(
      outcome(getter).error
        == .lost(place: "127.0.0.1:\(server.port)", why: "it does not speak TLS on this port"))
  }

  @Test func nothingPrintedHoldsASecret() {
    var server = Server(base: "https://example.com")
    server.tls = certificates.tls(client: "client")
    server.proxy = "http://user:secret1@proxy:3128"
    var request = Request(method: "POST", path: "/")
    request.headers = [Header("Authorization", "Bearer secret2"), Header("X-Vault-Token", "secret3")]
    request.body = Array("secret4".utf8)
    var dumped = ""
    dump([server] as [Any], to: &dumped)
    dump([request] as [Any], to: &dumped)
    dump(server.tls, to: &dumped)
    let response = Response(head: ResponseHead(status: 200, headers: request.headers), body: request.body)
    dump([response] as [Any], to: &dumped)
    let shown =
      "\(response) \(server) \(server.tls) \(request) \(request.headers) \(String(reflecting: server)) \(dumped)"
    #expect(!shown.contains("secret"))
    #expect(!shown.contains("PRIVATE KEY"))
    // The bytes of a key, were they printed as numbers.
    #expect(!shown.contains("45, 45, 45, 45, 45"))
    #expect(!shown.contains("115, 101, 99"))
    #expect(shown.contains("http://proxy:3128"))
  }
}
