import Testing

@testable import Cluster

@Suite struct ArrangementTests {
  private func store(_ cells: [(String, String)]) -> RowStore {
    let store = RowStore(columns: [Column("N", .number)])
    var writer = RowWriter()
    for (name, cell) in cells { Rows.write(name, cell: cell, into: &writer) }
    store.apply(writer.takeBatch())
    return store
  }

  private func names(_ arrangement: Arrangement, _ store: RowStore) -> [String] {
    arrangement.order.map { store[$0].name }
  }

  @Test func rowsStandByNamespaceAndName() {
    let store = store([("b/a", ""), ("a/z", ""), ("a/b", "")])
    var arrangement = Arrangement()
    arrangement.update(from: store, sort: Sort(.namespace), filter: Filter(""))
    #expect(names(arrangement, store) == ["b", "z", "a"])
  }

  @Test func numbersAreSortedByValueAndUnits() {
    let store = store([
      ("a/one", "250m"), ("a/two", "1Gi"), ("a/three", "2"), ("a/four", "17"), ("a/five", "<none>"),
      ("a/six", "80%"),
      ("a/seven", "-3"),
    ])
    var arrangement = Arrangement()
    let key = Sort.Key.cell(0, .number, moment: 0)
    arrangement.update(from: store, sort: Sort(key), filter: Filter(""))
    #expect(names(arrangement, store) == ["five", "seven", "one", "three", "four", "six", "two"])
    arrangement.update(from: store, sort: Sort(key, descending: true), filter: Filter(""))
    #expect(names(arrangement, store).first == "two")
  }

  @Test func onlyRowsInTroubleAreShownOnRequest() {
    let store = RowStore()
    var writer = RowWriter()
    Rows.write("a/well", into: &writer)
    Rows.write("a/ill", tone: .bad, into: &writer)
    store.apply(writer.takeBatch())
    var arrangement = Arrangement()
    arrangement.update(from: store, sort: Sort(.name), filter: Filter(""), onlyTones: [.bad])
    #expect(names(arrangement, store) == ["ill"])
  }

  /// Whatever changed in whatever order: keeping the order up to date ends as sorting everything anew does.
  @Test(arguments: [1, 2, 3, 4]) func keepingUpEqualsSortingAnew(seed: UInt64) {
    var random = Seeded(seed)
    let store = RowStore()
    var kept = Arrangement()
    let sort = Sort(seed % 2 == 0 ? .namespace : .cell(0, .number, moment: 0), descending: seed > 2)
    let filter = Filter("pod-.*[02468]")
    var writer = RowWriter()
    for _ in 0..<300 {
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        let name = "ns\(Int.random(in: 0..<3, using: &random))/pod-\(Int.random(in: 0..<500, using: &random))"
        if Int.random(in: 0..<4, using: &random) == 0 {
          writer.begin(uid: name, namespace: "", name: "")
          writer.endRemoved()
        } else {
          Rows.write(name, cell: "\(Int.random(in: 0..<50, using: &random))", into: &writer)
        }
      }
      store.apply(writer.takeBatch())
      kept.update(from: store, sort: sort, filter: filter)
      var anew = Arrangement()
      anew.update(from: store, sort: sort, filter: filter)
      #expect(kept.order == anew.order)
    }
  }
}
