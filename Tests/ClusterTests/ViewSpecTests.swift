import Testing

@testable import Cluster

@Suite struct ViewSpecTests {
  @Test(arguments: ["NAME", "IP|W", "NODE:.spec.nodeName|WR", "TIER:label=tier|S", "B:.a['x|y']", "AGE|TH"])
  func k9sColumnsAreReadAndWritten(text: String) {
    let (column, problem) = ViewColumn.parse(k9s: text)
    #expect(problem == nil && column?.k9s == text)
  }

  @Test func signsAreUnderstood() throws {
    let column = try #require(ViewColumn.parse(k9s: "READY:.status.ready|NWR").column)
    #expect(column.source == .path(".status.ready") && column.title == "READY")
    #expect(column.content == .number && column.isWide && column.side == .right && !column.isHidden)
    #expect(column.extraCell == ExtraCell("READY", path: ".status.ready", content: .number))
    #expect(
      ViewColumn.parse(k9s: "NAME|Q").problem
        == "'Q' in 'NAME|Q' is no sign for a column; there are T N W S H L R")
    #expect(ViewColumn.parse(k9s: "X:").problem == "'X:' wants a path behind the colon")
    #expect(ViewColumn(.path(".spec.nodeName")).title == "NODENAME")
  }

  @Test func whatIsChosenCountsMoreThanWhatAFileSays() {
    let file = ViewSpec(columns: [ViewColumn(.builtIn("NAME"))], sort: ViewSort("AGE", descending: true))
    let chosen = ViewSpec(sort: ViewSort("NAME"))
    #expect(file.overlaid(with: chosen) == ViewSpec(columns: file.columns, sort: chosen.sort))
    #expect(ViewSort(k9s: "AGE:desc") == ViewSort("AGE", descending: true) && ViewSort(k9s: "") == nil)
  }

  @Test func extraCellsStandBehindTheKindsOwn() {
    let columns = [Column("READY", .number), Column("SINCE", .age), Column("NODE"), Column.labels]
    let extra = [ExtraCell("X", path: ".x"), ExtraCell("WHEN", path: ".t", content: .age)]
    #expect(columns.adding(extra).map(\.title) == ["READY", "SINCE", "NODE", "X", "WHEN", "LABELS"])
    var writer = RowWriter()
    writer.extraCells = ExtraTexts(behind: columns, [.text("there"), .moment(77)])
    writer.begin(uid: "u", namespace: "", name: "a")
    writer.cell("1/1")
    writer.end()
    let row = writer.takeBatch().rows[0]
    #expect((0..<5).map(row.cell) == ["1/1", "", "", "there", ""])
    #expect(row.moment(0) == nil && row.moment(1) == 77)
  }
}
