import Testing

@testable import Cluster

@Suite struct RowStoreTests {
  @Test func aRowKeepsEverythingThatWasWritten() {
    var writer = RowWriter()
    writer.begin(uid: "u1", namespace: "shop", name: "web-1", created: 42)
    writer.cell("Running")
    writer.cell(17)
    writer.cell(ratio: 1, of: 2)
    writer.cell(moment: 100)
    writer.cell(fixed: "3m")
    writer.cell(moment: nil)
    writer.addLabel("app".utf8, "web".utf8)
    writer.addLabel("tier".utf8, "front".utf8)
    writer.setDrill("app=web")
    writer.setOwner("u0".utf8)
    writer.setReason("OOMKilled \(Moment.mark(100)), limit 256Mi")
    writer.tone = .bad
    writer.end()
    let row = writer.takeBatch().rows[0]
    #expect(row.uid == "u1" && row.namespace == "shop" && row.name == "web-1" && row.created == 42)
    #expect((0..<6).map(row.cell) == ["Running", "17", "1/2", "", "3m", ""])
    #expect(row.moment(0) == 100 && row.moment(1) == nil && row.moment(2) == nil && row.moment(3) == nil)
    #expect(row.labels == "app=web,tier=front" && row.drill == "app=web" && row.ownerUID == "u0")
    #expect(row.reason(now: 140) == "OOMKilled 40s ago, limit 256Mi")
    #expect(row.tone == .bad)
    #expect(String(decoding: row.searchable, as: UTF8.self) == "shop web-1 Running 17 1/2  3m ")
  }

  @Test func aWholeListRemovesWhatItDoesNotName() {
    let store = RowStore()
    store.apply(Rows.batch(["a/one", "a/two", "a/three"], begins: true, completes: true))
    store.apply(Rows.batch(["a/two"], begins: true))
    #expect(Rows.names(store) == ["a/one", "a/three", "a/two"], "until the list is whole nothing goes")
    store.apply(Rows.batch(["a/four"], completes: true))
    #expect(Rows.names(store) == ["a/four", "a/two"])
  }

  @Test func aListOfOneNamespaceLeavesTheOthersAlone() {
    let store = RowStore()
    store.apply(Rows.batch(["a/one"], begins: true, completes: true))
    var other = Rows.batch(["b/one"], begins: true, completes: true)
    other.source = 1
    store.apply(other)
    store.apply(Rows.batch([], begins: true, completes: true))
    #expect(Rows.names(store) == ["b/one"])
  }

  @Test func removingWhatIsNotThereChangesNothing() {
    let store = RowStore()
    store.apply(Rows.batch(["a/one"]))
    let revision = store.revision
    store.apply(Rows.removal("a/two"))
    #expect(store.count == 1 && store.revision == revision)
  }

  @Test func tonesAreCounted() {
    let store = RowStore()
    var writer = RowWriter()
    Rows.write("a/one", tone: .bad, into: &writer)
    Rows.write("a/two", tone: .pending, into: &writer)
    Rows.write("a/three", tone: .good, into: &writer)
    store.apply(writer.takeBatch())
    #expect(store.troubled == 2)
    Rows.write("a/one", tone: .good, into: &writer)
    store.apply(writer.takeBatch())
    store.apply(Rows.removal("a/two"))
    #expect(store.troubled == 0)
  }

  /// Thousands of random changes, compared with a dictionary at every hundredth.
  @Test(arguments: [1, 2, 3]) func randomChangesEndAsInADictionary(seed: UInt64) {
    var random = Seeded(seed)
    let store = RowStore()
    var model: [String: String] = [:]
    var writer = RowWriter()
    for step in 1...6_000 {
      let name = "ns\(Int.random(in: 0..<3, using: &random))/pod-\(Int.random(in: 0..<400, using: &random))"
      if Int.random(in: 0..<3, using: &random) == 0 {
        writer.begin(uid: name, namespace: "", name: "")
        writer.endRemoved()
        model[name] = nil
      } else {
        let cell = String(repeating: "x", count: Int.random(in: 0..<200, using: &random)) + "\(step)"
        Rows.write(name, cell: cell, into: &writer)
        model[name] = cell
      }
      guard step % 100 == 0 else { continue }
      store.apply(writer.takeBatch())
      #expect(store.count == model.count)
      for (name, cell) in model {
        let slot = store.slot(uid: name)
        #expect(slot.map { store[$0].cell(0) } == cell)
      }
    }
    #expect(store.byteCount < 1 << 20, "what is gone gives its room back")
  }

  @Test func aRowThatOutgrowsAFullArenaMoves() {
    let store = RowStore()
    var writer = RowWriter()
    for length in [2_000, 2_300, 2_700, 3_400, 9_000] {
      Rows.write("a/event", cell: String(repeating: "m", count: length), into: &writer)
      store.apply(writer.takeBatch())
      #expect(store.slot(uid: "a/event").map { store[$0].cell(0).utf8.count } == length)
    }
  }

  @Test func aMomentBeforeTheEpochIsSortedLast() {
    let store = RowStore(columns: [Column("LAST SEEN", .age)])
    var writer = RowWriter()
    for (name, moment) in [("old", Int64.min), ("epoch", -1), ("new", 2_000_000_000)] {
      writer.begin(uid: name, namespace: "a", name: name)
      writer.cell(moment: moment)
      writer.end()
    }
    store.apply(writer.takeBatch())
    var arrangement = Arrangement()
    arrangement.update(from: store, sort: Sort(.cell(0, .age, moment: 0)), filter: Filter(""))
    #expect(arrangement.order.map { store[$0].name } == ["new", "epoch", "old"])
  }

  @Test func anArrangementOfAnotherStoreBeginsAnew() {
    let first = RowStore()
    first.apply(Rows.batch((0..<300).map { "a/pod-\($0)" }))
    var arrangement = Arrangement()
    arrangement.update(from: first, sort: Sort(.name), filter: Filter(""))
    let second = RowStore()
    second.apply(Rows.batch(["a/other"]))
    arrangement.update(from: second, sort: Sort(.name), filter: Filter(""))
    #expect(arrangement.order.count == 1)
  }
}
