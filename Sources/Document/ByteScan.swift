#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Searches over bytes that need no parsing: log lines and filters.
package enum ByteScan {
  /// The offset of the first place where `needle` stands, ASCII letters of either case alike. `needle` is lower
  /// case. An empty needle stands at 0.
  package static func find(caseless needle: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
    if needle.isEmpty { return 0 }
    guard bytes.count >= needle.count else { return nil }
    for start in 0...bytes.count - needle.count {
      if needle.indices.allSatisfy({ lowercase(bytes[start + $0]) == needle[$0] }) { return start }
    }
    return nil
  }

  /// The offset of the next newline at or after `from`.
  package static func newline(in bytes: UnsafeRawBufferPointer, from: Int) -> Int? {
    guard let base = bytes.baseAddress, from >= 0, from < bytes.count,
      let found = memchr(base + from, 0x0A, bytes.count - from)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }

  @inline(__always)
  static func lowercase(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
