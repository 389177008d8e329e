import Testing

@testable import Terminal

/// Draws on a small canvas and compares its lines.
private func check(
  _ width: Int, _ height: Int, shows expected: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ draw: (inout Canvas) -> Void
) {
  var canvas = Canvas(width: width, height: height)
  draw(&canvas)
  #expect(canvas.text() == expected, sourceLocation: sourceLocation)
}

@Suite struct CanvasTests {
  @Test func textIsClippedAtEveryEdge() {
    check(5, 2, shows: "34567\nabc d") { canvas in
      canvas.put("123456789", x: -2, y: 0)
      canvas.put("abc", x: 0, y: 1)
      canvas.put("d", x: 4, y: 1)
      canvas.put("x", x: 0, y: -1)
      canvas.put("x", x: 0, y: 2)
      canvas.put("x", x: 5, y: 0)
      canvas.put("x", x: Int.min, y: 0)
      canvas.put("x", x: Int.max, y: 0)
    }
  }

  @Test func putReturnsTheColumnsItUsed() {
    var canvas = Canvas(width: 10, height: 1)
    #expect(canvas.put("abc", x: 0, y: 0) == 3)
    #expect(canvas.put("漢字", x: 3, y: 0) == 4)
    #expect(canvas.put("e\u{301}", x: 7, y: 0) == 1)
    #expect(canvas.put("xyz", x: 8, y: 0) == 2)
    #expect(canvas.put("long", x: 0, y: 0, maxColumns: 2) == 2)
    #expect(canvas.put("long", x: 0, y: 0, maxColumns: 0) == 0)
    #expect(canvas.put("long", x: 0, y: 0, maxColumns: -1) == 0)
    #expect(canvas.put("abc", x: -1, y: 0) == 3)
    #expect(canvas.put("abc", x: 0, y: 7) == 0)
    #expect(canvas.put("a漢字", x: 0, y: 0, maxColumns: 4) == 4)
  }

  @Test func aWideCharacterNeverStandsHalfOut() {
    check(4, 4, shows: "a漢\n漢字\n 字\n a") { canvas in
      canvas.put("a漢字", x: 0, y: 0)
      canvas.put("漢字", x: 0, y: 1)
      canvas.put("漢字", x: -1, y: 2)
      canvas.put("漢a", x: -1, y: 3)
    }
  }

  @Test func overwritingHalfAWideCharacterLeavesABlank() {
    check(6, 3, shows: "x 字x\n 漢 字\n a字") { canvas in
      canvas.put("漢字", x: 0, y: 0)
      canvas.put("x", x: 0, y: 0)
      canvas.put("x", x: 4, y: 0)
      canvas.put("字字字", x: 0, y: 1)
      canvas.put("漢", x: 1, y: 1)
      canvas.put("漢字", x: 0, y: 2)
      canvas.put("a", x: 1, y: 2)
    }
  }

  @Test func marksStayWithTheirCharacter() {
    var canvas = Canvas(width: 4, height: 1)
    canvas.put("e\u{301}n\u{303}\u{323}", x: 0, y: 0)
    #expect(canvas.text() == "e\u{301}n\u{303}\u{323}")
    #expect(canvas.character(x: 1, y: 0) == "n\u{303}\u{323}")
    canvas.put("\u{301}", x: 2, y: 0)
    #expect(canvas.character(x: 2, y: 0) == " \u{301}")
    canvas.put("a" + String(repeating: "\u{308}", count: 50), x: 0, y: 0)
    #expect(canvas.character(x: 0, y: 0).unicodeScalars.count == 5)
    #expect(canvas.character(x: 1, y: 0) == "n\u{303}\u{323}")
  }

  @Test func fillAndRestyleStayInsideTheRectangle() {
    var canvas = Canvas(width: 6, height: 3)
    canvas.fill(Rect(x: 1, y: 1, width: 3, height: 9), style: Style(background: .blue), character: ".")
    canvas.fill(Rect(x: -2, y: 0, width: 3, height: 1), style: Style(), character: "-")
    canvas.fill(Rect(x: 9, y: 9, width: 3, height: 3), style: Style(), character: "!")
    canvas.fill(Rect(x: 0, y: 0, width: -3, height: Int.max), style: Style(), character: "!")
    #expect(canvas.text() == "-\n ...\n ...")
    canvas.restyle(Rect(x: 3, y: 1, width: Int.max, height: 1)) { $0.reverse = true }
    #expect(canvas.style(x: 2, y: 1) == Style(background: .blue))
    #expect(canvas.style(x: 3, y: 1) == Style(background: .blue, reverse: true))
    #expect(canvas.style(x: 4, y: 1) == Style(reverse: true))
    #expect(canvas.style(x: 3, y: 2) == Style(background: .blue))
    check(5, 1, shows: "漢漢") {
      $0.fill(Rect(x: 0, y: 0, width: 5, height: 1), style: Style(), character: "漢")
    }
  }

