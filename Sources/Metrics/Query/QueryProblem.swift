/// Why a query can't be read or answered, in words for people, and where in its text.
package struct QueryProblem: Error, Hashable, Sendable {
  /// "expected ')' after the expression, got '}'".
  package let message: String
  /// In UTF-8 bytes from the start of the query; nil when the whole of it is meant.
  package let offset: Int?

  package init(_ message: String, at offset: Int? = nil) {
    self.message = message
    self.offset = offset
  }

  /// The line of `query` that is meant and under it a caret with the message:
  ///
  ///     sum(rate(x[5m])}
  ///                    ^ expected ')' after the argument, got '}'
  package func caret(in query: String) -> String {
    guard let offset else { return message }
    var start = 0
    var line: Substring.UTF8View = query[...].utf8
    for part in query.utf8.split(separator: 10, omittingEmptySubsequences: false) {
      line = part
      if offset <= start + part.count { break }
      start += part.count + 1
    }
    let text = String(decoding: line, as: UTF8.self)
    let before = String(decoding: line.prefix(max(0, offset - start)), as: UTF8.self)
    let indent = String(before.map { $0 == "\t" ? "\t" : " " })
    return "\(text)\n\(indent)^ \(message)"
  }
}
