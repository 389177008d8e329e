#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Gives back the code that only the start needed: the loader's work on some forty libraries, their initializers, the
/// first handshake. On a small cluster that is half of what is resident. Code that is still used comes back from
/// the page cache when it next runs.
enum StartupPages {
  /// When the start is over, in milliseconds after the first frame.
  static let restMilliseconds: Int64 = 2_000

  static func release() {
    #if os(Linux)
      guard let maps = TextFile.contents("/proc/self/maps") else { return }
      for range in codeRanges(maps) {
        madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, MADV_DONTNEED)
      }
    #endif
  }

  /// The mappings of files that can be run and not written, from lines such as
  /// "7f1c10000000-7f1c10157000 r-xp 00026000 fe:00 1234  /usr/lib/libc.so.6" (proc(5)). Only these are sure to be as
  /// the file has them: what the loader has relocated would be lost.
  static func codeRanges(_ maps: String) -> [Range<UInt>] {
    maps.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ", omittingEmptySubsequences: true)
      guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else { return nil }
      let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
      return ends.count == 2 && ends[0] < ends[1] ? ends[0]..<ends[1] : nil
    }
  }
}
