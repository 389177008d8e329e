import Testing

@testable import DemoCluster

@Suite struct StoreTests {
  private func meta(_ key: ObjectKey, _ dice: inout Dice) -> Meta {
    Meta(name: key.name, namespace: key.namespace, uid: dice.uid(), created: 0)
  }

  @Test func pagesOfAnOldVersionAreWhatAListWasThen() {
    var dice = Dice(seed: 3)
    let store = Store(firstVersion: 100, historyLimit: 10_000)
    let key = StoreKey("things")
    func random() -> ObjectKey {
      ObjectKey(namespace: ["a", "a-b", "b"][dice.below(3)], name: "n\(dice.below(40))")
    }
    for _ in 0..<60 { store.put(key, meta(random(), &dice), .members([]), at: Moment(seconds: 0)) }
    store.open()
    var snapshots: [(version: UInt64, objects: [UInt64])] = []
    for step in 0..<400 {
      if dice.chance(0.3) {
        store.remove(key, random(), at: Moment(seconds: Int64(step)))
      } else {
        store.put(key, meta(random(), &dice), .members([]), at: Moment(seconds: Int64(step)))
      }
      if step % 7 == 0 { snapshots.append((store.version, store[key].objects.map(\.version))) }
    }
    for snapshot in snapshots {
      var found: [UInt64] = []
      var last: ObjectKey?
      repeat {
        let page = store[key].page(at: snapshot.version, namespace: nil, after: last, limit: 5, where: nil)
        found += page?.objects.map(\.version) ?? []
        last = page?.last
        if last != nil { #expect(page?.remaining == snapshot.objects.count - found.count) }
      } while last != nil
      #expect(found == snapshot.objects)
      let inOne = store[key].page(
        at: snapshot.version, namespace: "a", after: nil, limit: Int.max, where: nil)
      #expect(inOne?.objects.allSatisfy { $0.meta.namespace == "a" } == true)
      #expect(
        inOne?.objects.map(\.version)
          == found.filter { version in inOne?.objects.contains { $0.version == version } == true })
    }
  }

  @Test func keysSortAsTheirPathsDo() {
    var keys = [
      ("shop", "z"), ("shop-x", "a"), ("shop", "a"), ("a", "b"), ("", "n"), ("shopping", "b"),
      ("shop-x", "B"),
    ]
    .map { ObjectKey(namespace: $0.0, name: $0.1) }
    keys.sort()
    let paths = keys.map { "\($0.namespace)/\($0.name)" }
    #expect(
      paths
        == paths.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }.map {
          String(decoding: $0, as: UTF8.self)
        })
  }

  @Test func whatIsForgottenCannotBeAskedFor() {
    var dice = Dice(seed: 3)
    let store = Store(firstVersion: 100, historyLimit: 10)
    let key = StoreKey("things")
    store.open()
    for step in 0..<50 {
      let name = ObjectKey(namespace: "", name: "n\(step % 5)")
      store.put(key, meta(name, &dice), .members([]), at: Moment(seconds: Int64(step)))
    }
    let shelf = store[key]
    #expect(shelf.forgotten == 140)
    #expect(shelf.changes(after: 139) == nil)
    #expect(shelf.changes(after: 140)?.count == 10)
    #expect(shelf.changes(after: 147)?.map(\.version) == [148, 149, 150])
    store.compact(before: Moment(seconds: 48))
    #expect(shelf.changes(after: 147) == nil)
    #expect(shelf.changes(after: 148)?.count == 2)
  }

  @Test func templatesPutEachValueIntoItsPlace() {
    let text = "{\"node\":\"\u{E000}here\",\"a\":\"x-\u{E000}name-\u{E000}name\",\"é\u{E001}\":1}"
    let template = Template(
      Array(text.utf8),
      marks: [Template.Mark(before: "\"node\":\"", name: "here", after: "\","), Template.Mark(name: "name")])
    func filled(_ node: String, _ name: String) -> String {
      var out = Bytes()
      template.write(to: &out) { value, out in out.put(raw: value == 0 ? node : name) }
      return String(decoding: out, as: UTF8.self)
    }
    #expect(filled("", "n") == "{\"a\":\"x-n-n\",\"é\u{E001}\":1}")
    #expect(filled("\"node\":\"q\",", "") == "{\"node\":\"q\",\"a\":\"x--\",\"é\u{E001}\":1}")
  }

  @Test func stringsAreEscapedAsGoDoes() {
    var out = Bytes()
    out.put(quoted: "a<b>&\"\\\n\t\u{1}é")
    #expect(String(decoding: out, as: UTF8.self) == "\"a\\u003cb\\u003e\\u0026\\\"\\\\\\n\\t\\u0001é\"")
  }

  @Test func base64ReadsWhatItWrites() {
    var dice = Dice(seed: 9)
    for count in 0..<40 {
      let bytes = (0..<count).map { _ in UInt8(dice.below(256)) }
      #expect(Base64.decoded(Base64.encoded(bytes)) == bytes)
      #expect(Base64.decoded(Base64.encoded(bytes, isForURL: true)) == bytes)
    }
    #expect(Base64.encoded(Array("not-a-secret".utf8)) == "bm90LWEtc2VjcmV0")
    #expect(Base64.encoded(Array("ab".utf8)) == "YWI=")
    #expect(Base64.decoded("a!b") == nil)
  }

  @Test func tokensSayWhereAListGoesOn() {
    let token = ContinueToken(version: 2_383, last: ObjectKey(namespace: "data", name: "reindex-zlsxp"))
    #expect(
      token.text
        == "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MjM4Mywic3RhcnQiOiIvZGF0YS9yZWluZGV4LXpsc3hwXHUwMDAwIn0")
    #expect(ContinueToken(token.text) == token)
    #expect(
      ContinueToken("eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoiZGF0YS9ldGwtMi00aHQ2c1x1MDAwMCJ9")
        == ContinueToken(version: nil, last: ObjectKey(namespace: "data", name: "etl-2-4ht6s")))
    #expect(ContinueToken("garbage") == nil)
  }
}
