#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension LineCursor {
  /// What a line with `#` says.
  enum Comment {
    case item(ExpositionItem)
    /// Free text of text format.
    case nothing
    case failed
  }

  /// A line of text format that begins with `#`.
  @inline(__always)
  mutating func textComment() -> Comment {
    let isHelp: Bool
    if let isUsualHelp = usualStart() {
      isHelp = isUsualHelp
      blanks()
    } else {
      at += 1
      guard blanks() else { return .nothing }
      isHelp = takeWord("HELP")
      guard isHelp || takeWord("TYPE"), blanks() else { return .nothing }
    }
    guard let name = metadataName() else { return .failed }
    if byte != 0x0A, !blanks() { return failed("a blank after the metric's name") }
    return isHelp ? help(name) : type(name, isOpenMetrics: false)
  }

  /// Goes over `# HELP ` (true) or `# TYPE ` (false): one comparison for what most of these lines begin with.
  @inline(__always)
  private mutating func usualStart() -> Bool? {
    guard remaining >= 8 else { return nil }
    let start =
      UInt64(littleEndian: UnsafeRawPointer(at).loadUnaligned(as: UInt64.self)) & 0xFF_FFFF_FFFF_FFFF
    let isHelp = start == 0x20_504C_4548_2023
    guard isHelp || start == 0x20_4550_5954_2023 else { return nil }
    at += 7
    return isHelp
  }

  /// A line of OpenMetrics that begins with `#`: one space parts its tokens.
  mutating func openMetricsComment() -> Comment {
    at += 1
    guard take(" ") else { return failed("a space after '#'") }
    if takeWord("EOF") { return byte == 0x0A ? .item(.end) : failed("the end of the line after 'EOF'") }
    let isHelp = takeWord("HELP ")
    let isType = !isHelp && takeWord("TYPE ")
    guard isHelp || isType || takeWord("UNIT ") else { return failed("HELP, TYPE, UNIT or EOF") }
    guard let name = metadataName() else { return .failed }
    guard take(" ") else { return failed("a space after the metric's name") }
    if isHelp { return help(name) }
    return isType ? type(name, isOpenMetrics: true) : unit(name)
  }

  @inline(__always)
  private mutating func help(_ name: UnsafeRawBufferPointer) -> Comment {
    let start = at
    toLineEnd()
    let text = slice(from: start)
    if hasHighBytes, let wrong = UTF8Check.firstFault(text) {
      at = start + wrong
      return failed("valid UTF-8")
    }
    return .item(.help(name: name, text: text))
  }

  private mutating func unit(_ name: UnsafeRawBufferPointer) -> Comment {
    let start = at
    toLineEnd()
    let unit = slice(from: start)
    if hasHighBytes, let wrong = UTF8Check.firstFault(unit) {
      at = start + wrong
      return failed("valid UTF-8")
    }
    // OpenMetrics 1.0, section 4.5: the unit is the name's last part.
    let place = name.count - unit.count
    guard unit.isEmpty || (place > 0 && name[place - 1] == 0x5F && name[place...].elementsEqual(unit)) else {
      at = start
      return failed("a unit that the metric's name ends with")
    }
    return .item(.unit(name: name, unit))
  }

  @inline(__always)
  private mutating func type(_ name: UnsafeRawBufferPointer, isOpenMetrics: Bool) -> Comment {
    let start = at
    while byte | 0x20 &- 0x61 < 26 { at += 1 }
    let word = slice(from: start)
    if !isOpenMetrics { blanks() }
    guard byte == 0x0A, let type = Self.type(word, isOpenMetrics: isOpenMetrics) else {
      at = start
      return failed(
        isOpenMetrics ? "a type of OpenMetrics" : "counter, gauge, histogram, summary or untyped")
    }
    return .item(.type(name: name, type))
  }

  private static func type(_ word: UnsafeRawBufferPointer, isOpenMetrics: Bool) -> MetricType? {
    // Bytes, not strings: a page may have as many of these lines as samples.
    func isWord(_ name: StaticString) -> Bool {
      word.count == name.utf8CodeUnitCount && memcmp(word.baseAddress!, name.utf8Start, word.count) == 0
    }
    if isWord("gauge") { return .gauge }
    if isWord("counter") { return .counter }
    if isWord("histogram") { return .histogram }
    if isWord("summary") { return .summary }
    guard isOpenMetrics else { return isWord("untyped") ? .unknown : nil }
    if isWord("unknown") { return .unknown }
    if isWord("gaugehistogram") { return .gaugehistogram }
    if isWord("info") { return .info }
    return isWord("stateset") ? .stateset : nil
  }

  @inline(__always)
  private mutating func metadataName() -> UnsafeRawBufferPointer? {
    let start = at
    guard byte == 0x22 else { return metricName() ? slice(from: start) : nil }
    guard let name = quoted() else { return nil }
    if !name.isEmpty { return name }
    at = start
    _ = fail("a metric's name")
    return nil
  }

  private mutating func takeWord(_ word: StaticString) -> Bool {
    guard remaining > word.utf8CodeUnitCount, memcmp(at, word.utf8Start, word.utf8CodeUnitCount) == 0 else {
      return false
    }
    at += word.utf8CodeUnitCount
    return true
  }

  private mutating func failed(_ expected: StaticString) -> Comment {
    _ = fail(expected)
    return .failed
  }
}
