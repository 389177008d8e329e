import Cluster
import Terminal
import Testing

@testable import ClusterTUI

@Suite struct MeasuredTests {
  /// Pods with what Kubernetes' pods have: a cell for requests and limits, and measured columns.
  private static let pods: Kind = {
    var kind = Kind(
      id: "v1/pods", name: "Pod", short: ["po"], role: .instance, abilities: [.describe],
      columns: [
        Column("STATUS", .status, priority: 10), Column("CPU", .measure(.cpu), priority: 6),
        Column("%CPU/L", .measure(.cpuOfLimit), priority: 6), Column("MEM", .measure(.memory), priority: 6),
        Column("%MEM/L", .measure(.memoryOfLimit), priority: 6),
        Column("CPU TREND", .measure(.cpuTrend), priority: 3),
        Column("THROTTLED", .measure(.throttled), wide: true),
        Column("CPU/R:L", wide: true), Column("MEM/R:L", wide: true), .labels,
      ])
    kind.children = .containers
    return kind
  }()

  private static let usage = UsageQuery(Stage.allPods)

  private func stage() -> Stage {
    let stage = Stage(kinds: [Self.pods, Stage.namespaces])
    stage.height = 9
    stage.tell(
      Stage.allPods,
      [
        "shop/api Running 100m:500m 64Mi:256Mi", "shop/web Running -:- 64Mi:-",
        "shop/new Pending 100m:- 64Mi:64Mi",
      ])
    _ = stage.screen
    return stage
  }

  private func tell(
    _ stage: Stage, _ readings: [(String, cpu: Double, memory: Double)], source: String = "kubelets"
  ) {
    var batch = UsageBatch()
    batch.source.name = source
    for (name, cpu, memory) in readings {
      var usage = ResourceUsage(at: stage.time.seconds)
      (usage.cpu, usage.memory) = (cpu, memory)
      usage.cpuTrend = [0.1, 0.2, 0.4, 0.3].map { Float($0 * cpu) }
      batch.readings.append((UsageKey(namespace: "shop", name: name), usage))
    }
    stage.reader.tell(.usage(Self.usage, batch), .phase(.usage(Self.usage), .live))
    stage.session.takeIn()
  }

