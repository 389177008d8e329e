#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads a small text file whole; nil with `errno` set where that can't be.
enum TextFile {
  /// Nobody writes a file of this size by hand; a wrong path may well name something endless.
  private static let maxBytes = 16 << 20

  static func contents(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < maxBytes {
      let count = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(contentsOf: buffer[..<count])
    }
    errno = EFBIG
    return nil
  }
}
