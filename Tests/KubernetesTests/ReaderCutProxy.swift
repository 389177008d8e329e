import Foundation
import Synchronization

/// Stands between a client and a server on the loopback and breaks each connection after some bytes of answers, in
/// the middle of whatever they are.
final class CutProxy: Sendable {
  let port: Int
  private let listener: CInt
  private let target: Int
  private let budget: @Sendable () -> Int?
  private let isStopped = Atomic(false)
  private let cutCount = Atomic(0)

  var cuts: Int { cutCount.load(ordering: .relaxed) }

  /// - Parameter budget: asked for each connection: after how many bytes to break it; nil for never.
  init(to target: Int, budget: @escaping @Sendable () -> Int?) {
    self.target = target
    self.budget = budget
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

  func stop() {
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
      let left = budget()
      Thread.detachNewThread { [self] in pump(client, server, left) }
    }
    close(listener)
  }

  /// One thread for both directions; ends with the connection.
  private func pump(_ client: CInt, _ server: CInt, _ budget: Int?) {
    var left = budget ?? .max
    var buffer = [UInt8](repeating: 0, count: 16_384)
    defer {
      close(client)
      close(server)
    }
    while !isStopped.load(ordering: .relaxed) {
      var ends = [
        pollfd(fd: client, events: Int16(POLLIN), revents: 0),
        pollfd(fd: server, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&ends, 2, 200) >= 0 else { return }
      for (index, other) in [(0, server), (1, client)] where ends[index].revents != 0 {
        let count = read(ends[index].fd, &buffer, index == 1 ? min(buffer.count, left) : buffer.count)
        guard count > 0, Self.write(other, buffer, count) else { return }
        if index == 1 { left -= count }
        if left <= 0 {
          cutCount.add(1, ordering: .relaxed)
          // A reset, as of a machine that went away, rather than an end.
          var linger = linger(l_onoff: 1, l_linger: 0)
          setsockopt(client, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
          return
        }
      }
    }
  }

  private static func write(_ end: CInt, _ bytes: [UInt8], _ count: Int) -> Bool {
    var done = 0
    while done < count {
      let sent = bytes.withUnsafeBytes { send(end, $0.baseAddress! + done, count - done, CInt(MSG_NOSIGNAL)) }
      guard sent > 0 else { return false }
      done += sent
    }
    return true
  }
}
