import Document

/// Puts lines together that come in pieces. A line end is looked for once in each byte, however many pieces a line has.
struct LineBuffer {
  private var carry: [UInt8] = []

  /// Bytes of a line that is not yet whole.
  var pendingBytes: Int { carry.count }

  /// Calls `body` with each line that is now whole, without its end.
  mutating func append(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) -> Void) {
    var rest = 0
    if !carry.isEmpty {
      guard let end = bytes.withUnsafeBytes({ ByteScan.newline(in: $0, from: 0) }) else {
        carry.append(contentsOf: bytes)
        return
      }
      carry.append(contentsOf: bytes[..<end])
      carry.withUnsafeBytes(body)
      carry = []
      rest = end + 1
    }
    bytes.withUnsafeBytes { all in
      while let end = ByteScan.newline(in: all, from: rest) {
        body(UnsafeRawBufferPointer(rebasing: all[rest..<end]))
        rest = end + 1
      }
    }
    if rest < bytes.count { carry.append(contentsOf: bytes[rest...]) }
  }

  /// Keeps bytes that are no lines, up to a number of them.
  mutating func keep(_ bytes: [UInt8], maxBytes: Int) {
    carry.append(contentsOf: bytes.prefix(max(0, maxBytes - carry.count)))
  }

  /// The last line where nothing ended it.
  mutating func takeRest() -> [UInt8] {
    let rest = carry
    carry = []
    return rest
  }
}
