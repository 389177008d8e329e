import Document
import HTTP
import TestSupport
import Testing

@testable import DemoCluster

@Suite struct LogTests {
  private func path(_ demo: Demo, _ namespace: String, _ app: String) throws -> String {
    let label = app.hasPrefix("migrate") ? "job-name" : "app"
    let pods = try demo.get("/api/v1/namespaces/\(namespace)/pods?labelSelector=\(label)=\(app)").names
    let name = try #require(pods.first)
    return "/api/v1/namespaces/\(namespace)/pods/\(name)/log"
  }

  private func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }

  @Test func aTailIsTheEndOfTheWholeAndTimeOnlyAddsToIt() throws {
    let demo = try Demo()
    let path = try path(demo, "market", "basket")
    let whole = lines(try demo.text(path))
    #expect(whole.count > 1_000)
    #expect(lines(try demo.text(path + "?tailLines=25")) == Array(whole.suffix(25)))
    #expect(try demo.text(path + "?tailLines=0") == "")
    demo.server.advance(seconds: 30)
    let later = lines(try demo.text(path))
    #expect(later.count > whole.count + 20)
    #expect(Array(later.prefix(whole.count)) == whole)
  }

  @Test func timestampsRiseAndSinceCutsByThem() throws {
    let demo = Demo.still
    let path = try path(demo, "market", "search-api")
    let stamped = lines(try demo.text(path + "?sinceSeconds=60&timestamps=true"))
    #expect(stamped.count > 60)
    let times = stamped.compactMap { Timestamp(String($0.prefix { $0 != " " })) }
    #expect(times.count == stamped.count)
    let nanoseconds = times.compactMap(\.nanosecondsSinceEpoch)
    #expect(nanoseconds == nanoseconds.sorted())
    #expect(nanoseconds.allSatisfy { $0 > Int64(Demo.start - 60) * 1_000_000_000 })
    let middle = String(stamped[20].prefix { $0 != " " })
    let since = lines(try demo.text(path + "?timestamps=true&sinceTime=\(middle)"))
    #expect(since == Array(stamped.dropFirst(21)))
  }

  @Test func bytesAreCutInTheMiddleOfALine() throws {
    let demo = Demo.still
    let path = try path(demo, "market", "storefront")
    let whole = try demo.text(path + "?tailLines=5")
    #expect(try demo.text(path + "?tailLines=5&limitBytes=200") == String(whole.prefix(200)))
  }

  @Test func aFollowedLogEqualsWhatIsReadLater() throws {
    let demo = try Demo()
    let path = try path(demo, "market", "catalogue")
    let before = lines(try demo.text(path + "?tailLines=3"))
    let stream = demo.stream(path + "?follow=true&tailLines=3", accept: "*/*")
    #expect(stream.wait(count: 3))
    for _ in 0..<40 { demo.server.advance(seconds: 1.7) }
    let later = lines(try demo.text(path + "?sinceSeconds=68"))
    #expect(later.count > 40)
    #expect(stream.wait(count: 3 + later.count - 4))
    // More may come while we compare.
    let followed = stream.lines
    #expect(Array(followed.prefix(3)) == before)
    #expect(followed.dropFirst(3).starts(with: later.prefix(followed.count - 3)))
  }

  @Test func followingEndsWithTheContainerAndItsLastWords() throws {
    let demo = try Demo()
    let path = try path(demo, "fulfil", "courier-gateway")
    // Wait for the next run.
    for _ in 0..<400 {
      demo.server.advance(seconds: 1)
      if try demo.get(String(path.dropLast(4))).at("status.containerStatuses[0].state.running").isNull
        == false
      {
        break
      }
    }
    let stream = demo.stream(path + "?follow=true", accept: "*/*")
    #expect(stream.wait(count: 1))
    #expect(!stream.isOver)
    demo.server.advance(seconds: 12)
    #expect(waitUntil { stream.isOver })
    #expect(stream.lines.last == "level=fatal msg=\"exiting\" code=1")
    #expect(stream.lines.first?.hasPrefix("level=info msg=starting pod=courier-gateway-") == true)
    // The same is read afterwards, as the last run's and as the previous one's.
    #expect(lines(try demo.text(path)) == stream.lines)
    #expect(lines(try demo.text(path + "?previous=true")) == stream.lines)
    let again = try demo.response(path + "?follow=true", accept: "*/*")
    #expect(lines(String(decoding: again.body, as: UTF8.self)) == stream.lines)
  }

  @Test func followingEndsWithThePod() throws {
    let demo = try Demo()
    let path = try path(demo, "market", "reviews")
    let stream = demo.stream(path + "?follow=true&tailLines=1", accept: "*/*")
    #expect(stream.wait(count: 1))
    _ = try demo.send("DELETE", String(path.dropLast(4)))
    demo.server.advance(seconds: 10)
    #expect(waitUntil { stream.isOver })
  }

  @Test func whatHasNoLogSaysWhy() throws {
    let demo = Demo.still
    func message(_ namespace: String, _ app: String, _ query: String = "") throws -> (Int, String) {
      let path = try path(demo, namespace, app)
      let answer = try demo.response(path + query, accept: "*/*")
      let name = path.split(separator: "/").dropLast().last ?? ""
      let text = JSON.parse(answer.body).value?["message"].string ?? ""
      return (answer.head.status, text.replacingMark(String(name), with: "POD"))
    }
    #expect(try message("fulfil", "fraud-scoring") == (204, ""))
    #expect(
      try message("market", "gift-cards")
        == (400, "container \"gift-cards\" in pod \"POD\" is waiting to start: CreateContainerConfigError"))
    #expect(
      try message("market", "basket", "?previous=true")
        == (400, "previous terminated container \"basket\" in pod \"POD\" not found"))
    #expect(
      try message("fulfil", "orders")
        == (400, "a container name must be specified for pod POD, choose one of: [schema-check orders envoy]")
    )
    #expect(
      try message("fulfil", "orders", "?container=nope") == (400, "container nope is not valid for pod POD"))
    #expect(
      try message("market", "basket", "?sinceSeconds=-5")
        == (422, "PodLogOptions \"POD\" is invalid: sinceSeconds: Invalid value: -5: must be greater than 0"))
    let imageless =
      try demo.get("/api/v1/namespaces/market/pods?labelSelector=app=promo-banner")["items"].array
      .first { $0["status"]["phase"] == "Pending" }?["metadata"]["name"].string ?? ""
    #expect(
      try demo.get("/api/v1/namespaces/market/pods/\(imageless)/log", accept: "*/*")["message"]
        == .string(
          "container \"promo-banner\" in pod \"\(imageless)\" is waiting to start: trying and failing to pull image"
        ))
  }

  @Test func theStylesAreAllThere() throws {
    let demo = Demo.still
    func tail(_ namespace: String, _ app: String) throws -> String {
      try demo.text(try path(demo, namespace, app) + "?tailLines=400")
    }
    #expect(try tail("market", "search-api").contains("{\"ts\":\""))
    #expect(try tail("market", "basket").contains(" level=info msg=\"handled\" method="))
    #expect(
      try tail("market", "catalogue").contains("\n\tat example.dockside.catalogue.PricingClient.fetch("))
    #expect(try tail("platform", "mailer").contains("\u{1b}[32mINFO\u{1b}[0m"))
    #expect(try tail("fulfil", "packing-planner").contains("箱"))
    #expect(try tail("platform", "migrate-ledger").contains("already exists\nmigrate: rolled back, exit 3\n"))
  }
}
