import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct DiagnosisServiceTests {
  private func world() -> Examination {
    let world = Examination(now: 2_000)
    world.isWhole(
      "v1/pods", "v1/services", "discovery.k8s.io/v1/endpointslices", "apps/v1/deployments",
      "apps/v1/replicasets", "apps/v1/statefulsets", "apps/v1/daemonsets")
    return world
  }

  private func service(_ world: Examination, _ spec: String, name: String = "web") -> FactKey {
    world.take(
      "v1/services",
      """
      {"metadata":{"name":"\(name)","namespace":"shop","uid":"s","creationTimestamp":"1970-01-01T00:00:10Z"},
      "spec":{"clusterIP":"10.0.0.1",\(spec)},"status":{"loadBalancer":{}}}
      """)
  }

  private func slice(_ world: Examination, _ endpoints: String, ports: String = "[]") {
    world.take(
      "discovery.k8s.io/v1/endpointslices",
      """
      {"metadata":{"name":"web-1","namespace":"shop","uid":"e","ownerReferences":[{"apiVersion":"v1",
      "kind":"Service","name":"web","uid":"s","controller":true}]},"endpoints":\(endpoints),"ports":\(ports)}
      """)
  }

  private func deployment(_ world: Examination, labels: String, replicas: Int = 2) {
    world.take(
      "apps/v1/deployments",
      """
      {"metadata":{"name":"web","namespace":"shop","uid":"d"},"spec":{"replicas":\(replicas),
      "template":{"metadata":{"labels":\(labels)},"spec":{"containers":[{"name":"web","ports":[
      {"name":"http","containerPort":8080}]}]}}}}
      """)
  }

  @Test func ofTheRecordedServicesOnlyTheBrokenOnesAreFound() {
    var world = Examination.recorded()
    world.now = KindsFixtures.listed
    world.takeList("v1/pods", "Kinds/pods.list.json")
    let found = world.findings("v1/services", by: .service)
    #expect(Set(found.keys) == ["catalog", "orphan"])
    #expect(found["orphan"]?.map(\.headline) == ["selector app=does-not-exist matches no pod"])
    #expect(found["catalog"]?.map(\.headline) == ["no endpoints: none of its 2 pods is ready"])
    #expect(found["catalog"]?.first?.cause?.subject.name == "catalog")
    #expect(found["catalog"]?.first?.isConsequence == true)
  }

  @Test(arguments: [
    (#""app":"wbe""#, #"{"app":"web"}"#, "selector app=wbe matches no pod, app=web would fit deployment web"),
    (
      #""app":"web","tier":"frontend""#, #"{"app":"web","tier":"front"}"#,
      "selector app=web,tier=frontend matches no pod, tier=front would fit deployment web"
    ),
    (
      #""name":"web""#, #"{"app":"web"}"#,
      "selector name=web matches no pod, app=web would fit deployment web"
    ),
    (#""app":"cart""#, #"{"app":"web"}"#, "selector app=cart matches no pod"),
  ])
  func aSelectorThatFitsNothingNamesTheNearestLabel(_ selector: String, _ labels: String, _ headline: String)
  {
    let world = world()
    deployment(world, labels: labels)
    slice(world, "null")
    let key = service(world, #""selector":{\#(selector)},"ports":[{"port":80}]"#)
    #expect(world.findings(key, by: .service).map(\.headline) == [headline])
  }

  @Test func aServiceOfWhatIsScaledToZeroIsANotice() {
    let world = world()
    deployment(world, labels: #"{"app":"web"}"#, replicas: 0)
    slice(world, "null")
    let key = service(world, #""selector":{"app":"web"},"ports":[{"port":80}]"#)
    let finding = world.findings(key, by: .service).first
    #expect(finding?.headline == "no endpoints: deployment web is scaled to 0")
    #expect(finding?.severity == .notice)
  }

  @Test func aPortNameThatNoContainerHasIsFoundAndAKnownOneIsNot() {
    let world = world()
    deployment(world, labels: #"{"app":"web"}"#)
    slice(
      world, #"[{"addresses":["10.0.0.9"],"conditions":{"ready":true}}]"#,
      ports: #"[{"name":"ok","port":8080}]"#)
    let key = service(
      world,
      #""selector":{"app":"web"},"ports":[{"name":"bad","port":80,"targetPort":"htpp"},{"name":"ok","port":81,"targetPort":"http"}]"#
    )
    let found = world.findings(key, by: .service)
    #expect(found.map(\.headline) == ["port 80 leads nowhere: its pods have no port named htpp"])
    #expect(found.first?.evidence.last?.text == "they have http")
  }

  @Test func whatHasNoSelectorOrIsYoungOrCannotBeSeenIsLeftAlone() {
    let world = world()
    #expect(world.findings(service(world, #""ports":[{"port":80}]"#), by: .service).isEmpty)
    let young = Examination(now: 20)
    young.isWhole("v1/pods", "discovery.k8s.io/v1/endpointslices")
    #expect(young.findings(service(young, #""selector":{"app":"x"}"#), by: .service).isEmpty)
    let blind = Examination(now: 2_000)
    blind.isRefused("discovery.k8s.io/v1/endpointslices", "you may not list endpointslices in shop")
    let key = service(blind, #""selector":{"app":"x"}"#)
    let subject = blind.examine(key)
    #expect(subject.map { Rule.service.examine($0).isEmpty } == true)
    #expect(subject?.unseen.isEmpty == false)
  }

  @Test func aPendingLoadBalancerSaysWhy() {
    let world = world()
    slice(world, #"[{"addresses":["10.0.0.9"],"conditions":{"ready":true}}]"#)
    let key = service(world, #""type":"LoadBalancer","selector":{"app":"x"}"#)
    world.takeEvents([
      "items": [
        [
          "metadata": ["uid": "e"], "type": "Warning", "reason": "SyncLoadBalancerFailed",
          "involvedObject": ["uid": "s"], "message": "Error syncing load balancer: no subnets",
        ]
      ]
    ])
    #expect(
      world.findings(key, by: .service).map(\.headline)
        == ["its load balancer is pending: Error syncing load balancer: no subnets"])
  }
}