  @Test func everyStyleSurvivesACell() {
    let colors: [Color] = [
      .standard, .black, .white, .gray, .brightWhite, .indexed(0), .indexed(8), .indexed(255),
    ]
    for foreground in colors {
      for background in colors {
        for bits in 0..<32 {
          let style = Style(
            foreground: foreground, background: background, bold: bits & 1 != 0, dim: bits & 2 != 0,
            italic: bits & 4 != 0, underline: bits & 8 != 0, reverse: bits & 16 != 0)
          #expect(Style(packed: style.packed) == style)
        }
      }
    }
    #expect(Style().packed == 0)
    #expect(MemoryLayout<Cell>.stride == 8)
  }

  @Test func ansiOutputCarriesTheStyles() {
    var canvas = Canvas(width: 8, height: 2)
    canvas.put("ok", x: 0, y: 0, style: Style(foreground: .green, bold: true))
    canvas.put("no", x: 3, y: 0, style: Style(foreground: .indexed(208), background: .brightRed))
    canvas.put("漢", x: 0, y: 1, style: Style(reverse: true))
    #expect(
      canvas.ansi()
        == "\u{1B}[0;1;32mok\u{1B}[0m \u{1B}[0;38;5;208;101mno\u{1B}[0m\n\u{1B}[0;7m漢\u{1B}[0m")
  }

  @Test func hostileTextStaysInItsCells() {
    for text in hostileTexts {
      var canvas = Canvas(width: 200, height: 3)
      canvas.put("|", x: 0, y: 1)
      let used = canvas.put(text, x: 1, y: 1)
      #expect(used == Text.columns(text), "\(text.debugDescription)")
      canvas.put("|", x: 1 + used, y: 1)
      let lines = canvas.text().split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines[0].isEmpty && lines[2].isEmpty)
      #expect(lines[1].first == "|" && lines[1].last == "|")
      #expect(lines[1] == "|\(Text.harmless(text))|")
    }
  }

  @Test func anyBytesAtAllCanBeDrawn() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<2_000 {
      let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        Bool.random(using: &generator) ? UInt8.random(in: 0...255, using: &generator) : 0xF0
      }
      var canvas = Canvas(width: 20, height: 2)
      let used = bytes.withUnsafeBytes { canvas.put(utf8: $0, x: 0, y: 0) }
      #expect(used <= 20)
      for scalar in canvas.text().unicodeScalars where scalar != "\n" {
        #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
      }
    }
  }

  @Test func anEmptyCanvasTakesEverything() {
    check(0, 0, shows: "") { canvas in
      canvas.put("abc", x: 0, y: 0)
      canvas.fill(Rect(x: 0, y: 0, width: 10, height: 10), style: Style())
      canvas.restyle(Rect(x: 0, y: 0, width: 10, height: 10)) { $0.bold = true }
    }
    #expect(Canvas(width: -3, height: -1).text() == "")
  }

  @Test func rowsAreComparedWithTheirMarks() {
    var first = Canvas(width: 5, height: 2)
    var second = first
    first.put("e\u{301}", x: 0, y: 0)
    second.put("e\u{300}", x: 0, y: 0)
    #expect(!first.sameRow(0, as: second))
    #expect(first.sameRow(1, as: second))
    second.put("e\u{301}", x: 0, y: 0)
    first.put("n\u{303}", x: 0, y: 1)
    second.put("n\u{303}", x: 1, y: 1)
    #expect(!first.sameRow(1, as: second))
  }
}

/// Texts a cluster could hold to harm whoever looks at it.
let hostileTexts: [String] = [
  "\u{1B}[31mred\u{1B}[0m", "\u{1B}[2J\u{1B}[H", "\u{1B}]0;title\u{07}", "\u{1B}]52;c;aGk=\u{1B}\\",
  "\u{1B}P1;2q\u{1B}\\", "\u{1B}c", "\u{9B}31m", "\u{9D}0;t\u{9C}", "a\rb", "a\nb", "a\tb", "a\u{8}\u{8}b",
  "a\u{0}b", "a\u{7F}b", "a\u{85}b", "\u{E}\u{F}", "a\u{202E}b\u{202C}", "a\u{2066}b\u{2069}", "a\u{200D}b",
  "a\u{200B}b", "a\u{FE0F}b", "a\u{2028}b\u{2029}", "\u{FEFF}a", "a\u{AD}b", "a\u{E0041}b", "a\u{3164}b",
  "a\u{FFF9}b", "漢字", "👩‍👩‍👧‍👦", "👍🏽", "❤️", "1️⃣", "🇩🇪", "e\u{301}\u{302}", "\u{301}", "한국어", "각",
  "हिन्दी", "العربية", "\u{1F1E6}", "…─│█", "\u{10FFFF}", "\u{E000}", "\u{D7FF}", "\u{FFFE}",
]

/// The same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
