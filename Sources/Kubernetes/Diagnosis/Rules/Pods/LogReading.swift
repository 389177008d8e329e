import Cluster
import Document

/// The last lines of a log, read once: an object may be examined many times a minute.
struct LogTail: Hashable, Sendable {
  let lines: [String]
  /// The line that tells most.
  let telling: LogReading.Line?

  init(_ lines: [String]) { (self.lines, telling) = (lines, LogReading.telling(lines)) }
}

/// Finds in the last lines of a program's log the one that tells why it ended.
///
/// Knows levels as words, in JSON and in logfmt; how Java, Python, Go, Node, .NET, Ruby and Rust die; nginx and the shells.
/// Everything else is judged by the words that complaints have in common.
struct LogReading {
  struct Line: Hashable, Sendable {
    /// The message alone: without time, level and colours.
    var text: String
    /// The line as it stands in the log.
    var raw: String
    var weight: Int
    /// Whether it complains; otherwise it is only the last that was said.
    var isComplaint: Bool { weight >= LogReading.complaint }
  }

  private static let complaint = 30
  /// Lines further back tell of other times.
  static let maxLines = 200

  /// The most telling line; nil when there is none to speak of.
  static func telling(_ lines: [String]) -> Line? {
    let lines = lines.suffix(maxLines).map { Moment.plain(LogLine.withoutColours($0)) }
    var best: Line?
    var isTrace = false
    var last: Line?
    for (index, raw) in lines.enumerated() {
      let bare = LogLine.trimmed(raw)
      if bare.isEmpty { continue }
      if bare.hasPrefix("Traceback (most recent call last)") {
        isTrace = true
        continue
      }
      if isFrame(raw, bare) { continue }
      var line = LogLine(bare)
      var weight = line.weight
      // The line that ends a Python traceback is the exception itself.
      if isTrace, !raw.hasPrefix(" ") {
        isTrace = false
        weight = 60
      }
      if bare.contains("panicked at"), bare.hasSuffix(":"), index + 1 < lines.count {
        line.text = "panic: \(LogLine.trimmed(lines[index + 1]))"
        weight = 60
      }
      if !line.says { weight = min(weight, 5) }
      if weight >= complaint, LogCause(line.text) != nil { weight += 7 }
      let found = Line(text: line.text, raw: bare, weight: weight)
      last = found
      // Of equals the last counts: what went before did not end it.
      if weight >= best?.weight ?? 0 { best = found }
    }
    guard let best else { return nil }
    return best.isComplaint ? best : last
  }

  /// Lines of a stack trace, which say where and not why.
  private static func isFrame(_ raw: String, _ bare: String) -> Bool {
    if raw.hasPrefix(" ") || raw.hasPrefix("\t") {
      return bare.hasPrefix("at ") || bare.hasPrefix("File \"") || bare.hasPrefix("... ")
        || bare.hasPrefix("^")
        || bare.hasPrefix("from ") || bare.hasPrefix("code:") || bare.hasPrefix("errno:")
        || bare.hasPrefix("/usr/local/go/")
    }
    return bare.hasPrefix("goroutine ") || bare.hasPrefix("created by ") || bare.hasPrefix("[signal ")
      || bare.hasPrefix("Node.js v") || bare.hasPrefix("Require stack:") || bare.hasPrefix("stack backtrace:")
      || bare.hasPrefix("note: run with") || bare.hasPrefix("at ") || bare.hasSuffix("(...)")
      || bare == "main.main()" || bare == "}" || bare == "{" || bare == "^"
  }
}

/// One line of a log, taken apart into its level and its message.
struct LogLine {
  var text: String
  private(set) var weight: Int

  init(_ bare: String) {
    if bare.hasPrefix("{"), let object = JSON.parse(Array(bare.utf8)).value, !object.members.isEmpty {
      let level = Self.level(of: object)
      text = Self.message(of: object)
      weight = max(level ?? 0, Self.weight(of: text))
      return
    }
    if let fields = Self.logfmt(bare) {
      text = Self.joined(
        fields["msg"] ?? fields["message"] ?? "", fields["error"] ?? fields["err"] ?? fields["cause"] ?? "")
      weight = max(
        Self.levels[fields["level"] ?? fields["lvl"] ?? fields["severity"] ?? ""] ?? 0, Self.weight(of: text))
      if !text.isEmpty { return }
    }
    text = Self.withoutTime(bare)
    weight = Self.weight(of: bare)
    let (level, rest) = Self.leadingLevel(text)
    if let level {
      weight = max(weight, level)
      text = rest
    }
  }

