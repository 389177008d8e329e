import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct ChangeDrainTests {
  private func pod(
    _ name: String, owner: String? = "ReplicaSet", labels: JSON = [:], phase: String = "Running",
    emptyDir: Bool = false,
    mirror: Bool = false
  ) -> JSON {
    var pod: JSON = [
      "metadata": [
        "name": .string(name), "namespace": "shop", "uid": .string("uid-" + name), "labels": labels,
      ],
      "spec": ["volumes": emptyDir ? [["name": "tmp", "emptyDir": [:]]] : []],
      "status": ["phase": .string(phase)],
    ]
    if let owner {
      pod["metadata"]["ownerReferences"] = [["kind": .string(owner), "name": "owner", "controller": true]]
    }
    if mirror { pod["metadata"]["annotations"] = ["kubernetes.io/config.mirror": "x"] }
    return pod
  }

  private func budget(allowed: Int) -> JSON {
    [
      "metadata": ["name": "web", "namespace": "shop"], "spec": ["selector": ["matchLabels": ["app": "web"]]],
      "status": ["disruptionsAllowed": .int(allowed)],
    ]
  }

  private func lines(_ pods: [JSON], _ budgets: [JSON] = [], _ draining: Change.Draining = .init())
    -> [String]
  {
    DrainPlan(pods: pods, budgets: budgets, draining).lines.map(\.text)
  }

  @Test func eachPodHasItsFate() {
    let pods = [
      pod("a"), pod("agent", owner: "DaemonSet"), pod("bare", owner: nil), pod("cache", emptyDir: true),
      pod("done", owner: nil, phase: "Succeeded"), pod("etcd", owner: "Node", mirror: true),
      pod("web-1", labels: ["app": "web"]),
    ]
    #expect(
      lines(pods, [budget(allowed: 0)]) == [
        "x KEPT   shop/bare: no controller makes it again",
        "x KEPT   shop/cache: it has local data (emptyDir)",
        "! wait   shop/web-1: disruption budget web allows 0 now", "- evict  shop/a", "- evict  shop/done",
        "  stays  shop/agent: DaemonSet owner", "  stays  shop/etcd: static pod of the node",
      ])
  }

  @Test func whatIsAllowedToBeLostIsEvicted() {
    var draining = Change.Draining()
    (draining.deletesLocalData, draining.deletesUnmanaged) = (true, true)
    #expect(lines([pod("bare", owner: nil, emptyDir: true)], [], draining) == ["- evict  shop/bare"])
    #expect(lines([pod("web-1", labels: ["app": "web"])], [budget(allowed: 1)]) == ["- evict  shop/web-1"])
  }

  @Test func aDrainIsDoneWhenItsPodsAreGone() {
    var state = DrainState(pods: DrainPlan(pods: [pod("a"), pod("b")], budgets: [], .init()).pods)
    #expect(state.toEvict.map(\.name) == ["a", "b"])
    state.answered("uid-a", .taken(.null, warnings: []))
    state.answered(
      "uid-b",
      .refused(
        ErrorAnswer(status: 429, message: "Cannot evict pod as it would violate the pod's disruption budget.")
      ))
    #expect(state.toEvict.map(\.name) == ["b"])
    #expect(
      state.progress.text
        == "0 of 2 pods gone; waiting for shop/b: Cannot evict pod as it would violate the pod's disruption budget."
    )
    state.saw(present: ["uid-b"])
    #expect(state.progress.text.hasPrefix("1 of 2 pods gone; waiting for shop/b"))
    state.answered("uid-b", .taken(.null, warnings: []))
    state.saw(present: [])
    #expect(
      state.isOver && state.progress.state == .done && state.progress.text == "drained: 2 of 2 pods gone")
  }

  @Test func theBudgetThatHoldsItUpIsNamed() {
    var state = DrainState(pods: DrainPlan(pods: [pod("a")], budgets: [], .init()).pods)
    var refusal = ErrorAnswer(
      status: 429, message: "Cannot evict pod as it would violate the pod's disruption budget.")
    refusal.causes = ["The disruption budget web needs 3 healthy pods and has 3 currently"]
    state.answered("uid-a", .refused(refusal))
    #expect(
      state.progress.text
        == "0 of 1 pods gone; waiting for shop/a: The disruption budget web needs 3 healthy pods and has 3 currently"
    )
  }

  @Test func aRefusedEvictionIsNotCalledDone() {
    var state = DrainState(pods: DrainPlan(pods: [pod("a")], budgets: [], .init()).pods)
    state.answered("uid-a", .refused(ErrorAnswer(status: 403, message: "you may not")))
    #expect(state.progress.state == .stuck && state.progress.text == "0 of 1 pods gone; a: you may not")
  }

  @Test func whatCameAfterThePlanWasShownIsLeftAlone() {
    let plan = DrainPlan(pods: [pod("a"), pod("late")], budgets: [], .init()).keeping(to: ["uid-a"])
    #expect(DrainState(pods: plan.pods).toEvict.map(\.name) == ["a"])
    #expect(plan.lines.last?.text == "x KEPT   shop/late: it came after the plan was shown: drain again")
  }

  @Test func aConflictIsNotCalledGone() {
    var state = DrainState(pods: DrainPlan(pods: [pod("a")], budgets: [], .init()).pods)
    state.answered("uid-a", .refused(ErrorAnswer(status: 409, message: "conflict")))
    #expect(!state.isOver && state.toEvict.map(\.name) == ["a"])
  }

  @Test func aKeptPodLeavesTheDrainIncomplete() {
    var state = DrainState(
      pods: DrainPlan(pods: [pod("a"), pod("bare", owner: nil)], budgets: [], .init()).pods)
    state.saw(present: ["uid-bare"])
    #expect(state.isOver && state.progress.state == .stuck)
    #expect(state.progress.text.hasPrefix("1 of 1 pods gone; 1 kept"))
  }
}
