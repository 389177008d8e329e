import CScan

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Searches over bytes that need no parsing: log lines, filters, texts to repair.
package enum ByteScan {
  /// The offset of the first place where `needle` stands, ASCII letters of either case alike (others must
  /// match byte for byte). `needle` is lower case; an empty one stands at 0. Some 10 GB/s where candidates
  /// are rare.
  package static func find(caseless needle: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
    if needle.isEmpty { return 0 }
    guard let base = bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count >= needle.count else {
      return nil
    }
    let place = needle.withUnsafeBufferPointer {
      scan_find_caseless(base, bytes.count, $0.baseAddress!, needle.count)
    }
    return place < bytes.count ? place : nil
  }

  /// The offset of the next newline at or behind `from`.
  package static func newline(in bytes: UnsafeRawBufferPointer, from: Int) -> Int? {
    guard let base = bytes.baseAddress, from >= 0, from < bytes.count,
      let found = memchr(base + from, 0x0A, bytes.count - from)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }

  /// The offset of the last newline before `end`.
  package static func lastNewline(in bytes: UnsafeRawBufferPointer, before end: Int) -> Int? {
    bytes[..<min(max(end, 0), bytes.count)].lastIndex(of: 0x0A)
  }

  /// Whether all bytes are ASCII, so that one byte is one character and no repair is needed.
  package static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { return true }
    return scan_ascii(base, bytes.count) == bytes.count
  }

  /// Lowers ASCII letters: what `find` takes as its needle.
  package static func lowercased(_ text: String) -> [UInt8] {
    text.utf8.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
  }

  /// Valid UTF-8: what is invalid becomes U+FFFD, one for each of the longest wrong beginnings of a
  /// character, as the Unicode Standard recommends (section 3.9). Valid bytes come back as they are.
  package static func repaired(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    if isASCII(bytes) { return Array(bytes) }
    return Array(String(decoding: bytes, as: UTF8.self).utf8)
  }
}
