import Cluster
import Document

/// Cuts a log's bytes into lines, across the borders of the pieces they come in, and takes each line's time off.
/// What the lines say is not looked at: they may be of any size and no UTF-8.
struct LogCutter {
  /// A longer line is handed over in pieces of this size.
  static let maxLineBytes = 16 << 20

  struct Lines {
    /// The lines one after the other, without their ends and times.
    var bytes: [UInt8] = []
    var lines: [LogChunk.Line] = []
  }

  private let source: UInt16
  private var stamp = LogStamp()
  private var carry: [UInt8] = []
  /// The time of a line whose beginning was already handed over.
  private var openLine: Int64?

  init(source: UInt16) { self.source = source }

  /// - Parameter isNew: whether the line with this time (0: none) is to be kept; asked once for each line, in order.
  mutating func cut(_ bytes: [UInt8], isNew: (Int64) -> Bool) -> Lines {
    var out = Lines()
    if carry.isEmpty {
      out.bytes = bytes
    } else if bytes.withUnsafeBytes({ ByteScan.newline(in: $0, from: 0) }) == nil,
      carry.count < Self.maxLineBytes
    {
      carry.append(contentsOf: bytes)
      return out
    } else {
      out.bytes = carry + bytes
      carry = []
    }
    cut(&out, isNew: isNew)
    return out
  }

  /// What stands after the last line end: the last line of a log that ended without one.
  mutating func takeRest(isNew: (Int64) -> Bool) -> Lines {
    guard !carry.isEmpty else { return Lines() }
    var out = Lines(bytes: carry + [UInt8(ascii: "\n")])
    carry = []
    cut(&out, isNew: isNew)
    return out
  }

  /// Forgets a line that was cut off with its connection; it comes again, whole.
  mutating func dropRest() {
    carry = []
    openLine = nil
  }

  /// Lines move forward over the times that are taken off, so that nothing is kept twice.
  private mutating func cut(_ out: inout Lines, isNew: (Int64) -> Bool) {
    var lines: [LogChunk.Line] = []
    var stamp = stamp
    var openLine = openLine
    let source = source
    var rest = 0
    var kept = 0
    out.bytes.withUnsafeMutableBytes { buffer in
      let all = UnsafeRawBufferPointer(buffer)
      func keep(_ range: Range<Int>) {
        var content = range
        var time = openLine ?? 0
        if openLine == nil, let found = stamp.read(UnsafeRawBufferPointer(rebasing: all[range])) {
          time = found.nanoseconds
          content = range.lowerBound + found.length..<range.upperBound
        }
        // A continued line was admitted with its beginning.
        guard openLine != nil || isNew(time) else { return }
        lines.append(
          LogChunk.Line(start: kept, length: content.count, nanoseconds: time, source: source))
        if content.lowerBound != kept {
          buffer.baseAddress!.advanced(by: kept).copyMemory(
            from: all.baseAddress! + content.lowerBound, byteCount: content.count)
        }
        kept += content.count
      }
      while let end = ByteScan.newline(in: all, from: rest) {
        let hasReturn = end > rest && all[end - 1] == UInt8(ascii: "\r")
        keep(rest..<(hasReturn ? end - 1 : end))
        openLine = nil
        rest = end + 1
      }
      if all.count - rest >= Self.maxLineBytes {
        keep(rest..<all.count)
        openLine = lines.last?.nanoseconds ?? 0
        rest = all.count
      }
    }
    if rest < out.bytes.count { carry = Array(out.bytes[rest...]) }
    out.bytes.removeLast(out.bytes.count - kept)
    out.lines = lines
    self.stamp = stamp
    self.openLine = openLine
  }
}
