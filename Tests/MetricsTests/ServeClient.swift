import Foundation

/// A client that sends exactly the bytes a test says, and reads when the test wants.
final class ServeClient {
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

  func send(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
  }

  func get(_ path: String, method: String = "GET", _ headers: [String] = [], closing: Bool = true) {
    let lines = ["\(method) \(path) HTTP/1.1", "Host: x"] + headers + (closing ? ["Connection: close"] : [])
    send(lines.joined(separator: "\r\n") + "\r\n\r\n")
  }

  /// All up to the end of the connection, without the Date line; nil when it does not end in time.
  func readToEnd(seconds: Double = 20) -> String? {
    let limit = Date(timeIntervalSinceNow: seconds)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while limit.timeIntervalSinceNow > 0 {
      var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&polled, 1, CInt(max(1, limit.timeIntervalSinceNow * 1000))) > 0 else { continue }
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return text }
      received += buffer[..<count]
    }
    return nil
  }

  var text: String {
    String(decoding: received, as: UTF8.self).components(separatedBy: "\r\n").filter {
      !$0.hasPrefix("Date: ")
    }
    .joined(separator: "\n")
  }
}
