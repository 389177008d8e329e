import Cluster
import Document

extension Rule {
  /// Services that nobody answers for: a selector that fits no pod, pods that are not ready, a port name that no container has, a load
  /// balancer that does not come.
  ///
  /// pkg/controller/endpointslice; a port whose name a pod does not have is left out of its slice.
  static let service = Rule(
    "service", "services without endpoints, port names that fit nothing, pending load balancers",
    of: ["v1/services"]
  ) { subject in
    if subject.isEnding { return [] }
    let service = ServiceTrouble(subject)
    if subject.spec["type"].string == "ExternalName" { return [service.externalName()].compactMap { $0 } }
    return [service.loadBalancer()].compactMap { $0 } + service.endpoints()
  }
}

struct ServiceTrouble {
  /// The endpoint slice controller acts within seconds; workloads are made along with their services.
  static let settleSeconds: Int64 = 30
  /// Pods of a first start or a restart are given so long to get ready.
  static let startSeconds: Int64 = 60
  /// Whoever has just made a service means it to lead somewhere.
  static let freshSeconds: Int64 = 3_600
  /// Clouds take a minute or two to make a load balancer.
  static let balancerSeconds: Int64 = 300

  let subject: Case
  let selector: [(key: String, value: String)]

  init(_ subject: Case) {
    self.subject = subject
    selector = subject.spec["selector"].members.map { ($0.key, $0.value.string ?? "") }
  }

  private var isHeadless: Bool { subject.spec["clusterIP"].string == "None" }
  private var selectorText: String {
    selector.map { "\(Moment.plain($0.key))=\(Moment.plain($0.value))" }.sorted().joined(separator: ",")
  }

  func externalName() -> Finding? {
    let name = subject.spec["externalName"].line
    let digits = name.split(separator: ".", omittingEmptySubsequences: false)
    guard digits.count == 4, digits.allSatisfy({ UInt8($0) != nil }) || name.contains(":") else { return nil }
    return Finding(
      "service-external-name", of: subject.ref, key: "service-external-name",
      "externalName is an address, which no name server follows: \(name)", .warning, since: subject.created,
      .hopeless("an ExternalName is answered as a CNAME; an address needs a service without a selector")
    ).with(Evidence(.field("spec.externalName"), name))
  }

  func loadBalancer() -> Finding? {
    guard subject.spec["type"].string == "LoadBalancer",
      subject.status["loadBalancer"]["ingress"].array.isEmpty,
      subject.hasLasted(Self.balancerSeconds, since: subject.created)
    else { return nil }
    let events = subject.events().filter {
      $0.reason.hasPrefix("SyncLoadBalancerFailed") || $0.reason.contains("LoadBalancer")
        || $0.reason.contains("AllocationFailed") || $0.reason.contains("FailedDeployModel")
    }
    let why = events.first.map { ": \($0.message)" } ?? ": no controller has given it an address"
    return Finding(
      "load-balancer-pending", of: subject.ref, key: "load-balancer-pending",
      "its load balancer is pending\(why)".shortened(to: 110), .warning, since: subject.created,
      events.isEmpty
        ? .hopeless("nothing in the cluster seems to hand out load balancers")
        : .unclear("the controller tries again")
    ).with(events.first?.evidence).with(
      Evidence(.field("status.loadBalancer.ingress"), "none", at: subject.created))
  }

  // MARK: Endpoints

  func endpoints() -> [Finding] {
    guard !selector.isEmpty, subject.hasLasted(Self.settleSeconds, since: subject.created) else { return [] }
    let slices = subject.owned("discovery.k8s.io/v1/endpointslices").map(\.object)
    if slices.isEmpty, subject.facts("discovery.k8s.io/v1/endpointslices") == nil { return [] }
    let serving = slices.filter { slice in slice["endpoints"].array.contains(where: Self.isReady) }
    if serving.isEmpty { return [nobody()].compactMap { $0 } }
    return ports(serving)
  }

  static func isReady(_ endpoint: JSON) -> Bool { endpoint["conditions"]["ready"].bool ?? true }

