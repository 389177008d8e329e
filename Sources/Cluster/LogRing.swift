import Document

/// The last lines of a log, within a number of bytes. Lines are numbered from the first that ever came, older ones that
/// are fetched later downwards from there, so that a number stays with its line; what had to go is counted. Main
/// thread only.
package final class LogRing {
  package struct Line {
    /// Valid until the ring is next changed.
    package let bytes: UnsafeRawBufferPointer
    package let nanoseconds: Int64
    package let source: Int
    package let isMark: Bool
    /// Goes on what the line before it of the same source says.
    package let continues: Bool
  }

  /// Lines that came in one go. Small chunks are put together, large ones are taken over as they are.
  final class Segment {
    var bytes: [UInt8]
    var lines: [LogChunk.Line]
    let firstNumber: Int
    var markCount: Int
    init(bytes: [UInt8], lines: [LogChunk.Line], firstNumber: Int) {
      self.bytes = bytes
      self.lines = lines
      self.firstNumber = firstNumber
      markCount = lines.count(where: \.isMark)
    }
    var endNumber: Int { firstNumber + lines.count }

    /// Gives back what it was given to grow: nothing more is put to it.
    func seal() {
      if bytes.capacity > bytes.count + bytes.count / 8 { bytes = bytes.withUnsafeBufferPointer(Array.init) }
      if lines.capacity > lines.count + lines.count / 8 { lines = lines.withUnsafeBufferPointer(Array.init) }
    }

    var byteCount: Int { bytes.count + lines.count * MemoryLayout<LogChunk.Line>.stride }
  }

  package let capacityBytes: Int
  /// Whether the server has to wait until `release(before:)` says that lines were taken: so that none makes room for newer ones
  /// before it stands in a file.
  package var holdsServer = false { didSet { if !holdsServer { credits = [] } } }
  /// Of what was not taken, by the number behind its last line.
  private var credits: [(end: Int, credit: Credit)] = []
  /// The containers that lines come from.
  package internal(set) var sources: [LogSource] = []
  /// The number behind the last line.
  package private(set) var endNumber = 0
  /// Lines that had to make room for newer ones.
  package private(set) var letGo = 0
  /// The newest time of a line so far, in nanoseconds since 1970.
  package internal(set) var newest: Int64 = 0
  /// Rises when older lines were put before or among the first ones: numbers below `keptFrom` are others now.
  package internal(set) var insertions = 0
  /// How many lines that were.
  package internal(set) var inserted = 0
  /// The line from which on all kept their numbers at the last insertion.
  package internal(set) var keptFrom = 0
  /// Where the lines before `keptFrom` stand now, from the one that was the first.
  var movedFrom = 0
  var moved: [Int] = []
  var segments: [Segment] = []
  package internal(set) var byteCount = 0
  static let smallBytes = 64 << 10

  package init(capacityBytes: Int = 40 << 20) { self.capacityBytes = capacityBytes }

  /// The first line still here.
  package var firstNumber: Int { segments.first?.firstNumber ?? endNumber }
  package var count: Int { endNumber - firstNumber }
  /// Whether what is older can't be held beside what is here.
  package var isFull: Bool { letGo > 0 }

  package func append(_ chunk: LogChunk) {
    if !chunk.sources.isEmpty { sources = chunk.sources }
    guard let lastLine = chunk.lines.last else { return }
    newest = max(newest, lastLine.nanoseconds)
    if let last = segments.last, last.byteCount + chunk.bytes.count <= Self.smallBytes {
      join(chunk, to: last)
    } else {
      segments.last?.seal()
      let segment = Segment(bytes: chunk.bytes, lines: chunk.lines, firstNumber: endNumber)
      segments.append(segment)
      byteCount += segment.byteCount
    }
    endNumber += chunk.lines.count
    if holdsServer, let credit = chunk.credit { credits.append((endNumber, credit)) }
    while byteCount > capacityBytes, segments.count > 1 {
      let first = segments.removeFirst()
      byteCount -= first.byteCount
      letGo += first.lines.count
    }
  }

  /// Lines before this one were taken.
  package func release(before number: Int) {
    guard let first = credits.first, first.end <= number else { return }
    credits.removeFirst(credits.firstIndex { $0.end > number } ?? credits.count)
  }

  private func join(_ chunk: LogChunk, to last: Segment) {
    let shift = last.bytes.count
    byteCount -= last.byteCount
    last.bytes.append(contentsOf: chunk.bytes)
    last.lines.reserveCapacity(last.lines.count + chunk.lines.count)
    for var line in chunk.lines {
      line.start += shift
      if line.isMark { last.markCount += 1 }
      last.lines.append(line)
    }
    byteCount += last.byteCount
  }

  /// Line `number`, from `firstNumber` to below `endNumber`.
  package func withLine<Result>(_ number: Int, _ body: (Line) -> Result) -> Result? {
    guard number >= firstNumber, number < endNumber else { return nil }
    let segment = segments[segmentIndex(of: number)]
    return segment.withLine(number - segment.firstNumber, body)
  }

  /// The lines of a range, in order, until the body says no more. Returns the number behind the last one told.
  @discardableResult
  package func eachLine(from start: Int, to end: Int, _ body: (Int, Line) -> Bool) -> Int {
    var number = max(start, firstNumber)
    let end = min(end, endNumber)
    guard number < end else { return number }
    var index = segmentIndex(of: number)
    while number < end {
      let segment = segments[index]
      let goesOn = segment.bytes.withUnsafeBytes { bytes in
        while number < min(end, segment.endNumber) {
          let line = segment.lines[number - segment.firstNumber]
          number += 1
          if !body(number - 1, Line(line, bytes)) { return false }
        }
        return true
      }
      guard goesOn else { return number }
      index += 1
    }
    return number
  }

  /// The segment that holds line `number`, which is one of those here.
  func segmentIndex(of number: Int) -> Int {
    var low = 0
    var high = segments.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if segments[middle].firstNumber <= number { low = middle } else { high = middle - 1 }
    }
    return low
  }
}

extension LogRing.Line {
  init(_ line: LogChunk.Line, _ bytes: UnsafeRawBufferPointer) {
    self.init(
      bytes: UnsafeRawBufferPointer(rebasing: bytes[line.start..<line.start + line.length]),
      nanoseconds: line.nanoseconds, source: Int(line.source), isMark: line.isMark,
      continues: line.continues)
  }
}

extension LogRing.Segment {
  func withLine<Result>(_ index: Int, _ body: (LogRing.Line) -> Result) -> Result {
    let line = lines[index]
    return bytes.withUnsafeBytes { body(LogRing.Line(line, $0)) }
  }
}
