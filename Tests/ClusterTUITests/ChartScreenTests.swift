import Cluster
import Terminal
import Testing

@testable import ClusterTUI

@Suite struct ChartScreenTests {
  static let pod = ObjectRef(kind: "v1/pods", namespace: "shop", name: "web-1", uid: "shop/web-1")
  static let query = ChartQuery(.object(pod))
  /// The clock of `Stage`, in milliseconds.
  static let now: Int64 = 1_000_000_000

  static func chart(_ title: String, _ unit: Chart.Unit, range: Int = 3_600, _ value: (Int) -> Double)
    -> Chart
  {
    let from = now - Int64(range) * 1_000
    let points = (0...240).map {
      Chart.Point(at: from + Int64($0) * Int64(range) * 1_000 / 240, value: value($0))
    }
    return Chart(title, unit: unit, lines: [Chart.Line("web-1", points)], from: from, to: now)
  }

  static func board(_ count: Int, range: Int = 3_600) -> ChartBoard {
    var board = ChartBoard()
    let titles = ["CPU", "memory", "received", "sent", "throttled", "restarts"]
    let units: [Chart.Unit] = [.cores, .bytes, .bytesPerSecond, .bytesPerSecond, .share, .count]
    let scale = [0.001, 1_048_576, 1_000, 2_000, 0.004, 0.02]
    board.charts = (0..<count).map { index in
      chart(titles[index % 6], units[index % 6], range: range) { Double($0) * scale[index % 6] }
    }
    board.source = "the kubelet of node-3, every 15 s"
    board.newest = now / 1_000 - 8
    return board
  }

  /// On the charts of a pod, after `m` on its row.
  func stage(_ board: ChartBoard?, width: Int = 80, height: Int = 24) -> Stage {
    let stage = Stage()
    (stage.width, stage.height) = (width, height)
    stage.tell(Stage.allPods, ["shop/web-1 1/1 Running 0"])
    stage.press(.character("m"))
    _ = stage.screen
    if let board { tell(board, stage) }
    return stage
  }

  func tell(_ board: ChartBoard, _ stage: Stage, _ query: ChartQuery = Self.query) {
    stage.reader.tell(.chart(query, board), .phase(.chart(query), .live))
    stage.session.takeIn()
  }

  @Test func aPodHasCharts() {
    let stage = stage(nil)
    #expect(stage.reader.running.contains(.chart(Self.query)))
    #expect(stage.lines[0].contains("pods > web-1 > metrics") && stage.screen.contains("reading…"))
    tell(Self.board(2), stage)
    #expect(stage.lines[0].contains("2 charts"))
    #expect(stage.lines[1] == "  1h  from the kubelet of node-3, every 15 s, newest 8s ago")
    #expect(stage.lines[2] == " CPU   web-1 240m" && stage.screen.contains(" memory  web-1 240Mi"))
    stage.press(.escape)
    #expect(stage.lines[0].contains("> pods") && !stage.reader.running.contains(.chart(Self.query)))
  }

  @Test func theCursorReadsAllChartsAtOneMoment() {
    let stage = stage(Self.board(2))
    stage.press(.left)
    #expect(stage.screen.contains(" CPU   web-1 239m") || stage.screen.contains(" CPU   web-1 240m"))
    for _ in 0..<20 { stage.press(.left) }
    // Twenty columns of 50 s before the end, 13:46:40.
    let moments = stage.lines.filter { $0.contains(" 13:29:") || $0.contains(" 13:30:") }
    #expect(moments.count == 2)
    stage.press(.escape)
    #expect(stage.lines[0].contains("> metrics") && !stage.screen.contains(":59 "))
  }

  @Test func aClickReadsAMoment() {
    let stage = stage(Self.board(2), width: 130)
    stage.press(.mouse(Mouse(.press, x: 100, y: 8)))
    #expect(stage.lines.count { $0.contains(":09 ") || $0.contains("13:1") } > 0)
    #expect(stage.screen.contains(" memory   web-1"), "the chart that was clicked is chosen")
  }

