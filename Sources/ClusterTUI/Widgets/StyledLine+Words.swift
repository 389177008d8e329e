import Terminal

extension StyledLine {
  /// What a word too long for a row may be broken behind: paths, images and addresses have them.
  private static let joints = Set("/:,;&?=@".utf8)

  /// As many rows as it takes, each of whole words; a word that is longer than a row is broken, behind a sign where it has
  /// one. There is always at least one row.
  func wordRows(columns: Int) -> [StyledLine] {
    let columns = max(1, columns)
    let bytes = Array(text.utf8)
    var rows: [Range<Int>] = []
    var row = 0..<0
    func width(_ range: Range<Int>) -> Int { Text.columns(String(decoding: bytes[range], as: UTF8.self)) }
    for word in Self.words(of: bytes) {
      if width(row.lowerBound..<word.upperBound) <= columns {
        row = row.lowerBound..<word.upperBound
        continue
      }
      if !row.isEmpty { rows.append(row) }
      row = word
      while width(row) > columns {
        let end = Self.end(of: bytes[row], columns: columns)
        rows.append(row.lowerBound..<end)
        row = end..<row.upperBound
      }
    }
    if !row.isEmpty || rows.isEmpty { rows.append(row) }
    return rows.map(part)
  }

  /// The pieces between blanks.
  private static func words(of bytes: [UInt8]) -> [Range<Int>] {
    var words: [Range<Int>] = []
    var start: Int?
    for (index, byte) in bytes.enumerated() {
      if byte != 0x20 {
        start = start ?? index
      } else if let from = start {
        words.append(from..<index)
        start = nil
      }
    }
    return words + (start.map { [$0..<bytes.count] } ?? [])
  }

  private static func end(of word: ArraySlice<UInt8>, columns: Int) -> Int {
    let text = String(decoding: word, as: UTF8.self)
    let first = Text.rows(text, columns: columns, atWords: false).first ?? 0..<word.count
    let end = word.startIndex + max(1, first.upperBound)
    // A joint far back would leave a ragged hole.
    let joint = word[..<min(end, word.endIndex)].lastIndex { joints.contains($0) }.map { $0 + 1 }
    guard let joint, (joint - word.startIndex) * 2 > end - word.startIndex else {
      return min(end, word.endIndex)
    }
    return joint
  }
}
