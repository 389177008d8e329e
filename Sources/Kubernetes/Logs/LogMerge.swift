import Cluster

/// Puts the lines that several containers wrote into one order, by their times; those of one container stay in its own.
struct LogMerge {
  private struct Entry {
    var time: Int64
    /// In the order of arrival: who wrote first where the times are the same.
    var piece: Int32
    var line: Int32
  }

  private var pieces: [LogCutter.Lines] = []
  private var sources: [Int] = []
  private var bytes: [Int: Int] = [:]
  private(set) var byteCount = 0

  /// Of the container that has gathered most.
  var maxBytes: Int { bytes.values.max() ?? 0 }

  mutating func add(_ lines: LogCutter.Lines, of index: Int) {
    guard !lines.lines.isEmpty else { return }
    pieces.append(lines)
    sources.append(index)
    bytes[index, default: 0] += lines.byteCount
    byteCount += lines.byteCount
  }

  /// All that was gathered, in order; forgets it.
  mutating func take() -> LogCutter.Lines {
    defer { self = LogMerge() }
    guard pieces.count > 1 else { return pieces.first ?? LogCutter.Lines() }
    var entries: [Entry] = []
    entries.reserveCapacity(pieces.reduce(0) { $0 + $1.lines.count })
    var times: [Int: Int64] = [:]
    for (piece, lines) in pieces.enumerated() {
      // Lines without a time stay behind the one before them.
      var time = times[sources[piece]] ?? 0
      for (index, line) in lines.lines.enumerated() {
        time = max(time, line.nanoseconds)
        entries.append(Entry(time: time, piece: Int32(clamping: piece), line: Int32(clamping: index)))
      }
      times[sources[piece]] = time
    }
    // Runs that are in order already are merged, not sorted.
    entries.sort { ($0.time, $0.piece, $0.line) < ($1.time, $1.piece, $1.line) }
    var merged = LogCutter.Lines()
    merged.bytes.reserveCapacity(pieces.reduce(0) { $0 + $1.bytes.count })
    merged.lines.reserveCapacity(entries.count)
    for entry in entries {
      let piece = pieces[Int(entry.piece)]
      var line = piece.lines[Int(entry.line)]
      let range = line.start..<line.start + line.length
      line.start = merged.bytes.count
      merged.bytes.append(contentsOf: piece.bytes[range])
      merged.lines.append(line)
    }
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
