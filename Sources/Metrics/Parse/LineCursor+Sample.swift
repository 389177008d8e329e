extension LineCursor {
  /// A line with a value, from its first byte behind blanks to its newline. `isOpenMetrics` decides where blanks
  /// may stand: in text format any between two tokens, in OpenMetrics just the one that parts them.
  @inline(__always)
  mutating func sample(isOpenMetrics: Bool) -> ExpositionSample? {
    let start = at
    var name = UnsafeRawBufferPointer(start: nil, count: 0)
    if byte != 0x7B {
      guard metricName() else { return nil }
      name = slice(from: start)
    }
    var seriesEnd = at
    var isParted = isOpenMetrics ? false : blanks()
    if byte == 0x7B {
      guard labels(isOpenMetrics: isOpenMetrics, name: &name, inExemplar: false) else { return nil }
      guard name.count > 0 else {
        _ = fail("a metric's name in quotes among the labels")
        return nil
      }
      seriesEnd = at
      isParted = !isOpenMetrics
      if isParted { blanks() }
    }
    let series = UnsafeRawBufferPointer(start: start, count: seriesEnd - start)
    guard isParted || (isOpenMetrics && take(" ")) else {
      _ = fail("a blank before the value")
      return nil
    }
    guard let value = number() else { return nil }
    var timestamp: Int64?
    var exemplar: UnsafeRawBufferPointer?
    if byte != 0x0A {
      guard rest(isOpenMetrics: isOpenMetrics, &timestamp, &exemplar) else { return nil }
    }
    return ExpositionSample(
      series: series, name: name, value: value, timestamp: timestamp, exemplar: exemplar)
  }

  /// What follows a value up to the line's end.
  private mutating func rest(
    isOpenMetrics: Bool, _ timestamp: inout Int64?, _ exemplar: inout UnsafeRawBufferPointer?
  ) -> Bool {
    if !isOpenMetrics {
      blanks()
      if byte == 0x0A { return true }
      timestamp = milliseconds()
      if timestamp == nil { return false }
      blanks()
      return byte == 0x0A || fail("the end of the line after the timestamp")
    }
    guard take(" ") else { return fail("a space or the end of the line after the value") }
    if byte != 0x23 {
      timestamp = seconds()
      if timestamp == nil { return false }
      if byte == 0x0A { return true }
      guard take(" "), byte == 0x23 else { return fail("an exemplar or the end of the line") }
    }
    at += 1
    guard take(" "), byte == 0x7B else { return fail("' {' after the exemplar's '#'") }
    let start = at
    guard exemplarParts() else { return false }
    exemplar = slice(from: start)
    return true
  }

  /// `{labels} value [timestamp]`.
  private mutating func exemplarParts() -> Bool {
    var name = UnsafeRawBufferPointer(start: nil, count: 0)
    guard labels(isOpenMetrics: true, name: &name, inExemplar: true) else { return false }
    guard take(" ") else { return fail("a space before the exemplar's value") }
    guard number() != nil else { return false }
    if byte == 0x0A { return true }
    guard take(" ") else { return fail("a space before the exemplar's timestamp") }
    guard seconds() != nil else { return false }
    return byte == 0x0A || fail("the end of the line after the exemplar")
  }

  /// From `{` to behind `}`. A quoted text alone among the labels is the metric's name (Prometheus 3) and is
  /// set as `name`.
  @inline(__always)
  private mutating func labels(isOpenMetrics: Bool, name: inout UnsafeRawBufferPointer, inExemplar: Bool)
    -> Bool
  {
    at += 1
    if !isOpenMetrics { blanks() }
    if take("}") { return true }
    while true {
      if byte == 0x22 {
        guard quotedLabel(isOpenMetrics: isOpenMetrics, name: &name, inExemplar: inExemplar) else {
          return false
        }
      } else {
        guard labelName(), labelValue(isOpenMetrics: isOpenMetrics) else { return false }
      }
      if !isOpenMetrics { blanks() }
      if take("}") { return true }
      guard take(",") else { return fail("',' or '}' after a label") }
      if !isOpenMetrics {
        blanks()
        if take("}") { return true }
      }
    }
  }

  @inline(__always)
  private mutating func labelValue(isOpenMetrics: Bool) -> Bool {
    if !isOpenMetrics { blanks() }
    guard take("=") else { return fail("'=' after a label's name") }
    if !isOpenMetrics { blanks() }
    guard byte == 0x22 else { return fail("a label's value in quotes") }
    return quoted() != nil
  }

  @inline(never)
  private mutating func quotedLabel(
    isOpenMetrics: Bool, name: inout UnsafeRawBufferPointer, inExemplar: Bool
  ) -> Bool {
    let start = at
    guard let text = quoted() else { return false }
    if !isOpenMetrics { blanks() }
    if text.isEmpty {
      at = start
      return fail("a name of at least one character")
    }
    guard byte == 0x2C || byte == 0x7D else { return labelValue(isOpenMetrics: isOpenMetrics) }
    guard !inExemplar, name.isEmpty else { return fail("'=' after a label's name") }
    name = text
    return true
  }
}
