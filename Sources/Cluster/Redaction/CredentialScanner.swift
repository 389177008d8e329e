/// One pass over bytes that stops only where a credential can be: at a word that begins like one, or behind a mark
/// (`=`, `:`, `@`, `$`, `>`) with a telling name before it.
struct CredentialScanner {
  /// In byte offsets; the first `shown` bytes are no secret.
  struct Found {
    var start: Int
    var end: Int
    var shown: Int
    var kind: String
    var confidence: CredentialMatch.Confidence
  }

  let bytes: UnsafeRawBufferPointer
  private(set) var found: [Found] = []
  /// The word that was last read, which is the name where a mark follows.
  var word = 0..<0
  /// Whether the bytes end within a private key, so that what follows them belongs to it.
  var endsInKey = false
  /// The value of the last member called "name": what the next one called "value" is the value of.
  var namedVariable: Range<Int>?

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private static let isOfWord: UInt8 = 1
  private static let isMark: UInt8 = 2
  private static let classes: [UInt8] = (0..<256).map { byte in
    switch UInt8(byte) {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      isOfWord
    case UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "$"), UInt8(ascii: ">"): isMark
    default: 0
    }
  }

  mutating func run() {
    Self.classes.withUnsafeBufferPointer { classes in
      CredentialFormat.beginnings.withTable { beginnings in
        var at = 0
        while at < bytes.count {
          let byte = bytes[at]
          let kind = classes[Int(byte)]
          if kind == 0 {
            at += 1
          } else if kind == Self.isMark {
            at = max(at + 1, readMark(byte, at: at))
          } else {
            var end = at + 1
            while end < bytes.count, classes[Int(bytes[end])] == Self.isOfWord { end += 1 }
            // In a quoted text a line end is written as two characters.
            if at > 0, bytes[at - 1] == UInt8(ascii: "\\"), end - at > 1, Self.isEscape(byte) { at += 1 }
            word = at..<end
            at = end - at > 1 && beginnings.has(bytes[at], bytes[at + 1]) ? readWord(at..<end) : end
          }
        }
      }
    }
  }

  private static func isEscape(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "n") || byte == UInt8(ascii: "t") || byte == UInt8(ascii: "r")
  }

  /// Notes what was found and returns where to go on.
  mutating func note(
    _ range: Range<Int>, shown: Int = 0, _ kind: String, _ confidence: CredentialMatch.Confidence
  ) -> Int {
    guard range.lowerBound >= found.last?.end ?? 0 else { return range.upperBound }
    found.append(
      Found(
        start: range.lowerBound, end: range.upperBound, shown: min(shown, 4, range.count), kind: kind,
        confidence: confidence))
    return range.upperBound
  }

  private mutating func readWord(_ word: Range<Int>) -> Int {
    if bytes[word.lowerBound] == UInt8(ascii: "-") { return readDashes(word) ?? word.upperBound }
    if let next = readScheme(word) { return next }
    guard let format = CredentialFormat.matching(bytes, word) else { return word.upperBound }
    return note(format.range, shown: format.shown, format.kind, .certain)
  }

  private mutating func readMark(_ mark: UInt8, at: Int) -> Int {
    switch mark {
    case UInt8(ascii: ":"):
      if at + 2 < bytes.count, bytes[at + 1] == UInt8(ascii: "/"), bytes[at + 2] == UInt8(ascii: "/") {
        return readURL(from: at + 3) ?? at + 3
      }
      return readMember(mark, at: at) ?? at + 1
    case UInt8(ascii: "="): return readMember(mark, at: at) ?? at + 1
    case UInt8(ascii: "@"): return readDataSource(at: at) ?? at + 1
    case UInt8(ascii: "$"): return readHash(at: at) ?? at + 1
    default: return readElement(at: at) ?? at + 1
    }
  }

  // MARK: Reading bytes

  func hasBytes(_ text: StaticString, at start: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard start >= 0, start + count <= bytes.count else { return false }
    return (0..<count).allSatisfy { bytes[start + $0] == text.utf8Start[$0] }
  }

  /// `text` is lower case.
  func hasCaseless(_ text: StaticString, at start: Int) -> Bool {
    let count = text.utf8CodeUnitCount
    guard start >= 0, start + count <= bytes.count else { return false }
    return (0..<count).allSatisfy { bytes[start + $0] | 0x20 == text.utf8Start[$0] }
  }

  func end(from start: Int, while passes: (UInt8) -> Bool) -> Int {
    var at = start
    while at < bytes.count, passes(bytes[at]) { at += 1 }
    return at
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
