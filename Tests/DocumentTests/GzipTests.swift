import Testing

@testable import Document

struct GzipTests {
  /// "abc" a thousand times, packed by Python's gzip.
  private static let packed: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 194, 65, 17, 0, 0, 12, 2, 160, 172, 106, 255, 14, 171, 177, 7, 28,
    233, 162, 170, 170, 254, 126, 11, 69, 185, 43, 184, 11, 0, 0,
  ]

  @Test func whatAnotherProgramPackedIsUnpacked() throws {
    let bytes = try #require(Gzip.unpacked(Self.packed, maxBytes: 10_000))
    #expect(bytes == Array(String(repeating: "abc", count: 1_000).utf8))
  }

  @Test func moreThanIsAllowedIsNotUnpacked() {
    #expect(Gzip.unpacked(Self.packed, maxBytes: 2_999) == nil)
    #expect(Gzip.unpacked(Self.packed, maxBytes: 3_001) != nil)
  }

  @Test func whatIsNoGzipOrCutOffIsNone() {
    #expect(Gzip.unpacked([], maxBytes: 100) == nil)
    #expect(Gzip.unpacked(Array("plain text".utf8), maxBytes: 100) == nil)
    for count in 1..<Self.packed.count {
      #expect(Gzip.unpacked(Array(Self.packed[..<count]), maxBytes: 10_000) == nil)
    }
    var broken = Self.packed
    broken[15] ^= 0xFF
    #expect(Gzip.unpacked(broken, maxBytes: 10_000) == nil)
  }
}
