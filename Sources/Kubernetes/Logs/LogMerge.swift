import Cluster

/// Puts the lines that several containers wrote before the start into one order, by their times.
struct LogMerge {
  /// The lines of one container, in its own order.
  private struct Part {
    var pieces: [LogCutter.Lines] = []
    var byteCount = 0
    var piece = 0
    var line = 0
    /// Lines without a time stay behind the one before them.
    var time: Int64 = 0

    var next: (LogChunk.Line, time: Int64)? {
      guard piece < pieces.count else { return nil }
      let next = pieces[piece].lines[line]
      return (next, max(time, next.nanoseconds))
    }

    mutating func advance() {
      line += 1
      if line == pieces[piece].lines.count { (piece, line) = (piece + 1, 0) }
    }
  }

  private var parts: [Part]

  init(count: Int) { parts = Array(repeating: Part(), count: count) }

  /// Of the container that has gathered most.
  var maxBytes: Int { parts.map(\.byteCount).max() ?? 0 }

  mutating func add(_ lines: LogCutter.Lines, of index: Int) {
    guard !lines.lines.isEmpty, parts.indices.contains(index) else { return }
    parts[index].pieces.append(lines)
    parts[index].byteCount += lines.byteCount
  }

  /// All that was gathered, in order; forgets it.
  mutating func take() -> LogCutter.Lines {
    var merged = LogCutter.Lines()
    merged.bytes.reserveCapacity(parts.reduce(0) { $0 + $1.byteCount })
    while true {
      var first: (index: Int, line: LogChunk.Line, time: Int64)?
      for index in parts.indices {
        guard let (line, time) = parts[index].next, first.map({ time < $0.time }) ?? true else { continue }
        first = (index, line, time)
      }
      guard let (index, line, time) = first else { break }
      var moved = line
      moved.start = merged.bytes.count
      let piece = parts[index].pieces[parts[index].piece]
      merged.bytes.append(contentsOf: piece.bytes[line.start..<line.start + line.length])
      merged.lines.append(moved)
      parts[index].time = time
      parts[index].advance()
    }
    parts = Array(repeating: Part(), count: parts.count)
    return merged
  }
}

extension LogCutter.Lines {
  /// What they take of memory.
  var byteCount: Int { bytes.count + lines.count * MemoryLayout<LogChunk.Line>.stride }

  /// A line of ours.
  init(mark: LogState.Mark, source: UInt16) {
    bytes = Array(mark.text.utf8)
    lines = [
      LogChunk.Line(
        start: 0, length: bytes.count, nanoseconds: mark.nanoseconds, source: source, isMark: true)
    ]
  }
}