  @Test func anotherSpanIsAskedForAndTheOldOneStaysUntilItCame() {
    let stage = stage(Self.board(1))
    stage.press(.character("+"))
    let longer = ChartQuery(.object(Self.pod), rangeSeconds: 21_600)
    #expect(
      stage.reader.running.contains(.chart(longer)) && !stage.reader.running.contains(.chart(Self.query)))
    #expect(stage.screen.contains("asking for the last 6h…") && stage.screen.contains("CPU"))
    tell(Self.board(1, range: 21_600), stage, longer)
    #expect(!stage.screen.contains("asking"))
    stage.press(.character("-"), .character("-"))
    let half = ChartQuery(.object(Self.pod), rangeSeconds: 1_800)
    #expect(stage.reader.running.contains(.chart(half)))
  }

  @Test func oneChartFillsTheScreenAndGoesBack() {
    let stage = stage(Self.board(6), width: 130, height: 40)
    stage.press(.tab, .enter)
    #expect(stage.screen.contains("memory") && !stage.screen.contains("CPU"))
    stage.press(.escape)
    #expect(stage.screen.contains("memory") && stage.screen.contains("CPU"))
  }

  @Test func moreChartsThanFitScroll() {
    let stage = stage(Self.board(6))
    #expect(stage.lines[0].contains("charts 1-3 of 6"))
    stage.press(.down, .down, .down)
    #expect(stage.lines[0].contains("charts 2-4 of 6"))
    #expect(stage.screen.contains("received") && stage.screen.contains("sent"))
  }

  @Test func anExpressionIsDrawnAndItsProblemKeepsItsCaret() {
    let stage = Stage()
    stage.enter(":chart sum(rate(requests_total[5m] by (pod)")
    let query = ChartQuery(.expression("sum(rate(requests_total[5m] by (pod)"))
    #expect(stage.reader.running.contains(.chart(query)))
    var board = ChartBoard()
    board.problem = """
      line 1, column 31: expected ')' after the range, found 'by'
      sum(rate(requests_total[5m] by (pod)
                                  ^
      """
    tell(board, stage, query)
    #expect(stage.lines[4] == "  sum(rate(requests_total[5m] by (pod)")
    #expect(stage.lines[5] == "                              ^")
    stage.press(.character("e"))
    #expect(stage.lines.last?.hasPrefix(":chart sum(rate(requests_total[5m] by (pod)") == true)
  }

  @Test func theClusterHasChartsToo() {
    let stage = Stage()
    stage.enter(":chart")
    #expect(stage.reader.running.contains(.chart(ChartQuery(.cluster))))
    stage.enter(":query up")
    #expect(stage.lines[0].contains("> pods > up"))
  }

  @Test func whatIsMissingIsSaid() {
    var board = Self.board(2)
    board.missing = ["no network: you may not get nodes/proxy; a role with that right would give it"]
    let stage = stage(board)
    #expect(stage.lines[21].hasPrefix(" ! no network: you may not get nodes/proxy;"))
    tell(ChartBoard(), stage)
    #expect(stage.screen.contains("nothing to draw"))
  }

  @Test func namesOfMetricsAreCompleted() {
    let table = Kind(id: "metrics", name: "Metric", namespaced: false, children: .chart)
    let stage = Stage(kinds: [Stage.pods, Stage.namespaces, table])
    stage.type(":chart rate(http_re")
    #expect(stage.reader.running.contains(.rows(Query("metrics"))))
    stage.tell(Query("metrics"), ["http_requests_total counter", "http_requests_failed counter", "up gauge"])
    #expect(stage.lines.last?.hasPrefix(":chart rate(http_requests_failed") == true)
    stage.press(.tab)
    stage.type("[5m])")
    stage.press(.enter)
    #expect(
      stage.reader.running.contains(.chart(ChartQuery(.expression("rate(http_requests_failed[5m])")))))
  }

  @Test func textsOfLabelsAreMadeHarmless() {
    var board = Self.board(1)
    board.charts[0].title = "a\u{1B}[31mb"
    board.charts[0].lines[0].label = "x\u{07}\u{1B}]0;y\u{07}"
    board.source = "s\u{1B}[2J"
    let screen = stage(board).screen
    #expect(!screen.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    #expect(screen.contains("[31mb"))
  }

  @Test(arguments: [(20, 5), (1, 1), (5, 2), (30, 6), (12, 30), (300, 5)])
  func noScreenIsTooSmall(width: Int, height: Int) {
    var board = Self.board(6)
    board.missing = ["something is missing, and why that is so takes many words"]
    let stage = stage(board, width: width, height: height)
    for key: Key in [.left, .tab, .enter, .character("g"), .shiftRight, .enter, .down, .control("s")] {
      stage.press(key)
      #expect(stage.lines.count == height)
    }
    board.problem = "a\n  ^"
    tell(board, stage)
    #expect(stage.lines.count == height)
  }

  @Test func whoJustStartedSeesMinutesNotTheHourBefore() {
    var board = Self.board(2)
    for index in board.charts.indices {
      board.charts[index].lines[0].points.removeFirst(233)
    }
    let stage = stage(board)
    #expect(stage.lines[1].hasPrefix("  1h  105s so far, from the kubelet"))
    #expect(stage.screen.contains("┴13:45:00") && !stage.screen.contains("┴13:00"))
    for index in board.charts.indices { board.charts[index].lines[0].points.removeFirst(7) }
    tell(board, stage)
    #expect(stage.lines[1].hasPrefix("  1h  0s so far") && stage.screen.contains("┴13:46:30"))
    tell(ChartBoard(), stage)
    #expect(!stage.screen.contains("so far"))
  }
}
