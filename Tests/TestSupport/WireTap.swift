import Foundation
import Synchronization

/// Stands between a client and a server on the loopback, notes every request, and can lose the answer to one.
package final class WireTap: Sendable {
  package let port: Int
  private let listener: CInt
  private let target: Int
  private let loses: @Sendable (String) -> Bool
  private let noted = Mutex<[String]>([])
  private let isStopped = Atomic(false)

  /// "PATCH /api/v1/nodes/n?dryRun=All" for each, in their order.
  package var requests: [String] { noted.withLock { $0 } }

  /// - Parameter loses: asked for each request: whether the server gets it, and the client no answer.
  package init(to target: Int, loses: @escaping @Sendable (String) -> Bool = { _ in false }) {
    self.target = target
    self.loses = loses
    let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = Self.loopback(0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        precondition(bind(listener, raw, length) == 0 && listen(listener, 64) == 0)
        getsockname(listener, raw, &length)
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [self] in accept() }
  }

  package func stop() {
    isStopped.store(true, ordering: .relaxed)
    shutdown(listener, CInt(SHUT_RDWR))
  }

  private static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  private func accept() {
    while !isStopped.load(ordering: .relaxed) {
      let client = Foundation.accept(listener, nil, nil)
      guard client >= 0 else { break }
      let server = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
      var address = Self.loopback(target)
      let isOpen = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
      guard isOpen else {
        close(client)
        close(server)
        continue
      }
      let pair = Pair(client: client, server: server)
      Thread.detachNewThread { [self] in carryRequests(pair) }
      Thread.detachNewThread { [self] in carryAnswers(pair) }
    }
    close(listener)
  }

  private final class Pair: Sendable {
    let client, server: CInt
    let loses = Atomic(false)
    private let ends = Atomic(0)

    init(client: CInt, server: CInt) {
      self.client = client
      self.server = server
    }

    /// Each direction ends once; the second closes both.
    func end() {
      shutdown(client, CInt(SHUT_RDWR))
      shutdown(server, CInt(SHUT_RDWR))
      if ends.add(1, ordering: .relaxed).newValue == 2 {
        close(client)
        close(server)
      }
    }
  }

  private func carryRequests(_ pair: Pair) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(pair.client, &buffer, buffer.count)
      guard count > 0 else { break }
      let lines = String(decoding: buffer[..<count], as: UTF8.self).components(separatedBy: "\r\n")
      for line in lines where line.hasSuffix(" HTTP/1.1") {
        let request = String(line.dropLast(" HTTP/1.1".count))
        noted.withLock { $0.append(request) }
        if loses(request) { pair.loses.store(true, ordering: .sequentiallyConsistent) }
      }
      guard Self.writeAll(buffer[..<count], to: pair.server) else { break }
    }
    pair.end()
  }

  private func carryAnswers(_ pair: Pair) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(pair.server, &buffer, buffer.count)
      guard count > 0, !pair.loses.load(ordering: .sequentiallyConsistent) else { break }
      guard Self.writeAll(buffer[..<count], to: pair.client) else { break }
    }
    pair.end()
  }

  private static func writeAll(_ bytes: ArraySlice<UInt8>, to file: CInt) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(file, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
