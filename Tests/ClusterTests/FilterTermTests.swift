import Testing

@testable import Cluster

@Suite struct FilterTermTests {
  private static let columns: [Column] = [
    Column("READY", .number), Column("STATUS", .status), Column("RESTARTS", .number),
    Column("LAST RESTART", .age), Column("CPU", .measure(.cpu)), Column("%CPU/L", .measure(.cpuOfLimit)),
    Column("MEM", .measure(.memory)), Column("NODE"), Column("CAPACITY"), .labels,
  ]
  private static let now: Int64 = 1_000_000

  private func row(_ name: String, _ cells: [String], hoursOld: Int64 = 5, tone: Tone = .good) -> Row {
    var writer = RowWriter()
    writer.begin(uid: name, namespace: "shop", name: name, created: Self.now - hoursOld * 3_600)
    for cell in cells[..<3] { writer.cell(cell) }
    writer.cell(moment: Self.now - 600)
    for cell in cells[3...] { writer.cell(cell) }
    writer.tone = tone
    writer.addLabel("app".utf8, "web".utf8)
    writer.addLabel("app.kubernetes.io/tier".utf8, "front".utf8)
    writer.end()
    return writer.takeBatch().rows[0]
  }

  private var rows: [Row] {
    [
      row("web-1", ["1/2", "CrashLoopBackOff", "17 (5m ago)", "node-a", "10Gi"], tone: .bad),
      row("web-2", ["1/1", "Running", "0", "node-a", "512Mi"], hoursOld: 1),
      row("api-1", ["1/1", "Running", "4", "node-b", "1Gi"]),
    ]
  }

  /// Which rows pass. Of what is used: web-1 0.9 cores and 2 GiB, web-2 0.1 cores and 100 MiB, api-1 is not known.
  private func passing(_ text: String, labels: [(title: String, key: String)] = []) -> [String] {
    let filter = Filter(text, columns: FilterColumn.all(of: Self.columns, labels: labels))
    let context = FilterContext(now: Self.now) { row, measure in
      let first = row.name == "web-1"
      if row.name == "api-1" { return nil }
      switch measure {
      case .cpu: return first ? 0.9 : 0.1
      case .cpuOfLimit: return first ? 0.95 : 0.05
      case .memory: return first ? 2 * 1_073_741_824 : 104_857_600
      default: return nil
      }
    }
    return rows.filter { filter.passes($0, context) }.map(\.name)
  }

  @Test(arguments: [
    ("status=Crash*", ["web-1"]), ("STATUS=running", ["web-2", "api-1"]), ("status!=Running", ["web-1"]),
    ("!status=Running", ["web-1"]), ("status:back", ["web-1"]), ("status~^Run", ["web-2", "api-1"]),
    ("restarts>=4", ["web-1", "api-1"]), ("restarts=0", ["web-2"]), ("restart<5", ["web-2", "api-1"]),
    ("ready=1/2", ["web-1"]), ("ready=1", []), ("node:a", ["web-1", "web-2"]), ("!node:a", ["api-1"]),
    ("cpu>500m", ["web-1"]), ("cpu<=0.1", ["web-2"]), ("mem>1Gi", ["web-1"]), ("mem<500m", ["web-2"]),
    ("cpu/l>80", ["web-1"]), ("cpu%>80%", ["web-1"]), ("%cpu/l<0.5%", []),
    ("capacity>600Mi", ["web-1", "api-1"]),
    ("age<2h", ["web-2"]), ("age>90m", ["web-1", "api-1"]), ("lastrestart>5m", ["web-1", "web-2", "api-1"]),
    ("ns=shop name=web*", ["web-1", "web-2"]), ("problem", ["web-1"]), ("!problem", ["web-2", "api-1"]),
    ("labels:front", ["web-1", "web-2", "api-1"]),
  ]) func aTermTestsOneColumn(text: String, names: [String]) { #expect(passing(text) == names, "\(text)") }

  @Test func aRowMustSatisfyAllTerms() {
    #expect(passing("status=Running restarts>3") == ["api-1"])
    #expect(passing("web restarts<5") == ["web-2"], "a bare word is a regular expression")
    #expect(passing("web-[12] !problem") == ["web-2"])
    #expect(passing("node:node-a -l app=web,app.kubernetes.io/tier in (front, back)") == ["web-1", "web-2"])
    #expect(passing("status=Running -f w2") == ["web-2"])
  }

  @Test func quotesKeepATextTogether() {
    #expect(passing("restarts=\"17 (5m ago)\"") == ["web-1"])
    #expect(passing("\"a=b\"") == [], "what is quoted is no term")
    #expect(passing("status='Running'") == ["web-2", "api-1"])
  }

  @Test func whatNoColumnIsCalledIsALabel() {
    #expect(passing("app=web") == ["web-1", "web-2", "api-1"])
    #expect(passing("app!=web") == [])
    #expect(passing("app.kubernetes.io/tier=front web-2") == ["web-2"])
    #expect(passing("tier=fr*", labels: [("TIER", "app.kubernetes.io/tier")]) == ["web-1", "web-2", "api-1"])
  }

  @Test func withoutATermTheWholeTextIsAnExpression() {
    #expect(passing("node-a 512Mi") == ["web-2"])
    #expect(passing("1/2 crash") == ["web-1"])
    #expect(passing("image:latest") == [] && Filter("image:latest", columns: []).problem == nil)
  }

  @Test(arguments: [
    ("restarts>many", "'many' is no number such as 5, 500m, 1Gi or 80% (at character 10)"),
    ("node:a age<soon", "'soon' is no time such as 90s, 2h or 3d (at character 12)"),
    ("web cpuu>1", "there is no column 'cpuu' (at character 5)"),
    ("status=", "status= wants a value (at character 1)"),
  ]) func aBadTermIsToldWithItsPlace(text: String, problem: String) {
    let filter = Filter(text, columns: FilterColumn.all(of: Self.columns))
    #expect(filter.problem == problem)
    #expect(!filter.isActive && rows.allSatisfy { filter.passes($0) })
  }

  @Test func aBadExpressionAmongTermsIsToldWithItsPlace() {
    let filter = Filter("status=Running we(b", columns: FilterColumn.all(of: Self.columns))
    #expect(filter.problem?.hasSuffix("(at character 16)") == true, "\(filter.problem ?? "")")
  }

  @Test func asTimePassesOtherRowsPass() {
    let store = RowStore(columns: Self.columns)
    var writer = RowWriter()
    writer.begin(uid: "a", namespace: "", name: "a", created: Self.now - 3_500)
    writer.end()
    store.apply(writer.takeBatch())
    let filter = Filter("age<1h", columns: FilterColumn.all(of: Self.columns))
    var arrangement = Arrangement()
    arrangement.update(from: store, sort: Sort(.name), filter: filter, now: Self.now)
    #expect(arrangement.order.count == 1)
    arrangement.update(from: store, sort: Sort(.name), filter: filter, now: Self.now + 200)
    #expect(arrangement.order.isEmpty)
  }
}
