/// Finds credentials in any text, by their format, or by a telling name beside a value that looks like one.
///
/// A name alone is never enough (`secretName: x`, `password_min_length: 8`), nor is randomness (UUIDs, digests,
/// commits). Nothing of what is found is kept.
package enum Credentials {
  /// What looks like a credential, in the order of the text.
  ///
  /// - Parameter name: what the text is the value of, where that is known: a key of a ConfigMap, a variable.
  package static func found(in text: String, name: String = "") -> [CredentialMatch] {
    var text = text
    return text.withUTF8 { bytes in
      var scanner = CredentialScanner(UnsafeRawBufferPointer(bytes))
      scanner.run()
      if scanner.found.isEmpty, !name.isEmpty { scanner.judgeWhole(name: name) }
      return scanner.found.map { CredentialMatch($0, in: UnsafeRawBufferPointer(bytes)) }
    }
  }

  /// The text with every credential in it masked: "token=AKIA****(20)".
  ///
  /// - Parameter name: what the text is the value of.
  package static func masked(_ text: String, name: String = "") -> String {
    let matches = found(in: text, name: name)
    guard !matches.isEmpty else { return text }
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var at = 0
    for match in matches {
      out += bytes[at..<match.range.lowerBound]
      out += match.mask.utf8
      at = match.range.upperBound
    }
    out += bytes[at...]
    return String(decoding: out, as: UTF8.self)
  }

  /// Masks in place, byte for byte, so that whatever points into the bytes stays right. Line ends stay.
  /// Returns whether there was anything to mask.
  @discardableResult
  package static func mask(inPlace bytes: UnsafeMutableRawBufferPointer) -> Bool {
    var scanner = CredentialScanner(UnsafeRawBufferPointer(bytes))
    scanner.run()
    for match in scanner.found { blank(match.start + match.shown..<match.end, of: bytes) }
    return !scanner.found.isEmpty
  }

  /// Overwrites what is not white space.
  static func blank(_ range: Range<Int>, of bytes: UnsafeMutableRawBufferPointer) {
    for index in range where bytes[index] > 0x20 { bytes[index] = UInt8(ascii: "*") }
  }
}

/// A piece of text that looks like a credential.
package struct CredentialMatch: Sendable, Hashable {
  /// How sure it is, the surest last.
  package enum Confidence: Int, Sendable, Hashable, Comparable {
    /// Beside a telling name, but it may be a word: masked on a shared screen, not told as a finding.
    case possible
    /// Beside a telling name, and it looks like one.
    case likely
    /// By its own format.
    case certain

    package static func < (a: Confidence, b: Confidence) -> Bool { a.rawValue < b.rawValue }
  }

  /// In bytes of UTF-8.
  package var range: Range<Int>
  /// "an AWS access key"
  package var kind: String
  package var confidence: Confidence
  /// At most the first four characters, which its format says anyway, and its length in bytes: "AKIA****(20)".
  package var mask: String
}

extension CredentialMatch {
  init(_ found: CredentialScanner.Found, in bytes: UnsafeRawBufferPointer) {
    range = found.start..<found.end
    kind = found.kind
    confidence = found.confidence
    let shown = bytes[found.start..<found.start + found.shown]
    mask = String(decoding: shown, as: UTF8.self) + "****(\(found.end - found.start))"
  }
}
