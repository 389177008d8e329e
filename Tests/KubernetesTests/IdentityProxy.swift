import Foundation
import TestSupport
import Testing

@testable import Kubernetes

/// Whether somebody listens at a port of this machine.
func isListening(_ port: Int) -> Bool {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  return withLoopback(port) { connect(descriptor, $0, $1) == 0 }
}

private func withLoopback<Result>(_ port: Int, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result)
  -> Result
{
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = UInt16(port).bigEndian
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  let length = socklen_t(MemoryLayout<sockaddr_in>.size)
  return withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
  }
}

/// A port of this machine where nobody listens just now.
func freePort() throws -> Int {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  let port = withLoopback(0) { address, length in
    var length = length
    guard bind(descriptor, address, length) == 0, getsockname(descriptor, address, &length) == 0 else {
      return 0
    }
    return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
      Int(UInt16(bigEndian: $0.pointee.sin_port))
    }
  }
  try #require(port > 0)
  return port
}

/// tinyproxy, running.
final class TestProxy {
  private(set) var port = 0
  private let folder = temporaryDirectory()
  private var process: ChildProcess?

  /// - Parameter options: more lines of its configuration.
  init(_ options: [String] = []) throws {
    // It can't choose a port by itself, and somebody else may take the one we chose.
    for _ in 0..<5 {
      port = try freePort()
      let log = folder.file("log")
      let lines = ["Port \(port)", "Listen 127.0.0.1", "LogFile \"\(log)\"", "MaxClients 20"] + options
      let config = folder.write(lines.joined(separator: "\n") + "\n", to: "tinyproxy.conf")
      let process = try ChildProcess("tinyproxy", ["-d", "-c", config])
      self.process = process
      let port = port
      if waitUntil({ isListening(port) || process.exit != nil }), process.exit == nil { return }
    }
    throw IdentityError.notInCluster(why: "tinyproxy did not start: \(process?.errors ?? "")")
  }

  var log: String { (try? String(contentsOfFile: folder.file("log"), encoding: .utf8)) ?? "" }
}
