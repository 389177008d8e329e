/// A label selector (Kubernetes "Labels and Selectors"): =, ==, !=, in, notin, key and !key, joined by commas.
package struct Selector: Sendable, Hashable {
  enum Requirement: Sendable, Hashable {
    case equals([UInt8], [[UInt8]])
    case differs([UInt8], [[UInt8]])
    case exists([UInt8])
    case missing([UInt8])
  }

  private var requirements: [Requirement] = []

  /// nil with a sentence where the text is no selector.
  package static func parse(_ text: String) -> (selector: Selector?, problem: String?) {
    var selector = Selector()
    for term in split(text) {
      guard let requirement = requirement(term) else {
        return (nil, "'\(term)' is no label selector: try app=web, tier!=db, env in (a,b), key or !key")
      }
      selector.requirements.append(requirement)
    }
    return (selector, nil)
  }

  /// At commas outside parentheses.
  private static func split(_ text: String) -> [String] {
    var terms: [String] = [""]
    var depth = 0
    for character in text {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ",", depth == 0 { terms.append("") } else { terms[terms.count - 1].append(character) }
    }
    return terms.map(trim).filter { !$0.isEmpty }
  }

  private static func trim(_ text: some StringProtocol) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  private static func requirement(_ term: String) -> Requirement? {
    if term.hasPrefix("!"), let key = key(term.dropFirst()) { return .missing(key) }
    for (sign, isEqual) in [("!=", false), ("==", true), ("=", true)] {
      if let at = term.firstRange(of: sign) {
        let value = trim(term[at.upperBound...])
        guard let key = key(term[..<at.lowerBound]), isValue(value) else { return nil }
        return isEqual ? .equals(key, [Array(value.utf8)]) : .differs(key, [Array(value.utf8)])
      }
    }
    if term.hasSuffix(")"), let open = term.firstIndex(of: "(") {
      let words = term[..<open].split(separator: " ")
      let values = term[term.index(after: open)...].dropLast().split(separator: ",").map(trim)
      guard words.count == 2, let key = key(words[0]), values.allSatisfy(isValue) else { return nil }
      let bytes = values.map { Array($0.utf8) }
      return words[1] == "in" ? .equals(key, bytes) : words[1] == "notin" ? .differs(key, bytes) : nil
    }
    return key(term).map { .exists($0) }
  }

  private static func key(_ text: some StringProtocol) -> [UInt8]? {
    let key = Array(trim(text).utf8)
    let allowed = key.allSatisfy { isWord($0) || $0 == 0x2F }
    return key.isEmpty || !allowed ? nil : key
  }

  private static func isValue(_ text: String) -> Bool { text.utf8.allSatisfy(isWord) }

  private static func isWord(_ byte: UInt8) -> Bool {
    (byte >= 48 && byte <= 57) || (byte | 32 >= 97 && byte | 32 <= 122) || byte == 45 || byte == 46
      || byte == 95
  }

  /// `labels` as a row keeps them: "app=web,tier=front".
  package func matches(labels: UnsafeRawBufferPointer) -> Bool {
    requirements.allSatisfy { requirement in
      switch requirement {
      case .equals(let key, let allowed):
        Self.holds(labels, key) { allowed.contains(where: $0.elementsEqual) }
      case .differs(let key, let refused):
        !Self.holds(labels, key) { refused.contains(where: $0.elementsEqual) }
      case .exists(let key): Self.holds(labels, key) { _ in true }
      case .missing(let key): !Self.holds(labels, key) { _ in true }
      }
    }
  }

  /// Whether there is such a label and its value is as wanted. No object is made: a filter asks this of every row.
  private static func holds(
    _ labels: UnsafeRawBufferPointer, _ key: [UInt8], _ isWanted: (UnsafeRawBufferPointer) -> Bool
  ) -> Bool {
    var start = 0
    while start < labels.count {
      var end = start
      while end < labels.count, labels[end] != UInt8(ascii: ",") { end += 1 }
      let from = start + key.count
      let isNamed = from <= end && labels[start..<from].elementsEqual(key)
      if isNamed, from == end || labels[from] == UInt8(ascii: "=") {
        return isWanted(UnsafeRawBufferPointer(rebasing: labels[min(from + 1, end)..<end]))
      }
      start = end + 1
    }
    return false
  }
}
