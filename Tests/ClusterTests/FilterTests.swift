import Testing

@testable import Cluster

@Suite struct FilterTests {
  private func row(_ name: String = "web-7c9d", cell: String = "Running", labels: [(String, String)] = [])
    -> Row
  {
    var writer = RowWriter()
    writer.begin(uid: "u", namespace: "shop", name: name)
    writer.cell(cell)
    for (key, value) in labels { writer.addLabel(key.utf8, value.utf8) }
    writer.end()
    return writer.takeBatch().rows[0]
  }

  private func check(_ filter: String, _ row: Row, passes: Bool, _ line: SourceLocation = #_sourceLocation) {
    #expect(Filter(filter).passes(row) == passes, "\(filter)", sourceLocation: line)
  }

  @Test func textIsSearchedInAllThatIsShown() {
    check("WEB", row(), passes: true)
    check("running", row(), passes: true)
    check("shop", row(), passes: true)
    check("api", row(), passes: false)
    check("  web  ", row(), passes: true)
  }

  @Test func blanksArePartOfTheText() {
    check("web-7c9d Running", row(), passes: true)
    check("web Running", row(), passes: false)
  }

  @Test func regularExpressionsWork() {
    check("web-[0-9]c", row(), passes: true)
    check(#"web-\dc"#, row(), passes: true)
    check("^shop", row(), passes: true)
    check("api|web", row(), passes: true)
    check("(?i)WEB.9D", row(), passes: false)
    check("(?:api|web)-", row(), passes: true)
  }

  @Test func anExclamationMarkTurnsItAround() {
    check("!web", row(), passes: false)
    check("!api", row(), passes: true)
    check("!", row(), passes: true)
  }

  @Test func aWrongExpressionSaysSoAndHidesNothing() {
    let filter = Filter("web(")
    #expect(filter.problem?.hasPrefix("'web(' is no regular expression: ") == true)
    #expect(filter.passes(row()) && !filter.isActive)
  }

  @Test func labelsAreSelected() {
    let row = row(labels: [("app", "web"), ("app.kubernetes.io/name", "x")])
    check("-l app=web", row, passes: true)
    check("-l app==web,app.kubernetes.io/name=x", row, passes: true)
    check("-l app!=web", row, passes: false)
    check("-l tier!=front", row, passes: true)
    check("-l app in (api, web)", row, passes: true)
    check("-l app notin (api)", row, passes: true)
    check("-l app", row, passes: true)
    check("-l !app", row, passes: false)
    #expect(Filter("-l app=(").problem?.contains("no label selector") == true)
  }

  @Test func lettersInTheirOrderAreFound() {
    check("-f wb7", row(), passes: true)
    check("-f 7wb", row(), passes: false)
  }

  @Test func invalidBytesAreSearchedAsTheyAre() {
    var writer = RowWriter()
    writer.begin(uid: "u", namespace: "n", name: "a")
    writer.cell(utf8: [0xFF, 0x77, 0x65, 0x62, 0x00, 0xC3])
    writer.end()
    let row = writer.takeBatch().rows[0]
    #expect(Filter("web").passes(row))
    #expect(Filter("w.b").passes(row))
  }

  @Test func allMatchesAreFoundInOrder() throws {
    let pattern = try Pattern("o+")
    let bytes = Array("foo boo o".utf8)
    #expect(bytes.withUnsafeBytes { pattern.allMatches(in: $0) } == [1..<3, 5..<7, 8..<9])
    for (typed, meant) in [
      ("web|", "web"), ("|web", "web"), ("(web|)", "(web)"), ("a||web", "a|web"), (#"b\|"#, #"b\|"#),
    ] {
      let (first, second) = (try Pattern(typed), try Pattern(meant))
      for text in ["a web here", "nothing", "b|c", "|"] {
        let bytes = Array(text.utf8)
        #expect(
          bytes.withUnsafeBytes { first.firstMatch(in: $0, from: 0) }
            == bytes.withUnsafeBytes { second.firstMatch(in: $0, from: 0) }, "\(typed) in \(text)")
      }
    }
    let empty = try Pattern("x*")
    #expect(bytes.withUnsafeBytes { empty.allMatches(in: $0) }.isEmpty)
  }
}
