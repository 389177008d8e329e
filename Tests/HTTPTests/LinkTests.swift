import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTP

/// A network of its own at the other end of a virtual cable, which can be cut without either side being told.
private final class Cable {
  private let name = "ct\(UInt32.random(in: 0...0xFFFFF))"
  private let net = "198.18.\(UInt8.random(in: 0...255)).\(4 * Int.random(in: 1...62))".split(separator: ".")
  private(set) var isThere = false

  var farAddress: String { address(2) }
  private func address(_ offset: Int) -> String {
    net.dropLast().joined(separator: ".") + ".\(Int(net[3])! + offset)"
  }

  init() {
    let far = "\(name)b"
    isThere =
      ip(["netns", "add", name]) && ip(["link", "add", "\(name)a", "type", "veth", "peer", "name", far])
      && ip(["link", "set", far, "netns", name])
      && ip(["addr", "add", "\(address(1))/30", "dev", "\(name)a"])
      && ip(["link", "set", "\(name)a", "up"])
      && ip(["-n", name, "addr", "add", "\(farAddress)/30", "dev", far])
      && ip(["-n", name, "link", "set", far, "up"])
  }

  deinit {
    _ = ip(["netns", "del", name])
    _ = ip(["link", "del", "\(name)a"])
  }

  func cut() { _ = ip(["-n", name, "link", "set", "\(name)b", "down"]) }

  /// A program of the far network.
  func run(_ program: String, _ arguments: [String]) throws -> ChildProcess {
    try ChildProcess("ip", ["netns", "exec", name, program] + arguments)
  }

  private func ip(_ arguments: [String]) -> Bool {
    (try? ChildProcess("ip", arguments))?.waitForExit() == .code(0)
  }

  /// Whether this machine lets us make networks: as root, and with the kernel's part for it.
  static let canBeMade = geteuid() == 0 && Cable().isThere
}

@Suite struct LinkTests {
  /// Without a packet, an error or an end: only the unanswered probes tell.
  @Test(.enabled(if: Cable.canBeMade, "needs the right to make networks"))
  func aCutCableIsNoticedWhereSilenceIsLegal() throws {
    let cable = Cable()
    let script = """
      import socket, time
      s = socket.create_server(("", 8080)); print("ready", flush=True)
      held = []
      while True:
        c, _ = s.accept(); held.append(c); c.recv(65536)
        c.sendall(b"HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n")
      """
    let server = try cable.run("python3", ["-c", script])
    #expect(server.waitForOutput("ready"))
    var keepAlive = KeepAlive()
    keepAlive.idleSeconds = 1
    keepAlive.intervalSeconds = 1
    keepAlive.userTimeoutMilliseconds = 2_000
    let session = HTTPSession(keepAlive: keepAlive)
    let getter = Getter(session: session, server: Server(base: "http://\(cable.farAddress):8080"))
    var request = ReadRequest("/")
    request.idleTimeoutSeconds = nil
    let watch = Recorder()
    let paused = Recorder(pausing: true)
    getter.start(request, on: watch.take)
    getter.start(request, on: paused.take)
    #expect(waitUntil { watch.status == 200 && paused.status == 200 })
    cable.cut()
    let lost = HTTPError.lost(place: "\(cable.farAddress):8080", why: "Connection timed out")
    #expect(watch.waitForEnd() == lost)
    #expect(paused.waitForEnd() == lost)
    session.shutdown()
  }

  @Test func everyConnectionIsProbed() throws {
    let server = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { _, responder in responder.respond(200) }
    defer { server.stop() }
    let session = HTTPSession()
    #expect(outcome(Getter(port: server.port, session: session)).status == 200)
    let socket = try #require((3..<4096).first { peerPort($0) == server.port })
    #expect(fcntl(socket, F_GETFD) & FD_CLOEXEC != 0)
    #expect(option(socket, SOL_SOCKET, SO_KEEPALIVE) == 1)
    #expect(option(socket, CInt(IPPROTO_TCP), TCP_KEEPIDLE) == 15)
    #expect(option(socket, CInt(IPPROTO_TCP), TCP_KEEPINTVL) == 5)
    #expect(option(socket, CInt(IPPROTO_TCP), TCP_KEEPCNT) == 3)
    #expect(option(socket, CInt(IPPROTO_TCP), TCP_USER_TIMEOUT) == 20_000)
    session.shutdown()
  }

  private func peerPort(_ descriptor: CInt) -> Int? {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isPeer = withUnsafeMutableBytes(of: &address) { bytes in
      getpeername(descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), &length) == 0
    }
    return isPeer && address.sin_family == sa_family_t(AF_INET)
      ? Int(in_port_t(bigEndian: address.sin_port)) : nil
  }

  private func option(_ descriptor: CInt, _ level: CInt, _ name: CInt) -> CInt? {
    var value: CInt = 0
    var length = socklen_t(4)
    return getsockopt(descriptor, level, name, &value, &length) == 0 ? value : nil
  }
}
