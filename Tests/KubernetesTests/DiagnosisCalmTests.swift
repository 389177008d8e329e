import Cluster
import Document
import Testing

@testable import Kubernetes

/// What looks broken and is meant so, or is not over yet: nobody is to be woken for it.
@Suite struct DiagnosisCalmTests {
  private static let hour: Int64 = 3_600

  // MARK: Nodes

  @Test(arguments: [
    "ToBeDeletedByClusterAutoscaler", "karpenter.sh/disrupted", "DeletionCandidateOfClusterAutoscaler",
  ])
  func aNodeThatIsTakenAwayIsNoAlarm(_ taint: String) {
    var world = Examination(now: 1_000)
    world.isWhole("v1/pods")
    let key = world.take(
      "v1/nodes",
      """
      {"metadata":{"name":"n","uid":"n"},"spec":{"taints":[{"key":"\(taint)","effect":"NoSchedule"}]},
      "status":{"conditions":[{"type":"Ready","status":"Unknown","reason":"NodeStatusUnknown",
      "message":"Kubelet stopped posting node status.","lastTransitionTime":"1970-01-01T00:15:00Z"}]}}
      """)
    let isLeaving = !taint.hasPrefix("DeletionCandidate")
    #expect(world.findings(key, by: .node).map(\.severity) == [isLeaving ? .notice : .critical])
    world.now = 2_000
    #expect(world.findings(key, by: .node).map(\.severity) == [.critical])
  }

  // MARK: Names

  private func dns(_ world: Examination, _ name: String, replicas: Int, ready: Int) -> FactKey {
    world.take(
      "apps/v1/deployments",
      """
      {"metadata":{"name":"\(name)","namespace":"kube-system","uid":"\(name)",
      "creationTimestamp":"1970-01-01T00:00:10Z"},
      "spec":{"replicas":\(replicas),"template":{"metadata":{"labels":{"k8s-app":"kube-dns"}}}},
      "status":{"readyReplicas":\(ready)}}
      """)
  }

  private func dnsWorld(cloud: Bool = false) -> Examination {
    let world = Examination(now: 1_000)
    world.take(
      "v1/nodes",
      #"{"metadata":{"name":"n","uid":"n","labels":{\#(cloud ? "\"cloud.google.com/gke-nodepool\":\"p\"" : "")}}}"#
    )
    world.take(
      "v1/services",
      #"{"metadata":{"name":"kube-dns","namespace":"kube-system","uid":"s"},"spec":{"selector":{"k8s-app":"kube-dns"}}}"#
    )
    world.isWhole("v1/nodes", "v1/services", "apps/v1/deployments", "apps/v1/daemonsets", "v1/pods")
    return world
  }

  @Test func aNameServiceScaledToZeroIsDownOnlyWhereNobodyElseAnswers() throws {
    let alone = dnsWorld()
    let key = dns(alone, "coredns", replicas: 0, ready: 0)
    #expect(alone.findings(key, by: .dns).map(\.headline) == ["cluster DNS is down: it is scaled to 0"])
    #expect(try #require(alone.examine(key)).dnsOutage()?.headline == "cluster DNS is down")
    let replaced = dnsWorld()
    let old = dns(replaced, "kube-dns", replicas: 0, ready: 0)
    _ = dns(replaced, "my-coredns", replicas: 2, ready: 2)
    #expect(replaced.findings(old, by: .dns).map(\.severity) == [.notice])
    #expect(try #require(replaced.examine(old)).dnsOutage() == nil)
    let cloud = dnsWorld(cloud: true)
    let unused = dns(cloud, "kube-dns", replicas: 0, ready: 0)
    #expect(cloud.findings(unused, by: .dns).map(\.severity) == [.notice])
    #expect(try #require(cloud.examine(unused)).dnsOutage() == nil)
  }

  @Test func aNameServiceBesideAnotherThatAnswersIsNotDown() {
    let world = dnsWorld()
    let key = dns(world, "coredns", replicas: 2, ready: 0)
    #expect(world.findings(key, by: .dns).map(\.severity) == [.critical])
    _ = dns(world, "rke2-coredns", replicas: 1, ready: 1)
    #expect(world.findings(key, by: .dns).map(\.severity) == [.warning])
  }

  // MARK: Services and ingresses

  @Test func aSelectorThatMatchesNothingForLongIsOnlyNoticed() {
    var world = Examination(now: 600)
    world.isWhole(
      "v1/pods", "discovery.k8s.io/v1/endpointslices", "apps/v1/deployments", "apps/v1/statefulsets",
      "apps/v1/daemonsets")
    let key = world.take(
      "v1/services",
      #"{"metadata":{"name":"prometheus-kube-etcd","namespace":"kube-system","uid":"s","creationTimestamp":"1970-01-01T00:00:10Z"},"spec":{"clusterIP":"None","selector":{"component":"etcd"}}}"#
    )
    #expect(world.findings(key, by: .service).map(\.severity) == [.warning])
    world.now += Self.hour
    #expect(world.findings(key, by: .service).map(\.severity) == [.notice])
    world.take(
      "apps/v1/deployments",
      #"{"metadata":{"name":"etcd","namespace":"kube-system","uid":"d"},"spec":{"template":{"metadata":{"labels":{"component":"etdc"}}}}}"#
    )
    #expect(world.findings(key, by: .service).map(\.severity) == [.error])
  }

