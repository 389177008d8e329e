import Cluster
import Document
import Terminal
import Testing

@testable import ClusterTUI

@Suite struct RolloutScreenTests {
  private static let web = ObjectRef(
    kind: "apps/v1/deployments", namespace: "shop", name: "web", uid: "shop/web")
  private static let now: Int64 = 1_000_000

  private static func template(_ tag: String) -> JSON {
    ["spec": ["containers": [["name": "web", "image": .string("registry.example.com/shop/web:\(tag)")]]]]
  }

  private static func revision(_ number: Int, _ tag: String, _ cause: String) -> Rollout.Revision {
    var revision = Rollout.Revision(number: number, name: "web-\(number)")
    revision.cause = cause
    revision.created = now - Int64(10 - number) * 3_600
    revision.images = ["registry.example.com/shop/web:\(tag)"]
    revision.template = template(tag)
    return revision
  }

  /// Four pods are wanted; of the two new ones one is ready, the other can't get its image.
  private static func stuck() -> Rollout {
    var new = revision(9, "1.5.0", "release 1.5.0: new checkout button")
    (new.isCurrent, new.desired, new.pods, new.ready, new.available) = (true, 4, 2, 1, 1)
    var old = revision(8, "1.4.1", "release 1.4.1")
    (old.desired, old.pods, old.ready, old.available) = (3, 3, 3, 3)
    var rollout = Rollout(
      verdict: .stuck(
        "no progress within 60s: web-9-x2v9k is not available: container web: cannot pull "
          + "registry.example.com/shop/web:1.5.0: not found; it keeps trying; 2 of 4 pods updated, 4 available",
        since: now - 720), revisions: [new, old, revision(3, "1.3.0", "")])
    (rollout.desired, rollout.total, rollout.updated, rollout.ready, rollout.available) = (4, 5, 2, 4, 4)
    (rollout.strategy, rollout.maxSurge, rollout.maxUnavailable) = ("RollingUpdate", 1, 1)
    (rollout.generation, rollout.observedGeneration) = (12, 12)
    (rollout.deadlineSeconds, rollout.progressedAt) = (60, now - 720 - 60)
    var blocker = Rollout.Blocker(
      pod: ObjectRef(kind: "v1/pods", namespace: "shop", name: "web-9-x2v9k", uid: "p1"),
      status: "ImagePullBackOff",
      why: "container web: cannot pull registry.example.com/shop/web:1.5.0: not found; it keeps trying",
      since: now - 780)
    blocker.tone = .bad
    (rollout.blockers, rollout.blockerCount) = ([blocker], 1)
    return rollout
  }

  private func stage(_ rollout: Rollout = Self.stuck()) -> Stage {
    let stage = Stage(command: "deploy")
    stage.tell(Query("apps/v1/deployments"), ["shop/web 4/4"])
    stage.press(.character("R"))
    _ = stage.screen
    tell(rollout, stage)
    return stage
  }

  private func tell(_ rollout: Rollout, _ stage: Stage) {
    stage.reader.tell(.rollout(Self.web, rollout), .phase(.rollout(Self.web), .live))
    stage.session.takeIn()
  }

