import Cluster
import Terminal
import Testing

@testable import ClusterTUI

/// What a log shows of its lines: fields, whose they are, the cursor, what is around a match.
@Suite struct LogViewTests {
  private let query: LogQuery
  private let stage: Stage

  init() {
    stage = Stage()
    stage.height = 10
    stage.tell(Stage.allPods, ["shop/web-1 1/1 Running 0"])
    stage.press(.character("l"))
    query = LogQuery(namespace: "shop", pod: "web-1", uid: "shop/web-1")
  }

  private func tell(_ lines: [String], sources: [LogSource] = ["app"], source: UInt16 = 0) {
    stage.tellLog(query, lines, sources: sources, source: source)
  }

  private var body: [String] { Array(stage.lines[1..<stage.lines.count - 1]) }

  private static let json =
    #"{"level":"error","ts":"2001-09-09T01:46:40Z","msg":"upstream did not answer","status":503,"err":"a\nb"}"#

  @Test func linesOfFieldsShowLevelTimeAndMessageFirst() {
    tell([Self.json, "level=warn msg=\"slow query\" table=baskets", "plain ERROR line"])
    #expect(
      body[0] == "ERROR 01:46:40.000 upstream did not answer  status=503 err=a␊b"
        || body[0].hasPrefix("ERROR 01:46:40.000 upstream did not answer  status=503 err=a"))
    #expect(body[1] == "WARN  slow query  table=baskets")
    #expect(stage.canvas.style(x: 0, y: 1).foreground == Theme.level(.error).foreground)
    #expect(stage.canvas.style(x: 0, y: 3).foreground == Theme.level(.error).foreground)
    stage.press(.character("J"))
    #expect(body[0].hasPrefix(#"{"level":"error""#))
  }

  @Test func aLineUnfoldsUnderTheCursor() {
    stage.height = 24
    tell(["first", Self.json, "last"])
    stage.press(.character("s"), .up)
    // The first row tells of older lines.
    #expect(stage.canvas.style(x: 0, y: 3).reverse)
    stage.press(.enter)
    #expect(body[2].hasPrefix("ERROR"))
    #expect(body.contains { $0.contains("│ level: error") } && body.contains { $0.contains("│ status: 503") })
    #expect(body.contains { $0.hasSuffix("│   b") }, "a text of several lines stands in several")
    stage.press(.enter)
    #expect(body[3] == "last")
    stage.press(.enter, .escape)
    #expect(body[3] == "last", "esc folds before it leaves")
  }

  @Test func aFilterKnowsLevelsAndFields() {
    tell([Self.json, "level=info msg=fine status=200", "level=warn msg=hm status=404"])
    stage.enter("/level>=warn")
    #expect(stage.lines[0].contains("2 of 3 lines"))
    stage.enter("/")
    stage.press(.escape)
    stage.enter("/status>=500")
    #expect(body[0].hasPrefix("ERROR") && body[1] == "")
  }

  @Test func aKeyTurnsTheLeastLevel() {
    tell([Self.json, "level=info msg=fine", "level=warn msg=hm"])
    stage.press(.character("e"))
    #expect(stage.lines[0].contains("/level>=warn 2 of 3"))
    stage.press(.character("e"))
    #expect(stage.lines[0].contains("/level>=error 1 of 3"))
    stage.press(.character("e"))
    #expect(stage.lines[0].contains("3 lines"))
  }

  @Test func linesAroundAMatchAreShownOnRequest() {
    tell((1...30).map { $0 % 10 == 0 ? "needle \($0)" : "line \($0)" })
    stage.enter("/needle")
    stage.press(.character("x"))
    #expect(stage.lines[0].contains("3 of 30 lines, ±1"))
    #expect(body.suffix(5) == ["needle 20", "line 21", "--", "line 29", "needle 30"])
  }

  @Test func matchesAreCounted() {
    tell((1...30).map { $0 % 10 == 0 ? "needle \($0)" : "line \($0)" })
    stage.enter("fneedle")
    _ = stage.screen
    #expect(stage.lines[0].contains("find needle 3 of 3"))
    stage.press(.character("N"))
    #expect(stage.lines[0].contains("find needle 2 of 3"))
  }

  @Test func podsAreToldApartByWhatDiffers() {
    let sources = ["web-7c9d5f-x2k4q", "web-7c9d5f-p9z1a"].map { LogSource(pod: $0, container: "app") }
    tell(["one"], sources: sources, source: 0)
    tell(["two"], sources: sources, source: 1)
    #expect(body.prefix(2) == ["x2k4q one", "p9z1a two"])
    #expect(stage.canvas.style(x: 0, y: 1).foreground != stage.canvas.style(x: 0, y: 2).foreground)
    let more = sources + [LogSource(pod: "web-7c9d5f-x2k4q", container: "proxy")]
    tell(["three"], sources: more, source: 2)
    #expect(body.prefix(3) == ["x2k4q app   one", "p9z1a app   two", "x2k4q proxy three"])
  }

  @Test func timesTurnFromLocalToTheTimePassed() {
    stage.time.seconds = 1_000_000_100
    tell(["hello"])
    stage.press(.character("t"))
    #expect(body[0] == "01:46:40.000 hello")
    stage.press(.character("t"))
    #expect(body[0] == "01:46:40.000Z hello")
    stage.press(.character("t"))
    #expect(body[0] == "  100s hello")
    stage.press(.character("t"))
    #expect(body[0] == "hello")
  }

  @Test func aTypedTimeAsksForAnotherPart() {
    tell(["now"])
    stage.press(.character("@"))
    stage.enter("-15m")
    _ = stage.screen
    var wanted = query
    (wanted.tailLines, wanted.sinceTime) = (nil, stage.time.seconds - 900)
    #expect(stage.reader.running.contains(.log(wanted)))
    stage.press(.character("@"))
    stage.enter("-15m to -5m")
    _ = stage.screen
    (wanted.untilTime, wanted.follow) = (stage.time.seconds - 300, false)
    #expect(stage.reader.running.contains(.log(wanted)))
    stage.press(.character("@"))
    stage.enter("soon")
    #expect(stage.screen.contains("'soon' is no time"))
  }

  @Test func olderLinesAreLoadedFromTheFirstLineOn() {
    tell(["new 1", "new 2"])
    stage.press(.character("g"))
    #expect(body[0] == "--- up again loads older lines ---")
    stage.press(.up)
    #expect(body[0] == "--- loading older lines… ---")
    let wanted = stage.reader.running.compactMap { need -> OlderLogQuery? in
      if case .olderLog(let query) = need { query } else { nil }
    }
    #expect(wanted.count == 1 && wanted[0].anchors.map(\.nanoseconds) == [1_000_000_000_000_000_000])
    var chunk = LogChunk(sources: ["app"])
    for text in ["old 1", "old 2"] {
      chunk.lines.append(
        .init(
          start: chunk.bytes.count, length: text.utf8.count, nanoseconds: 999_999_000_000_000_000, source: 0))
      chunk.bytes += Array(text.utf8)
    }
    stage.reader.tell(
      .olderLog(wanted[0], chunk, hasMore: false), .phase(.olderLog(wanted[0]), .ended(why: "")))
    stage.session.takeIn()
    stage.press(.character("g"))
    #expect(
      Array(body.prefix(5)) == ["--- the node has nothing older ---", "old 1", "old 2", "new 1", "new 2"])
    _ = stage.screen
    #expect(!stage.reader.running.contains(.olderLog(wanted[0])))
  }

  @Test func theCursorStaysOnItsLineWhenOlderOnesCome() {
    tell((1...20).map { "new \($0)" })
    stage.press(.character("g"), .up)
    let wanted = stage.reader.running.compactMap { need -> OlderLogQuery? in
      if case .olderLog(let query) = need { query } else { nil }
    }
    var chunk = LogChunk(sources: ["app"], bytes: Array("old".utf8))
    chunk.lines = [.init(start: 0, length: 3, nanoseconds: 5, source: 0)]
    stage.reader.tell(
      .olderLog(wanted[0], chunk, hasMore: true), .phase(.olderLog(wanted[0]), .ended(why: "")))
    stage.session.takeIn()
    #expect(stage.cursorLine == "new 1" || stage.lines[1] == "new 1")
    stage.press(.up)
    #expect(stage.lines[1] == "old" || stage.lines[2] == "old")
  }

  @Test func aWorkloadsLogIsThatOfItsPods() {
    stage.enter(":deploy")
    stage.tell(Query("apps/v1/deployments"), ["shop/web 1/1"])
    stage.press(.character("l"))
    _ = stage.screen
    let wanted = LogQuery(
      of: ObjectRef(kind: "apps/v1/deployments", namespace: "shop", name: "web", uid: "shop/web"),
      isPod: false)
    #expect(stage.reader.running.contains(.log(wanted)))
    #expect(stage.lines[0].contains("web > log"))
  }

  @Test func logsAreOpenedByCommand() {
    func check(_ command: String, _ wanted: LogQuery) {
      stage.enter(":\(command)")
      _ = stage.screen
      #expect(stage.reader.running.contains(.log(wanted)), "\(command)")
    }
    let ref = ObjectRef(kind: "apps/v1/deployments", namespace: "shop", name: "web")
    check("logs deploy/web shop", LogQuery(of: ref, isPod: false))
    check("logs deploy web shop", LogQuery(of: ref, isPod: false))
    check("logs pod/web-9 shop", LogQuery(namespace: "shop", pod: "web-9"))
    check("logs web-8 shop", LogQuery(namespace: "shop", pod: "web-8"))
    check(
      "logs -l app=web,tier in (a, b) shop", LogQuery(namespace: "shop", selector: "app=web,tier in (a, b)"))
    stage.enter(":logs ns/shop")
    #expect(stage.screen.contains("namespaces have no logs"))
  }
}
