import Testing

@testable import Terminal

@Suite struct TextTests {
  @Test func columnsAreThoseOfATerminal() {
    let widths: [(String, Int)] = [
      ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("한국어", 6), ("ｆｕｌｌ", 8), ("ﾊﾝ", 2), ("👍", 2),
      ("👍🏽", 2), ("❤️", 1), ("…─█▓⣿", 5), ("a\tb", 3), ("\u{301}", 1), ("\u{1B}[m", 3), ("Ω≈ç", 3), ("🇩🇪", 2),
      ("\u{200B}", 1),
    ]
    for (text, columns) in widths { #expect(Text.columns(text) == columns, "\(text.debugDescription)") }
  }

  @Test func whatATerminalWouldObeyBecomesVisible() {
    let pairs: [(String, String)] = [
      ("plain", "plain"), ("\u{1B}[31mred", "␛[31mred"), ("a\nb\rc\u{0}", "a␊b␍c␀"), ("a\tb", "a b"),
      ("\u{7F}", "␡"), ("\u{9B}31m", "\u{FFFD}31m"), ("a\u{202E}b", "a\u{FFFD}b"),
      ("a\u{200D}b", "a\u{FFFD}b"),
      ("\u{FEFF}a", "\u{FFFD}a"), ("a\u{2028}b", "a\u{FFFD}b"), ("❤\u{FE0F}", "❤"),
      ("a\u{FE0F}", "a\u{FFFD}"),
      ("👩\u{200D}👧", "👩👧"), ("👍\u{1F3FD}", "👍"), ("\u{1F3FD}", "\u{1F3FD}"), ("می\u{200C}خواهم", "میخواهم"),
      ("\u{E0041}", "\u{FFFD}"), ("e\u{301}", "e\u{301}"), ("\u{378}", "\u{FFFD}"),
    ]
    for (text, harmless) in pairs {
      #expect(
        Array(Text.harmless(text).unicodeScalars) == Array(harmless.unicodeScalars),
        "\(text.debugDescription)")
    }
  }

