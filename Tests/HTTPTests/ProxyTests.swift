import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTP

private final class TinyProxy {
  let port: Int
  let process: ChildProcess
  private let directory = temporaryDirectory()

  init(user: String? = nil) throws {
    var started: (Int, ChildProcess)?
    for _ in 0..<10 where started == nil {
      let port = RawServer(nil).port
      let login = user.map { "BasicAuth \($0)\n" } ?? ""
      let file = directory.write("Port \(port)\nListen 127.0.0.1\nLogLevel Info\n\(login)", to: "conf")
      let process = try ChildProcess("tinyproxy", ["-d", "-c", file])
      if waitUntil({ process.output.contains("Accepting connections") || process.exit != nil }),
        process.exit == nil
      {
        started = (port, process)
      }
    }
    (port, process) = try #require(started)
  }
}

private func getter(_ base: String, proxy: String?, tls: TLS = TLS()) -> Getter {
  var server = Server(base: base)
  server.proxy = proxy
  server.tls = tls
  return Getter(session: HTTPSession(), server: server)
}

@Suite struct ProxyTests {
  @Test func plainRequestsAndTunnelsGoThroughTheProxy() throws {
    let proxy = try TinyProxy(user: "ann s3cret-t")
    let plain = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { request, responder in
      responder.respond(200, body: Array("\(request.path) \(request["Via"] ?? "")".utf8))
    }
    defer { plain.stop() }
    let secure = try OpenSSLServer(OpenSSLServer.mutual)
    let address = "http://ann:s3cret%2Dt@127.0.0.1:\(proxy.port)"
    let text = try #require(outcome(getter("http://127.0.0.1:\(plain.port)", proxy: address), "/a").text)
    #expect(text.hasPrefix("/a ") && text.contains("tinyproxy"))

    var tls = Certificates.shared.tls(client: "client")
    tls.serverName = "kubernetes.default"
    let base = "https://127.0.0.1:\(secure.port)"
    #expect(outcome(getter(base, proxy: address, tls: tls)).text?.contains("Subject: CN=client") == true)
    #expect(proxy.process.waitForOutput("CONNECT 127.0.0.1:\(secure.port)"))
  }

  @Test func aProxyThatRefusesIsNotTakenForTheServer() throws {
    let tiny = try TinyProxy(user: "ann right")
    let own = RawServer { connection in
      _ = connection.readHead()
      connection.send(
        "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n")
    }
    // For plain requests tinyproxy answers 401, which a server might.
    for (scheme, port) in [("http", own.port), ("https", own.port), ("https", tiny.port)] {
      for login in ["", "ann:wrong@"] {
        let error = outcome(getter("\(scheme)://127.0.0.1:1", proxy: "http://\(login)127.0.0.1:\(port)"))
          .error
        guard case .proxy(let place, let why) = error else {
          Issue.record("\(String(describing: error))")
          continue
        }
        #expect(place == "http://127.0.0.1:\(port)")
        #expect(why.contains("it answered 40"))
        #expect(!why.contains("wrong@"))
      }
    }
  }

  @Test func aProxyThatIsNotThereIsNamedWithoutItsPassword() throws {
    for scheme in ["http", "https", "socks5", "socks4"] {
      let error = try #require(
        outcome(getter("https://10.0.0.1", proxy: "\(scheme)://ann:s3cret@127.0.0.1:1")).error)
      guard case .proxy(let place, let why) = error else {
        Issue.record("\(error)")
        continue
      }
      #expect(place.hasSuffix("://127.0.0.1:1"))
      #expect(why == "Connection refused")
      #expect(!"\(error)".contains("s3cret"))
    }
    let unknown = try #require(outcome(getter("https://10.0.0.1", proxy: "gopher://ann:s3cret@x")).error)
    #expect(unknown == .proxy(place: "gopher://x", why: "no http, https or socks URL"))
    guard case .proxy = outcome(getter("http://10.0.0.1", proxy: "http://no-such-proxy.invalid:1")).error
    else {
      Issue.record("an unknown proxy is not called one")
      return
    }
  }

  @Test func aSocksProxyLooksTheNameUpItself() throws {
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { request, responder in
      responder.respond(200, body: Array((request["Host"] ?? "").utf8))
    }
    defer { server.stop() }
    let asked = Mutex("")
    let proxy = RawServer { connection in
      // RFC 1928 and 1929: methods, user and password, CONNECT to a name.
      guard connection.read().contains(2) else { return }
      connection.send([5, 2])
      let login = connection.read()
      guard login == [1, 3] + Array("ann".utf8) + [2] + Array("pw".utf8) else {
        return connection.send([1, 1])
      }
      connection.send([1, 0])
      let request = connection.read()
      guard request.prefix(4) == [5, 1, 0, 3] else { return connection.send([5, 8, 0, 1, 0, 0, 0, 0, 0, 0]) }
      asked.withLock { $0 = String(decoding: request.dropFirst(5).prefix(Int(request[4])), as: UTF8.self) }
      connection.send([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
      let far = RawConnection(connectingTo: server.port)
      Thread.detachNewThread { connection.pass(to: far) }
      far.pass(to: connection)
    }
    let base = "http://only.the.proxy.knows:8001"
    #expect(
      outcome(getter(base, proxy: "socks5://ann:pw@127.0.0.1:\(proxy.port)")).text
        == "only.the.proxy.knows:8001")
    #expect(asked.withLock { $0 } == "only.the.proxy.knows")
    guard
      case .proxy(_, let why) = outcome(getter(base, proxy: "socks5://ann:no@127.0.0.1:\(proxy.port)")).error
    else {
      Issue.record("a refused login is not the proxy's")
      return
    }
    #expect(!why.contains("no@"))
  }

  @Test func theEnvironmentIsNotAskedForThisMachine() {
    func proxy(_ base: String, _ proxy: String? = nil, socket: String? = nil) -> Proxy? {
      var server = Server(base: base)
      server.proxy = proxy
      server.unixSocket = socket
      return Proxy(server, Address(base: base)!)
    }
    #expect(proxy("https://10.0.0.1:6443") == .environment)
    #expect(proxy("https://127.0.0.1:6443") == Proxy.none)
    #expect(proxy("https://localhost:6443") == Proxy.none)
    #expect(proxy("https://[::1]:6443") == Proxy.none)
    #expect(proxy("https://10.0.0.1:6443", "") == Proxy.none)
    #expect(proxy("http://docker", socket: "/var/run/docker.sock") == Proxy.none)
    #expect(
      proxy("https://127.0.0.1", "proxy:3128") == .fixed(url: "http://proxy:3128", user: nil, password: nil))
    #expect(
      proxy("https://x", "socks5://a%40b:c:d@[fd00::1]:1080/")
        == .fixed(url: "socks5h://[fd00::1]:1080", user: "a@b", password: "c:d"))
    #expect(proxy("https://x", "ftp://proxy") == nil)
  }
}
