import Cluster
import Terminal
import Testing

@testable import ClusterTUI

@Suite struct LineChartTests {
  /// 2001-09-09T01:46:40Z, in milliseconds.
  static let to: Int64 = 1_000_000_000_000
  static let hour: Int64 = 3_600_000

  /// A reading each 15 s of the last hour.
  static func line(_ label: String = "", _ value: (Int) -> Double) -> Chart.Line {
    Chart.Line(label, (0...240).map { .init(at: to - hour + Int64($0) * 15_000, value: value($0)) })
  }

  static func chart(
    _ title: String = "CPU", _ unit: Chart.Unit = .cores, _ lines: [Chart.Line], marks: [Chart.Mark] = [],
    note: String = ""
  ) -> Chart {
    Chart(title, unit: unit, lines: lines, marks: marks, note: note, from: to - hour, to: to)
  }

  static func draw(_ chart: Chart, _ width: Int, _ height: Int, cursor: Int64? = nil, chosen: Bool = false)
    -> String
  {
    var canvas = Canvas(width: width, height: height)
    let area = Rect(x: 0, y: 0, width: width, height: height)
    LineChart(chart, area: area, cursor: cursor, isChosen: chosen).draw(on: &canvas)
    return canvas.text()
  }

  /// With one reading three times as high as the others.
  static var wave: Chart.Line { line { 0.3 + 0.2 * Double(($0 * 7) % 50) / 50 + ($0 == 150 ? 0.9 : 0) } }

  static var two: [Chart.Line] {
    [
      line("app") { $0 < 60 || $0 > 100 ? 300 * 1_048_576 + Double($0) * 1_000_000 : .nan },
      line("sidecar") { _ in 50 * 1_048_576 },
    ]
  }

