import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct DiagnosisCreationTests {
  @Test(arguments: [
    (
      "pods \"a\" is forbidden: exceeded quota: compute, requested: limits.memory=2Gi,pods=1, used: limits.memory=3Gi,pods=4, limited: limits.memory=4Gi,pods=30",
      "quota compute is exceeded: limits.memory 2Gi asked for, 3Gi of 4Gi used (and 1 more)"
    ),
    (
      "Error creating: pods \"a\" is forbidden: failed quota: compute: must specify limits.cpu for: app; limits.memory for: app",
      "quota compute wants every container to say limits.cpu for: app; limits.memory for: app"
    ),
    (
      "(combined from similar events): Error creating: pods \"fat\" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi",
      "a limit range forbids its pods: maximum memory usage per Container is 1Gi, but limit is 2Gi"
    ),
    (
      "create Pod db-0 in StatefulSet db failed error: admission webhook \"policy.corp.example\" denied the request: image is not signed",
      "webhook policy.corp.example denies its pods: image is not signed"
    ),
    (
      "Internal error occurred: failed calling webhook \"sidecar-injector.istio.io\": failed to call webhook: Post \"https://istiod.istio-system.svc:443/inject?timeout=10s\": dial tcp 10.96.1.7:443: connect: connection refused",
      "webhook sidecar-injector.istio.io cannot be called: connection refused"
    ),
    (
      "Internal error occurred: failed calling webhook \"v.kyverno.svc\": failed to call webhook: Post \"https://kyverno-svc.kyverno.svc:443/validate?timeout=10s\": no endpoints available for service \"kyverno-svc\"",
      "webhook v.kyverno.svc cannot be called: its service has no ready pod"
    ),
    (
      "Internal error occurred: failed calling webhook \"w.example\": failed to call webhook: Post \"https://w.a.svc:443/?timeout=10s\": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-21T03:11:15Z is after 2026-01-01T00:00:00Z",
      "webhook w.example cannot be called: its certificate has expired"
    ),
    (
      "pods \"a\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (container \"c\" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true)",
      "pod security restricted of its namespace forbids its pods: allowPrivilegeEscalation, runAsNonRoot"
    ),
    (
      "pods \"a\" is forbidden: error looking up service account shop/runner: serviceaccount \"runner\" not found",
      "service account runner is missing"
    ),
    (
      "pods \"a\" is forbidden: no PriorityClass with name urgent was found",
      "priority class urgent is missing"
    ),
    (
      "pods \"a\" is forbidden: pod rejected: RuntimeClass \"gvisor\" not found",
      "runtime class gvisor is missing"
    ),
    (
      "Pod \"a\" is invalid: spec.containers[0].volumeMounts[0].name: Not found: \"data\"",
      "its pod template is not valid: spec.containers[0].volumeMounts[0].name: Not found: \"data\""
    ),
    (
      "ValidatingAdmissionPolicy 'max-replicas' with binding 'all' denied request: too many replicas",
      "admission policy max-replicas denies its pods: too many replicas"
    ),
    (
      "pods \"a\" is forbidden: unable to create new content in namespace shop because it is being terminated",
      "namespace shop is being deleted: nothing new is made in it"
    ),
  ])
  func aRefusalIsToldByItsCause(_ message: String, _ headline: String) {
    let world = Examination()
    world.isWhole("v1/resourcequotas")
    let key = world.take("apps/v1/replicasets", Self.replicaSet(message))
    #expect(world.findings(key, by: .creation).first?.headline == headline)
  }

  private static func replicaSet(_ message: String) -> String {
    """
    {"metadata":{"name":"web-1","namespace":"shop","uid":"u1"},"spec":{"replicas":2},"status":{"replicas":0,
    "conditions":[{"type":"ReplicaFailure","status":"True","reason":"FailedCreate",
    "lastTransitionTime":"2026-11-21T03:12:05Z","message":"\(message.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\""))"}]}}
    """
  }

  @Test func theRecordedQuotaIsTheCauseAndNoOtherWorkloadIsRefused() {
    let world = Examination.recorded()
    let found = world.findings("apps/v1/deployments", by: .creation)
    #expect(Array(found.keys) == ["report-builder"])
    let finding = found["report-builder"]?.first
    #expect(finding?.headline == "quota compute is exceeded: requests.cpu 500m asked for, 680m of 1 used")
    #expect(finding?.cause?.subject.name == "compute")
    #expect(finding?.verdict.isHopeless == true)
    let sets = world.findings("apps/v1/replicasets", by: .creation)
    #expect(Array(sets.values.joined().map(\.key)) == ["quota compute"])
  }

  @Test func eachTryOfAJobHasAnotherPodAndIsTheSameFinding() {
    func finding(_ pod: String) -> Finding? {
      let world = Examination(now: 1_000)
      let key = world.take(
        "batch/v1/jobs",
        """
        {"metadata":{"name":"etl","namespace":"shop","uid":"j","creationTimestamp":"1970-01-01T00:10:00Z"},
        "spec":{"completions":1,"parallelism":1},"status":{}}
        """)
      world.takeEvents([
        "items": [
          [
            "metadata": ["uid": "e"], "type": "Warning", "reason": "FailedCreate",
            "involvedObject": ["uid": "j"], "lastTimestamp": "1970-01-01T00:16:00Z",
            "message": .string(
              "Error creating: pods \"\(pod)\" is forbidden: error looking up service account shop/x: serviceaccount \"x\" not found"
            ),
          ]
        ]
      ])
      return world.findings(key, by: .creation).first
    }
    #expect(finding("etl-1")?.headline == "service account x is missing")
    #expect(finding("etl-1")?.key == finding("etl-2")?.key)
  }

  @Test func whatIsMissingForAMomentIsNotAskedAbout() throws {
    let world = Examination(now: 605)
    let key = world.take(
      "batch/v1/jobs",
      """
      {"metadata":{"name":"etl","namespace":"shop","uid":"j","creationTimestamp":"1970-01-01T00:10:00Z"},
      "spec":{"completions":1,"parallelism":1},"status":{}}
      """)
    let subject = try #require(world.examine(key))
    #expect(Rule.creation.examine(subject).isEmpty)
    #expect(subject.wantsEvents.isEmpty)
    #expect(subject.reviewAt == 610)
  }
}