  /// Whether it says more than that it is over.
  var says: Bool {
    let words = text.lowercased()
    let ends = [
      "exit", "shutting down", "terminat", "bye", "stopp", "abort", "quit", "goodbye",
      "npm err! a complete log",
    ]
    guard ends.contains(where: { words.hasPrefix($0) }) else { return true }
    return words.count > 40
  }

  // MARK: Levels

  private static let levels: [String: Int] = [
    "fatal": 52, "panic": 55, "critical": 52, "crit": 52, "emerg": 55, "emergency": 55, "alert": 52,
    "severe": 45,
    "dpanic": 52, "error": 42, "err": 42, "eror": 42, "f": 52, "e": 42, "warn": 15, "warning": 15,
    "FATAL": 52, "PANIC": 55, "CRITICAL": 52, "CRIT": 52, "ALERT": 52, "SEVERE": 45, "ERROR": 42, "ERR": 42,
    "Error": 42,
    "Fatal": 52, "Critical": 52, "WARN": 15, "WARNING": 15, "Warning": 15,
  ]

  private static func level(of object: JSON) -> Int? {
    for key in ["level", "severity", "lvl", "levelname", "log.level", "loglevel", "@l", "LogLevel", "Level"] {
      if let number = object[key].int {
        // As pino and bunyan count: 50 is an error, 60 is fatal.
        return number >= 60 ? 52 : number >= 50 ? 42 : number >= 40 ? 15 : 0
      }
      if let word = object[key].string { return levels[word] ?? levels[word.lowercased()] }
    }
    return nil
  }

  private static func message(of object: JSON) -> String {
    var message = ""
    for key in ["msg", "message", "@m", "event", "log", "text", "Message", "short_message"] {
      if let text = object[key].string, !text.isEmpty {
        message = text
        break
      }
    }
    var detail = ""
    for key in [
      "error", "err", "exception", "exc_info", "error.message", "cause", "@x", "Exception", "stack_trace",
    ] {
      let value = object[key]
      let text = value.string ?? value["message"].string ?? value["msg"].string
      if let text, !text.isEmpty {
        detail = firstLine(text)
        break
      }
    }
    return Moment.plain(joined(message, detail))
  }

  private static func joined(_ message: String, _ detail: String) -> String {
    if detail.isEmpty || message.contains(detail) { return message }
    return message.isEmpty ? detail : "\(message): \(detail)"
  }

  private static func firstLine(_ text: String) -> String {
    String(text.split(whereSeparator: \.isNewline).first ?? "")
  }

  /// key=value pairs; nil where the line has none named level or msg.
  private static func logfmt(_ line: String) -> [String: String]? {
    guard line.contains("level=") || line.contains("msg=") || line.contains("lvl=") else { return nil }
    var fields: [String: String] = [:]
    var rest = Substring(line)
    while let equals = rest.firstIndex(of: "=") {
      let key = rest[..<equals].split(separator: " ").last.map(String.init) ?? ""
      var value = ""
      var at = rest.index(after: equals)
      if at < rest.endIndex, rest[at] == "\"" {
        at = rest.index(after: at)
        while at < rest.endIndex, rest[at] != "\"" {
          if rest[at] == "\\", rest.index(after: at) < rest.endIndex { at = rest.index(after: at) }
          value.append(rest[at])
          at = rest.index(after: at)
        }
        if at < rest.endIndex { at = rest.index(after: at) }
      } else {
        while at < rest.endIndex, rest[at] != " " {
          value.append(rest[at])
          at = rest.index(after: at)
        }
      }
      if !key.isEmpty, fields[key] == nil { fields[key] = value }
      rest = rest[at...]
    }
    return fields
  }