  @Test func aStuckRolloutSaysWhyFirst() {
    let stage = stage()
    #expect(stage.reader.running.contains(.rollout(Self.web)))
    #expect(
      stage.lines[1...17].joined(separator: "\n") == """
        x STUCK for 12m: no progress within 60s: web-9-x2v9k is not available:
          container web: cannot pull registry.example.com/shop/web:1.5.0: not found; it
          keeps trying; 2 of 4 pods updated, 4 available

          new rev 9  ████▒▒▒▒········      2 of 4: 1 available, 1 not ready, 2 missing
          old rev 8  ████████████          3: 3 available
          surge 1 of 1   unavailable 0 of 1   generation 12 observed   RollingUpdate
          deadline passed 12m ago   █ available  ▓ ready  ▒ not ready  · missing

          WHAT HOLDS IT UP
        x web-9-x2v9k  ImagePullBackOff  13m    container web: cannot pull registry.exa…

          REVISION  AGE    PODS  CAUSE                        IMAGES
        * 9         60m    2     release 1.5.0: new checkou…  shop/web:1.5.0
          8         120m   3     release 1.4.1                shop/web:1.4.1
          3         7h     -     -                            shop/web:1.3.0

        """)
    #expect(stage.lines[22].hasPrefix(" WHY container web: cannot pull registry.example.com/shop/web:1.5.0"))
  }

  @Test func aDeadlineRunsOutEachSecond() {
    var rollout = Self.stuck()
    rollout.verdict = .progressing("2 of 4 pods updated, 4 available")
    rollout.progressedAt = Self.now - 20
    let stage = stage(rollout)
    #expect(stage.screen.contains("~ PROGRESSING: 2 of 4") && stage.screen.contains("deadline in 40s"))
    stage.time.seconds += 3
    #expect(stage.screen.contains("deadline in 37s"))
  }

  @Test func whatIsDoneIsShort() {
    var rollout = Self.stuck()
    rollout.verdict = .done("all 4 pods are updated and available")
    rollout.revisions[1].pods = 0
    rollout.revisions[1].desired = 0
    (rollout.revisions[0].pods, rollout.revisions[0].available, rollout.revisions[0].ready) = (4, 4, 4)
    (rollout.blockers, rollout.blockerCount, rollout.progressedAt) = ([], 0, nil)
    (rollout.total, rollout.updated) = (4, 4)
    let stage = stage(rollout)
    #expect(stage.lines[1] == ". DONE: all 4 pods are updated and available")
    #expect(stage.lines[3] == "  now rev 9  ████████████████      4 of 4: 4 available")
    #expect(!stage.screen.contains("HOLDS") && stage.cursorLine.hasPrefix("* 9"))
  }

  @Test func aPausedOneWithAChangedTemplateHasNoRevisionOfIt() {
    var rollout = Self.stuck()
    rollout.verdict = .paused("paused: 0 of 4 pods have the current template")
    rollout.isPaused = true
    rollout.revisions[0].isCurrent = false
    rollout.template = Self.template("1.6.0")
    let stage = stage(rollout)
    #expect(stage.lines[1].hasPrefix("! PAUSED: paused: 0 of 4"))
    #expect(stage.screen.contains("new        no pod has the template of now"))
    stage.press(.tab, .character("D"))
    #expect(stage.screen.contains("from the template as it is now to revision 9"))
    #expect(
      stage.screen.contains("+   - image: registry.example.com/shop/web:1.5.0"))
  }

  @Test func aPodOpensItsDescriptionAndItsLog() {
    let stage = stage()
    let pod = ObjectRef(kind: "v1/pods", namespace: "shop", name: "web-9-x2v9k", uid: "p1")
    stage.press(.enter)
    _ = stage.screen
    #expect(stage.reader.running.contains(.description(pod)))
    stage.press(.escape, .character("l"))
    _ = stage.screen
    #expect(stage.reader.running.contains(.log(LogQuery(namespace: "shop", pod: "web-9-x2v9k", uid: "p1"))))
  }

  @Test func aRevisionShowsWhatIsOtherInIt() {
    let stage = stage()
    stage.press(.tab, .down, .enter)
    #expect(
      stage.lines[1...6].joined(separator: "\n") == """
        from revision 9 (the current one), release 1.5.0: new checkout button to revisi…

          spec:
            containers:
        -   - image: registry.example.com/shop/web:1.5.0
        +   - image: registry.example.com/shop/web:1.4.1
        """)
  }

  @Test func theCurrentRevisionShowsWhatItChanged() {
    let stage = stage()
    stage.press(.tab, .character("D"))
    #expect(stage.lines[1].hasPrefix("from revision 8, release 1.4.1 to revision 9 (the current one)"))
    #expect(stage.screen.contains("+   - image: registry.example.com/shop/web:1.5.0"))
  }

  @Test func twoMarkedRevisionsAreCompared() {
    let stage = stage()
    stage.press(.tab, .down, .character(" "), .down, .character(" "))
    #expect(stage.screen.contains("+ 8 ") && stage.screen.contains("+ 3 "))
    stage.press(.character("g"), .character("D"))
    #expect(stage.lines[1] == "from revision 3 to revision 8, release 1.4.1")
    stage.press(.escape, .escape)
    #expect(stage.screen.contains("REVISION") && !stage.screen.contains("+ 8 "), "esc takes the marks away")
    stage.press(.escape)
    #expect(stage.lines[0].contains("deployments") && !stage.lines[0].contains("rollout"))
  }

  @Test func theCursorStaysWithItsRevision() {
    let stage = stage()
    stage.press(.tab, .down)
    #expect(stage.cursorLine.hasPrefix("  8"))
    var rollout = Self.stuck()
    (rollout.blockers, rollout.blockerCount) = ([], 0)
    tell(rollout, stage)
    #expect(stage.cursorLine.hasPrefix("  8"))
  }

  @Test func goingBackIsPreviewedOnTheCard() {
    let stage = stage()
    func changes() -> [Change]? { (stage.session.shell.top as? ActionCard)?.changes }
    // On a pod: to the revision before the current one, as kubectl does.
    stage.press(.character("u"))
    #expect(changes() == [Change(.rollback(toRevision: 8), Self.web)])
    stage.press(.escape, .character("G"), .character("u"))
    #expect(changes() == [Change(.rollback(toRevision: 3), Self.web)])
  }

  @Test func goingBackIsRefusedWhereNothingMayBeChanged() {
    let stage = stage()
    stage.session.open(context: "test", namespaces: [], command: "deploy", isReadOnly: true)
    stage.tell(Query("apps/v1/deployments"), ["shop/web 4/4"])
    stage.press(.character("R"))
    _ = stage.screen
    tell(Self.stuck(), stage)
    stage.press(.character("u"))
    #expect(stage.lines[23].contains("this session is read-only"))
  }

  @Test func moreThanFitsIsScrolledBelowTheHead() {
    var rollout = Self.stuck()
    rollout.revisions += (0..<30).map { Self.revision(2 - $0, "0.\($0)", "") }
    let stage = stage(rollout)
    stage.press(.character("G"))
    #expect(stage.lines[1].hasPrefix("x STUCK") && stage.cursorLine.hasPrefix("  -27"))
    stage.height = 8
    #expect(stage.lines[1].hasPrefix("x STUCK") && stage.cursorLine.hasPrefix("  -27"))
    stage.press(.character("g"))
    #expect(stage.cursorLine.hasPrefix("x web-9-x2v9k"))
  }

  @Test func whatMayNotBeReadIsTold() {
    var rollout = Self.stuck()
    rollout.problems = ["pods is forbidden: User \"oncall\" cannot list resource \"pods\""]
    let stage = stage(rollout)
    #expect(stage.lines[4] == "! pods is forbidden: User \"oncall\" cannot list resource \"pods\"")
  }

  @Test func whatIsGoneStaysAsItWasLastSeen() {
    let stage = stage()
    stage.reader.tell(.phase(.rollout(Self.web), .ended(why: "web is not there any more")))
    stage.session.takeIn()
    #expect(stage.screen.contains("web is not there any more: this is how it was last seen"))
    #expect(stage.lines[1].hasPrefix("x STUCK"))
  }

  @Test func aCommandOpensItToo() {
    let stage = Stage()
    stage.enter(":rollout deploy/web shop")
    _ = stage.screen
    let ref = ObjectRef(kind: "apps/v1/deployments", namespace: "shop", name: "web")
    #expect(stage.reader.running.contains(.rollout(ref)) && stage.lines[0].contains("web > rollout"))
    stage.press(.escape)
    stage.enter(":rollout deploy/web")
    #expect(stage.lines[23].contains("in which namespace: rollout deployment/web NAMESPACE"))
    stage.press(.escape)
    stage.enter(":rollout po/web-0 shop")
    #expect(stage.lines[23].contains("pods have no rollouts"))
  }

  // MARK: Whose rollout it is

  @Test(arguments: [
    ("v1/pods", "web-5d9c7b8f6d-x2v9k", ["pod-template-hash": "5d9c7b8f6d"], "deployments/web"),
    (
      "v1/pods", "redis-0",
      ["controller-revision-hash": "redis-65bc4c5d5d", "statefulset.kubernetes.io/pod-name": "redis-0"],
      "statefulsets/redis"
    ),
    ("v1/pods", "log-shipper-q7x2m", ["controller-revision-hash": "6f475b5bdc"], "daemonsets/log-shipper"),
    ("v1/pods", "toolbox", [:], ""),
    ("apps/v1/replicasets", "web-5d9c7b8f6d", ["pod-template-hash": "5d9c7b8f6d"], "deployments/web"),
    ("apps/v1/replicasets", "bare", [:], ""),
  ])
  func podsAndReplicaSetsLeadToTheirWorkload(
    kind: String, name: String, labels: [String: String], owner: String
  ) {
    var writer = RowWriter()
    writer.begin(uid: "u", namespace: "shop", name: name)
    for (key, value) in labels { writer.addLabel(key.utf8, value.utf8) }
    writer.end()
    let ref = RolloutOwner.ref(of: writer.takeBatch().rows[0], kind: kind)
    #expect(ref.map { "\($0.kind.dropFirst(8))/\($0.name)" } ?? "" == owner)
  }
}
