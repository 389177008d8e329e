/// Values beside a name: `password: x`, `"token":"x"`, `--password x`, `Password=x;`, `<password>x</password>`.
extension CredentialScanner {
  private static let maxNameBytes = 128

  /// The value behind a `:` or `=`, when the word before it is a telling name. Returns where to go on.
  mutating func readMember(_ mark: UInt8, at: Int) -> Int? {
    // Most marks in a log stand behind a name that tells nothing: they must cost next to nothing.
    guard word.count >= 2, word.count <= Self.maxNameBytes, at - word.upperBound <= 6, at >= word.upperBound
    else { return nil }
    if TellingName.isUnlikely(bytes, word), !isCalled("name", word), !isCalled("value", word) { return nil }
    guard let name = name(before: at), let value = value(behind: at, mark) else { return nil }
    if isCalled("name", name) {
      namedVariable = value
      return nil
    }
    if isCalled("value", name), let variable = namedVariable, isClose(variable, to: name) {
      return judge(value, TellingName(bytes, variable), mark)
    }
    return judge(value, TellingName(bytes, name), mark)
  }

  /// For texts that are the value of something whose name is known.
  mutating func judgeWhole(name: String) {
    guard let telling = TellingName(name) else { return }
    var whole = 0..<bytes.count
    while let last = whole.last, bytes[last] <= 0x20 { whole.removeLast() }
    while let first = whole.first, bytes[first] <= 0x20 { whole.removeFirst() }
    // A text of several lines is a document, and what it holds has names of its own.
    guard !bytes[whole].contains(0x0A) else { return }
    _ = judge(whole, telling, UInt8(ascii: "="))
  }

