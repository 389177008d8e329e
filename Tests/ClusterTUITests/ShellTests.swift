import Cluster
import Terminal
import Testing

@testable import ClusterTUI

@Suite struct ShellTests {
  @Test func theCommandCompletesKinds() {
    let stage = Stage()
    stage.type(":dep")
    #expect(stage.lines.last?.hasPrefix(":deployments") == true)
    stage.press(.tab, .enter)
    #expect(stage.lines[0].contains("> deployments"))
    #expect(stage.reader.running.contains(.rows(Query("apps/v1/deployments"))))
  }

  @Test(arguments: ["po", "pod", "pods", "Pod"]) func kindsHaveManyNames(name: String) {
    let stage = Stage(command: "deploy")
    stage.enter(":\(name)")
    #expect(stage.lines[0].contains("> pods"))
  }

  @Test func aCommandNamesNamespacesAndAFilter() {
    let stage = Stage()
    stage.enter(":deploy shop,data /web front")
    let query = Query("apps/v1/deployments", namespaces: ["shop", "data"])
    #expect(stage.reader.running.contains(.rows(query)))
    stage.tell(query, ["shop/web-1 1/1", "shop/api 1/1"])
    #expect(stage.lines[0].hasPrefix(" test > shop,data > deployments"))
    #expect(stage.lines[0].contains("0 of 2"))
  }

  @Test func whatCannotBeListedIsNotOffered() {
    var containers = Kind(id: "containers", name: "Container", short: ["co"], role: .container)
    var review = Kind(id: "authorization.k8s.io/v1/subjectaccessreviews", name: "SubjectAccessReview")
    (containers.canList, review.canList) = (false, false)
    var catalog = Catalog()
    catalog.add([containers, review])
    #expect(catalog.names(startingWith: "co") == ["contexts"])
    func problem(_ text: String) -> String {
      if case .unknown(let problem) = Command.parse(text, catalog) { problem } else { "none" }
    }
    #expect(problem("co") == "containers are shown from their pod: choose one of :pods and press enter")
    #expect(problem("subjectaccessreview") == "the server does not list subjectaccessreviews")
  }

  @Test func aMistypedKindGetsItsNearestName() {
    let stage = Stage()
    stage.tell(Stage.allPods, [])
    _ = stage.screen
    stage.reader.tell(.kinds([]))
    stage.session.takeIn()
    stage.enter(":deploymets")
    #expect(stage.lines.last?.contains("no kind or command 'deploymets': did you mean deployments?") == true)
    stage.press(.down)
    #expect(stage.lines.last?.contains("did you mean") == false, "an error stays until a key is pressed")
  }

  @Test func aKindOfTheServersIsOpenedOnceItsKindsAreKnown() {
    let stage = Stage()
    stage.enter(":widgets")
    #expect(stage.reader.running.contains(.kinds))
    stage.reader.tell(.kinds([Kind(id: "example.com/v1/widgets", name: "Widget")]))
    stage.session.takeIn()
    #expect(stage.lines[0].contains("> widgets"))
  }

