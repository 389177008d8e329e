import Cluster
import TestSupport
import Testing

@testable import Kubernetes

/// Lines from before those that a log began with.
@Suite struct LogsOlderTests {
  private static let start: Int64 = 1_795_230_000_000_000_000

  private func server(_ count: Int, containers: [String] = ["app"]) throws -> LogsServer {
    let server = try LogsServer(containers: containers)
    for name in containers {
      server.change(name) { container in
        container.runs[0] = (0..<count).map {
          // Three lines share each moment.
          LogsServer.Line(nanoseconds: Self.start + Int64($0 / 3) * 300_000_000, text: "\(name) \($0)")
        }
      }
    }
    return server
  }

  private func anchor(_ line: Int, index: Int = 0, _ container: String = "app", guess: Int = 2)
    -> OlderLogQuery.Anchor
  {
    OlderLogQuery.Anchor(
      index: index, source: LogSource(container: container),
      nanoseconds: Self.start + Int64(line / 3) * 300_000_000,
      sameTime: 3 - line % 3, guessSeconds: guess)
  }

  private func older(
    _ server: LogsServer, _ anchors: [OlderLogQuery.Anchor], maxLines: Int
  ) -> (lines: [String], hasMore: Bool) {
    let query = OlderLogQuery(
      log: LogQuery(namespace: "shop", pod: "web"), anchors: anchors, maxLines: maxLines)
    let listener = Listener(server.server)
    listener.start(.olderLog(query))
    listener.wait("older lines") { $0.phase(.olderLog(query)) == .ended(why: "") }
    return (listener.olderLines, listener.hasOlder)
  }

  @Test func theLastOnesBeforeTheFirstAreFetched() throws {
    let server = try server(5_000)
    let (lines, hasMore) = older(server, [anchor(4_000, guess: 60)], maxLines: 50)
    #expect(lines == (3_950..<4_000).map { "app \($0)" } && hasMore)
  }

  @Test func linesOfTheFirstOnesTimeAreNeitherLostNorDoubled() throws {
    let server = try server(300)
    for first in [150, 151, 152] {
      let (lines, _) = older(server, [anchor(first, guess: 4)], maxLines: 20)
      #expect(lines == (first - 20..<first).map { "app \($0)" })
    }
  }

  @Test func aLongPauseIsLookedBeyond() throws {
    let server = try server(30)
    let late = Self.start + 3_600_000_000_000
    server.change("app") { $0.runs[0].append(.init(nanoseconds: late, text: "late")) }
    var anchor = anchor(0)
    (anchor.nanoseconds, anchor.sameTime) = (late, 1)
    let (lines, _) = older(server, [anchor], maxLines: 5)
    #expect(lines == (25..<30).map { "app \($0)" })
  }

  @Test func thatTheNodeHasNoMoreIsToldInTheEnd() throws {
    let server = try server(30)
    #expect(older(server, [anchor(30, guess: 2)], maxLines: 1_000).lines.count > 0)
    let (lines, hasMore) = older(server, [anchor(0)], maxLines: 1_000)
    #expect(lines.isEmpty && !hasMore)
  }

  @Test func severalContainersAreMergedByTime() throws {
    let server = try server(60, containers: ["app", "proxy"])
    let (lines, _) = older(
      server, [anchor(9, guess: 60), anchor(9, index: 1, "proxy", guess: 60)], maxLines: 6)
    #expect(
      lines == [3, 4, 5].map { "app: app \($0)" } + [3, 4, 5].map { "proxy: proxy \($0)" }
        + [6, 7, 8].map { "app: app \($0)" } + [6, 7, 8].map { "proxy: proxy \($0)" })
  }

  @Test func aStretchOfTimeEndsWhereItShould() throws {
    let server = try server(300)
    var query = LogQuery(namespace: "shop", pod: "web")
    (query.tailLines, query.follow) = (nil, false)
    (query.sinceTime, query.untilTime) = (Self.start / 1_000_000_000 + 3, Self.start / 1_000_000_000 + 5)
    let listener = Listener(server.server)
    listener.start(.log(query))
    listener.wait("the end") { if case .ended = $0.phase(.log(query)) { true } else { false } }
    // From second 3 to the end of second 5: moments 10 to 19 of three lines each.
    #expect(listener.lines[query] == (30..<60).map { "app \($0)" })
  }
}
