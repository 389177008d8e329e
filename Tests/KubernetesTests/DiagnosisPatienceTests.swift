import Cluster
import Document
import Testing

@testable import Kubernetes

/// What an ordinary deploy brings a moment later is told at once, but not called hopeless at once.
@Suite struct DiagnosisPatienceTests {
  private static let begun = Timestamp("2026-11-21T03:00:00Z")!.seconds

  private static func pod(_ status: String, spec: String = "", container: String = "") -> String {
    """
    {"metadata":{"name":"api-1","namespace":"shop","uid":"u","creationTimestamp":"2026-11-21T03:00:00Z"},
     "spec":{"nodeName":"n1","containers":[{"name":"api","image":"api:1"\(container)}]\(spec)},
     "status":{"phase":"Running","containerStatuses":[{"name":"api",\(status)}]}}
    """
  }

  private static let noSecret =
    "\"ready\":false,\"restartCount\":0,\"state\":{\"waiting\":{\"reason\":\"CreateContainerConfigError\",\"message\":\"secret \\\"db\\\" not found\"}}"

  @Test func aMissingSecretIsHopelessOnlyAfterAWhile() {
    var world = Examination(now: Self.begun + 2)
    let key = world.take("v1/pods", Self.pod(Self.noSecret))
    world.answer(.metadata(FactKey("v1/secrets", "shop", "db")), .absent)
    let early = world.findings(key, by: .configuration).first
    #expect(early?.headline == "secret db is missing")
    #expect(early?.verdict == .unclear("it may still be on its way"))
    world.now += 120
    #expect(world.findings(key, by: .configuration).first?.verdict.isHopeless == true)
  }

