#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How long work may hold up a key before it is put off to the next frame.
package struct Budget {
  private let end: UInt64

  package init(milliseconds: UInt64) { end = Self.now() + milliseconds * 1_000_000 }

  package var isSpent: Bool { Self.now() > end }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
