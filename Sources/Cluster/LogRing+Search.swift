import Document

extension LogRing {
  /// Where a search for lines that hold a text has come to.
  package enum Place: Hashable {
    case found(Int)
    /// The time was up: all lines on this side of it hold nothing.
    case reached(Int)
    case nowhere
  }

  /// The first line from `start` on, and before `end`, whose own bytes hold the text, lower case, ASCII letters of either case
  /// alike. Some GB/s: segments are looked through whole.
  ///
  /// - Parameter isSpent: asked now and then whether to stop.
  package func firstLine(
    holding needle: [UInt8], from start: Int, before end: Int, isSpent: () -> Bool = { false }
  ) -> Place {
    var number = max(start, firstNumber)
    let end = min(end, endNumber)
    guard number < end, !needle.isEmpty else { return .nowhere }
    var index = segmentIndex(of: number)
    while number < end {
      let segment = segments[index]
      if let found = segment.firstLine(holding: needle, from: number - segment.firstNumber) {
        let at = segment.firstNumber + found
        return at < end ? .found(at) : .nowhere
      }
      number = segment.endNumber
      index += 1
      if number < end, isSpent() { return .reached(number) }
    }
    return .nowhere
  }

  /// The last line before `end`, and from `start` on, that holds the text.
  package func lastLine(
    holding needle: [UInt8], before end: Int, from start: Int, isSpent: () -> Bool = { false }
  ) -> Place {
    let start = max(start, firstNumber)
    var end = min(end, endNumber)
    guard start < end, !needle.isEmpty else { return .nowhere }
    var index = segmentIndex(of: end - 1)
    while end > start {
      let segment = segments[index]
      var last: Int?
      var from = max(0, start - segment.firstNumber)
      while let found = segment.firstLine(holding: needle, from: from), segment.firstNumber + found < end {
        last = found
        from = found + 1
      }
      if let last { return .found(segment.firstNumber + last) }
      end = segment.firstNumber
      index -= 1
      if end > start, isSpent() { return .reached(end) }
    }
    return .nowhere
  }

  /// The first mark of ours from `start` on, and before `end`.
  package func firstMark(from start: Int, before end: Int) -> Int? {
    let start = max(start, firstNumber)
    let end = min(end, endNumber)
    guard start < end else { return nil }
    for segment in segments[segmentIndex(of: start)...] where segment.markCount > 0 {
      if segment.firstNumber >= end { return nil }
      let from = max(0, start - segment.firstNumber)
      guard from < segment.lines.count else { continue }
      if let found = segment.lines[from...].firstIndex(where: \.isMark) {
        let at = segment.firstNumber + found
        return at < end ? at : nil
      }
    }
    return nil
  }

  /// The line that a line goes on, and those between them of the same source, in order; without the line itself.
  package func linesBefore(ofGroup number: Int, maxSteps: Int = 5_000) -> [Int] {
    guard let (source, continues) = withLine(number, { ($0.source, $0.continues) }), continues else {
      return []
    }
    var members: [Int] = []
    var at = number - 1
    while at >= firstNumber, number - at < maxSteps {
      let head = withLine(at) { line -> Bool? in
        line.source == source && !line.isMark ? !line.continues : nil
      }
      if let head, let isHead = head {
        members.append(at)
        if isHead { break }
      }
      at -= 1
    }
    return members.reversed()
  }
}

extension LogRing.Segment {
  /// The index of the first line from `start` on that holds the text.
  func firstLine(holding needle: [UInt8], from start: Int) -> Int? {
    guard start < lines.count else { return nil }
    return bytes.withUnsafeBytes { bytes -> Int? in
      var offset = lines[start].start
      while offset < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
        guard let found = ByteScan.find(caseless: needle, in: rest) else { return nil }
        let index = lineIndex(at: offset + found)
        let line = lines[index]
        // Lines stand without a sign between them: what goes over the end of one is no find.
        if offset + found + needle.count <= line.start + line.length, index >= start { return index }
        offset += found + 1
      }
      return nil
    }
  }

  /// The last line that begins at or before an offset.
  private func lineIndex(at offset: Int) -> Int {
    var low = 0
    var high = lines.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if lines[middle].start <= offset { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
