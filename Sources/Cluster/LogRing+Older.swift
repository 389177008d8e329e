extension LogRing {
  /// Puts older lines, which are in the order of their times, before and among the first ones. Lines that are newer than all
  /// of them keep their numbers; where the others stand now `number(now:)` tells.
  package func insert(older chunk: LogChunk) {
    if chunk.sources.count > sources.count { sources = chunk.sources }
    guard let last = chunk.lines.last else {
      inserted = 0
      return
    }
    newest = max(newest, last.nanoseconds)
    let boundary = firstLine(notBefore: last.nanoseconds)
    let first = firstNumber
    let count = chunk.lines.count
    var merged = LogMerger(bytes: chunk.bytes.count, lines: count)
    moved = []
    var next = 0
    var time = Int64.min
    eachLine(from: first, to: boundary) { number, line in
      // Lines without a time stay behind the one before them.
      time = max(time, line.nanoseconds)
      while next < count, chunk.lines[next].nanoseconds < time {
        merged.add(chunk, next)
        next += 1
      }
      moved.append(first - count + merged.lines.count)
      merged.add(line)
      return true
    }
    while next < count {
      merged.add(chunk, next)
      next += 1
    }
    replace(before: boundary, with: merged, firstNumber: first - count)
    (movedFrom, keptFrom) = (first, boundary)
    insertions += 1
    inserted = count
  }

  /// Where a line stands since the last insertion.
  package func number(now number: Int) -> Int {
    guard number < keptFrom else { return number }
    let index = number - movedFrom
    return moved.indices.contains(index) ? moved[index] : firstNumber
  }

  /// Behind the last of the first lines that are older than that; all behind it count as newer.
  private func firstLine(notBefore time: Int64) -> Int {
    var boundary = firstNumber
    eachLine(from: firstNumber, to: endNumber) { number, line in
      if line.nanoseconds > time { return false }
      boundary = number + 1
      return true
    }
    return boundary
  }

  private func replace(before boundary: Int, with merged: LogMerger, firstNumber: Int) {
    var kept: [Segment] = []
    for segment in segments where segment.endNumber > boundary {
      guard segment.firstNumber < boundary else {
        kept.append(segment)
        continue
      }
      var rest = LogMerger(bytes: segment.bytes.count, lines: segment.lines.count)
      for index in boundary - segment.firstNumber..<segment.lines.count {
        rest.add(segment.lines[index], segment.bytes)
      }
      kept.append(Segment(bytes: rest.bytes, lines: rest.lines, firstNumber: boundary))
    }
    segments = merged.segments(firstNumber: firstNumber) + kept
    byteCount = segments.reduce(0) { $0 + $1.byteCount }
  }

  /// From where on older lines are to be asked for, of each container that has lines.
  ///
  /// - Parameter maxLines: how many of each are wanted.
  package func anchors(maxLines: Int) -> [OlderLogQuery.Anchor] {
    struct Found {
      var first: Int64
      var last: Int64
      var same = 1
      var count = 1
    }
    var found: [Int: Found] = [:]
    // What lies in the first lines says enough of how dense they are.
    let end = firstNumber + 200_000
    eachLine(from: firstNumber, to: end) { _, line in
      guard !line.isMark, line.nanoseconds > 0 else { return true }
      if var known = found[line.source] {
        if line.nanoseconds == known.first { known.same += 1 }
        known.last = max(known.last, line.nanoseconds)
        known.count += 1
        found[line.source] = known
      } else {
        found[line.source] = Found(first: line.nanoseconds, last: line.nanoseconds)
      }
      return true
    }
    return found.keys.sorted().compactMap { index in
      guard let known = found[index], sources.indices.contains(index) else { return nil }
      let seconds = Double(known.last - known.first) / 1e9
      let guess = min(3_600 * 24, seconds / Double(known.count) * Double(maxLines) * 1.5)
      return .init(
        index: index, source: sources[index], nanoseconds: known.first, sameTime: known.same,
        guessSeconds: max(2, Int(guess)))
    }
  }
}

/// Lines and their bytes, put together anew.
private struct LogMerger {
  var bytes: [UInt8] = []
  var lines: [LogChunk.Line] = []

  init(bytes byteCount: Int, lines lineCount: Int) {
    bytes.reserveCapacity(byteCount)
    lines.reserveCapacity(lineCount)
  }

  /// Small ones, since a ring that is full lets go of one as a whole.
  func segments(firstNumber: Int) -> [LogRing.Segment] {
    var segments: [LogRing.Segment] = []
    var start = 0
    while start < lines.count {
      let offset = lines[start].start
      var end = start + 1
      while end < lines.count, lines[end].start + lines[end].length - offset <= LogRing.smallBytes {
        end += 1
      }
      let last = lines[end - 1]
      let part = lines[start..<end].map { line in
        var line = line
        line.start -= offset
        return line
      }
      segments.append(
        LogRing.Segment(
          bytes: Array(bytes[offset..<last.start + last.length]), lines: part,
          firstNumber: firstNumber + start))
      start = end
    }
    return segments
  }

  mutating func add(_ chunk: LogChunk, _ index: Int) { add(chunk.lines[index], chunk.bytes) }

  mutating func add(_ line: LogChunk.Line, _ all: [UInt8]) {
    var line = line
    let range = line.start..<line.start + line.length
    line.start = bytes.count
    lines.append(line)
    bytes.append(contentsOf: all[range])
  }

  mutating func add(_ line: LogRing.Line) {
    var copy = LogChunk.Line(
      start: bytes.count, length: line.bytes.count, nanoseconds: line.nanoseconds,
      source: UInt16(clamping: line.source), isMark: line.isMark)
    copy.continues = line.continues
    lines.append(copy)
    bytes.append(contentsOf: line.bytes)
  }
}
