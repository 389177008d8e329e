import Cluster
import Document

/// A message of a component that is to be recognized: finds phrases in it, whatever their case.
struct Wording {
  let text: String
  private let bytes: [UInt8]

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  /// Whether one of these stands in it; phrases are given in lower case.
  func has(_ phrases: String...) -> Bool { phrases.contains { offset($0) != nil } }

  /// Whether one of these stands in it, for tables of phrases.
  func hasAny(_ phrases: [String]) -> Bool { phrases.contains { offset($0) != nil } }

  /// What stands behind the first place of a phrase.
  func behind(_ phrase: String) -> Substring? {
    offset(phrase).map { Substring(text.utf8.dropFirst($0 + phrase.utf8.count)) }
  }

  /// What stands before the first place of a phrase.
  func before(_ phrase: String) -> Substring? { offset(phrase).map { Substring(text.utf8.prefix($0)) } }

  /// The word behind a phrase, without quotes and without what ends a sentence.
  func word(behind phrase: String) -> String? {
    guard let rest = behind(phrase) else { return nil }
    let word = rest.drop { $0 == " " }.prefix { $0 != " " }
    return Wording.bare(word)
  }

  /// What stands in the first pair of quotes behind a phrase: "x", 'x' or `x`.
  func quoted(behind phrase: String) -> String? {
    guard let rest = behind(phrase),
      let open = rest.firstIndex(where: { $0 == "\"" || $0 == "'" || $0 == "`" })
    else { return nil }
    let inside = rest[rest.index(after: open)...]
    guard let close = inside.firstIndex(of: rest[open]) else { return nil }
    return String(inside[..<close])
  }

  /// A word without quotes and punctuation around it; nil when nothing is left.
  static func bare(_ word: some StringProtocol) -> String? {
    let around: Set<Character> = ["\"", "'", "`", ",", ";", ":", ".", ")", "(", "]", "[", "}", "{"]
    let bare = word.drop { around.contains($0) }.reversed().drop { around.contains($0) }.reversed()
    return bare.isEmpty ? nil : String(bare)
  }

  /// At most so many characters, in one line. What looks like a credential is masked before a cut: cut in the middle
  /// it would not be known as one any more.
  static func shortened(_ text: String, to limit: Int = 90) -> String {
    if text.count <= limit { return text }
    let masked = Credentials.masked(text)
    return masked.count <= limit ? masked : masked.prefix(limit - 1) + "…"
  }

  private func offset(_ phrase: String) -> Int? {
    bytes.withUnsafeBytes { ByteScan.find(caseless: Array(phrase.utf8), in: $0) }
  }
}