  /// Ports that lead nowhere although there are ready pods: their name fits no container's port.
  private func ports(_ serving: [JSON]) -> [Finding] {
    let known = Set(serving.flatMap { $0["ports"].array.map { $0["name"].string ?? "" } })
    return subject.spec["ports"].array.compactMap { port in
      let (name, target) = (port["name"].string ?? "", port["targetPort"].line)
      guard !target.isEmpty, Int(target) == nil, !known.contains(name) else { return nil }
      let there = containerPorts()
      let near = there.map { $0.isEmpty ? "they name none" : "they have \($0.joined(separator: ", "))" }
      return Finding(
        "service-port", of: subject.ref, part: name, key: "service-port \(target)",
        "port \(port["port"].int32 ?? 0) leads nowhere: its pods have no port named \(target)", since: nil,
        .hopeless("the name has to be that of a container's port")
      ).with(
        Evidence(.field("spec.ports[\(Moment.plain(name))].targetPort"), target),
        near.map { Evidence(.field("spec.template.spec.containers[].ports[].name"), $0) }
      ).offering(Offer("look at the service", .view(.yaml(subject.ref))))
    }
  }

  /// The names of the ports of the pods it selects, by the workloads that make them.
  private func containerPorts() -> [String]? {
    let templates = workloads().filter { matches($0.labels) }
    if templates.isEmpty { return nil }
    return templates.flatMap { workload in
      workload.template["spec"]["containers"].array.flatMap { $0["ports"].array.map { $0["name"].line } }
    }.filter { !$0.isEmpty }
  }

  private func matches(_ labels: [String: String]) -> Bool {
    selector.allSatisfy { labels[$0.key] == $0.value }
  }

  struct Workload {
    var ref: ObjectRef
    var template: JSON
    var labels: [String: String]
    var replicas: Int?
  }

  func workloads() -> [Workload] {
    let kinds: [Kind.ID] = [
      "apps/v1/deployments", "apps/v1/statefulsets", "apps/v1/daemonsets",
    ]
    return kinds.flatMap { kind in
      (subject.facts(kind) ?? []).map { fact in
        let object = fact.object
        let template = object["spec"]["template"]
        let labels = template["metadata"]["labels"].members.map { ($0.key, $0.value.string ?? "") }
        return Workload(
          ref: fact.ref, template: template, labels: Dictionary(labels) { first, _ in first },
          replicas: kind == "apps/v1/daemonsets" ? nil : object["spec"]["replicas"].int32 ?? 1)
      }
    }.sorted { $0.ref.name < $1.ref.name }
  }

  private func nobody() -> Finding? {
    guard let all = subject.facts("v1/pods") else { return nil }
    let mine = all.filter { fact in fact.pod.map { !$0.isOver && matches($0.labels) } ?? false }
    return mine.isEmpty ? noPods(all) : noneReady(mine)
  }

  /// Its pods are there, and none of them is ready.
  private func noneReady(_ pods: [Fact]) -> Finding? {
    let since = pods.map { Conditions($0.object["status"]["conditions"])["Ready"]?.since ?? $0.created }.max()
    guard subject.hasLasted(Self.startSeconds, since: since) else { return nil }
    var roots: [ObjectRef: Int] = [:]
    for pod in pods { roots[subject.root(of: pod), default: 0] += 1 }
    let root = roots.max { ($0.value, $1.key.name) < ($1.value, $0.key.name) }?.key
    let what = pods.count == 1 ? "its only pod is not ready" : "none of its \(pods.count) pods is ready"
    let isDNS = DNS.isService(subject.ref, subject.labels)
    var finding = Finding(
      "service-unready", of: subject.ref, key: "service-unready",
      isDNS ? "cluster DNS is down: \(what)" : "no endpoints: \(what)", .critical,
      since: since,
      .unclear("it answers again as soon as one of its pods is ready")
    ).with(
      Evidence(.field("spec.selector"), "\(selectorText) fits \(pods.count.of("pod"))"),
      Evidence(.reckoned("endpoint slices"), "none of them ready", at: since)
    ).asConsequence
    finding.affected = Array(pods.map(\.ref).prefix(Finding.maxAffected))
    finding.affectedCount = pods.count
    finding.cause = root.map { Finding.Cause($0, "no pod of \($0.words) is ready") }
    return finding
  }

