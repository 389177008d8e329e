import Document

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads the time that `timestamps=true` puts before each line: RFC 3339 with up to nine digits of a second, a blank,
/// then the line. Lines of one minute are read with the date known.
struct LogStamp {
  private static let minuteLength = 17  // "2026-11-21T03:27:"
  private var minute: [UInt8] = []
  private var minuteNanoseconds: Int64 = 0

  /// The time in nanoseconds since 1970 and how many bytes it and its blank take; nil where the line has none.
  mutating func read(_ line: UnsafeRawBufferPointer) -> (nanoseconds: Int64, length: Int)? {
    if let found = readSameMinute(line) { return found }
    // The longest: "2026-11-21T03:27:51.205110890+02:00"
    guard line.count >= 20, line[0] &- 48 < 10 else { return nil }
    let head = UnsafeRawBufferPointer(rebasing: line.prefix(36))
    let end = head.firstIndex(of: UInt8(ascii: " ")) ?? head.count
    let text = UnsafeRawBufferPointer(rebasing: head[..<end])
    guard let stamp = Timestamp(text)?.nanosecondsSinceEpoch else { return nil }
    if text.last == UInt8(ascii: "Z"), let seconds = Timestamp(text)?.seconds {
      minute = Array(text.prefix(Self.minuteLength))
      minuteNanoseconds = (seconds - (seconds % 60 + 60) % 60) * 1_000_000_000
    }
    return (stamp, min(end + 1, line.count))
  }

  /// The form containerd and the kubelet write, which all lines but the first of a minute have.
  @inline(__always)
  private func readSameMinute(_ line: UnsafeRawBufferPointer) -> (nanoseconds: Int64, length: Int)? {
    let start = Self.minuteLength
    guard line.count >= start + 3, minute.count == start,
      minute.withUnsafeBytes({ memcmp($0.baseAddress!, line.baseAddress!, start) }) == 0
    else { return nil }
    let tens = line[start] &- 48
    let ones = line[start + 1] &- 48
    guard tens < 6, ones < 10 else { return nil }
    var at = start + 2
    var fraction: Int64 = 0
    if line[at] == UInt8(ascii: ".") {
      at += 1
      let first = at
      while at < line.count, line[at] &- 48 < 10, at - first < 9 {
        fraction = fraction * 10 + Int64(line[at] &- 48)
        at += 1
      }
      guard at > first else { return nil }
      for _ in at - first..<9 { fraction *= 10 }
    }
    guard at < line.count, line[at] == UInt8(ascii: "Z") else { return nil }
    at += 1
    if at < line.count {
      guard line[at] == UInt8(ascii: " ") else { return nil }
      at += 1
    }
    return (minuteNanoseconds + (Int64(tens) * 10 + Int64(ones)) * 1_000_000_000 + fraction, at)
  }
}
