import Document

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads a page of metrics that arrives in pieces, line by line, without making strings. It holds what must
/// survive from piece to piece; a page is one parser.
///
/// What it takes and refuses is what Prometheus' scraper does, but that a wrong line costs the line and not the
/// page. `ParseRefusalTests` lists the differences.
package struct ExpositionParser: Sendable {
  package let format: ExpositionFormat
  /// The lines taken so far.
  package private(set) var lines = 0
  /// The first wrong lines, columns in bytes.
  package private(set) var problems: [SyntaxProblem] = []
  /// All wrong lines: from here on as if they were not there.
  package private(set) var problemCount = 0
  /// Whether `# EOF` came.
  package private(set) var hasEnded = false
  /// Whether anything came behind `# EOF`: one problem however much it is.
  private var isBehindEnd = false
  /// How many bytes of the rest are known to hold no newline: a line that drips in is searched once.
  private var searched = 0

  package static let maxProblems = 10

  package init(_ format: ExpositionFormat = .text) { self.format = format }

  /// Parses the whole lines of `bytes` and returns how many bytes they take. The caller keeps the rest and
  /// puts it in front of the next piece: 0 with a buffer that is full means that the line is too long, which is
  /// the caller's limit to set. With `isLast` (the body ended; also with no bytes) it takes everything.
  package mutating func consume(
    _ bytes: UnsafeRawBufferPointer, isLast: Bool, _ take: (ExpositionItem) -> Void
  ) -> Int {
    consume(bytes, isLast: isLast, filters: false, wants: { _ in true }, take)
  }

  /// The same, but of metrics that are not wanted nothing is read, nor judged, but the name. `wants` is asked
  /// once for a run of lines of one name (`ExpositionSample.name`) in a piece.
  package mutating func consume(
    _ bytes: UnsafeRawBufferPointer, isLast: Bool, wants: (UnsafeRawBufferPointer) -> Bool,
    _ take: (ExpositionItem) -> Void
  ) -> Int {
    consume(bytes, isLast: isLast, filters: true, wants: wants, take)
  }

  @inline(__always)
  private mutating func consume(
    _ bytes: UnsafeRawBufferPointer, isLast: Bool, filters: Bool, wants: (UnsafeRawBufferPointer) -> Bool,
    _ take: (ExpositionItem) -> Void
  ) -> Int {
    let whole = wholeLines(bytes)
    if whole > 0, let base = bytes.bindMemory(to: UInt8.self).baseAddress {
      read(LineCursor(base, count: whole), filters: filters, wants: wants, take)
    }
    guard isLast else { return whole }
    if whole < bytes.count, hasEnded {
      afterEnd()
    } else if whole < bytes.count, let line = lastLine(bytes[whole...]) {
      line.withUnsafeBufferPointer {
        read(LineCursor($0.baseAddress!, count: line.count), filters: filters, wants: wants, take)
      }
    }
    if format == .openMetrics, !hasEnded {
      report(line: lines + 1, column: 1, expected: "'# EOF'", found: "the end of the page")
      hasEnded = true
    }
    return bytes.count
  }

  /// Bytes up to and with the last newline.
  private mutating func wholeLines(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard let base = bytes.baseAddress, bytes.count > searched,
      memchr(base + searched, 0x0A, bytes.count - searched) != nil
    else {
      searched = bytes.count
      return 0
    }
    var whole = bytes.count
    while bytes[whole - 1] != 0x0A { whole -= 1 }
    searched = bytes.count - whole
    return whole
  }

  /// A page's last line without a newline, with one. Prometheus reads it so in text format; in OpenMetrics only
  /// `# EOF` may lack it.
  private mutating func lastLine(_ line: Slice<UnsafeRawBufferPointer>) -> [UInt8]? {
    if format == .text || line.elementsEqual("# EOF".utf8) { return line + [0x0A] }
    lines += 1
    report(line: lines, column: line.count + 1, expected: "a newline", found: "the end of the page")
    return nil
  }

  @inline(__always)
  private mutating func read(
    _ whole: LineCursor, filters: Bool, wants: (UnsafeRawBufferPointer) -> Bool,
    _ take: (ExpositionItem) -> Void
  ) {
    var cursor = whole
    var run = NameRun()
    let isOpenMetrics = format == .openMetrics
    while cursor.at < cursor.end {
      let start = cursor.at
      lines &+= 1
      if hasEnded { return afterEnd() }
      if !isOpenMetrics { cursor.blanks() }
      if cursor.byte == 0x23 {
        comment(&cursor, from: start, take)
      } else if cursor.byte == 0x0A, !isOpenMetrics {
        // An empty line.
      } else if filters, cursor.byte != 0x7B, !run.isWanted(at: cursor, wants) {
        cursor.toLineEnd()
      } else if let sample = cursor.sample(isOpenMetrics: isOpenMetrics) {
        if !filters || cursor.isPlain(sample) || wants(sample.name) { take(.sample(sample)) }
      } else {
        failed(&cursor, from: start)
      }
      cursor.at += 1
    }
  }

  @inline(never)
  private mutating func comment(
    _ cursor: inout LineCursor, from start: UnsafePointer<UInt8>, _ take: (ExpositionItem) -> Void
  ) {
    switch format == .openMetrics ? cursor.openMetricsComment() : cursor.textComment() {
    case .item(let item):
      if case .end = item { hasEnded = true }
      take(item)
    case .nothing: cursor.toLineEnd()
    case .failed: failed(&cursor, from: start)
    }
  }

  @inline(never)
  private mutating func afterEnd() {
    if isBehindEnd { return }
    isBehindEnd = true
    report(line: lines, column: 1, expected: "nothing after '# EOF'", found: "a line")
  }

  @inline(never)
  private mutating func failed(_ cursor: inout LineCursor, from start: UnsafePointer<UInt8>) {
    let column = cursor.at - start + 1
    let place = cursor.at
    cursor.toLineEnd()
    let rest = cursor.slice(from: place)
    report(line: lines, column: column, expected: "\(cursor.expected)", found: Self.quoted(rest))
  }

  private mutating func report(line: Int, column: Int, expected: String, found: String) {
    problemCount += 1
    guard problems.count < Self.maxProblems else { return }
    problems.append(
      SyntaxProblem(line: line, column: column, message: "expected \(expected), found \(found)"))
  }

  /// The beginning of what came, fit for any terminal.
  private static func quoted(_ bytes: UnsafeRawBufferPointer) -> String {
    if bytes.isEmpty { return "the end of the line" }
    let digits = Array("0123456789abcdef".unicodeScalars)
    var text = "'"
    for byte in bytes.prefix(24) {
      if (0x20..<0x7F).contains(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "\\x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
      }
    }
    return text + (bytes.count > 24 ? "…'" : "'")
  }
}

/// The name of the line before, and whether it was wanted.
private struct NameRun {
  private var name = UnsafeRawBufferPointer(start: nil, count: 0)
  private var isWanted = false

  /// What is no name is wanted, so that it is read and reported.
  @inline(__always)
  mutating func isWanted(at cursor: LineCursor, _ wants: (UnsafeRawBufferPointer) -> Bool) -> Bool {
    let length = name.count
    if length > 0, cursor.remaining > length, memcmp(cursor.at, name.baseAddress!, length) == 0,
      !isNameByte(cursor.at[length])
    {
      return isWanted
    }
    var behind = cursor
    guard behind.metricName() else { return true }
    name = behind.slice(from: cursor.at)
    isWanted = wants(name)
    return isWanted
  }

  @inline(__always)
  private func isNameByte(_ byte: UInt8) -> Bool {
    byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 11 || byte == 0x5F
  }
}

extension LineCursor {
  /// Whether the name stands in front of the labels, as it does in all pages but of Prometheus 3's UTF-8 names.
  @inline(__always)
  fileprivate func isPlain(_ sample: ExpositionSample) -> Bool {
    sample.name.baseAddress == sample.series.baseAddress
  }
}
