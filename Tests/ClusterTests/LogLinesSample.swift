import Cluster

/// Log lines as a test writes them.
enum LogSample {
  /// A chunk of lines a second after each other; "> x" goes on the line before it, "2: x" is of source 2, "# x" is a mark.
  static func chunk(
    _ texts: [String], sources: [LogSource] = ["app"], from second: Int64 = 1_000
  ) -> LogChunk {
    var chunk = LogChunk(sources: sources)
    for (index, text) in texts.enumerated() {
      var text = text[...]
      var source: UInt16 = 0
      if text.count > 2, text.dropFirst().hasPrefix(": "), let number = UInt16(text.prefix(1)) {
        source = number
        text = text.dropFirst(3)
      }
      let continues = text.hasPrefix("> ")
      if continues { text = text.dropFirst(2) }
      var line = LogChunk.Line(
        start: chunk.bytes.count, length: text.utf8.count,
        nanoseconds: (second + Int64(index)) * 1_000_000_000,
        source: source, isMark: text.hasPrefix("# "))
      line.continues = continues
      chunk.lines.append(line)
      chunk.bytes += Array(text.utf8)
    }
    return chunk
  }

  static func text(_ ring: LogRing, _ number: Int) -> String {
    ring.withLine(number) { String(decoding: $0.bytes, as: UTF8.self) } ?? "-"
  }

  static func shown(_ lines: LogLines, _ ring: LogRing) -> [String] {
    (0..<lines.count).map { text(ring, lines.number(at: $0) ?? -1) }
  }

  static func all(_ ring: LogRing) -> [String] { (ring.firstNumber..<ring.endNumber).map { text(ring, $0) } }
}
