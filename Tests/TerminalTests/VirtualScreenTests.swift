import TestSupport
import Testing

/// Feeds bytes to an emulator of 10x4 and compares its lines.
private func check(
  _ bytes: String, shows expected: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  var screen = VirtualScreen(width: 10, height: 4)
  screen.feed(bytes)
  var text = screen.text
  while text.last == "\n" { text.removeLast() }
  #expect(text == expected, sourceLocation: sourceLocation)
  #expect(screen.unknown == [], sourceLocation: sourceLocation)
}

/// The emulator judges everything else, so it is judged here.
@Suite struct VirtualScreenTests {
  @Test func theCursorMoves() {
    check("\u{1B}[2;3Hab\u{1B}[Ac\u{1B}[4dd\u{1B}[1Ge\u{1B}[2Bf", shows: "    c\n  ab\n\nef   d")
    check("abc\rx\u{8}\u{8}\u{1B}[5Cy", shows: "xbc  y")
    check("a\tb", shows: "a       b")
  }

  @Test func theLastColumnWrapsLate() {
    check("0123456789", shows: "0123456789")
    check("0123456789\rx", shows: "x123456789")
    check("0123456789x", shows: "0123456789\nx")
    check("\u{1B}[?7l0123456789x", shows: "012345678x")
    check("012345678漢", shows: "012345678\n漢")
  }

  @Test func partsAreErasedInsertedAndDeleted() {
    check("abcdef\u{1B}[3G\u{1B}[2X", shows: "ab  ef")
    check("abcdef\u{1B}[3G\u{1B}[2P", shows: "abef")
    check("abcdef\u{1B}[3G\u{1B}[2@", shows: "ab  cdef")
    check("abcdef\u{1B}[3G\u{1B}[4hX\u{1B}[4lY", shows: "abXYdef")
    check("abcdef\u{1B}[3G\u{1B}[K", shows: "ab")
    check("abcdef\u{1B}[3G\u{1B}[1K", shows: "   def")
    check("a\r\nb\r\nc\u{1B}[2H\u{1B}[J", shows: "a")
    check("a\u{1B}[5b", shows: "aaaaaa")
    check("漢字\u{1B}[2Gx", shows: " x字")
    check("e\u{301}x", shows: "e\u{301}x")
  }

  @Test func regionsScroll() {
    check("a\r\nb\r\nc\r\nd\r\ne", shows: "b\nc\nd\ne")
    check("a\r\nb\r\nc\r\nd\u{1B}[2;3r\u{1B}[3H\n", shows: "a\nc\n\nd")
    check("a\r\nb\r\nc\r\nd\u{1B}[2;3r\u{1B}[2H\u{1B}M", shows: "a\n\nb\nd")
    check("a\r\nb\r\nc\r\nd\u{1B}[2H\u{1B}[L", shows: "a\n\nb\nc")
    check("a\r\nb\r\nc\r\nd\u{1B}[2H\u{1B}[2M", shows: "a\nd")
    check("a\r\nb\r\nc\r\nd\u{1B}[S", shows: "b\nc\nd")
  }

  @Test func theAlternateScreenLeavesTheOtherAlone() {
    var screen = VirtualScreen(width: 10, height: 4)
    screen.feed("shell\u{1B}[?1049h")
    #expect(screen.isAlternate && screen.text == "\n\n\n")
    screen.feed("\u{1B}[Hprogram\u{1B}[?25l\u{1B}[?1000;1006h")
    #expect(screen.line(0) == "program" && !screen.isCursorVisible && screen.mouseModes == [1000, 1006])
    screen.feed("\u{1B}[?1049l")
    #expect(!screen.isAlternate && screen.line(0) == "shell" && screen.cursorPosition == (5, 0))
  }

  @Test func coloursAreKeptPerCell() {
    var screen = VirtualScreen(width: 10, height: 1)
    screen.feed("\u{1B}[1;31;48;5;208mA\u{1B}[0;7;38;2;1;2;3mB\u{1B}[mC")
    #expect(screen.look(x: 0, y: 0) == .init(foreground: 1, background: 208, bold: true))
    #expect(screen.look(x: 1, y: 0) == .init(foreground: 0x101_0203, reverse: true))
    #expect(screen.look(x: 2, y: 0) == .init())
  }

  @Test func whatIsNotKnownIsNoted() {
    var screen = VirtualScreen(width: 10, height: 1)
    screen.feed("\u{1B}[5~\u{1B}Qx\u{1}\u{1B}[?9999h\u{1B}[3")
    #expect(screen.unknown == ["CSI 5~", "ESC Q", "control 1", "mode 9999"])
    #expect(screen.isMidSequence)
    #expect(screen.line(0) == "x")
  }
}