  @Test func aLineHasAxesMarksAndItsNewestValue() {
    #expect(
      Self.draw(
        Self.chart("CPU", .cores, [Self.wave], marks: [.init("request", 0.25), .init("limit", 1)]), 70, 14)
          == """
           CPU  420m
            1.5┤
               │
               │                               ⡆
               │                               ⡇
              1┤╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌⡇╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ limit 1
               │                               ⡇
               │                               ⡇
           500m┤ ⡀         ⢀          ⡀        ⡇⢀          ⡀
               │⢠⢣⡼⣰⢇⡼⣠⢇⣼⢠⡇⡞⣴⢇⠾⡠⣇⣼⢰⡇⣾⡰⢣⢾⡰⣇⢾⣰⣇⢾⡰⣇⢾⡸⣇⢾⡴⣇⢾⡰⣇⢇⡸⣧⢻⡔⣧⢾⡸⣠
               │⠇⠘╌⠃⠘╌⠃⠘⠘⠃⠟╌⠃⠘╌⠃⠋⠘⠁⠛⠸⠃⠘⠘⠁⠋⠘⠁⠋⠘⠃⠋⠘⠁⠋⠘⠁⠋⠘⠁⠋⠸⠁⠋⠘⠁⠃⠘╌⠋ request 250m
               │
              0┤
               └──┴00:50───┴01:00──┴01:10──┴01:20───┴01:30──┴01:40
          """)
  }

  @Test func aMarkFarAboveStandsAtTheEdgeAndFlattensNothing() {
    #expect(
      Self.draw(Self.chart("CPU", .cores, [Self.wave], marks: [.init("limit", 8)]), 60, 8) == """
         CPU  420m
         2┤                                                ↑limit 8
          │
         1┤                              ⡆
          │                             ⢠⡇
          │⣠⢦⡴⡤⣆⢴⡤⣦⢄⡤⣠⢦⡴⡤⣆⢴⡤⣦⢄⡤⣠⢦⡴⡤⣆⢴⡤⣦⢄⡼⣧⢦⡴⡤⣆⢴⡤⣦⢄⡤⣠⢦⡴⡤⣆⢴⡤⣦
         0┤⠁       ⠈ ⠁       ⠈ ⠁       ⠈         ⠈ ⠁
          └──┴00:50──┴01:00──┴01:10──┴01:20──┴01:30──┴01:40
        """)
  }

  @Test func theCursorReadsEveryLineAndAGapHasNoValue() {
    #expect(
      Self.draw(
        Self.chart("memory", .bytes, Self.two, marks: [.init("limit", 1_073_741_824)]), 72, 12,
        cursor: Self.to - 2_400_000) == """
           memory
             1Gi┤╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌│╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  limit 1Gi
                │                 │
           768Mi┤                 │
                │                 │
           512Mi┤                 │                 ⢀⣀⣀⣀⣀⣀⣀⡤⠤⠤⠤⠤⠤⠤⠖⠒⠒⠒a
                │        ⢀⣀⣀⣀⣀⡀   │    ⠒⠒⠒⠒⠒⠒⠚⠉⠉⠉⠉⠉⠉⠁
           256Mi┤⠒⠚⠉⠉⠉⠉⠉⠉⠁        │
                │                 │
               0┤⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒b
                └──┴00:50──── 01:06:40 ───────┴01:20───┴01:30───┴01:40
             a app -       b sidecar 50Mi
          """)
  }

  @Test func fourRowsAreEnough() {
    #expect(
      Self.draw(Self.chart("memory", .bytes, Self.two), 60, 4) == """
         memory  a app 529Mi  b sidecar 50Mi
         1Gi┤                                                 ⣀⣀⣀⣀a
           0┤⣒⣒⣒⣒⣒⣒⣒⣒⣒⣒⣒⣒⣒⣂⣀⣀⣀⣀⣀⣀⣀⣀⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣉⣁⣀⣀⣀b
            └──┴00:50───┴01:00───┴01:10───┴01:20───┴01:30───┴01:40
        """)
  }

  @Test func zeroIsALineAtTheFoot() {
    #expect(
      Self.draw(Self.chart("zero", .share, [Self.line { _ in 0 }]), 50, 6) == """
         zero  0%
         100%┤
             │
             │
            0┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
             └─────────┴01:00─────┴01:15─────┴01:30───────
        """)
  }

  @Test func valuesCloseTogetherFarFromZeroAreToldApart() {
    #expect(
      Self.draw(Self.chart("close", .count, [Self.line { 1e9 + Double($0) * 1e4 }]), 50, 8) == """
         close  1G
         +4M┤
            │
         +2M┤                                     ⢀⣀⣀⣠⠤⠤⠤⠒
            │                        ⢀⣀⣀⣠⠤⠤⠤⠒⠒⠒⠋⠉⠉⠁
            │           ⣀⣀⣀⣠⠤⠤⠤⠒⠒⠒⠋⠉⠉⠁
          1G┤⣀⣠⠤⠤⠤⠒⠒⠒⠋⠉⠉⠁
            └──────────┴01:00─────┴01:15─────┴01:30───────
        """)
  }

  @Test func valuesBelowZeroHaveTheirPlace() {
    #expect(
      Self.draw(Self.chart("negative", .none, [Self.line { Double($0) - 100 }]), 50, 8) == """
         negative  140
          200┤                                           ⢀
             │                               ⣀⣀⣀⡤⠤⠤⠔⠒⠒⠚⠉⠉⠉
            0┤                  ⣀⣀⣀⡠⠤⠤⠴⠒⠒⠒⠉⠉⠉
             │     ⢀⣀⣀⣠⠤⠤⠤⠒⠒⠒⠋⠉⠉⠁
             │⠒⠒⠊⠉⠉⠉
         -200┤
             └─────────┴01:00─────┴01:15─────┴01:30───────
        """)
  }

  @Test func oneReadingAloneIsSeenAndIsNotTakenForTheValueOfNow() {
    #expect(
      Self.draw(
        Self.chart("one", .perSecond, [Chart.Line("", [.init(at: Self.to - 600_000, value: 7)])]), 50, 6)
          == """
           one  -
           10/s┤
               │                                    ⠛
               │
              0┤
               └─────────┴01:00─────┴01:15─────┴01:30───────
          """)
  }

  @Test func noReadingsSayWhy() {
    #expect(
      Self.draw(
        Self.chart("none", .perSecond, [], note: "the kubelet of node-1 does not answer: connection refused"),
        50, 7) == """
           none

                  the kubelet of node-1 does not answer:
                            connection refused



          """)
  }

  @Test func noNumberIsTooSmallOrTooBig() {
    #expect(
      Self.draw(Self.chart("tiny", .seconds, [Self.line { 1e-9 * Double($0) }]), 50, 6) + "\n"
        + Self.draw(Self.chart("huge", .none, [Self.line { $0 < 120 ? 1e308 : -1e308 }]), 50, 6) == """
           tiny  0.24us
           0.5us┤
                │
                │                    ⢀⣀⣀⣀⣀⣀⣠⠤⠤⠤⠤⠤⠴⠒⠒⠒⠒⠒⠚⠉⠉⠉⠉
               0┤⣀⣀⣀⠤⠤⠤⠤⠤⠴⠒⠒⠒⠒⠒⠒⠉⠉⠉⠉⠉⠉
                └─────────┴01:00─────┴01:15─────┴01:30──────
           huge  -1e308
            1e200┤⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⢹
                0┤                    ⢸
                 │                     ⡇
           -1e200┤                     ⣇⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
                 └─────────┴01:00────┴01:15─────┴01:30──────
          """)
  }

  @Test(arguments: [(0, 0), (1, 1), (3, 2), (8, 3), (20, 5), (23, 9), (49, 4), (300, 100)])
  func noPlaceIsTooSmall(width: Int, height: Int) {
    let marks = [Chart.Mark("request", 0.1), Chart.Mark("limit", 0.1), Chart.Mark("odd", .nan)]
    let many = (0..<12).map { index in Self.line("line \(index)") { _ in Double(index) } }
    for lines in [[], [Self.wave], Self.two, many, [Self.line { _ in .infinity }]] {
      let text = Self.draw(
        Self.chart("a title that is long", .cores, lines, marks: marks), width, height, cursor: Self.to)
      #expect(text.split(separator: "\n", omittingEmptySubsequences: false).allSatisfy { $0.count <= width })
    }
  }

  @Test func absurdTimesAreDrawnToo() {
    for (from, to) in [(Int64.min, Int64.max), (0, 0), (5, 4), (Int64.max - 1, Int64.max), (-7_200_000, -10)]
    {
      let points = [from, to, 0].map { Chart.Point(at: $0, value: 1) }
      let chart = Chart("t", unit: .none, lines: [Chart.Line("", points)], from: from, to: to)
      #expect(Self.draw(chart, 60, 10, cursor: from).hasPrefix(" t"))
    }
  }

  @Test func linesThatAreTooManyAreCounted() {
    let lines = (0..<11).map { index in Self.line("line-\(index)") { _ in Double(index) } }
    let text = Self.draw(Self.chart("many", .none, lines), 100, 20)
    #expect(text.contains("a line-0 0") && text.contains("h line-7 7") && text.contains("and 3 more lines"))
  }

  @Test(arguments: [
    (0.24, 4, [0, 0.1, 0.2, 0.3]), (1, 4, [0, 0.5, 1]), (7, 4, [0, 2, 4, 6, 8]),
    (0.0003, 3, [0, 0.000_1, 0.000_2, 0.000_3]),
  ])
  func stepsAreEasyToRead(highest: Double, intervals: Int, expected: [Double]) {
    let axis = ValueAxis(
      Self.chart("", .cores, [Self.line { _ in highest }]), rows: intervals * 2 + 1)
    #expect(axis.ticks.map { ($0.value * 1e6).rounded() } == expected.map { ($0 * 1e6).rounded() })
  }

  @Test(arguments: [
    (Int64(300), 40, ["01:42", "01:43", "01:44"]), (86_400, 60, ["06:00", "12:00", "18:00", "Sep 09"]),
    (604_800, 70, ["Sep 03", "Sep 04"]),
  ])
  func timesStandAtRoundMoments(seconds: Int64, columns: Int, first: [String]) {
    let axis = TimeAxis(from: Self.to - seconds * 1_000, to: Self.to, columns: columns, zoneOffsetSeconds: 0)
    let texts = axis.ticks.map(\.text)
    #expect(Array(texts.prefix(first.count)) == first)
    for (tick, next) in zip(axis.ticks, axis.ticks.dropFirst()) {
      #expect(next.column - tick.column > tick.text.count)
    }
  }

  @Test func timesAreLocal() {
    let axis = TimeAxis(
      from: Self.to - 3_600_000, to: Self.to, columns: 40, zoneOffsetSeconds: 5 * 3_600 + 1_800)
    #expect(axis.ticks.first?.text == "06:30" && axis.text(Self.to) == "07:16:40")
  }

  @Test func linesAreNamedByWhatTellsThemApart() {
    #expect(
      SeriesNames.short([#"up{job="a", node="n1"}"#, #"up{job="a", node="n2"}"#]) == [
        #"{node="n1"}"#, #"{node="n2"}"#,
      ])
    #expect(SeriesNames.short([#"a{x="1"}"#, #"b{x="1"}"#]) == ["a", "b"])
    #expect(
      SeriesNames.short([#"a{x="1,\"}", y="2"}"#, #"a{x="1,\"}", y="3"}"#]) == [#"{y="2"}"#, #"{y="3"}"#])
    #expect(SeriesNames.short(["shop", "data"]) == ["shop", "data"])
    #expect(SeriesNames.short(["{", "a{}", "{}"]) == ["{", "a{}", "{}"])
  }
}
