import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct DiagnosisPodTests {
  /// A pod with one container; what it is made of is JSON text.
  private static func pod(
    container: String = "{\"name\":\"api\",\"image\":\"api:1\"}", status: String, conditions: String = "",
    metadata: String = "", spec: String = "", phase: String = "Running"
  ) -> String {
    """
    {"metadata":{"name":"api-1","namespace":"shop","uid":"u","creationTimestamp":"2026-11-21T03:00:00Z"\(metadata)},
     "spec":{"nodeName":"n1","serviceAccountName":"api","containers":[\(container)]\(spec)},
     "status":{"phase":"\(phase)","conditions":[\(conditions)],"containerStatuses":[\(status)]}}
    """
  }

  private static func looping(
    _ code: Int, from: String = "03:20:00", to: String = "03:20:40", reason: String = "Error"
  ) -> String {
    """
    {"name":"api","ready":false,"restartCount":5,"state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off 2m40s restarting failed container=api"}},
     "lastState":{"terminated":{"exitCode":\(code),"reason":"\(reason)","startedAt":"2026-11-21T\(from)Z","finishedAt":"2026-11-21T\(to)Z"}}}
    """
  }

  private static func unhealthy(_ message: String, at: String = "2026-11-21T03:20:40Z") -> JSON {
    [
      "items": [
        [
          "type": "Warning", "reason": "Unhealthy", "message": .string(message), "count": 3,
          "metadata": ["uid": "e1"], "firstTimestamp": "2026-11-21T03:20:10Z", "lastTimestamp": .string(at),
          "involvedObject": ["uid": "u", "fieldPath": "spec.containers{api}"],
        ]
      ]
    ]
  }

  private static let probed =
    "{\"name\":\"api\",\"image\":\"api:1\",\"ports\":[{\"containerPort\":8080}],\"livenessProbe\":{\"httpGet\":{\"port\":8081,\"path\":\"/live\"},\"periodSeconds\":10}}"

  @Test func aContainerKilledByItsProbeIsTheProbesMatterAloneAndTheWrongPortIsNamed() {
    let world = Examination()
    world.takeEvents(
      Self.unhealthy(
        "Liveness probe failed: Get \"http://10.0.0.1:8081/live\": dial tcp 10.0.0.1:8081: connect: connection refused"
      ))
    let key = world.take(
      "v1/pods", Self.pod(container: Self.probed, status: Self.looping(143, to: "03:20:32")))
    let found = world.findings(key)
    #expect(found.map(\.rule) == ["probe-liveness"])
    #expect(
      found.first?.headline
        == "killed by its liveness probe before it is up: is refused: nothing listens on port 8081")
    #expect(
      found.first?.evidence.contains { $0.text == "the probe asks port 8081, the container declares 8080" }
        == true)
  }

  @Test func withoutFailuresOfItsProbeItEndedByItself() {
    let world = Examination()
    world.takeEvents(["items": []])
    let key = world.take("v1/pods", Self.pod(container: Self.probed, status: Self.looping(139)))
    world.answerLogs([:])
    let found = world.findings(key)
    #expect(found.map(\.rule) == ["crash-loop"])
    #expect(found.first?.headline == "is killed by SIGSEGV (exit 139) after 40s")
  }

  @Test func aContainerThatRunsAgainAfterOneEndIsOnlyANotice() {
    let world = Examination(now: Timestamp("2026-11-21T03:30:00Z")!.seconds)
    let status =
      "{\"name\":\"api\",\"ready\":true,\"restartCount\":1,\"state\":{\"running\":{\"startedAt\":\"2026-11-21T03:20:41Z\"}},\"lastState\":{\"terminated\":{\"exitCode\":1,\"reason\":\"Error\",\"startedAt\":\"2026-11-21T03:00:40Z\",\"finishedAt\":\"2026-11-21T03:20:40Z\"}}}"
    let key = world.take(
      "v1/pods", Self.pod(status: status, conditions: "{\"type\":\"Ready\",\"status\":\"True\"}"))
    #expect(world.findings(key).map(\.severity) == [.notice])
  }

  @Test func aStartingContainerIsNoProblemForAWhile() {
    let status =
      "{\"name\":\"api\",\"ready\":false,\"restartCount\":0,\"started\":true,\"state\":{\"running\":{\"startedAt\":\"2026-11-21T03:20:00Z\"}}}"
    let container =
      "{\"name\":\"api\",\"image\":\"api:1\",\"readinessProbe\":{\"tcpSocket\":{\"port\":80},\"periodSeconds\":5}}"
    var world = Examination(now: Timestamp("2026-11-21T03:20:20Z")!.seconds)
    world.takeEvents(["items": []])
    let key = world.take("v1/pods", Self.pod(container: container, status: status))
    #expect(world.findings(key) == [])
    let subject = world.examine(key)!
    #expect(Rule.readiness.examine(subject) == [])
    #expect(subject.reviewAt == Timestamp("2026-11-21T03:20:30Z")!.seconds)
    world.now += 60
    world.answerLogs([:])
    #expect(
      world.findings(key).map(\.headline) == ["never passed its readiness probe: TCP :80 does not pass"])
  }

  @Test func refusalsInALogNameAccountAndGrant() {
    let world = Examination()
    let line =
      "E1121 03:20:01.000000 1 main.go:1] pods is forbidden: User \"system:serviceaccount:shop:api\" cannot list resource \"pods\" in API group \"\" in the namespace \"shop\""
    let key = world.take("v1/pods", Self.pod(status: Self.looping(1)))
    world.answerLogs(["api": ["starting", line]])
    let finding = world.findings(key).first { !$0.isConsequence }
    #expect(finding?.headline == "service account api may not list pods in namespace shop")
    #expect(
      finding?.offers.first?.action
        == .command("kubectl -n shop create role api-list-pods --verb=list --resource=pods"))
    #expect(
      Refusal(
        "pods is forbidden: User \\\"system:serviceaccount:a:b\\\" cannot get resource \\\"nodes\\\" in API group \\\"\\\" at the cluster scope"
      )?.what == "get nodes in the whole cluster")
  }

  @Test(arguments: [
    (
      "FailedMount", "MountVolume.SetUp failed for volume \"s\" : secret \"x\" not found",
      "secret x is missing"
    ),
    (
      "FailedMount", "MountVolume.SetUp failed for volume \"c\" : configmap \"y\" not found",
      "config map y is missing"
    ),
    (
      "FailedMount", "MountVolume.SetUp failed for volume \"c\" : references non-existent config key: k",
      "key k of volume c is not in its config map"
    ),
    (
      "FailedMount",
      "Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data]: timed out waiting for the condition",
      "volume data cannot be mounted: the time ran out"
    ),
    (
      "FailedMount",
      "MountVolume.MountDevice failed for volume \"pvc-1\" : rpc error: code = Internal desc = mount failed: exit status 32 wrong fs type, bad option, bad superblock on /dev/sdb",
      "volume pvc-1 cannot be mounted: its file system cannot be read by the node"
    ),
    (
      "FailedMount",
      "MountVolume.MountDevice failed for volume \"d\" : driver name ebs.csi.aws.com not found in the list of registered CSI drivers",
      "the node has no CSI driver ebs.csi.aws.com"
    ),
    (
      "FailedAttachVolume", "Multi-Attach error for volume \"pvc-1\" Volume is already used by pod(s) db-0",
      "its volume is still in use by pod db-0 on another node"
    ),
  ]) func volumesTellWhyTheyAreNotThere(_ reason: String, _ message: String, _ headline: String) {
    let event: JSON = [
      "reason": .string(reason), "message": .string(message), "metadata": ["uid": "e"],
      "involvedObject": ["uid": "u"],
    ]
    let fact = event.encoded().withUnsafeBytes { EventFact(JSONSlice($0)) }
    #expect(fact.flatMap { VolumeFailure($0) }?.headline == headline)
  }

  @Test func podsOfALostNodeFoldIntoTheNode() {
    let world = Examination()
    world.take(
      "v1/nodes",
      "{\"metadata\":{\"name\":\"n1\",\"uid\":\"n\"},\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"Unknown\"}]}}"
    )
    world.isWhole("v1/nodes")
    let status = "{\"name\":\"api\",\"ready\":true,\"restartCount\":0,\"state\":{\"running\":{}}}"
    let key = world.take(
      "v1/pods",
      Self.pod(
        status: status,
        conditions:
          "{\"type\":\"Ready\",\"status\":\"False\"},{\"type\":\"ContainersReady\",\"status\":\"True\"}"))
    let found = world.findings(key)
    #expect(found.map(\.rule) == ["node-lost"])
    #expect(found.first?.cause?.subject.name == "n1")
  }

  @Test func anEvictedPodOfAControllerIsALeftover() {
    let world = Examination()
    let owner =
      ",\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":\"ReplicaSet\",\"name\":\"api\",\"uid\":\"r\",\"controller\":true}]"
    let text = Self.pod(status: "", metadata: owner, phase: "Failed").replacing(
      "\"phase\":\"Failed\"",
      with:
        "\"phase\":\"Failed\",\"reason\":\"Evicted\",\"message\":\"The node was low on resource: memory. \"")
    var old = world
    old.now += 7_200
    let finding = old.findings(old.take("v1/pods", text)).first
    #expect(finding?.headline == "evicted: its node ran short of memory")
    #expect(finding?.severity == .notice)
    #expect(finding?.cause?.subject.name == "n1")
  }

  @Test func credentialsInPlainSightAreShownMasked() {
    let world = Examination()
    let secret = "AKIA" + "IOSFODNN7EXAMPLQ"
    let template =
      "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"api\",\"env\":[{\"name\":\"KEY\",\"value\":\"VALUE\"}]}]}}},\"metadata\":{\"name\":\"api\",\"namespace\":\"shop\",\"uid\":\"d\"}}"
    let key = world.take("apps/v1/deployments", template.replacing("VALUE", with: secret))
    let finding = world.findings(key, by: .credentials).first
    #expect(finding?.severity == .notice)
    #expect(finding?.evidence.first?.source == .field("spec.template.spec.containers[api].env[KEY]"))
    #expect(finding?.evidence.contains { $0.text.contains(secret) } == false)
    let plain = world.take("apps/v1/deployments", template.replacing("VALUE", with: "info"))
    #expect(world.findings(plain, by: .credentials) == [])
  }
}
