import Cluster
import Terminal
import Testing

@testable import ClusterTUI

@Suite struct StyledLineTests {
  let red = Style(foreground: .red)
  let line = StyledLine([
    ("ab", Style(foreground: .red)), ("", Style()), ("漢字", Style(foreground: .green)),
    ("cd", Style(bold: true)),
  ])

  private func check(
    _ line: StyledLine, _ expected: [(String, Style)], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(line.pieces.map(\.text) == expected.map(\.0), sourceLocation: sourceLocation)
    #expect(line.pieces.map(\.style) == expected.map(\.1), sourceLocation: sourceLocation)
  }

  @Test func partsKeepTheirStyles() {
    #expect(line.text == "ab漢字cd")
    check(line.part(0..<2), [("ab", red)])
    check(line.part(1..<5), [("b", red), ("漢", Style(foreground: .green))])
    check(line.part(8..<99), [("cd", Style(bold: true))])
    check(line.part(3..<3), [])
  }

  @Test func aPartMayBeCutInsideACharacterAndNothingIsLost() {
    for cut in 0...10 { #expect(line.part(0..<cut).text + line.part(cut..<10).text == line.text) }
  }

  @Test func matchesStandOutOverPiecesOfAllStyles() throws {
    check(
      line.highlighted(try Pattern("b漢")),
      [("a", red), ("b漢", Theme.match), ("字", Style(foreground: .green)), ("cd", Style(bold: true))])
    check(line.highlighted(try Pattern("zz")), line.pieces.map { ($0.text, $0.style) })
  }

  @Test func itIsDrawnFromAnyColumn() {
    func drawn(left: Int, width: Int) -> String {
      var canvas = Canvas(width: 12, height: 1)
      canvas.put("|", x: 0, y: 0)
      line.draw(on: &canvas, x: 1, y: 0, width: width, left: left)
      return canvas.text()
    }
    #expect(drawn(left: 0, width: 10) == "|ab漢字cd")
    #expect(drawn(left: 1, width: 10) == "|b漢字cd")
    #expect(drawn(left: 3, width: 10) == "| 字cd")
    #expect(drawn(left: 3, width: 2) == "| …")
    #expect(drawn(left: 2, width: 3) == "|漢…")
    #expect(drawn(left: 7, width: 10) == "|d")
    #expect(drawn(left: 8, width: 10) == "|")
    #expect(drawn(left: 0, width: 0) == "|")
  }

  @Test func rowsHoldAllPieces() {
    #expect(line.rows(columns: 3, atWords: false).map(\.text) == ["ab", "漢", "字c", "d"])
    #expect(StyledLine([]).rows(columns: 3).count == 1)
  }
}
