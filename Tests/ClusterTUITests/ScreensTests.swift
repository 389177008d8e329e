import Foundation
import Terminal
import TestSupport
import Testing

@testable import ClusterTUI

/// Every screen at three sizes, as text. With `CLUSTERTUI_RECORD=1` those that are missing are written: delete what should
/// look otherwise, and read the difference before it is kept.
@Suite(.serialized) struct ScreensTests {
  static let sizes: [(width: Int, height: Int)] = [(80, 24), (120, 40), (200, 60)]

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/screens")
  /// 2026-11-20 12:00 UTC.
  private static let start: Int64 = 1_795_176_000
  private static let isRecording = ProcessInfo.processInfo.environment["CLUSTERTUI_RECORD"] != nil

  @Test(arguments: ScreenTour.all) func everyScreenLooksAsItShould(tour: ScreenTour) throws {
    let journey = try DemoJourney(story: "bad-image", startsAt: Self.start, lead: 600, command: tour.command)
    tour.play(journey)
    for size in Self.sizes {
      let file = Self.folder.appendingPathComponent("\(tour.name)-\(size.width)x\(size.height).txt")
      journey.size = size
      if Self.isRecording {
        guard !FileManager.default.fileExists(atPath: file.path) else { continue }
        // Charts are drawn again a while after the last reading came.
        let end = Date(timeIntervalSinceNow: 3)
        while Date() < end { settle(journey) }
        try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
        try Self.timeless(journey.screen).write(to: file, atomically: true, encoding: .utf8)
      } else {
        let wanted = try String(contentsOf: file, encoding: .utf8)
        journey.wait(passing: 0, "like \(file.lastPathComponent):\n\(wanted)\nbut") {
          Self.timeless($0.screen) == wanted
        }
      }
    }
  }

  /// Without the requests of the last seconds, which depend on the machine.
  private static func timeless(_ screen: String) -> String {
    screen.replacingOccurrences(
      of: #" +\d+ watch(es)? [0-9.]+ req/s"#, with: " - watches - req/s", options: .regularExpression)
  }

  @Test(arguments: ScreenTour.each) func anHourOnAnyScreenListsNoKindAgain(tour: ScreenTour) throws {
    let journey = try DemoJourney(story: "bad-image", startsAt: Self.start, lead: 600, command: tour.command)
    tour.play(journey)
    settle(journey)
    // Kinds that others defined are asked for in the background.
    journey.wait(passing: 0, "kinds of others") { journey in
      Self.lists(journey).contains { $0.contains("/customresourcedefinitions") }
    }
    settle(journey)
    let (lists, watches) = (Self.lists(journey), Self.watches(journey))
    for _ in 0..<40 {
      journey.pass(seconds: 90)
      settle(journey)
    }
    let (known, again) = (Set(lists), Self.lists(journey).dropFirst(lists.count))
    // What belongs to one object, its events or pods, is asked for again when that object has changed.
    #expect(again.filter { known.contains($0) && !$0.contains("Selector=") } == [])
    #expect(
      Self.watches(journey).count >= 2 * Set(watches).count,
      "the server ends watches: they begin again where they were")
  }

  /// Until nothing is on its way for a while.
  private func settle(_ journey: DemoJourney) {
    _ = Headless.settle(
      journey.session, width: journey.size.width, height: journey.size.height, patienceMilliseconds: 5_000)
  }

  /// Requests for all objects of a kind, or of a namespace. Not counted is the question whether a server knows a version yet,
  /// asked when a watch ended sooner than agreed: here all do, since an hour passes in seconds.
  private static func lists(_ journey: DemoJourney) -> [String] {
    collections(journey).filter { !$0.contains("watch=true") && !$0.contains("limit=1&resourceVersion=") }
  }

  /// The kinds and namespaces that are watched.
  private static func watches(_ journey: DemoJourney) -> [String] {
    collections(journey).filter { $0.contains("watch=true") }.map { String($0.prefix { $0 != "?" }) }
  }

  private static func collections(_ journey: DemoJourney) -> [String] {
    journey.tap.requests.filter { request in
      guard request.hasPrefix("GET /api") else { return false }
      var parts = request.dropFirst(5).prefix { $0 != "?" }.split(separator: "/")
      parts.removeFirst(min(parts.count, parts.first == "apis" ? 3 : 2))
      return parts.count == 1 || parts.count == 3 && parts[0] == "namespaces"
    }
  }

  @Test func everyPageOfTheDocumentsIsToured() throws {
    let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("docs/screens")
    let pages = try FileManager.default.contentsOfDirectory(atPath: docs.path).filter { $0 != "README.md" }
    #expect(Set(pages) == Set(ScreenTour.all.map { $0.page + ".md" }))
  }
}
