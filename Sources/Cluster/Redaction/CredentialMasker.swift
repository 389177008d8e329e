import Document

/// Masks the credentials of texts that come line by line: a private key goes over many of them, and a name may stand
/// above its value.
package struct CredentialMasker: Sendable {
  /// Sources whose last line was within a private key.
  private var inKey: Set<Int> = []

  package init() {}

  // MARK: Logs

  /// Masks one line in place; lines of one source follow each other.
  package mutating func mask(line: UnsafeMutableRawBufferPointer, source: Int = 0) {
    if !inKey.isEmpty, inKey.contains(source) {
      if Self.isOfKey(UnsafeRawBufferPointer(line)) {
        Credentials.blank(0..<line.count, of: line)
        return
      }
      inKey.remove(source)
    }
    var scanner = CredentialScanner(UnsafeRawBufferPointer(line))
    scanner.run()
    for match in scanner.found { Credentials.blank(match.start + match.shown..<match.end, of: line) }
    if scanner.endsInKey { inKey.insert(source) }
  }

  package mutating func mask(_ chunk: inout LogChunk) {
    let lines = chunk.lines
    chunk.bytes.withUnsafeMutableBytes { bytes in
      for line in lines {
        let part = UnsafeMutableRawBufferPointer(rebasing: bytes[line.start..<line.start + line.length])
        mask(line: part, source: Int(line.source))
      }
    }
  }

  /// Base64 or nothing: the body of a key, and not the next message of somebody who only spoke of one.
  private static func isOfKey(_ line: UnsafeRawBufferPointer) -> Bool {
    line.allSatisfy { CredentialFormat.isOfWord($0) || $0.isOne(of: " \t\r+/=") }
      && !line.starts(with: "-----END".utf8)
  }

  // MARK: Pages

  /// Masks the lines of a document.
  package static func mask(_ lines: inout [PageLine]) {
    var masker = CredentialMasker()
    var name = ""
    for index in lines.indices {
      let text = lines[index].text
      let trimmed = text.drop { $0 == " " || $0 == "\t" }
      var matches = Credentials.found(in: text)
      if masker.inKey.contains(0) {
        let isOfKey = Array(text.utf8).withUnsafeBytes(Self.isOfKey)
        if isOfKey, !trimmed.isEmpty {
          lines[index].spans = [
            Span(String(repeating: " ", count: text.count - trimmed.count) + "****", .string)
          ]
          continue
        }
        if !isOfKey { masker.inKey = [] }
      }
      if matches.isEmpty, !name.isEmpty, !trimmed.isEmpty, !trimmed.contains(" ") {
        let offset = text.utf8.count - trimmed.utf8.count
        matches = Credentials.found(in: String(trimmed), name: name).map { match in
          var match = match
          match.range = match.range.lowerBound + offset..<match.range.upperBound + offset
          return match
        }
      }
      if trimmed.contains("-----BEGIN") { masker.noteKey(text) }
      name = Self.nameOfNext(String(trimmed), before: name)
      if !matches.isEmpty { lines[index].spans = Self.masked(lines[index].spans, matches) }
    }
  }

  private mutating func noteKey(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var scanner = CredentialScanner(UnsafeRawBufferPointer(bytes))
      scanner.run()
      if scanner.endsInKey { inKey = [0] }
    }
  }

  /// A line that is nothing but a name, a flag or a rule below a name tells what the next one is.
  private static func nameOfNext(_ line: String, before: String) -> String {
    if line.isEmpty || line.allSatisfy({ $0 == "-" || $0 == "=" }) { return before }
    guard !line.contains(" ") else { return "" }
    if line.hasSuffix(":") { return String(line.dropLast()) }
    return line.hasPrefix("--") && !line.contains("=") ? line : ""
  }

  /// The spans with the matches of their joined text masked.
  private static func masked(_ spans: [Span], _ matches: [CredentialMatch]) -> [Span] {
    var out: [Span] = []
    var start = 0
    for var span in spans {
      let bytes = Array(span.text.utf8)
      let whole = start..<start + bytes.count
      var text: [UInt8] = []
      var at = start
      for match in matches where match.range.overlaps(whole) {
        let from = max(at, match.range.lowerBound)
        if from > at { text += bytes[at - start..<from - start] }
        if match.range.lowerBound >= start { text += match.mask.utf8 }
        at = min(match.range.upperBound, whole.upperBound)
      }
      text += bytes[at - start..<bytes.count]
      span.text = String(decoding: text, as: UTF8.self)
      start = whole.upperBound
      if !span.text.isEmpty { out.append(span) }
    }
    return out
  }
}
