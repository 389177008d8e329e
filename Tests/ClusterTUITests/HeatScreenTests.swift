import Cluster
import Terminal
import Testing

@testable import ClusterTUI

@Suite struct HeatScreenTests {
  static let nodes: Kind = {
    var kind = Kind(
      id: "v1/nodes", name: "Node", short: ["no"], namespaced: false, role: .node,
      columns: [
        Column("STATUS", .status), Column("CPU", .measure(.cpu)), Column("CPU/A", .number),
        Column("MEM/A", .number), Column("PODS/A", .number),
      ])
    kind.children = .fields("v1/pods")
    return kind
  }()

  static let query = Query("v1/nodes")

  func stage(_ count: Int, width: Int = 80, height: Int = 24, readings: Int? = nil) -> Stage {
    let stage = Stage(kinds: [Stage.pods, Self.nodes, Stage.namespaces])
    (stage.width, stage.height) = (width, height)
    stage.enter(":heat")
    let names = (0..<count).map(Self.name)
    stage.tell(Self.query, names.map { "\($0) Ready 4 16Gi 110" })
    _ = stage.screen
    var batch = UsageBatch()
    batch.source.name = "kubelets, every 15 s"
    for (index, name) in names.prefix(readings ?? count).enumerated() {
      var usage = ResourceUsage(at: stage.time.seconds - 8)
      (usage.cpu, usage.memory) = (Double(index * 37 % 100) * 0.04, Double(index * 61 % 100) * 171_798_692)
      usage.cpuTrend = (0..<8).map { Float($0) * 0.1 }
      batch.readings.append((UsageKey(namespace: "", name: name), usage))
    }
    stage.reader.tell(.usage(HeatScreen.usage, batch), .phase(.usage(HeatScreen.usage), .live))
    stage.session.takeIn()
    return stage
  }

  private static func name(_ index: Int) -> String {
    "harbour-\(String(1_000 + index).dropFirst()).example.net"
  }

  @Test func aFewNodesAreBigTiles() {
    let stage = stage(5, readings: 4)
    #expect(
      stage.lines[1...9].joined(separator: "\n") == """
          CPU  memory  pods   4.88 of 16 (31%) without 1  by name  harbour-*.example.net
        [ 000                   0%] 001                  37%  002                  74%
        [ 0m of 4                 ] 1.48 of 4                 2.96 of 4
        [ ▁▂▃▄▅▆▇█                ] ▁▂▃▄▅▆▇█                  ▁▂▃▄▅▆▇█

          003                  11%  004                    -
          440m of 4
          ▁▂▃▄▅▆▇█

        """)
    #expect(stage.lines[21] == " . 000 Ready  CPU 0m of 4 (0%)  mem 0 of 16Gi (0%)")
    #expect(stage.lines[22] == " CPU and memory from kubelets, every 15 s, newest 8s ago")
  }

  @Test func manyNodesAreOneRowEachAndScroll() {
    let stage = stage(500)
    #expect(stage.lines[2].hasPrefix("[ 000    0%] 001   37%  002   74%"))
    #expect(!stage.screen.contains("499"))
    stage.press(.character("G"))
    #expect(stage.screen.contains("499") && stage.lines[21].hasPrefix(" . 499 "))
    stage.press(.up)
    #expect(stage.lines[21].hasPrefix(" . 492 "))
  }

  @Test func colourIsNeverTheOnlySign() {
    let stage = stage(5)
    stage.tell(
      Self.query, ["harbour-001.example.net CrashLoopBackOff 4 16Gi 110"], begins: false, completes: false,
      reason: "not ready: the kubelet stopped posting its status")
    let row = stage.lines[2]
    #expect(row.contains("x001"))
    stage.press(.right)
    #expect(stage.lines[22] == " WHY not ready: the kubelet stopped posting its status")
  }

  @Test func anotherMeasureIsAKeyAway() {
    let stage = stage(5)
    stage.press(.character("t"))
    #expect(stage.lines[2].contains("001                  61%"))
    stage.press(.character("t"))
    #expect(stage.reader.running.contains(.rows(Query("v1/pods"))))
    stage.press(.character("C"))
    #expect(stage.lines[2].contains("001                  37%"))
  }

  @Test func theBusiestComeFirst() {
    let stage = stage(60)
    stage.press(.character("s"), .character("g"))
    #expect(stage.lines[2].hasPrefix("[ 027   99%] 054   98%  008   96%"))
  }

  @Test func keysLeadToPodsAndCharts() {
    let stage = stage(5)
    stage.press(.character("m"))
    let node = ObjectRef(
      kind: "v1/nodes", namespace: "", name: "harbour-000.example.net", uid: "harbour-000.example.net")
    #expect(stage.reader.running.contains(.chart(ChartQuery(.object(node)))))
    stage.press(.escape, .enter)
    #expect(stage.lines[0].contains("heat > harbour-000.example.net > pods"))
  }

  @Test func withoutUsageItSaysWhy() {
    let stage = stage(5, readings: 0)
    stage.reader.tell(
      .phase(.usage(HeatScreen.usage), .refused(status: 403, why: "you may not get nodes/proxy")))
    stage.session.takeIn()
    #expect(stage.lines[22] == " no CPU and memory: you may not get nodes/proxy")
    #expect(stage.lines[2].contains("000                    -"))
  }

  @Test func podsAreCountedByNode() {
    var pods = Stage.pods
    pods.columns = [Column("STATUS", .status), Column("NODE")]
    let stage = Stage(kinds: [pods, Self.nodes, Stage.namespaces])
    stage.enter(":hm")
    stage.tell(Self.query, ["one Ready 4 16Gi 4", "two Ready 4 16Gi 8"])
    stage.press(.character("P"))
    _ = stage.screen
    stage.tell(Stage.allPods, ["shop/a Running one", "shop/b Running one", "shop/c Running two"])
    #expect(
      stage.lines[2].contains("one") && stage.lines[2].contains("50%") && stage.lines[2].contains("13%"))
  }

  @Test func namesLoseWhatTheyShare() {
    func short(_ names: [String]) -> [String] {
      let short = ShortNames(names)
      return names.map(short.short) + [short.pattern]
    }
    #expect(
      short(["ip-10-0-1-7.internal", "ip-10-0-2-77.internal"]) == ["1-7", "2-77", "ip-10-0-*.internal"])
    #expect(short(["node-1", "node-1a"]) == ["1", "1a", "node-*"])
    #expect(short(["a", "b"]) == ["a", "b", ""])
    #expect(short(["one"]) == ["one", ""])
    #expect(short(["x-", "x-1"]) == ["x-", "x-1", ""])
  }

  @Test(arguments: [(20, 5), (1, 1), (9, 3), (200, 60), (40, 4)])
  func noScreenIsTooSmall(width: Int, height: Int) {
    for count in [0, 1, 37] {
      let stage = stage(count, width: width, height: height)
      for key: Key in [
        .right, .down, .character("G"), .character("s"), .character("t"), .character("P"), .pageUp, .left,
      ] {
        stage.press(key)
        #expect(stage.lines.count == height)
      }
    }
  }
}