  @Test func brokenUTF8IsReplacedPieceByPiece() {
    let pairs: [([UInt8], String)] = [
      ([0xFF], "\u{FFFD}"), ([0x61, 0xC3, 0x62], "a\u{FFFD}b"), ([0xE2, 0x82], "\u{FFFD}"),
      ([0xE2, 0x82, 0xAC], "€"), ([0xC0, 0xAF], "\u{FFFD}\u{FFFD}"),
      ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
      ([0xF4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"), ([0xF0, 0x9F, 0x91, 0x8D], "👍"),
      ([0xE0, 0x80, 0x61], "\u{FFFD}\u{FFFD}a"), ([0x80], "\u{FFFD}"),
    ]
    for (bytes, expected) in pairs {
      var canvas = Canvas(width: 10, height: 1)
      bytes.withUnsafeBytes { _ = canvas.put(utf8: $0, x: 0, y: 0) }
      #expect(canvas.text() == expected, "\(bytes)")
    }
  }

  @Test func truncationKeepsTheEndOrTheTail() {
    func check(_ text: String, _ columns: Int, _ end: String, _ middle: String) {
      #expect(Text.truncated(text, columns: columns) == end)
      #expect(Text.truncated(text, columns: columns, keepTail: true) == middle)
    }
    check("api-7c9d6f-x2k4p", 16, "api-7c9d6f-x2k4p", "api-7c9d6f-x2k4p")
    check("api-7c9d6f-x2k4p", 11, "api-7c9d6f…", "api-7…x2k4p")
    check("api-7c9d6f-x2k4p", 10, "api-7c9d6…", "api-7…2k4p")
    check("abc", 2, "a…", "a…")
    check("abc", 1, "…", "…")
    check("abc", 0, "", "")
    check("abc", -1, "", "")
    check("漢字漢字", 7, "漢字漢…", "漢字…字")
    check("漢字漢字", 6, "漢字…", "漢…字")
    check("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…", "e\u{301}…")
    check("a\u{1B}bcd", 3, "a␛…", "a…d")
    for columns in 0...12 {
      for text in hostileTexts + ["漢字漢字漢字漢字"] {
        for keepTail in [false, true] {
          #expect(Text.columns(Text.truncated(text, columns: columns, keepTail: keepTail)) <= columns)
        }
      }
    }
  }

  @Test func rowsBreakAtWordsOrAnywhere() {
    func rows(_ text: String, _ columns: Int, indent: Int = 0, atWords: Bool = true) -> [String] {
      let bytes = Array(text.utf8)
      return Text.rows(text, columns: columns, indent: indent, atWords: atWords).map {
        String(decoding: bytes[$0], as: UTF8.self)
      }
    }
    #expect(rows("", 5) == [""])
    #expect(rows("the quick brown fox", 10) == ["the quick ", "brown fox"])
    #expect(rows("the quick brown fox", 10, indent: 4) == ["the quick ", "brown ", "fox"])
    #expect(rows("the quick brown fox", 10, atWords: false) == ["the quick ", "brown fox"])
    #expect(rows("the quicker brown fox", 10, atWords: false) == ["the quicke", "r brown fo", "x"])
    #expect(rows("a bcdefghijklmnop", 8) == ["a bcdefg", "hijklmno", "p"])
    #expect(rows("漢字漢字", 5) == ["漢字", "漢字"])
    #expect(rows("漢字", 1) == ["漢", "字"])
    #expect(rows("e\u{301}e\u{301}e\u{301}", 2) == ["e\u{301}e\u{301}", "e\u{301}"])
    #expect(rows("abc", 0) == ["a", "b", "c"])
  }

  @Test func rowsHoldTheWholeText() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<2_000 {
      let length = Int.random(in: 0...40, using: &generator)
      let text = (0..<length).map { _ in
        ["a", "bc ", " ", "漢", "é", "e\u{301}"].randomElement(using: &generator)!
      }
      .joined()
      let columns = Int.random(in: 2...12, using: &generator)
      let indent = Int.random(in: 0...columns - 2, using: &generator)
      let rows = Text.rows(text, columns: columns, indent: indent, atWords: Bool.random(using: &generator))
      #expect(rows.first?.lowerBound == 0 && rows.last?.upperBound == text.utf8.count)
      for (row, next) in zip(rows, rows.dropFirst()) { #expect(row.upperBound == next.lowerBound) }
      for (index, row) in rows.enumerated() {
        let part = String(decoding: Array(text.utf8)[row], as: UTF8.self)
        #expect(Text.columns(part) <= (index == 0 ? columns : columns - indent))
      }
    }
  }

  @Test func aSliceIsCutAtColumns() {
    #expect(Text.slice("abcdef", from: 2, columns: 3) == "cde")
    #expect(Text.slice("a漢字b", from: 0, columns: 2) == "a ")
    #expect(Text.slice("a漢字b", from: 2, columns: 4) == " 字b")
    #expect(Text.slice("abc", from: 5, columns: 3) == "")
    #expect(Text.slice("abc", from: 0, columns: 0) == "")
    #expect(Text.slice("e\u{301}x", from: 0, columns: 1) == "e\u{301}")
  }
}

/// Reads one log line and compares its pieces.
private func check(
  _ line: String, _ expected: [(String, Style)], sourceLocation: SourceLocation = #_sourceLocation
) {
  let spans = Array(line.utf8).withUnsafeBytes { Text.sgrSpans($0, base: Style(dim: true)) }
  #expect(spans.map(\.text) == expected.map(\.0), sourceLocation: sourceLocation)
  #expect(spans.map(\.style) == expected.map(\.1), sourceLocation: sourceLocation)
}

@Suite struct LogColourTests {
  let base = Style(dim: true)

  @Test func coloursAreKept() {
    check("plain", [("plain", base)])
    check("", [])
    check(
      "a \u{1B}[31mred\u{1B}[0m b",
      [("a ", base), ("red", Style(foreground: .red, dim: true)), (" b", base)])
    check(
      "\u{1B}[1;97;44mx", [("x", Style(foreground: .brightWhite, background: .blue, bold: true, dim: true))])
    check("\u{1B}[38;5;208mx", [("x", Style(foreground: .indexed(208), dim: true))])
    check("\u{1B}[38;2;255;135;0mx", [("x", Style(foreground: .indexed(208), dim: true))])
    check("\u{1B}[38:5:208mx", [("x", Style(foreground: .indexed(208), dim: true))])
    check("\u{1B}[38:2::255:135:0mx", [("x", Style(foreground: .indexed(208), dim: true))])
    check("\u{1B}[48;2;0;0;0mx", [("x", Style(background: .indexed(16), dim: true))])
    check("\u{1B}[4:3mx", [("x", Style(dim: true, underline: true))])
    check("\u{1B}[1mx\u{1B}[22my", [("x", Style(bold: true, dim: true)), ("y", base)])
    check("\u{1B}[mx", [("x", base)])
    check("\u{1B}[38;5mx", [("x", base)])
    check("\u{1B}[38;2;1mx", [("x", base)])
    check("\u{1B}[999999999999999999999mx", [("x", base)])
  }

  @Test func otherSequencesAreShownOrLeftOut() {
    check("done\r\n", [("done", base)])
    check("a\u{1B}[Kb", [("ab", base)])
    check("\u{1B}]8;;https://e.x\u{1B}\\link\u{1B}]8;;\u{07} b", [("link b", base)])
    check("\u{1B}[2Jx", [("␛[2Jx", base)])
    check("\u{1B}]0;title\u{07}x", [("␛]0;title␇x", base)])
    check("a\rb", [("a␍b", base)])
    check("\u{1B}[31", [("␛[31", base)])
    check("\u{1B}]8;;never ends", [("␛]8;;never ends", base)])
    check("\u{1B}", [("␛", base)])
  }

  @Test func tabsGoToEveryEighthColumn() {
    check("a\tb", [("a       b", base)])
    check("1234567\tb", [("1234567 b", base)])
    check("12345678\tb", [("12345678        b", base)])
    check("漢\tb", [("漢      b", base)])
    check("\u{1B}[31ma\u{1B}[0m\tb", [("a", Style(foreground: .red, dim: true)), ("       b", base)])
  }

  @Test func anyBytesGiveHarmlessPieces() {
    var generator = SeededGenerator(seed: 3)
    let alphabet: [UInt8] = [
      0x1B, 0x5B, 0x5D, 0x6D, 0x3B, 0x3A, 0x33, 0x38, 0x09, 0x0D, 0x61, 0xC3, 0xFF, 0x07,
    ]
    for _ in 0..<5_000 {
      let bytes = (0..<30).map { _ in alphabet.randomElement(using: &generator)! }
      for span in bytes.withUnsafeBytes({ Text.sgrSpans($0, base: Style()) }) {
        #expect(Text.harmless(span.text) == span.text)
      }
    }
  }
}
