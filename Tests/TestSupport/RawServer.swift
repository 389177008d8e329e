import Foundation
import Synchronization

/// A server that does with each connection exactly what a test says, on a thread of its own.
package final class RawServer: Sendable {
  package let port: Int
  private let listener: CInt
  private let count = Atomic<Int>(0)

  package var connections: Int { count.load(ordering: .relaxed) }

  package init(backlog: CInt = 16, _ serve: (@Sendable (RawConnection) -> Void)?) {
    let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutableBytes(of: &address) { bytes in
      let pointer = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
      _ = bind(listener, pointer, length)
      _ = listen(listener, backlog)
      _ = getsockname(listener, pointer, &length)
    }
    port = Int(in_port_t(bigEndian: address.sin_port))
    guard let serve else { return }
    Thread.detachNewThread { [weak self] in
      while true {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        self?.count.add(1, ordering: .relaxed)
        Thread.detachNewThread { serve(RawConnection(descriptor)) }
      }
    }
  }

  deinit {
    shutdown(listener, CInt(SHUT_RDWR))
    close(listener)
  }
}

/// One connection of a `RawServer`; closed when nobody holds it any more.
package final class RawConnection: Sendable {
  private let descriptor: CInt

  package init(_ descriptor: CInt) { self.descriptor = descriptor }

  package convenience init(connectingTo port: Int) {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    withUnsafeBytes(of: &address) { bytes in
      _ = connect(
        descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self),
        socklen_t(MemoryLayout<sockaddr_in>.size))
    }
    self.init(descriptor)
  }

  deinit { close(descriptor) }

  /// The next request's head, nil at the end of the connection. Blocks.
  package func readHead() -> String? {
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
      head.append(byte)
    }
    return String(decoding: head, as: UTF8.self)
  }

  /// Some bytes, none at the end of the connection. Blocks.
  package func read() -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return Array(buffer[..<max(0, count)])
  }

  package func send(_ text: String) { send(Array(text.utf8)) }

  package func send(_ bytes: [UInt8]) { _ = sends(bytes) }

  /// Whether the other side is still there to take them.
  package func sends(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      sent += count
    }
    return true
  }

  /// Hands on what comes to another connection, until the end.
  package func pass(to other: RawConnection, while isOpen: () -> Bool = { true }) {
    while true {
      let bytes = read()
      if bytes.isEmpty { break }
      if isOpen() { other.send(bytes) }
    }
    other.closeWriting()
  }

  /// Returns when the other side has closed.
  package func waitForClose() { while !read().isEmpty {} }

  package func closeWriting() { shutdown(descriptor, CInt(SHUT_WR)) }
}
