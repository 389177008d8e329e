import Document

/// What a structured line holds: its level, time and message, and the rest. Recognised are JSON objects (zap, logrus,
/// slog, bunyan, pino, log4j, Serilog, structlog, GCP, ECS), logfmt and klog's text. Ranges are offsets into the line.
package struct LogFields {
  package enum Form: Sendable {
    case json, logfmt, klog
  }

  package struct Field: Sendable, Hashable {
    package var key: Range<Int>
    /// Without its quotes.
    package var value: Range<Int>
    package var isQuoted = false
    package var hasEscapes = false
  }

  package let form: Form
  package internal(set) var level: LogLevel?
  package internal(set) var levelField: Field?
  package internal(set) var time: Field?
  package internal(set) var message: Field?
  /// All others, in the order they stand in.
  package internal(set) var rest: [Field] = []

  /// nil where the line is none of these.
  package static func read(_ line: UnsafeRawBufferPointer) -> LogFields? {
    guard let first = line.first(where: { $0 != 0x20 }) else { return nil }
    if first == UInt8(ascii: "{") { return json(line) }
    if let klog = klog(line) { return klog }
    return logfmt(line)
  }

  /// The level alone, whatever form the line has.
  package static func level(of line: UnsafeRawBufferPointer) -> LogLevel? {
    if let fields = read(line), fields.form != .klog { return fields.level }
    return LogLevel.ofPlain(line)
  }

  // MARK: JSON

  private static func json(_ line: UnsafeRawBufferPointer) -> LogFields? {
    let slice = JSONSlice(line)
    guard slice.isObject, let base = line.baseAddress else { return nil }
    var fields = LogFields(form: .json)
    func offset(_ part: UnsafeRawBufferPointer) -> Range<Int> {
      guard let start = part.baseAddress else { return 0..<0 }
      let at = start - base
      return at..<at + part.count
    }
    let isWhole = slice.eachMember { key, value in
      var field = Field(key: offset(key), value: 0..<0)
      if let raw = value.rawString {
        (field.value, field.isQuoted, field.hasEscapes) = (offset(raw), true, value.hasEscapes)
      } else {
        field.value = offset(value.bytes)
      }
      fields.take(field, key, line)
    }
    guard isWhole, fields.message != nil || fields.level != nil || fields.time != nil || !fields.rest.isEmpty
    else {
      return nil
    }
    fields.lookInside(line)
    return fields
  }

  /// ECS: {"log": {"level": "warn"}}.
  private mutating func lookInside(_ line: UnsafeRawBufferPointer) {
    guard level == nil, let log = rest.first(where: { Self.isSame(line[$0.key], "log") }) else { return }
    let inner = JSONSlice(UnsafeRawBufferPointer(rebasing: line[log.value]))
    guard inner.isObject, let raw = inner["level"]?.rawString else { return }
    level = LogLevel(word: raw)
  }

  // MARK: klog

  /// "I1121 03:27:51.123456       1 server.go:88] \"Starting\" port=80"
  private static func klog(_ line: UnsafeRawBufferPointer) -> LogFields? {
    guard line.count > 22, line[5] == 0x20, (1...4).allSatisfy({ line[$0] &- 48 < 10 }),
      let close = line[6..<min(line.count, 160)].firstIndex(of: UInt8(ascii: "]")), close + 2 <= line.count,
      let level = LogLevel.ofPlain(line)
    else { return nil }
    var fields = LogFields(form: .klog)
    fields.level = level
    fields.time = Field(key: 0..<0, value: 6..<min(21, close))
    var start = close + 1
    while start < line.count, line[start] == 0x20 { start += 1 }
    if start < line.count, line[start] == UInt8(ascii: "\"") {
      var isEscaped = 0 as Int
      let end = quoteEnd(line, start + 1, &isEscaped)
      fields.message = Field(
        key: 0..<0, value: start + 1..<end, isQuoted: true, hasEscapes: isEscaped > 0)
      fields.pairs(line, from: min(line.count, end + 1))
    } else {
      fields.message = Field(key: 0..<0, value: start..<line.count)
    }
    return fields
  }

  // MARK: logfmt

  /// At least two pairs, the first at the beginning: prose has an "=" here and there, too.
  private static func logfmt(_ line: UnsafeRawBufferPointer) -> LogFields? {
    guard let equals = line.prefix(80).firstIndex(of: UInt8(ascii: "=")), equals > 0,
      line[..<equals].allSatisfy(isOfKey)
    else { return nil }
    var fields = LogFields(form: .logfmt)
    let odd = fields.pairs(line, from: 0)
    let pairs = fields.rest.count + [fields.levelField, fields.time, fields.message].count { $0 != nil }
    return pairs >= 2 && odd <= 1 ? fields : nil
  }

  /// Returns how many words are no pairs.
  @discardableResult
  private mutating func pairs(_ line: UnsafeRawBufferPointer, from start: Int) -> Int {
    var at = start
    var odd = 0
    while at < line.count {
      while at < line.count, line[at] == 0x20 { at += 1 }
      let key = at
      while at < line.count, line[at] != UInt8(ascii: "="), line[at] != 0x20 { at += 1 }
      guard at > key else { break }
      let keyRange = key..<at
      guard at < line.count, line[at] == UInt8(ascii: "="), line[keyRange].allSatisfy(Self.isOfKey) else {
        odd += 1
        if odd > 1 { return odd }
        while at < line.count, line[at] != 0x20 { at += 1 }
        continue
      }
      at += 1
      var field = Field(key: keyRange, value: at..<at)
      if at < line.count, line[at] == UInt8(ascii: "\"") {
        var escapes = 0
        let end = Self.quoteEnd(line, at + 1, &escapes)
        field = Field(key: keyRange, value: at + 1..<end, isQuoted: true, hasEscapes: escapes > 0)
        at = min(line.count, end + 1)
      } else {
        let value = at
        while at < line.count, line[at] != 0x20 { at += 1 }
        field.value = value..<at
      }
      take(field, UnsafeRawBufferPointer(rebasing: line[keyRange]), line)
    }
    return odd
  }

  private static func quoteEnd(_ line: UnsafeRawBufferPointer, _ start: Int, _ escapes: inout Int) -> Int {
    var at = start
    while at < line.count, line[at] != UInt8(ascii: "\"") {
      if line[at] == UInt8(ascii: "\\") {
        escapes += 1
        at += 1
      }
      at += 1
    }
    return min(at, line.count)
  }

  private static func isOfKey(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 48 < 10 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "@") || byte == UInt8(ascii: "/")
  }

  // MARK: What a key means

  private static let levelKeys: [StaticString] = [
    "level", "lvl", "severity", "loglevel", "log.level", "levelname", "@l", "level_name", "severitytext",
  ]
  private static let timeKeys: [StaticString] = [
    "time", "ts", "timestamp", "@timestamp", "t", "@t", "asctime", "instant", "timemillis", "datetime",
    "eventtime",
  ]
  private static let messageKeys: [StaticString] = [
    "msg", "message", "@m", "@mt", "event", "short_message", "renderedmessage", "body", "text",
  ]

  private mutating func take(_ field: Field, _ key: UnsafeRawBufferPointer, _ line: UnsafeRawBufferPointer) {
    let value = UnsafeRawBufferPointer(rebasing: line[field.value])
    if levelField == nil, Self.isOne(key, of: Self.levelKeys) || Self.isMongoLevel(key, value, form) {
      if let level = Self.level(value) {
        (self.level, levelField) = (level, field)
        return
      }
    } else if time == nil, Self.isOne(key, of: Self.timeKeys) {
      time = field
      return
    } else if message == nil, Self.isOne(key, of: Self.messageKeys) {
      message = field
      return
    }
    rest.append(field)
  }

  /// MongoDB's {"s":"I"}.
  private static func isMongoLevel(
    _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, _ form: Form
  ) -> Bool {
    form == .json && key.count == 1 && key[0] == UInt8(ascii: "s") && (1...2).contains(value.count)
  }

  private static func level(_ value: UnsafeRawBufferPointer) -> LogLevel? {
    if let level = LogLevel(word: value) { return level }
    guard let first = value.first, value.count <= 2 else { return nil }
    if first &- 48 < 10 { return Int(String(decoding: value, as: UTF8.self)).flatMap(LogLevel.init(number:)) }
    switch first | 0x20 {
    case UInt8(ascii: "i"): return .info
    case UInt8(ascii: "w"): return .warn
    case UInt8(ascii: "e"): return .error
    case UInt8(ascii: "f"): return .fatal
    case UInt8(ascii: "d"): return .debug
    default: return nil
    }
  }

  private static func isOne(_ key: UnsafeRawBufferPointer, of words: [StaticString]) -> Bool {
    words.contains { isSame(Slice(base: key, bounds: 0..<key.count), $0) }
  }

  /// ASCII letters of either case alike; the word is lower case.
  private static func isSame(_ key: Slice<UnsafeRawBufferPointer>, _ word: StaticString) -> Bool {
    guard key.count == word.utf8CodeUnitCount else { return false }
    var index = 0
    for byte in key {
      let lower = byte &- 0x41 < 26 ? byte | 0x20 : byte
      if lower != word.utf8Start[index] { return false }
      index += 1
    }
    return true
  }
}
