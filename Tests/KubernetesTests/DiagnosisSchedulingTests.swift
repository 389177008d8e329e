import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct DiagnosisSchedulingTests {
  @Test func theSchedulersMessageIsTakenApart() {
    let said = SchedulerMessage(
      "0/6 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {a: b}, 3 node(s) were unschedulable. "
        + "preemption: 0/6 nodes are available: 6 Preemption is not helpful for scheduling.")
    #expect(said.nodes == 6)
    #expect(said.words == "1 lacks cpu, 2 have the taint a=b, 3 are cordoned")
    #expect(said.preemption == "0/6 nodes are available: 6 Preemption is not helpful for scheduling.")
    #expect(
      SchedulerMessage("no nodes available to schedule pods").words == "no nodes available to schedule pods")
    #expect(
      SchedulerMessage("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found")
        .general == "pod has unbound immediate PersistentVolumeClaims")
  }

  private static func node(_ name: String, cpu: String = "4", memory: String = "8Gi", _ spec: String = "{}")
    -> String
  {
    """
    {"metadata":{"name":"\(name)","uid":"\(name)","labels":{"kubernetes.io/hostname":"\(name)","zone":"a"}},"spec":\(spec),
     "status":{"allocatable":{"cpu":"\(cpu)","memory":"\(memory)","pods":"110"},"conditions":[{"type":"Ready","status":"True"}]}}
    """
  }

  private static func pod(
    _ spec: String, _ message: String = "0/2 nodes are available: 2 Insufficient memory."
  ) -> String {
    """
    {"metadata":{"name":"api-1","namespace":"shop","uid":"u","labels":{"app":"api"},"creationTimestamp":"2026-11-21T03:00:00Z"},"spec":\(spec),
     "status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"\(message)","lastTransitionTime":"2026-11-21T03:00:00Z"}]}}
    """
  }

  private static func asking(_ requests: String, _ more: String = "") -> String {
    "{\"containers\":[{\"name\":\"api\",\"resources\":{\"requests\":\(requests)}}]\(more)}"
  }

  private func world(_ nodes: String...) -> Examination {
    let world = Examination()
    for node in nodes { world.take("v1/nodes", node) }
    world.isWhole("v1/nodes", "v1/pods")
    return world
  }

  @Test func whatIsTooBigForEveryNodeIsHopeless() {
    let world = world(Self.node("n1"), Self.node("n2", memory: "16Gi"))
    let key = world.take("v1/pods", Self.pod(Self.asking("{\"memory\":\"64Gi\"}")))
    let finding = world.findings(key, by: .scheduling).first
    #expect(finding?.headline == "asks for 64Gi memory, the largest node has 16Gi")
    #expect(finding?.verdict.isHopeless == true)
  }

  @Test func aCordonedNodeThatWouldDoIsOffered() {
    let world = world(Self.node("n1", memory: "1Gi"), Self.node("n2", "{\"unschedulable\":true}"))
    let key = world.take("v1/pods", Self.pod(Self.asking("{\"memory\":\"2Gi\"}")))
    let finding = world.findings(key, by: .scheduling).first
    #expect(finding?.offers.first?.title == "uncordon node n2")
    #expect(finding?.evidence.contains { $0.text == "memory 1Gi short (1Gi free of 1Gi)" } == true)
  }

  @Test func aLabelThatNoNodeHasIsNamed() {
    let world = world(Self.node("n1"), Self.node("n2"))
    let key = world.take("v1/pods", Self.pod(Self.asking("{}", ",\"nodeSelector\":{\"disktype\":\"ssd\"}")))
    #expect(world.findings(key, by: .scheduling).first?.headline == "no node is disktype=ssd, as it demands")
  }

  @Test func aTaintThatAllWorkersHaveIsACauseOfItsOwn() {
    let taint = "{\"taints\":[{\"key\":\"maintenance\",\"value\":\"true\",\"effect\":\"NoSchedule\"}]}"
    let control =
      "{\"taints\":[{\"key\":\"node-role.kubernetes.io/control-plane\",\"effect\":\"NoSchedule\"}]}"
    let world = world(Self.node("n1", taint), Self.node("n2", control))
    let key = world.take("v1/pods", Self.pod(Self.asking("{\"cpu\":\"100m\"}")))
    let finding = world.findings(key, by: .scheduling).first
    #expect(
      finding?.headline
        == "all worker nodes have the taint maintenance=true:NoSchedule, which it does not tolerate")
    let tolerating = Self.asking(
      "{\"cpu\":\"100m\"}", ",\"tolerations\":[{\"key\":\"maintenance\",\"operator\":\"Exists\"}]")
    let other = world.take("v1/pods", Self.pod(tolerating))
    #expect(world.findings(other, by: .scheduling).first?.headline.contains("maintenance") == false)
  }

  @Test func roomThatOtherPodsTakeIsReckonedAndCpuIsTold() {
    let world = world(Self.node("n1"))
    world.take(
      "v1/pods",
      "{\"metadata\":{\"name\":\"big\",\"namespace\":\"shop\",\"uid\":\"b\"},\"spec\":{\"nodeName\":\"n1\",\"containers\":[{\"name\":\"c\",\"resources\":{\"requests\":{\"cpu\":\"3500m\"}}}]},\"status\":{\"phase\":\"Running\"}}"
    )
    let key = world.take(
      "v1/pods", Self.pod(Self.asking("{\"cpu\":\"1\"}"), "0/1 nodes are available: 1 Insufficient cpu."))
    let finding = world.findings(key, by: .scheduling).first
    #expect(finding?.headline == "asks for 1 cpu, no node has more than 500m free")
    #expect(finding?.verdict.isHopeless == false)
  }

  @Test func withoutNodesTheSchedulersWordsAreGivenAndWhatIsNotSeenIsSaid() {
    let world = Examination()
    world.isRefused("v1/nodes", "you may not list nodes")
    let key = world.take("v1/pods", Self.pod(Self.asking("{\"memory\":\"64Gi\"}")))
    let subject = world.examine(key)!
    let finding = Rule.scheduling.examine(subject).first
    #expect(finding?.headline == "fits on no node: 2 lack memory")
    #expect(subject.unseen == ["nodes: you may not list nodes"])
  }
}
