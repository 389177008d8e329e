import Cluster
import Document
import Testing

@testable import Kubernetes

/// What lists and watches are made of: lines, events, pages, paths and the phase they come to.
@Suite struct WatchBytesTests {
  private func event(_ line: String) -> (WatchEvent.Change, String)? {
    var line = line
    return line.withUTF8 { bytes in
      WatchEvent(line: UnsafeRawBufferPointer(bytes)).map {
        ($0.change, String(decoding: $0.object.bytes, as: UTF8.self))
      }
    }
  }

  @Test(arguments: [
    #"{"type":"ADDED","object":{"a":1}}"#, #"{ "type" : "ADDED", "object" : {"a":1} }"#,
    #"{"object":{"a":1},"type":"ADDED"}"#, #"{"type":"ADDED","object":{"a":1}} "#,
    #"{"type":"ADDED","more":[{}],"object":{"a":1}}"#,
  ])
  func eventsAreReadHoweverTheyAreWritten(line: String) {
    let found = event(line)
    #expect(found?.0 == .added)
    #expect(found?.1 == #"{"a":1}"#)
  }

  @Test(arguments: [
    "", "{}", "null", "[]", #"{"type":"ADDED"}"#, #"{"type":"NONSENSE","object":{}}"#,
    #"{"type":"ADDED","object":"#,
    #"{"type":"ADDED","object":}"#, #"{"type":1,"object":{}}"#, "<html>", #"{"type":"ADDED","object":{"#,
  ])
  func whatIsNoEventIsNone(line: String) { #expect(event(line) == nil) }

  @Test func theVersionIsThatOfTheObject() {
    var line =
      #"{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"12","managedFields":[{"x":{"resourceVersion":"9"}}]},"spec":{}}}"#
    line.withUTF8 { bytes in
      let event = WatchEvent(line: UnsafeRawBufferPointer(bytes))
      #expect(event?.change == .bookmark)
      #expect(event?.version == "12")
    }
  }

  @Test func linesAreFoundInPiecesOfAnySize() {
    let text = "one\n\ntwo two\nthree\nrest"
    for size in 1...text.utf8.count {
      var buffer = LineBuffer()
      var lines: [String] = []
      var left = Array(text.utf8)[...]
      while !left.isEmpty {
        buffer.append(Array(left.prefix(size))) { lines.append(String(decoding: $0, as: UTF8.self)) }
        left = left.dropFirst(size)
      }
      #expect(lines == ["one", "", "two two", "three"], "pieces of \(size)")
      #expect(String(decoding: buffer.takeRest(), as: UTF8.self) == "rest")
    }
  }

  private func page(_ text: String) -> (WatchState.Page, String?) {
    var text = text
    return text.withUTF8 { bytes in
      let list = ListBody(UnsafeRawBufferPointer(bytes))
      return (list.page, list.problem)
    }
  }

  @Test func aPageTellsWhatFollowsIt() {
    let (page, problem) = page(
      #"{"kind":"PodList","metadata":{"resourceVersion":"7","continue":"abc","remainingItemCount":38},"items":[{},{}]}"#
    )
    #expect(problem == nil)
    #expect(page == .init(version: "7", continueToken: "abc", remaining: 38, count: 2))
  }

  @Test func aListMayHaveNoItems() {
    for items in ["[]", "null"] {
      let (page, problem) = page(#"{"kind":"PodList","metadata":{"continue":""},"items":\#(items)}"#)
      #expect(problem == nil)
      #expect(page == .init(version: "", continueToken: nil, remaining: nil, count: 0))
    }
  }

  @Test func aListThatIsCutOffIsNotTakenForWhole() {
    #expect(page(#"{"kind":"PodList","metadata":{},"items":[{},{"#).1 != nil)
    #expect(page(#"{"kind":"PodList","metadata":{},"items":[{}]"#).1 == "the list is cut off")
    #expect(page(#"{"kind":"Status","message":"no"}"#).1?.hasPrefix("expected a list") == true)
    #expect(page("").1?.hasPrefix("expected a list") == true)
  }

  @Test func pathsAreThoseOfTheServerAndNoNameReachesIntoAnother() {
    #expect(ResourcePath("v1/pods").list(namespace: "") == "/api/v1/pods")
    #expect(ResourcePath("v1/pods").list(namespace: "shop") == "/api/v1/namespaces/shop/pods")
    #expect(
      ResourcePath("apps/v1/deployments").object(namespace: "shop", name: "web")
        == "/apis/apps/v1/namespaces/shop/deployments/web")
    #expect(
      ResourcePath("rbac.authorization.k8s.io/v1/clusterroles").object(namespace: "", name: "system:node")
        == "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node")
    #expect(
      ResourcePath("v1/pods").list(namespace: "../secrets?x") == "/api/v1/namespaces/..%2Fsecrets%3Fx/pods")
    #expect(ResourcePath("v1/pods").list(namespace: "..") == "/api/v1/namespaces/%2E%2E/pods")
  }

  @Test func severalListsAreAsBadAsTheWorstOfThem() {
    var board = PhaseBoard(count: 3)
    func change(_ index: Int, _ phase: Phase) -> Phase { board.change(index, to: phase) }
    #expect(change(0, .live) == .connecting)
    #expect(change(1, .listing(got: 5, of: 9)) == .listing(got: 5, of: nil))
    #expect(
      change(2, .listing(got: 1, of: 1)) == .listing(got: 6, of: nil), "what the first has is not counted")
    #expect(change(1, .live) == .listing(got: 1, of: nil))
    #expect(change(2, .live) == .live)
    #expect(change(0, .stale(since: 7, why: "a")) == .stale(since: 7, why: "a"))
    #expect(change(2, .stale(since: 5, why: "b")) == .stale(since: 5, why: "a"))
    #expect(change(1, .refused(status: 403, why: "no")) == .refused(status: 403, why: "no"))
    #expect(change(0, .refused(status: 404, why: "none")) == .refused(status: 404, why: "none; no"))
  }

  @Test func rowsOfOthersAreLeftOutOrRemoved() {
    func batch() -> RowBatch {
      var row = RowWriter()
      for (uid, owner) in [("a", "mine"), ("b", "other")] {
        row.begin(uid: uid, namespace: "", name: uid)
        row.setOwner(owner.utf8)
        row.end()
      }
      return row.takeBatch()
    }
    var list = batch()
    list.keep(removingOthers: false) { $0.ownerUID == "mine" }
    #expect(list.entries.map(\.isRemoval) == [false])
    #expect(list.rows.map(\.uid) == ["a"])
    var events = batch()
    events.keep(removingOthers: true) { $0.ownerUID == "mine" }
    #expect(events.entries.map(\.isRemoval) == [false, true])
    let store = RowStore()
    store.apply(batch())
    store.apply(events)
    #expect(store.aliveSlots.map { store[$0].uid } == ["a"])
  }
}
