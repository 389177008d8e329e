@testable import Document

/// Random values with texts that are awkward in YAML.
struct YAMLSamples {
  var numbers: SeededNumbers

  static let texts = [
    "", "a", "plain text", "it's", "say \"x\"", "a: b", "a:b", "a #b", "a#b", "- a", "-a", "[x]", "{x}",
    "a, b", "&x", "*x",
    "!x", "|", ">", "%x", "@x", "`x", "?", "? a", ":", ": a", "yes", "no", "null", "~", "true", "12", "1.5",
    "0x1f", "017",
    "1e3", "1:30", "2001-01-01", " lead", "trail ", "two  blanks", "tab\tinside", "\ttab", "one\ntwo",
    "one\ntwo\n",
    "one\n\n\ntwo\n\n", "\nlead", "\n", " a\nb", "a\n  b\nc\n", "a \nb", "é日本", "😀", "back\\slash",
    "\u{7}bell", "\u{1B}[31m",
    "nbsp\u{A0}", "---", "...", "--- a", "key: |\n  x", "#", "# x",
    "a long text that goes on and on, with commas and more words than fit on one line of eighty columns or so",
  ]

  init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

  mutating func value(depth: Int = 0) -> JSON {
    if depth > 3 || depth > 0 && numbers.chance(45) { return scalar() }
    if numbers.chance(45) { return .array((0..<numbers.below(5)).map { _ in value(depth: depth + 1) }) }
    var object = JSONObject()
    for _ in 0..<numbers.below(5) { object[text()] = value(depth: depth + 1) }
    return .object(object)
  }

  private mutating func scalar() -> JSON {
    switch numbers.below(10) {
    case 0: .null
    case 1: .bool(numbers.chance(50))
    case 2: .int(numbers.below(2_000_000) - 1_000_000)
    case 3: .number("\(numbers.below(1000)).5")
    default: .string(text())
    }
  }

  mutating func text() -> String {
    if numbers.chance(70) { return numbers.pick(YAMLSamples.texts) }
    let letters = Array("ab :#-'\"\n,[]{}\\&*!|>%@`?x.é😀")
    return String((0..<numbers.below(30)).map { _ in numbers.pick(letters) })
  }
}

/// Writes a value as a person might: blocks and flows, every kind of quote, odd indentations, comments,
/// anchors.
struct YAMLStyles {
  private var numbers: SeededNumbers
  private var anchored: [(value: JSON, name: String)] = []

  init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

  mutating func document(_ value: JSON) -> String {
    anchored = []
    var text = numbers.chance(20) ? "# it's: a \"comment\"\n\n" : ""
    text += numbers.chance(10) ? "%YAML 1.1\n---\n" : numbers.chance(30) ? "---\n" : ""
    text += isBlock(value) ? lines(value, indent: numbers.pick([0, 0, 0, 2])) : flow(value) + "\n"
    return numbers.chance(10) ? text + "...\n" : text
  }

  private mutating func isBlock(_ value: JSON) -> Bool {
    (!value.array.isEmpty || !value.members.isEmpty) && numbers.chance(80)
  }

  /// The lines of a collection that is not empty, each at `indent`.
  private mutating func lines(_ value: JSON, indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    var entries = value.array.map { margin + "-" + entry($0, indent: indent, isItem: true) }
    for member in value.members {
      let key = quoted(member.key)
      let isExplicit = key.utf8.count > 100 || numbers.chance(5)
      let head = isExplicit ? "? \(key)\n\(margin):" : "\(key):"
      entries.append(margin + head + entry(member.value, indent: indent, isItem: isExplicit))
    }
    return entries.reduce("") { $0 + ($0.isEmpty ? "" : between(margin)) + $1 }
  }

  private mutating func between(_ margin: String) -> String {
    numbers.chance(5) ? margin + "# - not: this\n" : numbers.chance(5) ? "\n" : ""
  }

