import Cluster
import Terminal
import Testing

@testable import ClusterTUI

@Suite struct PulseScreenTests {
  static let events: Kind = {
    var kind = Kind(
      id: "v1/events", name: "Event", role: .event, abilities: [],
      columns: [
        Column("LAST SEEN", .age), Column("TYPE"), Column("REASON"), Column("OBJECT"), Column("MESSAGE"),
      ], children: .reference)
    kind.showsName = false
    return kind
  }()

  func stage(width: Int = 80, height: Int = 24, namespaces: [String] = []) -> Stage {
    let stage = Stage(
      namespaces: namespaces,
      kinds: [Stage.pods, Stage.deployments, Stage.namespaces, HeatScreenTests.nodes, Self.events])
    (stage.width, stage.height) = (width, height)
    stage.enter(":pulse")
    return stage
  }

  /// Twelve pods of one ReplicaSet that crash, one alone, and one that waits.
  func tell(_ stage: Stage, _ query: Query = Stage.allPods) {
    var writer = RowWriter()
    writer.beginList()
    func pod(_ name: String, _ tone: Tone, _ reason: String = "", owner: String = "") {
      writer.begin(uid: name, namespace: "shop", name: name, created: stage.time.seconds - 3_600)
      for cell in ["1/1", "Running", "0", "10.0.0.1"] { writer.cell(cell) }
      writer.tone = tone
      if !reason.isEmpty { writer.setReason(reason) }
      if !owner.isEmpty { writer.setOwner(owner.utf8) }
      writer.end()
    }
    for index in 0..<60 { pod("good-\(index)", .good) }
    for index in 10..<22 {
      pod("web-\(index)", .bad, "container app: exit 1 \(Moment.mark(stage.time.seconds - 42))", owner: "rs")
    }
    pod("lonely", .bad, "container app: cannot pull shop/app:2: not found")
    pod("big", .pending, "no node has 64 CPUs free")
    writer.completeList()
    stage.reader.tell(.rows(query, writer.takeBatch()), .phase(.rows(query), .live))
    stage.tell(Query("apps/v1/deployments"), ["shop/web 0/12", "shop/api 1/1"])
    stage.tell(Query("v1/nodes"), ["node-1 Ready 4 16Gi 110", "node-2 Ready 4 16Gi 110"])
    _ = stage.screen
    var batch = UsageBatch()
    for name in ["node-1", "node-2"] {
      var usage = ResourceUsage(at: stage.time.seconds - 8)
      (usage.cpu, usage.memory) = (1, 4_294_967_296)
      batch.readings.append((UsageKey(namespace: "", name: name), usage))
    }
    stage.reader.tell(.usage(HeatScreen.usage, batch), .phase(.usage(HeatScreen.usage), .live))
    var events = RowWriter()
    events.beginList()
    for (index, age) in [(0, 60), (1, 30), (2, 4_000)] {
      events.begin(
        uid: "e\(index)", namespace: "shop", name: "e\(index)", created: stage.time.seconds - Int64(age))
      events.cell(moment: stage.time.seconds - Int64(age))
      for cell in ["Warning", "BackOff", "pod/web-10", "Back-off restarting"] { events.cell(cell) }
      events.tone = .pending
      events.setReason("Back-off restarting failed container \(index)")
      events.setDrill("v1/pods shop web-10")
      events.end()
    }
    events.completeList()
    let eventQuery = Query("v1/events", namespaces: query.namespaces)
    stage.reader.tell(.rows(eventQuery, events.takeBatch()), .phase(.rows(eventQuery), .live))
    stage.session.takeIn()
  }