  /// No pod has its labels.
  private func noPods(_ pods: [Fact]) -> Finding? {
    let workloads = workloads()
    if let workload = workloads.first(where: { matches($0.labels) }) {
      if workload.replicas == 0 {
        return Finding(
          "service-scaled-down", of: subject.ref, key: "service-scaled-down",
          "no endpoints: \(workload.ref.words) is scaled to 0", .notice, since: nil,
          .hopeless("nobody answers until it is scaled up")
        ).with(Evidence(.field("spec.replicas"), "0", in: workload.ref)).asConsequence
      }
      return Finding(
        "service-no-pods", of: subject.ref, key: "service-no-pods",
        "no endpoints: \(workload.ref.words) has no pods", .critical, since: nil,
        .unclear("it answers again as soon as one of its pods is ready")
      ).with(Evidence(.field("spec.selector"), selectorText)).asConsequence.causedBy(
        Finding.Cause(workload.ref, "no pod of \(workload.ref.words) is ready"))
    }
    let near = NearLabels(selector, among: workloads.map { ($0.ref, $0.labels) } + barePods(pods))
    let hint = near.best.map { ", \($0.pair) would fit \($0.ref.words)" } ?? ""
    return Finding(
      "service-selector", of: subject.ref, key: "service-selector",
      "selector \(selectorText) matches no pod\(hint)".shortened(to: 120),
      severity(near), since: nil,
      .hopeless("no workload in the namespace makes pods with these labels")
    ).with(
      Evidence(.field("spec.selector"), selectorText),
      near.best.map { Evidence(.field("spec.template.metadata.labels"), $0.pair, in: $0.ref) }
    ).offering(
      Offer("look at the service", .view(.yaml(subject.ref))),
      near.best.map { best in
        Offer(
          "select \(best.pair)",
          .command(
            "kubectl -n \(subject.ref.namespace) patch service \(subject.ref.name) -p "
              + "'{\"spec\":{\"selector\":{\"\(best.key)\":\"\(best.value)\"}}}'"))
      })
  }

  /// What has matched nothing for long is often meant so: services that a chart makes for parts that run elsewhere, of
  /// replicas that there are none of, of jobs that are over.
  private func severity(_ near: NearLabels) -> Finding.Severity {
    if let best = near.best { return best.isTypo ? .error : .warning }
    return subject.hasLasted(Self.freshSeconds, since: subject.created) ? .notice : .warning
  }

  /// Pods that no workload makes.
  private func barePods(_ pods: [Fact]) -> [(ref: ObjectRef, labels: [String: String])] {
    pods.compactMap { fact in fact.owner == nil ? fact.pod.map { (fact.ref, $0.labels) } : nil }
  }
}

/// The labels that come nearest to a selector that fits nothing: one pair differs.
struct NearLabels {
  struct Match {
    var ref: ObjectRef
    var key: String
    var value: String
    /// The value or the key is nearly the same.
    var isTypo: Bool
    var pair: String { "\(Moment.plain(key))=\(Moment.plain(value))" }
  }

  private(set) var best: Match?

  init(_ selector: [(key: String, value: String)], among owners: [(ref: ObjectRef, labels: [String: String])])
  {
    for owner in owners {
      let wrong = selector.filter { owner.labels[$0.key] != $0.value }
      guard wrong.count == 1, let pair = wrong.first else { continue }
      var found: Match?
      if let value = owner.labels[pair.key] {
        let isTypo = Self.isNear(value, pair.value)
        if isTypo || selector.count > 1 {
          found = Match(ref: owner.ref, key: pair.key, value: value, isTypo: isTypo)
        }
      } else if let key = owner.labels.first(where: { $0.value == pair.value })?.key {
        found = Match(ref: owner.ref, key: key, value: pair.value, isTypo: true)
      }
      guard let found, best == nil || found.isTypo && best?.isTypo == false else { continue }
      best = found
    }
  }

  /// Whether one is a slip of the other: up to two letters differ or are in another order, or one begins
  /// with the other.
  static func isNear(_ a: String, _ b: String) -> Bool {
    let (short, long) = a.count <= b.count ? (a, b) : (b, a)
    if short.count >= 3, long.hasPrefix(short), "-_.".contains(long.dropFirst(short.count).first ?? "x") {
      return true
    }
    if short.count > 2, a.utf8.sorted() == b.utf8.sorted() { return true }
    return distance(Array(a.utf8), Array(b.utf8)) <= (short.count > 4 ? 2 : 1)
  }

  /// How many letters have to be put in, taken out or changed (Levenshtein).
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    if a.count > 64 || b.count > 64 { return 64 }
    var row = Array(0...b.count)
    for i in 0..<a.count {
      var (diagonal, left) = (row[0], i + 1)
      row[0] = left
      for j in 0..<b.count {
        let value = min(row[j + 1] + 1, left + 1, diagonal + (a[i] == b[j] ? 0 : 1))
        (diagonal, row[j + 1], left) = (row[j + 1], value, value)
      }
    }
    return row[b.count]
  }
}
