/// The last lines of a log, within a number of bytes. Lines are numbered from the first that ever came, so that a
/// number stays with its line; what had to go is counted. Main thread only.
package final class LogRing {
  package struct Line {
    /// Valid until the ring is next changed.
    package let bytes: UnsafeRawBufferPointer
    package let nanoseconds: Int64
    package let source: Int
    package let isMark: Bool
  }

  /// Lines that came in one go. Small chunks are put together, large ones are taken over as they are.
  private final class Segment {
    var bytes: [UInt8]
    var lines: [LogChunk.Line]
    let firstNumber: Int
    init(bytes: [UInt8], lines: [LogChunk.Line], firstNumber: Int) {
      self.bytes = bytes
      self.lines = lines
      self.firstNumber = firstNumber
    }
    var byteCount: Int { bytes.count + lines.count * MemoryLayout<LogChunk.Line>.stride }
  }

  package let capacityBytes: Int
  /// The names of the containers that lines come from.
  package private(set) var sources: [String] = []
  /// The number behind the last line.
  package private(set) var endNumber = 0
  private var segments: [Segment] = []
  private var byteCount = 0
  private static let smallBytes = 64 << 10

  package init(capacityBytes: Int = 48 << 20) { self.capacityBytes = capacityBytes }

  /// The first line still here: also the number of lines let go.
  package var firstNumber: Int { segments.first?.firstNumber ?? endNumber }
  package var count: Int { endNumber - firstNumber }

  package func append(_ chunk: LogChunk) {
    if !chunk.sources.isEmpty { sources = chunk.sources }
    guard !chunk.lines.isEmpty else { return }
    if let last = segments.last, last.byteCount + chunk.bytes.count <= Self.smallBytes {
      let shift = last.bytes.count
      byteCount -= last.byteCount
      last.bytes.append(contentsOf: chunk.bytes)
      last.lines.append(
        contentsOf: chunk.lines.map { line in
          var moved = line
          moved.start += shift
          return moved
        })
      byteCount += last.byteCount
    } else {
      let segment = Segment(bytes: chunk.bytes, lines: chunk.lines, firstNumber: endNumber)
      segments.append(segment)
      byteCount += segment.byteCount
    }
    endNumber += chunk.lines.count
    while byteCount > capacityBytes, segments.count > 1 { byteCount -= segments.removeFirst().byteCount }
  }

  /// Line `number`, from `firstNumber` to below `endNumber`.
  package func withLine<Result>(_ number: Int, _ body: (Line) -> Result) -> Result? {
    guard number >= firstNumber, number < endNumber else { return nil }
    var low = 0
    var high = segments.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if segments[middle].firstNumber <= number { low = middle } else { high = middle - 1 }
    }
    let segment = segments[low]
    let line = segment.lines[number - segment.firstNumber]
    return segment.bytes.withUnsafeBytes { bytes in
      body(
        Line(
          bytes: UnsafeRawBufferPointer(rebasing: bytes[line.start..<line.start + line.length]),
          nanoseconds: line.nanoseconds, source: Int(line.source), isMark: line.isMark))
    }
  }
}
