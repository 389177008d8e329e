/// Tells which lines of one container go on what the line before them says: the stack traces of Java, Python, Go, Node,
/// .NET, Rust, Ruby and PHP, and whatever is indented. Fed with every line of a stream, in order.
package struct LogGrouper: Sendable {
  private enum Trace {
    case none
    /// Indented lines so far.
    case indented
    /// After "Traceback": the first line that is not indented names the exception.
    case python, pythonEnded
    case go, rust, php
  }

  private static let maxGroupLines = 1_000

  private var trace = Trace.none
  private var hasHead = false
  private var wasBlank = false
  private var count = 0
  /// The beginning of the last line, where it was of another piece.
  private var last: [UInt8] = []

  package init() {}

  /// Marks the lines of a piece of the log.
  package mutating func group(_ lines: inout [LogChunk.Line], _ bytes: [UInt8]) {
    guard !lines.isEmpty else { return }
    bytes.withUnsafeBytes { all in
      last.withUnsafeBytes { last in
        var before = last
        for index in lines.indices {
          let line = lines[index]
          let text = UnsafeRawBufferPointer(rebasing: all[line.start..<line.start + line.length])
          let continues = hasHead && count < Self.maxGroupLines && goesOn(text, before)
          count = continues ? count + 1 : 0
          lines[index].continues = continues
          hasHead = true
          before = text
        }
      }
    }
    let line = lines[lines.count - 1]
    last = Array(bytes[line.start..<line.start + min(line.length, 200)])
  }

  /// Another log begins: nothing goes on over that.
  package mutating func reset() { self = LogGrouper() }

  private mutating func goesOn(_ line: UnsafeRawBufferPointer, _ before: UnsafeRawBufferPointer) -> Bool {
    guard let first = Self.firstSign(line) else {
      wasBlank = true
      return trace != .none
    }
    defer { wasBlank = false }
    if first == 0x20 || first == 0x09 {
      if trace == .none { trace = .indented }
      return true
    }
    switch trace {
    case .none: break
    case .indented:
      if wasBlank, Self.namesException(line) { return true }
    case .python:
      trace = .pythonEnded
      return true
    case .pythonEnded:
      if line.starts(with: "During handling of".utf8) || line.starts(with: "The above exception".utf8) {
        return true
      }
      if line.starts(with: Self.traceback) {
        trace = .python
        return true
      }
    case .go: if Self.isOfGo(line) { return true }
    case .rust:
      if line.starts(with: "note:".utf8) || line.starts(with: "stack backtrace:".utf8) { return true }
      if Self.isPanic(before) { return true }
    case .php: if first == UInt8(ascii: "#") || line.starts(with: "Stack trace:".utf8) { return true }
    }
    return goesOn(head: line, first, before)
  }

  private static let traceback = "Traceback (most recent call last)".utf8

  /// A line that stands at the margin.
  private mutating func goesOn(
    head line: UnsafeRawBufferPointer, _ first: UInt8, _ before: UnsafeRawBufferPointer
  ) -> Bool {
    let wasIndented = trace == .indented
    trace = .none
    // Most lines begin with a time or a brace.
    guard (first | 0x20) &- 0x61 < 26 else { return false }
    switch first {
    case UInt8(ascii: "C") where line.starts(with: "Caused by:".utf8),
      UInt8(ascii: "S") where line.starts(with: "Suppressed:".utf8):
      trace = .indented
      return true
    case UInt8(ascii: "S") where line.starts(with: "Stack trace:".utf8):
      trace = .php
      return true
    case UInt8(ascii: "T") where line.starts(with: Self.traceback):
      trace = .python
      return Self.isGrave(before)
    case UInt8(ascii: "p") where line.starts(with: "panic:".utf8),
      UInt8(ascii: "f") where line.starts(with: "fatal error:".utf8):
      trace = .go
      return false
    case UInt8(ascii: "g") where line.starts(with: "goroutine ".utf8):
      trace = .go
      return Self.isGrave(before)
    case UInt8(ascii: "t") where Self.isPanic(line):
      trace = .rust
      return false
    default: break
    }
    guard Self.namesException(line), !wasIndented, Self.isGrave(before) else { return false }
    trace = .indented
    return true
  }

  /// The first byte behind colours and a carriage return; nil for a blank line.
  private static func firstSign(_ line: UnsafeRawBufferPointer) -> UInt8? {
    var at = 0
    while at < line.count, line[at] == 0x1B { at = LogLevel.skipSequence(line, at, line.count) }
    guard at < line.count else { return nil }
    if line[at] != 0x20, line[at] != 0x09, line[at] != 0x0D { return line[at] }
    return line[at...].contains { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D } ? line[at] : nil
  }

  /// "java.lang.IllegalStateException: no", "TypeError: x is undefined", "System.IO.IOException"
  private static func namesException(_ line: UnsafeRawBufferPointer) -> Bool {
    var end = 0
    while end < min(line.count, 200), isOfName(line[end]) { end += 1 }
    guard end >= 5, end == line.count || line[end] == UInt8(ascii: ":") || line[end] == 0x20 else {
      return false
    }
    let name = line[..<end]
    return ["Exception", "Error", "Throwable", "Failure"].contains { word in
      name.count >= word.utf8.count && name.suffix(word.utf8.count).elementsEqual(word.utf8)
    }
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte &- 48 < 10 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "$")
  }

  /// A call, a goroutine, or one of the runtime's own lines.
  private static func isOfGo(_ line: UnsafeRawBufferPointer) -> Bool {
    for word in [
      "goroutine ", "created by ", "[signal ", "exit status", "panic: ", "runtime stack:", "rax ",
      "fatal error:",
    ]
    where line.starts(with: word.utf8) { return true }
    return line.last == UInt8(ascii: ")") && !line.prefix(12).contains(UInt8(ascii: ":"))
      && line.contains(UInt8(ascii: "("))
  }

  /// "thread 'main' panicked at src/main.rs:2:5:"
  private static func isPanic(_ line: UnsafeRawBufferPointer) -> Bool {
    line.starts(with: "thread '".utf8)
      && String(decoding: line.prefix(200), as: UTF8.self).contains("' panicked at ")
  }

  private static func isGrave(_ line: UnsafeRawBufferPointer) -> Bool {
    let head = UnsafeRawBufferPointer(rebasing: line.prefix(200))
    return (LogLevel.ofPlain(head) ?? LogFields.level(of: head) ?? .info) >= .warn
  }
}