  private mutating func judge(_ value: Range<Int>, _ name: TellingName?, _ mark: UInt8) -> Int? {
    guard let name else { return nil }
    var value = value
    switch name.sort {
    case .cookie:
      value = value.lowerBound..<end(from: value.lowerBound) { $0 >= 0x20 && $0 != UInt8(ascii: "\"") }
    case .authorization:
      // "Authorization: token abc": the scheme is no secret. Bearer and Basic have a rule of their own.
      let next = value.upperBound + 1
      if value.upperBound < bytes.count, bytes[value.upperBound] == 0x20 {
        let behind =
          next..<end(from: next) { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
        if !behind.isEmpty { value = behind }
      }
    default: break
    }
    if mark == UInt8(ascii: ":"), isProse(value) { return nil }
    guard let confidence = CredentialValue(bytes, value).confidence(beside: name) else { return nil }
    return note(value, name.kind(isWeak: CredentialValue(bytes, value).isWeakPassword), confidence)
  }

  /// "password: must be longer": a sentence, not a value.
  private func isProse(_ value: Range<Int>) -> Bool {
    let end = value.upperBound
    guard end + 1 < bytes.count, bytes[end] == 0x20,
      bytes[value].allSatisfy({ $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A })
    else { return false }
    return bytes[end + 1] | 0x20 >= 0x61 && bytes[end + 1] | 0x20 <= 0x7A
  }

  // MARK: Names

  private func name(before mark: Int) -> Range<Int>? {
    bytes[word.upperBound..<mark].allSatisfy { $0.isOne(of: " \"'\\]\t") } ? word : nil
  }

  private func isCalled(_ text: StaticString, _ name: Range<Int>) -> Bool {
    name.count == text.utf8CodeUnitCount && hasCaseless(text, at: name.lowerBound)
  }

  /// Whether nothing but punctuation and white space stands between the two.
  private func isClose(_ variable: Range<Int>, to name: Range<Int>) -> Bool {
    guard variable.upperBound <= name.lowerBound, name.lowerBound - variable.upperBound < 60 else {
      return false
    }
    return bytes[variable.upperBound..<name.lowerBound].allSatisfy { $0.isOne(of: " \t\r\n\",'\\-n") }
  }

  // MARK: Values

  /// What stands behind the mark at `at`, on the same line, without its quotes.
  private func value(behind at: Int, _ mark: UInt8) -> Range<Int>? {
    var start = at + 1
    // ":=", "==", "=>", "::"
    while start < bytes.count, start < at + 3, bytes[start].isOne(of: ":=>") { start += 1 }
    let limit = start + 64
    while start < bytes.count, start < limit, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    if start < bytes.count, bytes[start] == UInt8(ascii: "[") { start += 1 }
    return value(from: start)
  }

  private func value(from begin: Int) -> Range<Int>? {
    var start = begin
    while start < bytes.count, start < begin + 7, bytes[start] == UInt8(ascii: "\\") { start += 1 }
    let isEscaped = start > begin
    guard start < bytes.count else { return nil }
    let quote = bytes[start]
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") || quote == UInt8(ascii: "`") {
      let first = start + 1
      var last = first
      while last < bytes.count, bytes[last] != 0x0A {
        if bytes[last] == quote { break }
        if bytes[last] == UInt8(ascii: "\\") {
          if isEscaped { break }
          last += 1
        }
        last += 1
      }
      last = min(last, bytes.count)
      return first < last ? first..<last : nil
    }
    if isEscaped { return nil }
    var last = start
    while last < bytes.count, bytes[last] > 0x20, !bytes[last].isOne(of: "\"'`;&<\\") { last += 1 }
    // "<password>" is a placeholder, to be seen as a whole.
    if last == start, bytes[start] == UInt8(ascii: "<") { return nil }
    while last > start, bytes[last - 1].isOne(of: ",)}].") { last -= 1 }
    return start < last ? start..<last : nil
  }

  // MARK: Flags and elements

  /// `--password x`, `"--password", "x"`, `-u user:x`, and the frame of a key in PEM.
  mutating func readDashes(_ word: Range<Int>) -> Int? {
    if hasBytes("-----BEGIN", at: word.lowerBound) { return readFrame(from: word.lowerBound) }
    let dashes = word.prefix { bytes[$0] == UInt8(ascii: "-") }.count
    guard dashes <= 2, word.count > dashes else { return nil }
    var start = word.upperBound
    while start < bytes.count, start < word.upperBound + 5, bytes[start].isOne(of: " \",'") { start += 1 }
    guard start > word.upperBound, start < bytes.count, bytes[start] != UInt8(ascii: "-") else { return nil }
    let value =
      start..<end(from: start) { $0 > 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'") }
    if word.count == 2 ? bytes[word.lowerBound + 1] == UInt8(ascii: "u") : isCalled("--user", word) {
      return readUser(value)
    }
    guard dashes == 2, let name = TellingName(bytes, word) else { return nil }
    return judge(value, name, UInt8(ascii: "="))
  }

  /// "admin:x" as curl takes it.
  private mutating func readUser(_ value: Range<Int>) -> Int? {
    guard let colon = value.first(where: { bytes[$0] == UInt8(ascii: ":") }), colon > value.lowerBound
    else { return nil }
    let password = colon + 1..<value.upperBound
    // `docker run -u 1000:1000`
    guard password.count >= 3, !bytes[password].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
      !CredentialValue(bytes, password).isPlaceholder
    else { return nil }
    return note(password, "a password", .likely)
  }

  /// `<password>x</password>`
  mutating func readElement(at: Int) -> Int? {
    guard word.upperBound == at, word.lowerBound > 0, bytes[word.lowerBound - 1] == UInt8(ascii: "<"),
      let name = TellingName(bytes, word)
    else { return nil }
    let value = at + 1..<end(from: at + 1) { $0 > 0x20 && $0 != UInt8(ascii: "<") }
    guard value.upperBound < bytes.count, bytes[value.upperBound] == UInt8(ascii: "<") else { return nil }
    return judge(value, name, UInt8(ascii: "="))
  }
}
