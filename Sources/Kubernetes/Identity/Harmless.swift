/// Text from a server or a plug-in on its way to a person: without anything a terminal would act on.
enum Harmless {
  /// One line: control and format characters (Unicode Cc, Cf: escape sequences, changes of direction) become
  /// blanks, runs of blanks one.
  static func line(_ text: String) -> String {
    var line = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let category = scalar.properties.generalCategory
      let isBlank =
        scalar == " " || category == .control || category == .format || category == .lineSeparator
        || category == .paragraphSeparator
      if !isBlank { line.append(scalar) } else if let last = line.last, last != " " { line.append(" ") }
    }
    if line.last == " " { line.removeLast() }
    return String(line)
  }

  /// The first lines that say something, each cut at `maxCharacters`.
  static func lines(_ bytes: [UInt8], maxLines: Int, maxCharacters: Int = 300) -> [String] {
    var found: [String] = []
    for part in bytes.split(separator: UInt8(ascii: "\n")) {
      // An escape sequence goes whole where it is a plain CSI, so that colours leave no "[31m" behind.
      let text = line(withoutColours(String(decoding: part, as: UTF8.self)))
      if text.isEmpty { continue }
      found.append(text.count > maxCharacters ? text.prefix(maxCharacters) + "…" : text)
      if found.count == maxLines { break }
    }
    return found
  }

  private static func withoutColours(_ text: String) -> String {
    var kept = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "\u{1B}", rest.first == "[" {
        rest.removeFirst()
        while let next = rest.popFirst(), !(0x40...0x7E).contains(next.value) {}
      } else {
        kept.append(scalar)
      }
    }
    return String(kept)
  }
}