  /// What follows a dash or a colon at `indent`, to the end of its last line.
  private mutating func entry(_ value: JSON, indent: Int, isItem: Bool) -> String {
    if let known = anchored.first(where: { $0.value == value }), numbers.chance(50) {
      return " *\(known.name)\n"
    }
    var anchor = ""
    if numbers.chance(8) {
      anchor = " &n\(anchored.count)"
      anchored.append((value, "n\(anchored.count)"))
    }
    let step = numbers.pick([1, 2, 2, 2, 4])
    if isBlock(value) {
      if isItem, anchor.isEmpty, numbers.chance(50) {
        return " " + lines(value, indent: indent + 2).dropFirst(indent + 2)
      }
      let isUnderKey = !isItem && !value.array.isEmpty && numbers.chance(50)
      return anchor + "\n" + lines(value, indent: isUnderKey ? indent : indent + step)
    }
    if let text = value.string, numbers.chance(50), let block = blockScalar(text, indent: indent, step: step)
    {
      return anchor + " " + block
    }
    return anchor + " " + flow(value) + (numbers.chance(5) ? " # why\n" : "\n")
  }

  /// A literal or a folded block; nil for texts that cannot be one.
  private mutating func blockScalar(_ text: String, indent: Int, step: Int) -> String? {
    guard text.contains(where: { $0 != "\n" }), isPrintable(text, breaks: true) else { return nil }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if text.hasSuffix("\n") { lines.removeLast() }
    let hasMargin = lines.contains { $0.hasPrefix(" ") || $0.hasPrefix("\t") }
    let isFolded = !hasMargin && numbers.chance(40)
    var block = isFolded ? ">" : "|"
    if lines.first(where: { !$0.isEmpty })?.hasPrefix(" ") == true || numbers.chance(10) {
      block += "\(step)"
    }
    block += !text.hasSuffix("\n") ? "-" : text.hasSuffix("\n\n") ? "+" : ""
    block += "\n"
    var hasText = false
    for line in lines {
      // Folding takes one of the line breaks between two lines of text.
      if isFolded && hasText && !line.isEmpty { block += "\n" }
      block += line.isEmpty ? "\n" : String(repeating: " ", count: indent + step) + line + "\n"
      hasText = hasText || !line.isEmpty
    }
    return block
  }

  private func isPrintable(_ text: String, breaks: Bool) -> Bool {
    text.unicodeScalars.allSatisfy {
      $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0xA0 || breaks && ($0 == "\n" || $0 == "\t")
    }
  }

  private mutating func flow(_ value: JSON) -> String {
    switch value {
    case .null: numbers.pick(["null", "~", "Null"])
    case .bool(let flag):
      flag ? numbers.pick(["true", "True", "yes"]) : numbers.pick(["false", "FALSE", "no"])
    case .number(let text): text
    case .string(let text): quoted(text)
    case .array(let items):
      "[" + items.map { flow($0) }.joined(separator: numbers.pick([",", ", ", " , "])) + "]"
    case .object(let object):
      "{" + object.members.map { quoted($0.key) + ": " + flow($0.value) }.joined(separator: ", ") + "}"
    }
  }

  private mutating func quoted(_ text: String) -> String {
    let isWords =
      text.first?.isLetter == true && text.last != " "
      && text.utf8.allSatisfy { $0 | 0x20 &- 97 < 26 || $0 == 0x20 }
    if isWords, YAMLScalar.value(ofPlain: text) == .string(text), numbers.chance(70) { return text }
    if isPrintable(text, breaks: false), numbers.chance(50) {
      return "'" + text.replacing("'", with: "''") + "'"
    }
    return "\"" + text.unicodeScalars.map { escaped($0) }.joined() + "\""
  }

  private mutating func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": return "\\n"
    case "\"": return "\\\""
    case "\\": return "\\\\"
    default:
      if isPrintable(String(scalar), breaks: false) && !numbers.chance(3) { return String(scalar) }
      let hex = String(scalar.value, radix: 16)
      let digits = scalar.value > 0xFFFF ? 8 : 4
      return (digits == 8 ? "\\U" : "\\u") + String(repeating: "0", count: digits - hex.count) + hex
    }
  }
}
