import Foundation
import TestSupport
import Testing

@testable import Terminal

/// Frames after frames through a real ncurses: what is on the screen is what was drawn, cell for cell.
@Suite struct FrameTests {
  /// One piece of text somewhere.
  private struct Stroke {
    var x: Int
    var y: Int
    var foreground: Int
    var background: Int
    var attributes: Int
    var text: String

    var line: String { "\(x) \(y) \(foreground) \(background) \(attributes) \(text)" }

    func draw(on canvas: inout Canvas) {
      func color(_ index: Int) -> Color { index < 0 ? .standard : .indexed(UInt8(index)) }
      let style = Style(
        foreground: color(foreground), background: color(background), bold: attributes & 1 != 0,
        italic: attributes & 2 != 0, underline: attributes & 4 != 0, reverse: attributes & 8 != 0)
      canvas.put(text, x: x, y: y, style: style)
    }
  }

  private static let words =
    hostileLines + ["plain text", "aaaaaaaaaaaaaaaaaaaa", "  ", "漢字漢字漢字", "ｗｉｄｅ", "e\u{301}e\u{301}"]

  private func stroke(_ width: Int, _ height: Int, _ generator: inout SeededGenerator) -> Stroke {
    func color() -> Int { Bool.random(using: &generator) ? -1 : Int.random(in: 0...255, using: &generator) }
    return Stroke(
      x: Int.random(in: -3..<width, using: &generator), y: Int.random(in: 0..<height - 1, using: &generator),
      foreground: color(), background: color(), attributes: Int.random(in: 0..<16, using: &generator),
      text: Self.words.randomElement(using: &generator)!)
  }

  @Test(arguments: [(80, 24), (20, 5), (7, 3)]) func everyFrameIsShownCellForCell(width: Int, height: Int)
    throws
  {
    var generator = SeededGenerator(seed: UInt64(width))
    var strokes: [Stroke] = []
    // Each frame is the one before with a few strokes more, or scrolled by a line, or begun again.
    let frames: [[Stroke]] = (0..<60).map { number in
      if number % 12 == 0 { strokes = [] }
      if number % 5 == 4 {
        for index in strokes.indices { strokes[index].y -= 1 }
      }
      strokes += (0..<width / 3).map { _ in stroke(width, height, &generator) }
      return strokes
    }
    let directory = temporaryDirectory()
    let lines = frames.map { $0.map { $0.line + "\n" }.joined() + "\n" }.joined()
    directory.write(lines, to: "frames")
    let terminal = try PseudoTerminal(
      builtProduct("TerminalProbe"), ["--frames", directory.file("frames")], width: width, height: height)
    for (number, frame) in frames.enumerated() {
      var canvas = Canvas(width: width, height: height)
      for stroke in frame { stroke.draw(on: &canvas) }
      canvas.put("frame \(number) ", x: 0, y: height - 1)
      let status = String("frame \(number)".prefix(width))
      #expect(
        terminal.waitForScreen { $0.line(height - 1) == status && Self.shows($0, canvas) }, "frame \(number)")
      terminal.type(" ")
    }
    #expect(terminal.screen.unknown == [])
  }

  private static func shows(_ screen: VirtualScreen, _ canvas: Canvas) -> Bool {
    for y in 0..<canvas.height {
      for x in 0..<canvas.width {
        let text = canvas.character(x: x, y: y)
        guard Array(screen.character(x: x, y: y).unicodeScalars) == Array(text.unicodeScalars) else {
          return false
        }
        let style = canvas.style(x: x, y: y)
        var expected = VirtualScreen.Look(
          foreground: style.foreground.paletteIndex, background: style.background.paletteIndex,
          bold: style.bold,
          italic: style.italic, underline: style.underline, reverse: style.reverse)
        var look = screen.look(x: x, y: y)
        if text == " ", !style.reverse {  // of a blank only the ground is seen
          (expected.foreground, expected.bold, expected.italic) = (nil, false, false)
          (look.foreground, look.bold, look.italic) = (nil, false, false)
        }
        guard look == expected || text.isEmpty else { return false }
      }
    }
    return true
  }
}
