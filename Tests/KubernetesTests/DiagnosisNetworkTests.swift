import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct DiagnosisNetworkTests {
  @Test func theRecordedIngressLeadsToAMissingService() {
    var world = Examination.recorded()
    world.now = KindsFixtures.listed
    let secret = FactKey("v1/secrets", "shop", "shop-tls")
    world.answer(.metadata(secret), .object(["metadata": ["name": "shop-tls"]]))
    let found = world.findings("networking.k8s.io/v1/ingresses", by: .ingress)["web"]
    #expect(
      found?.map(\.headline) == [
        "shop.example.com/api/catalog leads to service catalog, for which nobody answers",
        "admin.shop.example.com/ leads to service missing-admin, which is missing",
      ])
    #expect(found?.map(\.isConsequence) == [true, false])
    world.answer(.metadata(secret), .absent)
    let more = world.findings("networking.k8s.io/v1/ingresses", by: .ingress)["web"]
    #expect(
      more?.last?.headline == "TLS secret shop-tls is missing: shop.example.com shows another certificate")
  }

  @Test func aWellIngressAsksNothingAndOneOfAMissingClassSaysSo() throws {
    let world = Examination(now: 5_000)
    world.isWhole("v1/services", "discovery.k8s.io/v1/endpointslices")
    world.take(
      "v1/services",
      #"{"metadata":{"name":"web","namespace":"shop","uid":"s"},"spec":{"ports":[{"name":"http","port":80}]}}"#
    )
    func ingress(_ status: String, port: String) -> FactKey {
      world.take(
        "networking.k8s.io/v1/ingresses",
        """
        {"metadata":{"name":"web","namespace":"shop","creationTimestamp":"1970-01-01T00:10:00Z"},"spec":{
        "ingressClassName":"nginx","tls":[{"secretName":"tls"}],"rules":[{"host":"a.example","http":{"paths":[
        {"path":"/","backend":{"service":{"name":"web","port":\(port)}}}]}}]},"status":{"loadBalancer":{\(status)}}}
        """)
    }
    let address = #""ingress":[{"ip":"203.0.113.1"}]"#
    let fine = try #require(world.examine(ingress(address, port: #"{"name":"http"}"#)))
    #expect(Rule.ingress.examine(fine).isEmpty)
    #expect(fine.asks.isEmpty)
    #expect(
      world.findings(ingress(address, port: #"{"number":8080}"#), by: .ingress).first?.headline
        == "a.example/ leads to port 8080, which service web lacks")
    world.answer(.object(FactKey("networking.k8s.io/v1/ingressclasses", "", "nginx")), .absent)
    #expect(
      world.findings(ingress("", port: #"{"number":80}"#), by: .ingress).first?.headline
        == "ingress class nginx is missing: no controller takes it up")
  }

  @Test(arguments: [
    (
      "ServiceNotFound", "x",
      "API metrics.k8s.io/v1beta1 does not answer: its service kube-system/metrics-server is missing", false
    ),
    (
      "MissingEndpoints", "x",
      "API metrics.k8s.io/v1beta1 does not answer: its service kube-system/metrics-server has no ready pod",
      true
    ),
    (
      "FailedDiscoveryCheck",
      "failing or missing response from https://10.96.0.9:443/apis/metrics.k8s.io/v1beta1: Get: dial tcp 10.96.0.9:443: connect: connection refused",
      "API metrics.k8s.io/v1beta1 does not answer: connection refused", false
    ),
  ])
  func anAggregatedAPIThatIsDownSaysWhy(
    _ reason: String, _ message: String, _ headline: String, _ follows: Bool
  ) {
    let world = Examination()
    let key = world.take(
      "apiregistration.k8s.io/v1/apiservices",
      """
      {"metadata":{"name":"v1beta1.metrics.k8s.io"},"spec":{"group":"metrics.k8s.io","version":"v1beta1",
      "service":{"name":"metrics-server","namespace":"kube-system"}},"status":{"conditions":[{"type":"Available",
      "status":"False","reason":"\(reason)","message":"\(message)"}]}}
      """)
    let found = world.findings(key, by: .apiService)
    #expect(found.map(\.headline) == [headline])
    #expect(found.first?.isConsequence == follows)
  }

  private func drain(_ world: Examination, allowed: Int, other: Bool) -> [Finding] {
    world.isWhole("policy/v1/poddisruptionbudgets")
    world.take(
      "policy/v1/poddisruptionbudgets",
      """
      {"metadata":{"name":"sessions","namespace":"shop"},"spec":{"minAvailable":3,"selector":{"matchLabels":
      {"app":"sessions"}}},"status":{"disruptionsAllowed":\(allowed),"currentHealthy":3,"desiredHealthy":3,"expectedPods":3}}
      """)
    for (name, app) in [("sessions-1", "sessions")] + (other ? [("web-1", "web")] : []) {
      world.take(
        "v1/pods",
        """
        {"metadata":{"name":"\(name)","namespace":"shop","uid":"\(name)","labels":{"app":"\(app)"}},
        "spec":{"nodeName":"a","containers":[]},"status":{"phase":"Running"}}
        """)
    }
    let key = world.take(
      "v1/nodes",
      """
      {"metadata":{"name":"a"},"spec":{"unschedulable":true,"taints":[{"key":"node.kubernetes.io/unschedulable",
      "timeAdded":"1970-01-01T00:10:00Z"}]},"status":{"conditions":[{"type":"Ready","status":"True"}]}}
      """)
    return world.findings(key, by: .drain)
  }

  @Test func aBudgetThatAllowsNothingHoldsUpADrain() {
    let finding = drain(Examination(now: 1_000), allowed: 0, other: false).first
    #expect(finding?.headline == "its drain is held up by disruption budget sessions: all 3 pods must stay")
    #expect(finding?.severity == .warning)
    #expect(drain(Examination(now: 1_000), allowed: 0, other: true).first?.severity == .notice)
    #expect(drain(Examination(now: 1_000), allowed: 1, other: false).isEmpty)
  }

  @Test func aVolumeThatFailedOrIsKeptIsTold() {
    let world = Examination(now: 200_000)
    func volume(_ phase: String, _ policy: String) -> [Finding] {
      world.findings(
        world.take(
          "v1/persistentvolumes",
          """
          {"metadata":{"name":"pv"},"spec":{"persistentVolumeReclaimPolicy":"\(policy)","claimRef":{"namespace":"shop",
          "name":"data"}},"status":{"phase":"\(phase)","lastPhaseTransitionTime":"1970-01-01T00:10:00Z"}}
          """), by: .volume)
    }
    #expect(volume("Bound", "Retain").isEmpty)
    #expect(volume("Released", "Retain").map(\.severity) == [.notice])
    #expect(volume("Failed", "Delete").map(\.headline) == ["could not be reclaimed after claim shop/data"])
  }

  @Test func aPolicyThatLetsNothingOutIsNamedWhereALogSaysTimeOut() {
    let world = Examination(now: 10_000)
    let key = world.take(
      "v1/pods",
      """
      {"metadata":{"name":"web-1","namespace":"shop","uid":"p","labels":{"app":"web"}},"spec":{"containers":[
      {"name":"web","image":"x"}]},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"False"}],
      "containerStatuses":[{"name":"web","ready":false,"restartCount":0,"state":{"running":{"startedAt":
      "1970-01-01T01:00:00Z"}}}]}}
      """)
    let log = Ask.log(namespace: "shop", pod: "web-1", container: "web", previous: false, run: 0)
    world.answer(log, .lines(LogTail(["ERROR dial tcp 10.1.2.3:5432: i/o timeout"])))
    let policies = Ask.list("networking.k8s.io/v1/networkpolicies", namespace: "shop", selector: "")
    func policy(_ spec: String) -> Answer {
      .list([JSON.parse([UInt8](#"{"metadata":{"name":"deny"},"spec":\#(spec)}"#.utf8)).value!])
    }
    world.answer(policies, policy(#"{"podSelector":{},"policyTypes":["Egress"]}"#))
    let finding = world.findings(key, by: .isolation).first
    #expect(finding?.headline == "network policy deny does not let it reach port 5432")
    #expect(finding?.cause?.subject.name == "deny")
    for spec in [
      #"{"podSelector":{},"policyTypes":["Ingress"]}"#,
      #"{"podSelector":{"matchLabels":{"app":"other"}},"policyTypes":["Egress"]}"#,
      #"{"podSelector":{},"policyTypes":["Egress"],"egress":[{"ports":[{"port":5000,"endPort":6000}]}]}"#,
      #"{"podSelector":{},"policyTypes":["Egress"],"egress":[{}]}"#,
    ] {
      world.answer(policies, policy(spec))
      #expect(world.findings(key, by: .isolation).isEmpty)
    }
    world.answer(log, .lines(LogTail(["ERROR dial tcp 10.1.2.3:5432: connect: connection refused"])))
    world.answer(policies, policy(#"{"podSelector":{},"policyTypes":["Egress"]}"#))
    #expect(world.findings(key, by: .isolation).isEmpty)
  }
}