  @Test func aSecretThatSomebodyMakesIsNotHopeless() {
    let world = Examination()
    let key = world.take("v1/pods", Self.pod(Self.noSecret))
    world.answer(.metadata(FactKey("v1/secrets", "shop", "db")), .absent)
    world.take(
      "external-secrets.io/v1/externalsecrets",
      "{\"metadata\":{\"name\":\"from-vault\",\"namespace\":\"shop\",\"uid\":\"x\"},\"spec\":{\"target\":{\"name\":\"db\"}}}"
    )
    world.isWhole("external-secrets.io/v1/externalsecrets")
    #expect(
      world.findings(key, by: .configuration).first?.verdict
        == .unclear("external secret from-vault makes it, and has not yet"))
  }

  private static func ended(_ restarts: Int) -> String {
    "\"ready\":false,\"restartCount\":\(restarts),\"state\":{\"waiting\":{\"reason\":\"CrashLoopBackOff\"}},\"lastState\":{\"terminated\":{\"exitCode\":1,\"reason\":\"Error\",\"startedAt\":\"2026-11-21T03:20:00Z\",\"finishedAt\":\"2026-11-21T03:20:04Z\"}}"
  }

  @Test(arguments: [(1, false), (2, false), (3, true), (9, true)])
  func whatALogTellsIsHopelessWhenItCameSeveralTimes(_ restarts: Int, _ isHopeless: Bool) {
    let world = Examination()
    world.takeEvents(["items": []])
    let key = world.take("v1/pods", Self.pod(Self.ended(restarts)))
    world.answerLogs(["api": ["FATAL: role \"app\" does not exist"]])
    let finding = world.findings(key, by: .exit).first
    #expect(finding?.headline.hasSuffix("its login is refused (user app)") == true)
    #expect(finding?.verdict.isHopeless == isHopeless)
  }

  private static let refused =
    "E1121 03:20:01.000000 1 main.go:1] pods is forbidden: User \"system:serviceaccount:shop:api\" cannot list resource \"pods\" in API group \"\" in the namespace \"shop\""

  @Test func aRefusalInTheLogOfAStartingPodWaitsForItsProbe() {
    let status =
      "\"ready\":false,\"restartCount\":0,\"started\":true,\"state\":{\"running\":{\"startedAt\":\"2026-11-21T03:00:00Z\"}}"
    let probe = ",\"readinessProbe\":{\"tcpSocket\":{\"port\":80},\"periodSeconds\":20}"
    var world = Examination(now: Self.begun + 50)
    world.takeEvents(["items": []])
    let key = world.take("v1/pods", Self.pod(status, container: probe))
    #expect(world.findings(key, by: .forbidden) == [])
    world.now += 20
    world.answerLogs(["api": [Self.refused]])
    #expect(world.findings(key, by: .forbidden).map(\.severity) == [.error])
  }

  @Test func aRefusalBesideAWorseComplaintIsAWarning() {
    let world = Examination()
    world.takeEvents(["items": []])
    let key = world.take("v1/pods", Self.pod(Self.ended(5)))
    world.answerLogs(["api": [Self.refused, "panic: open /etc/keys.json: no such file or directory"]])
    let finding = world.findings(key, by: .forbidden).first
    #expect(finding?.severity == .warning)
    #expect(finding?.verdict.isHopeless == false)
  }

  private static func waiting(_ spec: String) -> String {
    """
    {"metadata":{"name":"api-1","namespace":"shop","uid":"u","creationTimestamp":"2026-11-21T03:00:00Z"},"spec":\(spec),
     "status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/1 nodes are available","lastTransitionTime":"2026-11-21T03:00:00Z"}]}}
    """
  }

  private static func node(_ label: String = "a") -> String {
    "{\"metadata\":{\"name\":\"n1\",\"uid\":\"n1\",\"labels\":{\"\(label)\":\"b\"}},\"status\":{\"allocatable\":{\"cpu\":\"4\",\"memory\":\"8Gi\",\"pods\":\"9\"},\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}"
  }

  private static func asking(_ what: String) -> String {
    "{\"containers\":[{\"name\":\"a\",\"resources\":{\"requests\":{\(what)}}}]}"
  }

  @Test(arguments: [
    ("a", asking("\"nvidia.com/gpu\":\"1\""), false),
    ("a", "{\"containers\":[],\"nodeSelector\":{\"pool\":\"gpu\"}}", false),
    ("a", asking("\"memory\":\"64Gi\""), true),
    ("karpenter.sh/nodepool", asking("\"memory\":\"64Gi\""), false),
    ("cloud.google.com/gke-nodepool", asking("\"memory\":\"64Gi\""), false),
  ])
  func whatAnAutoscalerMayBringIsNotHopelessAtOnce(_ label: String, _ spec: String, _ isHopeless: Bool) {
    var world = Examination(now: Self.begun + 60)
    world.take("v1/nodes", Self.node(label))
    world.isWhole("v1/nodes", "v1/pods")
    let key = world.take("v1/pods", Self.waiting(spec))
    #expect(world.findings(key, by: .scheduling).first?.verdict.isHopeless == isHopeless)
    world.now = Self.begun + 600
    #expect(world.findings(key, by: .scheduling).first?.verdict.isHopeless == true)
  }

  @Test func whatEndedWithItsNodeAfterALongRunIsNoCrashLoop() {
    func status(_ code: Int, _ reason: String, _ from: String) -> String {
      "\"ready\":true,\"started\":true,\"restartCount\":3,\"state\":{\"running\":{\"startedAt\":\"2026-11-21T03:20:00Z\"}},\"lastState\":{\"terminated\":{\"exitCode\":\(code),\"reason\":\"\(reason)\",\"startedAt\":\"2026-11-21T\(from)Z\",\"finishedAt\":\"2026-11-21T03:19:50Z\"}}"
    }
    let world = Examination(now: Timestamp("2026-11-21T03:21:00Z")!.seconds)
    world.takeEvents(["items": []])
    for (code, reason) in [(255, "Unknown"), (143, "Error"), (0, "Completed")] {
      let key = world.take("v1/pods", Self.pod(status(code, reason, "03:00:10")))
      world.answerLogs([:])
      #expect(world.findings(key) == [], "\(code)")
      world.take("v1/pods", Self.pod(status(code, reason, "03:19:10")))
      world.answerLogs([:])
      #expect(world.findings(key).map(\.rule) == ["crash-loop"], "\(code)")
    }
    let key = world.take("v1/pods", Self.pod(status(1, "Error", "03:00:10")))
    world.answerLogs([:])
    #expect(world.findings(key).map(\.rule) == ["crash-loop"])
  }
}
