import Foundation

/// A client that sends exactly the bytes a test says, and reads with a deadline.
final class RawClient {
  let descriptor: CInt
  private(set) var received: [UInt8] = []

  init(port: Int) {
    descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    withUnsafeBytes(of: &address) { bytes in
      _ = connect(
        descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self),
        socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }

  deinit { close(descriptor) }

  func send(_ text: String) { send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      if count <= 0 { return }
      sent += count
    }
  }

  func closeWriting() { shutdown(descriptor, CInt(SHUT_WR)) }

  /// Everything received by the time it ends with `end`, at the end of the connection, or after 20 seconds.
  @discardableResult
  func read(toEnd end: String) -> String {
    let limit = Date(timeIntervalSinceNow: 20)
    let wanted = Array(end.utf8)
    while !received.suffix(wanted.count).elementsEqual(wanted), limit.timeIntervalSinceNow > 0 {
      if !receive(seconds: limit.timeIntervalSinceNow) { break }
    }
    return text
  }

  /// Everything up to the end of the connection; nil when it did not end in time.
  func readToEnd(seconds: Double = 20) -> String? {
    let limit = Date(timeIntervalSinceNow: seconds)
    while limit.timeIntervalSinceNow > 0 {
      if !receive(seconds: limit.timeIntervalSinceNow) { return text }
    }
    return nil
  }

  var text: String { String(decoding: received, as: UTF8.self) }

  /// False at the end of the connection.
  private func receive(seconds: Double) -> Bool {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&polled, 1, CInt(max(1, seconds * 1000))) > 0 else { return true }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count > 0 { received += buffer[..<count] }
    return count > 0
  }
}

/// An answer without its Date line, which differs from run to run.
func withoutDate(_ answer: String) -> String {
  answer.components(separatedBy: "\r\n").filter { !$0.hasPrefix("Date: ") }.joined(separator: "\n")
}
