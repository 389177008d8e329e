import Document
import HTTP
import TestSupport
import Testing

@testable import DemoCluster

@Suite struct WatchTests {
  /// What a client of a watch knows, by UID.
  private struct Known {
    var versions: [String: String] = [:]
    var version: String

    init(_ list: JSON) {
      version = list.version
      for item in list["items"].array {
        versions[item["metadata"]["uid"].string ?? ""] = item.version
      }
    }

    mutating func apply(_ event: JSON) {
      let object = event["object"]
      let uid = object["metadata"]["uid"].string ?? ""
      switch event["type"].string {
      case "ADDED":
        #expect(versions[uid] == nil, "added twice: \(object["metadata"]["name"].string ?? "")")
        versions[uid] = object.version
      case "MODIFIED":
        #expect(versions[uid] != nil, "changed before it was added")
        versions[uid] = object.version
      case "DELETED":
        #expect(versions[uid] != nil, "deleted twice")
        versions[uid] = nil
      default: break
      }
      #expect(UInt64(object.version) ?? 0 >= UInt64(version) ?? 0, "an event from the past")
      version = object.version
    }
  }

  @Test func aWatchThroughRandomDisconnectsEqualsAFreshList() throws {
    let demo = try Demo { $0.churnPerSecond = 5 }
    var known = Known(try demo.get("/api/v1/pods"))
    var dice = Dice(seed: 7)
    var stream: LineStream?
    var applied = 0
    var connections = 0
    for _ in 0..<60 {
      if stream == nil {
        stream = demo.stream(
          "/api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=\(known.version)")
        applied = 0
        connections += 1
        _ = waitUntil { stream?.hasBegun == true }
      }
      demo.server.advance(seconds: dice.between(0.5...6))
      let isCut = dice.chance(0.25)
      if isCut {
        demo.server.dropConnections()
        #expect(waitUntil { stream?.isOver == true })
      }
      // However far it came, what came is whole events.
      let events = stream?.events(after: applied) ?? []
      for event in events { known.apply(event) }
      applied += events.count
      if isCut { stream = nil }
    }
    #expect(connections > 5)
    let fresh = Known(try demo.get("/api/v1/pods"))
    if stream == nil {
      stream = demo.stream("/api/v1/pods?watch=true&resourceVersion=\(known.version)")
      applied = 0
    }
    let caughtUp = waitUntil {
      let events = stream?.events(after: applied) ?? []
      for event in events { known.apply(event) }
      applied += events.count
      return known.versions == fresh.versions
    }
    #expect(caughtUp)
  }

  @Test func withoutAVersionAWatchBeginsWithWhatThereIs() throws {
    let demo = Demo.still
    let list = try demo.get("/api/v1/namespaces/market/pods?labelSelector=app=basket")
    for query in ["watch=true", "watch=true&resourceVersion=0"] {
      let stream = demo.stream("/api/v1/namespaces/market/pods?\(query)&labelSelector=app=basket")
      #expect(stream.wait(count: 3))
      #expect(stream.events.map { $0["type"] } == ["ADDED", "ADDED", "ADDED"])
      #expect(stream.events.map { $0["object"]["metadata"]["name"].string ?? "" } == list.names)
      #expect(stream.events[0]["object"]["kind"] == "Pod")
    }
  }