  @Test func digitsChooseNamespaces() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["a/one 1/1 Running 0"])
    _ = stage.screen
    stage.tell(Query("v1/namespaces"), ["data Active", "shop Active"])
    stage.press(.character("2"))
    #expect(stage.reader.running.contains(.rows(Query("v1/pods", namespaces: ["shop"]))))
    stage.press(.character("0"))
    #expect(stage.reader.running.contains(.rows(Stage.allPods)))
  }

  @Test func whereTheDigitsLeadIsSaid() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["shop/web-1 1/1 Running 0"])
    stage.tell(Stage.allPods, ["shop/web-1 1/1 Running 0"])
    _ = stage.screen
    stage.tell(Query("v1/namespaces"), ["data Active", "shop Active"])
    stage.press(.character("2"))
    #expect(stage.screen.contains("0 all  1 data  2 shop"))
    stage.press(.character("?"))
    stage.height = 60
    #expect(stage.lines.contains { $0.split(separator: " ") == ["2", "shop"] })
  }

  /// As the table of namespaces asks for them.
  private static let countedNamespaces: Query = {
    var query = Query("v1/namespaces")
    query.countsPods = true
    return query
  }()

  @Test func enterOnANamespaceShowsItsPods() {
    let stage = Stage(command: "ns")
    stage.tell(Self.countedNamespaces, ["data Active", "shop Active"])
    stage.press(.down, .enter)
    #expect(stage.reader.running.contains(.rows(Query("v1/pods", namespaces: ["shop"]))))
  }

  @Test func markedNamespacesAreShownTogether() {
    let stage = Stage(command: "ns")
    stage.tell(Self.countedNamespaces, ["data Active", "ops Active", "shop Active"])
    stage.press(.character(" "), .down, .character(" "), .enter)
    #expect(stage.reader.running.contains(.rows(Query("v1/pods", namespaces: ["data", "shop"]))))
  }

  @Test func aSelectorMayHoldBlanks() throws {
    func labels(_ command: String) -> String? {
      let stage = Stage(command: command)
      let queries = stage.reader.running.compactMap { if case .rows(let query) = $0 { query } else { nil } }
      return queries.first { $0.kind == "v1/pods" && !$0.labelSelector.isEmpty }
        .map { "\($0.labelSelector) @\($0.namespaces.joined(separator: ","))" }
    }
    #expect(labels("pods -l app=web shop") == "app=web @shop")
    #expect(labels("pods -l tier in (web, api),app shop") == "tier in (web, api),app @shop")
    #expect(labels("pods -l tier notin (web) -n data") == "tier notin (web) @data")
    #expect(labels("pods -l 'app = web' shop") == "app = web @shop")
    #expect(Stage(command: "pods -l").screen.contains("-l wants labels"))
  }

  @Test func aLostConnectionIsExplainedOnEveryScreen() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["shop/web-1 1/1 Running 0"])
    stage.press(.character("l"))
    let query = LogQuery(namespace: "shop", pod: "web-1", uid: "shop/web-1")
    stage.reader.tell(
      .log(query, LogChunk(sources: ["app"])),
      .phase(.log(query), .stale(since: 999_990, why: "connection reset")))
    stage.session.takeIn()
    #expect(stage.lines[0].contains("data 10 s old") && stage.screen.contains("connection reset"))
  }

  @Test func whatTheStartLeftBehindIsTheCodeOfFiles() {
    let maps = """
      55d0a0000000-55d0a0400000 r-xp 00000000 fe:00 12 /usr/bin/clustertui
      55d0a0400000-55d0a0500000 r--p 00400000 fe:00 12 /usr/bin/clustertui
      7f0000000000-7f0000001000 r-xp 00000000 00:00 0 [vdso]
      7f0000002000-7f0000003000 r-xp 00000000 00:00 0
      7f0000004000-7f0000005000 rwxp 00000000 fe:00 13 /usr/lib/odd.so
      nonsense
      """
    #expect(StartupPages.codeRanges(maps) == [0x55d0_a000_0000..<0x55d0_a040_0000])
  }

  @Test func contextsAreListedAndSwitched() {
    let stage = Stage()
    stage.enter(":ctx")
    #expect(stage.screen.contains("test"))
    stage.press(.enter)
    #expect(stage.lines[0].contains("test > all > problems"))
  }

  @Test func theContextInUseIsMarked() {
    let stage = Stage()
    stage.enter(":ctx")
    #expect(
      stage.lines[1].contains("CURRENT")
        && stage.lines[2].split(separator: " ") == [".", "test", "*", "c", "u"])
  }

  @Test func aMistypedContextLosesNothing() {
    let stage = Stage()
    stage.tell(Stage.allPods, ["a/one 1/1 Running 0"])
    stage.enter(":pods @tset")
    #expect(stage.screen.contains("there is no context 'tset': did you mean test?"))
    #expect(stage.screen.contains("one") && stage.reader.running.contains(.rows(Stage.allPods)))
  }

  @Test func questionMarkTellsTheKeysOfTheScreen() {
    let stage = Stage()
    stage.height = 60
    stage.press(.character("?"))
    #expect(stage.screen.contains("On this screen") && stage.screen.contains("previous log"))
    stage.press(.escape)
    #expect(stage.lines[0].contains("> pods"))
  }

  @Test func controlCQuits() {
    let stage = Stage()
    stage.press(.control("c"))
    guard case .quit? = stage.session.takePending().first else {
      Issue.record("ctrl-c did not quit")
      return
    }
  }

  @Test func aScreenIsPreparedOnceAFrameUnlessARemarkTakesARow() {
    final class Seen { var heights: [Int] = [] }
    struct Counting: Screen {
      let seen: Seen
      let hasRemark: Bool
      var crumb: String { "counting" }
      var keyHints: [KeyHint] { [] }
      func needs(_ world: World) -> Set<Need> { [] }
      func remark(_ world: World) -> Remark? {
        hasRemark && !seen.heights.isEmpty ? Remark(text: "x", tone: .bad) : nil
      }
      mutating func prepare(_ world: World, area: Rect) { seen.heights.append(area.height) }
      func draw(on canvas: inout Canvas, area: Rect, world: World) {}
      mutating func handle(_ key: Key, world: World) -> Reaction { .none }
    }
    for (hasRemark, heights) in [(false, [22, 22]), (true, [22, 21, 21])] {
      let seen = Seen()
      var shell = Shell([Counting(seen: seen, hasRemark: hasRemark)])
      for _ in 0..<2 { shell.prepare(World(), width: 80, height: 24) }
      #expect(seen.heights == heights)
    }
  }

  @Test func aWideTerminalShowsDetailAfterARest() {
    let stage = Stage()
    stage.width = 200
    stage.tell(
      Stage.allPods, ["a/one 0/1 CrashLoopBackOff 3", "a/two 1/1 Running 0"],
      reason: "container app: exit 1 \(Moment.mark(999_990))")
    #expect(stage.lines[1].contains("Why  Events  Logs  YAML  Describe"))
    #expect(stage.lines[3].contains("│  container app: exit 1 10s ago"))
    stage.press(.tab, .tab, .tab)
    _ = stage.screen
    let ref = ObjectRef(kind: "v1/pods", namespace: "a", name: "one", uid: "a/one")
    #expect(stage.reader.running.contains(.object(ref)))
    stage.press(.down)
    _ = stage.screen
    #expect(stage.reader.running.contains(.object(ref)), "the cursor has not rested yet")
    stage.time.milliseconds += 151
    _ = stage.screen
    let next = ObjectRef(kind: "v1/pods", namespace: "a", name: "two", uid: "a/two")
    #expect(stage.reader.running.contains(.object(next)) && !stage.reader.running.contains(.object(ref)))
  }
}