  // MARK: Plain lines

  /// A level at the beginning: "ERROR x", "[error] x", "FATAL: x", klog's "E0101 ... x".
  private static func leadingLevel(_ text: String) -> (Int?, String) {
    guard let first = text.split(separator: " ").first else { return (nil, text) }
    if let letter = first.first, "EF".contains(letter), first.count == 5,
      first.dropFirst().allSatisfy(\.isNumber)
    {
      // klog: E1121 03:11:17.123456       1 main.go:52] message
      let rest = text.firstRange(of: "] ").map { String(text[$0.upperBound...]) } ?? text
      return (letter == "F" ? 52 : 42, rest)
    }
    guard
      let word = Wording.bare(
        first.drop { $0 == "[" || $0 == "<" }.prefix { $0 != "]" && $0 != ">" && $0 != ":" }),
      let level = levels[word] ?? levels[word.lowercased()], word.count > 1
    else { return (nil, text) }
    let rest = trimmed(String(text.dropFirst(first.count)))
    return (level, rest.isEmpty ? text : rest)
  }

  /// Without a time and what stands before the message: "2026-11-21T03:11:17Z x", "2026/11/21 03:11:17 x", "[03:11:17] x".
  private static func withoutTime(_ line: String) -> String {
    var rest = Substring(line)
    for _ in 0..<3 {
      guard let end = rest.firstIndex(of: " ") else { break }
      let word = rest[..<end].filter { $0 != "[" && $0 != "]" }
      let digits = word.count { $0.isNumber }
      let isTime = digits >= 4 && word.allSatisfy { $0.isNumber || "-/:.,TZ+".contains($0) }
      guard isTime || word == "UTC" else { break }
      rest = rest[rest.index(after: end)...]
    }
    return trimmed(String(rest))
  }

  /// How much a line complains by its words.
  private static func weight(of text: String) -> Int {
    let said = Wording(text)
    if text.hasPrefix("panic: ") || said.has("panicked at", "fatal error: ", "unhandled exception", "[emerg]")
    {
      return 58
    }
    if text.hasPrefix("Caused by: ") || text.hasPrefix("---> ") { return 59 }
    if said.has("exception in thread", "uncaughtexception", "unhandledpromiserejection") { return 54 }
    if isException(text) { return 50 }
    if said.has("fatal", "critical", "[alert]", "[crit]", "segmentation fault", "core dumped") { return 48 }
    if said.has("error", "exception", "npm err!") { return 40 }
    if said.hasAny(complaints) { return 34 }
    if said.has("warn") { return 15 }
    return 10
  }

  private static let complaints = [
    "fail", "cannot", "can't", "could not", "couldn't", "unable", "denied", "refused", "not found", "missing",
    "no such",
    "not reachable", "unreachable", "invalid", "unknown ", "not set", "is required", "must be", "timed out",
    "timeout",
    "forbidden", "unauthorized", "not allowed", "does not exist", "already in use", "killed", "waiting for",
    "retrying",
    "out of memory", "no space left", "unexpected", "illegal", "not permitted", "read-only", "rejected",
  ]

  /// "java.lang.IllegalStateException: x", "Error: x", "ModuleNotFoundError: x".
  private static func isException(_ text: String) -> Bool {
    guard let colon = text.firstIndex(of: ":") else {
      return text.hasSuffix("Error") || text.hasSuffix("Exception")
    }
    let name = text[..<colon]
    guard !name.isEmpty, !name.contains(" ") else { return false }
    return name.hasSuffix("Error") || name.hasSuffix("Exception")
  }

  // MARK: Text

  static func trimmed(_ text: String) -> String {
    var bytes = text.utf8[...]
    while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    return String(Substring(bytes))
  }

  /// Without SGR sequences.
  static func withoutColours(_ line: String) -> String {
    guard line.utf8.contains(0x1B) else { return line }
    var bytes: [UInt8] = []
    var isInside = false
    for byte in line.utf8 {
      if byte == 0x1B {
        isInside = true
      } else if isInside {
        if byte &- 0x40 < 0x3F, byte != 0x5B { isInside = false }
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