  @Test func whatIsInTroubleStandsThereWithItsReason() {
    let stage = stage()
    #expect(stage.lines[1] == " all namespaces" && stage.screen.contains("looking…"))
    tell(stage)
    #expect(
      stage.lines[1...8].joined(separator: "\n") == """
         all namespaces   CPU 2 of 8 (25%)   memory 8Gi of 32Gi (25%)
         . nodes                 2 ━━━━━━━━━━━  . deployments           2 ━━━━━━━━━━━
         x pods             14!/74 ━━━━━━━━xx!  ! warnings       2 in 10m

         x pod shop/web-10 and 11 more  container app: exit 1 42s ago
         x pod shop/lonely              container app: cannot pull shop/app:2: not found
         ! pod shop/big                 no node has 64 CPUs free
         ! pod/web-10, 2 events         BackOff: Back-off restarting failed container 1
        """)
    #expect(stage.lines[0].contains(" 14! "))
  }

  @Test func enterOpensAKindWithWhatIsInTrouble() {
    let stage = stage()
    tell(stage)
    stage.press(.down, .enter)
    #expect(stage.lines[0].contains("pulse > pods") && stage.lines[0].contains("in trouble 14 of 74"))
    stage.press(.escape)
    #expect(stage.lines[0].contains("> pulse"))
    stage.press(.right, .enter)
    #expect(stage.lines[0].contains("pulse > events"))
  }

  @Test func whatIsInTroubleCanBeOpened() {
    let stage = stage()
    tell(stage)
    stage.press(.tab)
    #expect(stage.lines[22] == " WHY container app: exit 1 42s ago")
    stage.press(.character("l"))
    #expect(stage.lines[0].contains("pulse > web-10"))
    stage.press(.escape, .down, .enter)
    let ref = ObjectRef(kind: "v1/pods", namespace: "shop", name: "lonely", uid: "lonely")
    #expect(stage.reader.running.contains(.description(ref)))
  }

  @Test func theCursorStaysOnItsGroup() {
    let stage = stage()
    tell(stage)
    stage.press(.tab, .down)
    #expect(stage.lines[22].contains("cannot pull"))
    stage.time.milliseconds += 2_000
    for index in 10..<22 { stage.remove(Stage.allPods, "web-\(index)") }
    #expect(stage.lines[22].contains("cannot pull") && stage.lines[5].contains("shop/lonely"))
    #expect(stage.screen.contains("2!/62") && !stage.screen.contains("11 more"))
  }

  @Test func whatMayNotBeListedSaysSo() {
    let stage = stage()
    tell(stage)
    stage.reader.tell(
      .phase(.rows(Query("v1/nodes")), .refused(status: 403, why: "nodes is forbidden: you may not list it")))
    stage.session.takeIn()
    #expect(stage.lines[2].hasPrefix(" ? nodes           refused"))
    #expect(stage.lines[22] == " nodes is forbidden: you may not list it")
  }

  @Test func namespacesAreFollowed() {
    let stage = stage(namespaces: ["shop"])
    let query = Query("v1/pods", namespaces: ["shop"])
    tell(stage, query)
    #expect(stage.lines[1].hasPrefix(" in shop   CPU") && stage.reader.running.contains(.rows(query)))
    stage.press(.character("0"))
    #expect(stage.lines[0].contains("> pulse") && stage.lines[1].hasPrefix(" all namespaces"))
    #expect(stage.reader.running.contains(.rows(Stage.allPods)))
  }

  @Test func aWideScreenDrawsTheCluster() {
    let stage = stage(width: 160, height: 40)
    tell(stage)
    stage.reader.tell(
      .chart(PulseScreen.chart, ChartScreenTests.board(3)), .phase(.chart(PulseScreen.chart), .live))
    stage.session.takeIn()
    #expect(stage.lines[2].contains(" CPU  web-1 240m") && stage.screen.contains(" memory  web-1 240Mi"))
    (stage.width, stage.height) = (80, 50)
    #expect(stage.lines.contains { $0.hasPrefix("  CPU  web-1 240m") })
  }

  @Test(arguments: [(20, 5), (1, 1), (38, 3), (200, 60), (80, 9)])
  func noScreenIsTooSmall(width: Int, height: Int) {
    let stage = stage(width: width, height: height)
    for _ in 0..<2 {
      for key: Key in [.down, .right, .tab, .character("G"), .pageUp, .left, .pageDown, .character("g")] {
        stage.press(key)
        #expect(stage.lines.count == height)
      }
      tell(stage)
    }
  }

  @Test func tenThousandPodsCostAFrameLittle() {
    let stage = stage()
    var rows: [String] = (0..<10_000).map { "shop/pod-\($0) 1/1 Running 0" }
    rows[7] = "shop/pod-7 0/1 CrashLoopBackOff 3"
    stage.tell(Stage.allPods, rows, reason: "exit 1")
    #expect(stage.screen.contains("1!/10000") && stage.screen.contains("pod shop/pod-7"))
    stage.time.milliseconds += 2_000
    stage.tell(Stage.allPods, ["shop/pod-7 1/1 Running 4"], begins: false, completes: false)
    stage.reader.tell(.phase(.rows(Stage.allPods), .live))
    stage.session.takeIn()
    #expect(stage.screen.contains(" 10000 ") && !stage.screen.contains("pod shop/pod-7"))
  }
}
