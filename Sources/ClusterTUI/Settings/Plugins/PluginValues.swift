/// What `$NAME` and the like stand for where a plug-in or hotkey is used.
struct PluginValues: Equatable {
  /// By name in capitals: NAME, NAMESPACE, CONTEXT, COL-READY, INPUT_PORT.
  var values: [String: String] = [:]

  subscript(name: String) -> String? {
    get { values[name.uppercased()] }
    set { values[name.uppercased()] = newValue }
  }

  /// A variable in a text.
  private struct Reference {
    var range: Range<String.Index>
    var name: String
    /// `$!NAME`: true becomes false and the other way round.
    var isInverted: Bool
  }

  /// A text with every variable that has a value in place of its name; what has none stays, since a shell may know it.
  func substituted(_ text: String) -> String {
    replaced(text) { value, _ in value }
  }

  private func replaced(_ text: String, _ replacement: (_ value: String, Reference) -> String) -> String {
    var result = ""
    var at = text.startIndex
    for reference in references(in: text) {
      guard let value = self[reference.name] else { continue }
      result += text[at..<reference.range.lowerBound]
      result += replacement(reference.isInverted ? Self.inverted(value) : value, reference)
      at = reference.range.upperBound
    }
    return result + text[at...]
  }

  private static func inverted(_ value: String) -> String {
    switch value.lowercased() {
    case "true": "false"
    case "false": "true"
    default: value
    }
  }

  /// `$NAME`, `$COL-READY`, `${COL-%CPU/L}`, each perhaps with `!` before its name.
  private func references(in text: String) -> [Reference] {
    var found: [Reference] = []
    var at = text.startIndex
    while let dollar = text[at...].firstIndex(of: "$") {
      var next = text.index(after: dollar)
      at = next
      let isBraced = next < text.endIndex && text[next] == "{"
      if isBraced { next = text.index(after: next) }
      let isInverted = next < text.endIndex && text[next] == "!"
      if isInverted { next = text.index(after: next) }
      var end = next
      if isBraced {
        guard let close = text[next...].firstIndex(of: "}") else { continue }
        end = close
      } else {
        func isPart(_ character: Character, _ isColumn: Bool) -> Bool {
          character.isASCII
            && (character.isLetter || character.isNumber || character == "_" || isColumn && character == "-")
        }
        let isColumn = text[next...].uppercased().hasPrefix("COL-")
        while end < text.endIndex, isPart(text[end], isColumn) { end = text.index(after: end) }
      }
      guard end > next else { continue }
      let upper = isBraced ? text.index(after: end) : end
      found.append(Reference(range: dollar..<upper, name: String(text[next..<end]), isInverted: isInverted))
      at = upper
    }
    return found
  }

  // MARK: Shells

  /// A text with its values in place; nil where one of them is more than letters, digits and harmless signs.
  func plainly(_ text: String) -> String? {
    var isRefused = false
    let result = replaced(text) { value, _ in
      if !value.allSatisfy(Self.isPlain) { isRefused = true }
      return value
    }
    return isRefused ? nil : result
  }

  /// A script for a shell, which finds the values in its environment instead of in its text: whatever a name, a column
  /// or an input holds, it is no part of the script. fish writes variables in its own way.
  ///
  /// - Returns: nil where a value stands within single quotes, so within the text of some other program, and holds what
  ///   that could take for its own.
  func script(_ text: String, fish: Bool = false) -> String? {
    var isRefused = false
    var quote: Character?
    var at = text.startIndex
    /// The quote that is open where a reference stands.
    func openQuote(before end: String.Index) -> Character? {
      var isEscaped = false
      while at < end {
        let character = text[at]
        if isEscaped {
          isEscaped = false
        } else if character == "\\", quote != "'" {
          isEscaped = true
        } else if let open = quote {
          if character == open { quote = nil }
        } else if character == "'" || character == "\"" {
          quote = character
        }
        at = text.index(after: at)
      }
      return quote
    }
    let script = replaced(text) { value, reference in
      let isQuoted = openQuote(before: reference.range.lowerBound) == "'"
      at = reference.range.upperBound
      if isQuoted {
        if !value.allSatisfy(Self.isPlain) { isRefused = true }
        return value
      }
      let name = Self.variable(reference.name, isInverted: reference.isInverted)
      return fish ? "{$\(name)}" : "${\(name)}"
    }
    return isRefused ? nil : script
  }

  private static func isPlain(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "-_./:@%+,".contains(character))
  }

  /// The name of a value in the environment of a shell, which knows no COL-READY and has a GROUPS of its own.
  private static func variable(_ name: String, isInverted: Bool = false) -> String {
    let safe = name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    return (isInverted ? "CLUSTERTUI_NOT_" : "CLUSTERTUI_") + String(safe)
  }

  /// What the program finds in its environment: every value by its name, and as scripts of ours name it.
  var environment: [String: String] {
    var variables: [String: String] = [:]
    for (name, value) in values where !value.utf8.contains(0) {
      variables[Self.variable(name)] = value
      variables[Self.variable(name, isInverted: true)] = Self.inverted(value)
      // A program that is told a user of the cluster must not take that for the person at the keyboard.
      let isName = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      if isName, !["USER", "GROUPS", "KUBECONFIG"].contains(name) || name == "KUBECONFIG" {
        variables[name] = value
      }
    }
    return variables
  }
}
