/// How grave a line says it is, in the order of gravity.
package enum LogLevel: Int, Sendable, Comparable, CaseIterable {
  case trace = 10
  case debug = 20
  case info = 30
  case warn = 40
  case error = 50
  case fatal = 60

  package static func < (a: LogLevel, b: LogLevel) -> Bool { a.rawValue < b.rawValue }

  /// "ERROR"
  package var word: String {
    switch self {
    case .trace: "TRACE"
    case .debug: "DEBUG"
    case .info: "INFO"
    case .warn: "WARN"
    case .error: "ERROR"
    case .fatal: "FATAL"
    }
  }

  private static let words: [(text: StaticString, level: LogLevel)] = [
    ("info", .info), ("warn", .warn), ("error", .error), ("debug", .debug), ("warning", .warn),
    ("err", .error),
    ("fatal", .fatal), ("trace", .trace), ("notice", .info), ("information", .info), ("critical", .fatal),
    ("crit", .fatal), ("panic", .fatal), ("dpanic", .fatal), ("severe", .error), ("fine", .debug),
    ("verbose", .trace), ("emerg", .fatal), ("emergency", .fatal), ("alert", .fatal), ("dbg", .debug),
    ("inf", .info), ("wrn", .warn), ("ftl", .fatal), ("trc", .trace), ("config", .debug), ("default", .info),
  ]

  /// A level's name in any case, as loggers write it: "warning", "ERR", "critical".
  package init?(word bytes: UnsafeRawBufferPointer) {
    guard (3...11).contains(bytes.count) else { return nil }
    for (text, level) in Self.words where text.utf8CodeUnitCount == bytes.count {
      if Self.isSame(bytes, text) {
        self = level
        return
      }
    }
    return nil
  }

  package init?(word: String) {
    var word = word
    guard let level = word.withUTF8({ LogLevel(word: UnsafeRawBufferPointer($0)) }) else { return nil }
    self = level
  }

  /// bunyan's and pino's numbers: 10 trace to 60 fatal.
  package init?(number: Int) {
    guard (1...99).contains(number), let level = LogLevel(rawValue: max(10, min(60, number / 10 * 10))) else {
      return nil
    }
    self = level
  }

  private static func isSame(_ bytes: UnsafeRawBufferPointer, _ word: StaticString) -> Bool {
    for index in 0..<bytes.count where bytes[index] | 0x20 != word.utf8Start[index] { return false }
    return true
  }
}

extension LogLevel {
  /// Further right no level is looked for: there stands what the line says.
  private static let maxBytes = 160

  /// The level of a line that is no JSON and no logfmt: a word in capitals that stands alone ("WARN", "[ERROR]"), one in
  /// brackets or before a colon at the beginning in any case ("[warn]", "error: "), klog's "W1121 03:27:51".
  package static func ofPlain(_ line: UnsafeRawBufferPointer) -> LogLevel? {
    if let level = klog(line) { return level }
    let end = min(line.count, maxBytes)
    var at = 0
    while at < end {
      if line[at] == 0x1B {
        at = skipSequence(line, at, end)
        continue
      }
      guard isLetter(line[at]) else {
        at += 1
        continue
      }
      let start = at
      var isUpper = true
      while at < end, isLetter(line[at]) {
        if line[at] & 0x20 != 0 { isUpper = false }
        at += 1
      }
      let before = start > 0 ? line[start - 1] : 0x20
      let after = at < line.count ? line[at] : 0x20
      let isBracketed = before == UInt8(ascii: "[") && after == UInt8(ascii: "]")
      let isHead = start == 0 && after == UInt8(ascii: ":")
      guard isUpper || isBracketed || isHead, !isOfName(before), !isOfName(after) else { continue }
      if let level = LogLevel(word: UnsafeRawBufferPointer(rebasing: line[start..<at])),
        level != .info || at - start > 3
      {
        return level
      }
    }
    return nil
  }

  /// "E1121 03:27:51.123456": klog's severity, month and day.
  private static func klog(_ line: UnsafeRawBufferPointer) -> LogLevel? {
    guard line.count >= 20, line[5] == 0x20, line[8] == UInt8(ascii: ":"),
      (1...4).allSatisfy({ line[$0] &- 48 < 10 })
    else { return nil }
    switch line[0] {
    case UInt8(ascii: "I"): return .info
    case UInt8(ascii: "W"): return .warn
    case UInt8(ascii: "E"): return .error
    case UInt8(ascii: "F"): return .fatal
    case UInt8(ascii: "D"): return .debug
    default: return nil
    }
  }

  static func skipSequence(_ line: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int {
    var at = start + 1
    guard at < end, line[at] == UInt8(ascii: "[") else { return at }
    at += 1
    while at < end, (0x30...0x3B).contains(line[at]) { at += 1 }
    return min(end, at + 1)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  private static func isOfName(_ byte: UInt8) -> Bool {
    byte &- 48 < 10 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/")
      || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "=")
  }
}
