import CScan

extension JSON {
  /// How deep arrays and objects may nest. Values are walked by recursion, and worker threads have small
  /// stacks.
  package static let maxDepth = 256

  /// Reads one strict JSON value (RFC 8259) with nothing but white space around it. Either the value or the
  /// problem is nil. Invalid UTF-8 inside strings is repaired with U+FFFD; a byte order mark at the start is
  /// skipped.
  package static func parse(_ bytes: [UInt8]) -> (value: JSON?, problem: SyntaxProblem?) {
    bytes.withUnsafeBytes { parse($0) }
  }

  /// The same of bytes that somebody else keeps.
  package static func parse(_ bytes: UnsafeRawBufferPointer) -> (value: JSON?, problem: SyntaxProblem?) {
    var parser = JSONParser(bytes)
    let value = parser.document()
    return (value, parser.problem)
  }
}

/// A recursive descent over bytes; the first fault ends it.
private struct JSONParser {
  private let bytes: UnsafeRawBufferPointer
  private var at = 0
  private(set) var problem: SyntaxProblem?

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
  }

  mutating func document() -> JSON? {
    skipSpace()
    guard let value = value(depth: 0) else { return nil }
    skipSpace()
    return at == bytes.count ? value : fail("expected the end after the value")
  }

  private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func value(depth: Int) -> JSON? {
    switch byte {
    case UInt8(ascii: "{"): return object(depth: depth)
    case UInt8(ascii: "["): return array(depth: depth)
    case UInt8(ascii: "\""): return string().map { .string($0) }
    case UInt8(ascii: "t"): return word("true", .bool(true))
    case UInt8(ascii: "f"): return word("false", .bool(false))
    case UInt8(ascii: "n"): return word("null", .null)
    case .some(let next) where next == UInt8(ascii: "-") || next &- 48 < 10: return number()
    default: return fail("expected a value")
    }
  }

  private mutating func object(depth: Int) -> JSON? {
    guard depth < JSON.maxDepth else { return fail("nested deeper than \(JSON.maxDepth)", showsFound: false) }
    at += 1
    var object = JSONObject()
    skipSpace()
    if take("}") { return .object(object) }
    while true {
      guard byte == UInt8(ascii: "\"") else { return fail("expected a key in quotes") }
      guard let key = string() else { return nil }
      skipSpace()
      guard take(":") else { return fail("expected ':' after a key") }
      skipSpace()
      guard let value = value(depth: depth + 1) else { return nil }
      object.members.append(JSONObject.Member(key: key, value: value))
      skipSpace()
      if take("}") { return .object(object) }
      guard take(",") else { return fail("expected ',' or '}' after a member") }
      skipSpace()
    }
  }

  private mutating func array(depth: Int) -> JSON? {
    guard depth < JSON.maxDepth else { return fail("nested deeper than \(JSON.maxDepth)", showsFound: false) }
    at += 1
    var items: [JSON] = []
    skipSpace()
    if take("]") { return .array(items) }
    while true {
      guard let value = value(depth: depth + 1) else { return nil }
      items.append(value)
      skipSpace()
      if take("]") { return .array(items) }
      guard take(",") else { return fail("expected ',' or ']' after an element") }
      skipSpace()
    }
  }

  private mutating func string() -> String? {
    let open = at
    let start = at + 1
    var escaped: CInt = 0
    guard let base = bytes.bindMemory(to: UInt8.self).baseAddress else { return nil }
    let length = scan_string(base + start, bytes.count - start, &escaped)
    let raw = UnsafeRawBufferPointer(start: base + start, count: length)
    if let control = raw.firstIndex(where: { $0 < 0x20 }) {
      at = start + control
      return fail("expected no raw control character in a string")?.string
    }
    guard start + length < bytes.count else {
      at = open
      return fail("the string has no end", showsFound: false)?.string
    }
    at = start + length + 1
    if escaped == 0 { return String(decoding: raw, as: UTF8.self) }
    if let text = JSONText.unescaped(raw) { return text }
    at = start + JSONText.firstFault(raw)
    return fail("expected an escape of JSON", offset: 1)?.string
  }

  private mutating func number() -> JSON? {
    let start = at
    _ = take("-")
    if !take("0") {
      guard digits() else { return fail("expected a digit") }
    }
    if take("."), !digits() { return fail("expected a digit after the point") }
    if take("e") || take("E") {
      _ = take("+") || take("-")
      guard digits() else { return fail("expected a digit in the exponent") }
    }
    return .number(String(decoding: bytes[start..<at], as: UTF8.self))
  }

  private mutating func digits() -> Bool {
    let start = at
    while let next = byte, next &- 48 < 10 { at += 1 }
    return at > start
  }

  private mutating func word(_ word: StaticString, _ value: JSON) -> JSON? {
    let length = word.utf8CodeUnitCount
    guard at + length <= bytes.count,
      isEqual(UnsafeRawBufferPointer(rebasing: bytes[at..<at + length]), word)
    else { return fail("expected a value") }
    at += length
    return value
  }

  private mutating func take(_ expected: Unicode.Scalar) -> Bool {
    guard byte == UInt8(ascii: expected) else { return false }
    at += 1
    return true
  }

  private mutating func skipSpace() {
    while let next = byte, isJSONSpace(next) { at += 1 }
  }

  private mutating func fail(_ expected: String, offset: Int = 0, showsFound: Bool = true) -> JSON? {
    let place = min(at + offset, bytes.count)
    var line = 1
    var lineStart = 0
    for index in 0..<place where bytes[index] == 0x0A {
      line += 1
      lineStart = index + 1
    }
    let found = showsFound ? ", found " + name(ofByteAt: place) : ""
    problem = SyntaxProblem(line: line, column: place - lineStart + 1, message: expected + found)
    return nil
  }

  private func name(ofByteAt place: Int) -> String {
    guard place < bytes.count else { return "the end" }
    let byte = bytes[place]
    return (0x21..<0x7F).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "byte \(byte)"
  }
}