  @Test func anActionOfALoadBalancerIsNoService() {
    let world = Examination(now: 1_000)
    world.isWhole("v1/services")
    func ingress(_ port: String) -> FactKey {
      world.take(
        "networking.k8s.io/v1/ingresses",
        #"{"metadata":{"name":"web","namespace":"shop","uid":"i","creationTimestamp":"1970-01-01T00:00:10Z"},"spec":{"rules":[{"http":{"paths":[{"path":"/","backend":{"service":{"name":"ssl-redirect","port":{"name":"\#(port)"}}}}]}}]}}"#
      )
    }
    #expect(world.findings(ingress("use-annotation")).isEmpty)
    #expect(world.findings(ingress("http")).map(\.rule) == ["ingress-service-missing"])
  }

  // MARK: Custom objects

  @Test(arguments: [
    ("keda.sh/v1alpha1/scaledobjects", #"{"type":"Active","status":"False","reason":"ScalerNotActive"}"#, ""),
    (
      "serving.knative.dev/v1/revisions",
      #"{"type":"Active","status":"False","reason":"NoTraffic","severity":"Info"}"#, ""
    ),
    ("example.org/v1/things", #"{"type":"Ready","status":"False","reason":"Odd","severity":"Info"}"#, ""),
    (
      "argoproj.io/v1alpha1/rollouts", #"{"type":"Healthy","status":"False","reason":"RolloutHealthy"}"#,
      #""phase":"Paused","#
    ),
    (
      "tekton.dev/v1/pipelineruns",
      #"{"type":"Succeeded","status":"False","reason":"Cancelled","message":"PipelineRun was cancelled"}"#, ""
    ),
  ])
  func whatIsIdleCancelledOrPausedIsNotBroken(_ kind: Kind.ID, _ condition: String, _ phase: String) {
    let world = Examination(now: 100_000)
    func object(_ condition: String) -> FactKey {
      world.take(
        kind,
        #"{"metadata":{"name":"a","namespace":"shop","uid":"a"},"status":{\#(phase)"conditions":[\#(condition)]}}"#
      )
    }
    #expect(world.findings(object(condition)).isEmpty)
    guard phase.isEmpty else { return }
    #expect(!world.findings(object(#"{"type":"Ready","status":"False","reason":"Broken"}"#)).isEmpty)
  }

  @Test func aRunThatFailedLongAgoIsALeftover() {
    let world = Examination(now: 2_000_000)
    func severities(_ created: String, _ status: String) -> [Finding.Severity] {
      let key = world.take(
        "velero.io/v1/backups",
        #"{"metadata":{"name":"b","namespace":"velero","uid":"b","creationTimestamp":"\#(created)"},"status":{"phase":"Failed"\#(status)}}"#
      )
      return world.findings(key).map(\.severity)
    }
    let (old, fresh) = ("1970-01-01T00:00:10Z", Timestamp(seconds: 1_999_000).text)
    #expect(severities(old, "") == [.notice])
    #expect(severities(fresh, "") == [.error])
    #expect(severities(old, #","completionTimestamp":"\#(fresh)""#) == [.error])
    #expect(severities(old, #","completionTimestamp":"\#(old)""#) == [.notice])
  }

  // MARK: What is refused at first

  @Test(arguments: [
    #"pods \"web-1\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=3, limited: pods=3"#,
    #"Internal error occurred: failed calling webhook \"v.example.org\": failed to call webhook: Post \"https://hook.ops.svc:443/v?timeout=10s\": dial tcp 10.0.0.1:443: connect: connection refused"#,
    #"pods \"web-1\" is forbidden: error looking up service account shop/web: serviceaccount \"web\" not found"#,
  ])
  func whatMayStillComeIsNotHopelessYet(_ message: String) {
    var world = Examination(now: 1_000)
    let key = world.take(
      "apps/v1/replicasets",
      #"{"metadata":{"name":"web","namespace":"shop","uid":"r","creationTimestamp":"1970-01-01T00:16:30Z"},"spec":{"replicas":1},"status":{"conditions":[{"type":"ReplicaFailure","status":"True","reason":"FailedCreate","message":"\#(message)","lastTransitionTime":"1970-01-01T00:16:30Z"}]}}"#
    )
    let first = world.findings(key, by: .creation)
    #expect(first.map(\.verdict.isHopeless) == [false])
    world.now += 200
    let later = world.findings(key, by: .creation)
    #expect(later.map(\.verdict.isHopeless) == [true])
    #expect(later.map(\.headline) == first.map(\.headline))
  }
}