  @Test func readingsStandBesideTheRowsWithSharesOfTheirLimits() {
    let stage = stage()
    tell(stage, [("api", 0.46, 250 * 1_048_576), ("web", 1.5, 1_288_490_189)])
    #expect(
      stage.screen == """
         test > all > pods  3                                               live  14:02
          NAMESPACE↑ NAME STATUS   CPU %CPU/L   MEM %MEM/L AGE
        . shop       api  Running 460m    92% 250Mi    98% 60m
        . shop       new  Pending    -      -     -      - 60m
        . shop       web  Running  1.5      - 1.2Gi      - 60m


         CPU and memory from kubelets, newest 0s ago
         : command  enter containers  d describe  . actions  w why  / filter  ? help
        """)
    // What comes close to its limit stands out.
    let columns = stage.lines[2].distance(
      from: stage.lines[2].startIndex, to: stage.lines[2].firstIndex(of: "%")!)
    #expect(stage.canvas.style(x: columns, y: 2).bold)
  }

  @Test func nothingIsReadBeforeTheRowsAreThere() {
    let stage = Stage(kinds: [Self.pods, Stage.namespaces])
    _ = stage.screen
    #expect(!stage.reader.running.contains(.usage(Self.usage)))
    stage.tell(Stage.allPods, ["shop/api Running"])
    _ = stage.screen
    #expect(stage.reader.running.contains(.usage(Self.usage)))
  }

  @Test func theBusiestComeFirstAndWhatIsNotKnownLast() {
    let stage = stage()
    tell(stage, [("api", 0.1, 1_000), ("web", 0.5, 1_000)])
    stage.press(.character("C"))
    #expect(stage.lines[2...4].map { $0.split(separator: " ")[2] } == ["web", "api", "new"])
    // Rows do not jump with each reading, but every few seconds.
    tell(stage, [("api", 0.9, 1_000)])
    #expect(stage.lines[2...4].map { $0.split(separator: " ")[2] } == ["web", "api", "new"])
    stage.time.milliseconds += 6_000
    tell(stage, [("api", 0.9, 2_000)])
    #expect(stage.lines[2...4].map { $0.split(separator: " ")[2] } == ["api", "web", "new"])
    stage.press(.character("C"))
    #expect(stage.lines[2...4].map { $0.split(separator: " ")[2] } == ["new", "web", "api"])
  }

  @Test func anOldReadingIsTakenForNone() {
    let stage = stage()
    tell(stage, [("api", 0.46, 1_000_000)])
    #expect(stage.screen.contains("460m"))
    stage.time.seconds += UsageTable.maxAgeSeconds + 1
    #expect(!stage.screen.contains("460m"))
  }

  @Test func theWideFormAsksForMoreAndShowsIt() {
    let stage = stage()
    (stage.width, stage.height) = (140, 9)
    stage.press(.control("w"))
    var detailed = Self.usage
    detailed.isDetailed = true
    _ = stage.screen
    #expect(stage.reader.running.contains(.usage(detailed)))
    #expect(!stage.reader.running.contains(.usage(Self.usage)))
    var batch = UsageBatch()
    var usage = ResourceUsage(at: stage.time.seconds)
    (usage.cpu, usage.throttled) = (0.5, 0.62)
    usage.cpuTrend = [0, 0.25, 0.5]
    batch.readings = [(UsageKey(namespace: "shop", name: "api"), usage)]
    stage.reader.tell(.usage(detailed, batch))
    stage.session.takeIn()
    #expect(stage.lines[2].contains("▁▄▆"), "the last readings as a graph: \(stage.lines[2])")
    #expect(stage.lines[2].contains("62%"))
    #expect(stage.lines[2].contains("100m:500m"))
  }

  @Test func whoMayNotReadKubeletsIsToldSo() {
    let stage = stage()
    stage.reader.tell(.phase(.usage(Self.usage), .refused(status: 403, why: "you may not get nodes/proxy")))
    stage.session.takeIn()
    #expect(stage.screen.contains("no CPU and memory: you may not get nodes/proxy"))
  }
}

@Suite struct FigureTests {
  @Test(arguments: [
    (0.0 as Double, "0m" as String), (0.0004, "0m"), (0.25, "250m"), (0.9994, "999m"), (1.0, "1"),
    (1.5, "1.5"), (12.34, "12.3"),
    (160, "160"),
  ])
  func coresAreThousandthsBelowOne(value: Double, text: String) { #expect(Figure.cores(value) == text) }

  @Test(arguments: [
    (0.0 as Double, "0" as String), (512, "512"), (1_023.6, "1Ki"), (65_536, "64Ki"), (104_543_028, "100Mi"),
    (1_073_427_251, "1Gi"), (2_813_203_580, "2.6Gi"), (1_649_267_441_664, "1.5Ti"),
  ])
  func bytesAreShort(value: Double, text: String) { #expect(Figure.shortBytes(value) == text) }

  @Test(arguments: [
    (0.07 as Double, "7%" as String), (1.2, "120%"), (Double.nan, "-"), (Double.infinity, "-"),
  ])
  func sharesAreWholePercents(value: Double, text: String) { #expect(Figure.share(value) == text) }

  private static let figures: [(unit: Chart.Unit, value: Double, text: String)] = [
    (.bytesPerSecond, 2_048, "2Ki/s"), (.seconds, 0.0125, "12.5ms"), (.seconds, 0, "0s"),
    (.count, 12_345, "12.3k"), (.perSecond, 0.004, "4e-3/s"), (.none, -1.25, "-1.25"),
    (.none, 1e300, "1e300"),
  ]

  @Test func everyUnitHasItsForm() {
    for figure in Self.figures { #expect(Figure.text(figure.value, figure.unit) == figure.text) }
  }

  @Test func aSparklineIsAsWideAsAskedForAndLeavesGapsOpen() {
    #expect(Sparkline.text([0, .nan, 1, 0.5], columns: 6) == "  ▁ █▅")
    #expect(Sparkline.text([], columns: 3) == "   ")
    #expect(Sparkline.text([1, 2, 3, 4], columns: 2) == "▆█")
    #expect(Sparkline.text([0.001], columns: 1, ceiling: 1) == "▁")
  }
}
