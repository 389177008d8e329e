import Terminal
import Testing

@testable import ClusterTUI

@Suite struct WordRowsTests {
  private func rows(_ text: String, _ columns: Int) -> [String] {
    StyledLine([(text, Style())]).wordRows(columns: columns).map(\.text)
  }

  @Test func rowsEndAtWords() {
    #expect(rows("pull access denied for it", 12) == ["pull access", "denied for", "it"])
    #expect(rows("", 12) == [""])
    #expect(rows("a  b", 12) == ["a  b"])
  }

  @Test func aLongWordIsBrokenBehindASign() {
    #expect(
      rows("see registry.example/market/storefront:3.16.0 there", 24) == [
        "see", "registry.example/market/", "storefront:3.16.0 there",
      ])
    #expect(rows("abcdefghij", 4) == ["abcd", "efgh", "ij"])
    #expect(rows("日本語日本語", 5) == ["日本", "語日", "本語"])
  }

  @Test func stylesAreKept() {
    let line = StyledLine([("one ", Style(bold: true)), ("two", Style())])
    let rows = line.wordRows(columns: 4)
    #expect(rows.map { $0.pieces.map(\.style.bold) } == [[true], [false]])
  }
}
