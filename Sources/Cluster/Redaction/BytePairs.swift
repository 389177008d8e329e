/// A set of pairs of bytes, one bit each.
struct BytePairs: Sendable {
  private var bits = [UInt8](repeating: 0, count: 8_192)

  mutating func insert(_ first: UInt8, _ second: UInt8) {
    bits[Int(first) << 5 | Int(second) >> 3] |= 1 << (second & 7)
  }

  /// The set in place, for loops over many bytes.
  struct Table {
    fileprivate let bits: UnsafeBufferPointer<UInt8>

    @inline(__always)
    func has(_ first: UInt8, _ second: UInt8) -> Bool {
      bits[Int(first) << 5 | Int(second) >> 3] & 1 << (second & 7) != 0
    }
  }

  func withTable<Result>(_ body: (Table) -> Result) -> Result {
    bits.withUnsafeBufferPointer { body(Table(bits: $0)) }
  }
}

extension UInt8 {
  /// Whether it is one of these ASCII characters.
  @inline(__always)
  func isOne(of characters: StaticString) -> Bool {
    for index in 0..<characters.utf8CodeUnitCount where characters.utf8Start[index] == self { return true }
    return false
  }
}