  @Test func initialEventsEndWithABookmark() throws {
    let demo = Demo.still
    let query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    let stream = demo.stream("/api/v1/nodes?\(query)")
    #expect(stream.wait(count: 5))
    let last = stream.events[4]
    #expect(last["type"] == "BOOKMARK")
    #expect(last["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"] == "true")
    let empty = demo.stream("/api/v1/namespaces/default/pods?\(query)")
    #expect(empty.wait(count: 1))
    #expect(
      empty.lines[0].hasPrefix(
        "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{")
        && empty.lines[0].hasSuffix("},\"spec\":{\"containers\":null},\"status\":{}}}"))
  }

  @Test func anObjectThatLeavesASelectorIsDeletedUnderANewVersion() throws {
    let demo = try Demo()
    let version = try demo.get("/api/v1/pods").version
    let stream = demo.stream(
      "/api/v1/namespaces/platform/pods?watch=true&resourceVersion=\(version)"
        + "&fieldSelector=status.phase=Running&labelSelector=app=price-refresh")
    #expect(waitUntil { stream.hasBegun })
    // A job of the minute runs, and is over.
    demo.server.advance(seconds: 110)
    #expect(stream.wait(count: 3))
    let types = stream.events.map { $0["type"].string ?? "" }
    #expect(types.first == "ADDED")
    #expect(types.contains("DELETED"))
    let deleted = try #require(stream.events.first { $0["type"] == "DELETED" })
    #expect(deleted["object"]["status"]["phase"] == "Running")
    let name = deleted["object"]["metadata"]["name"].string ?? ""
    let now = try demo.get("/api/v1/namespaces/platform/pods/\(name)")
    #expect(now["status"]["phase"] == "Succeeded")
    #expect(UInt64(deleted["object"].version) ?? 0 > UInt64(version) ?? 0)
  }

  @Test func tablesHaveTheirColumnsInTheFirstEventOnly() throws {
    let demo = try Demo()
    let version = try demo.get("/api/v1/pods").version
    let stream = demo.stream(
      "/api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=\(version)", accept: Demo.tableAccept)
    #expect(waitUntil { stream.hasBegun })
    demo.server.advance(seconds: 61)
    #expect(stream.wait(count: 10))
    let events = stream.events
    #expect(events[0]["object"]["columnDefinitions"].array.count == 9)
    #expect(events.dropFirst().allSatisfy { $0["object"]["columnDefinitions"].isNull })
    #expect(events.allSatisfy { $0["object"]["kind"] == "Table" && $0["object"]["rows"].array.count == 1 })
    let bookmark = try #require(events.first { $0["type"] == "BOOKMARK" })
    #expect(
      bookmark["object"]["rows"][0]["cells"]
        == ["", "0/0", "", "0", "<unknown>", "<none>", "<none>", "<none>", "<none>"])
    let row = events[0]["object"]["rows"][0]
    #expect(row["object"]["kind"] == "PartialObjectMetadata")
    #expect(row["object"].version == events[0]["object"].version)
  }

  @Test func aWatchEndsAtItsTimeWithABookmarkBefore() throws {
    let demo = try Demo()
    let version = try demo.get("/api/v1/pods").version
    let stream = demo.stream(
      "/api/v1/namespaces/default/pods?watch=true&timeoutSeconds=30&allowWatchBookmarks=true&resourceVersion=\(version)"
    )
    #expect(waitUntil { stream.hasBegun })
    demo.server.advance(seconds: 29)
    #expect(stream.wait(count: 1))
    #expect(!stream.isOver)
    demo.server.advance(seconds: 2)
    #expect(waitUntil { stream.isOver })
    #expect(stream.events.map { $0["type"] } == ["BOOKMARK"])
  }

  @Test func tooOldAndFutureVersions() throws {
    let demo = try Demo { $0.historyLimit = 5 }
    demo.server.advance(seconds: 60)
    let old = demo.stream("/api/v1/pods?watch=true&resourceVersion=5")
    #expect(waitUntil { old.isOver })
    #expect(old.lines.count == 1)
    #expect(
      old.lines[0].hasPrefix(
        "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
          + "\"message\":\"too old resource version: 5 ("))
    #expect(old.lines[0].hasSuffix(")\",\"reason\":\"Expired\",\"code\":410}}"))
    let future = demo.stream("/api/v1/pods?watch=true&resourceVersion=99999999")
    #expect(waitUntil { future.hasBegun })
    demo.server.advance(seconds: 60)
    #expect(future.lines.isEmpty && !future.isOver)
  }

  @Test func watchersWithTheSameWishGetTheSameBytes() throws {
    let demo = try Demo()
    let version = try demo.get("/api/v1/pods").version
    let streams = (0..<3).map { _ in demo.stream("/api/v1/pods?watch=true&resourceVersion=\(version)") }
    #expect(waitUntil { streams.allSatisfy(\.hasBegun) })
    for _ in 0..<10 { demo.server.advance(seconds: 5) }
    let count = streams[0].lines.count
    #expect(count > 10)
    let expected = streams[0].lines
    #expect(
      streams.allSatisfy {
        $0.wait(count: expected.count) && Array($0.lines.prefix(expected.count)) == expected
      })
  }
}
