import Terminal

extension Key {
  /// A key as k9s writes it: "Ctrl-L", "Shift-S", "Shift-1", "Alt-x", "F5", "a"; our own names are fine, too. Case
  /// counts for a single letter alone.
  init?(shortCut text: String) {
    let lower = text.lowercased()
    if let rest = lower.after("ctrl-shift-") ?? lower.after("shift-ctrl-") {
      // Terminals send the same for both.
      self.init(name: "ctrl-\(rest)")
    } else if let rest = lower.after("shift-"), let character = rest.first, rest.count == 1 {
      self = .character(Self.shifted(character))
    } else if let rest = text.dropped(4, after: "alt-"), rest.count == 1 || rest.lowercased() == "space" {
      self.init(name: "alt-\(rest)")
    } else {
      self.init(name: text)
    }
  }

  /// What a keyboard of the United States sends, which is what k9s means by shift and a digit.
  private static func shifted(_ character: Character) -> Character {
    let digits: [Character] = [")", "!", "@", "#", "$", "%", "^", "&", "*", "("]
    if let digit = character.wholeNumberValue, digits.indices.contains(digit) { return digits[digit] }
    return Character(character.uppercased().first.map(String.init) ?? String(character))
  }
}

extension String {
  fileprivate func after(_ prefix: String) -> String? {
    hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
  }

  fileprivate func dropped(_ count: Int, after prefix: String) -> String? {
    lowercased().hasPrefix(prefix) ? String(dropFirst(count)) : nil
  }
}
