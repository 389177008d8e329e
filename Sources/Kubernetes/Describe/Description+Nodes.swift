import Cluster
import Document
import HTTP

extension Description {
  static let node = Description(requests: NodeDescription.requests, write: NodeDescription.write)
}

enum NodeDescription {
  private static let lease = "lease"
  private static let slices = "resourceslices"

  @Sendable static func requests(_ node: Subject) -> [RelatedRequest] {
    let running = "spec.nodeName=\(node.name),status.phase!=Succeeded,status.phase!=Failed"
    return [
      RelatedRequest(
        key: "pods", path: "/api/v1/pods", query: [.init("fieldSelector", running), .init("limit", "500")],
        keeping: [
          "metadata.name", "metadata.namespace", "metadata.uid", "metadata.creationTimestamp",
          "spec.containers",
          "spec.initContainers", "spec.overhead", "spec.resources", "status.containerStatuses",
          "status.initContainerStatuses", "status.conditions", "status.phase",
        ]),
      EventSection.request(for: node, uid: node.name, key: EventSection.nodeKey),
      RelatedRequest(
        key: slices, path: "/apis/resource.k8s.io/v1/resourceslices",
        query: [.init("fieldSelector", "spec.nodeName=\(node.name)")]),
      RelatedRequest(
        key: lease, path: "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/\(node.name)",
        isList: false),
    ]
  }

  @Sendable static func write(_ node: Subject, to page: inout PageWriter) {
    page.name(node, namespace: false)
    page.field("Roles", Marked(roles(node).joined(separator: ",")).or(.none))
    page.labelsAndAnnotations(node.metadata)
    page.field("CreationTimestamp", node.clock.date(node.metadata["creationTimestamp"]))
    page.taints("Taints", node.spec["taints"])
    let isClosed = node.spec["unschedulable"].isTrue
    page.field("Unschedulable", Marked(isClosed ? "true" : "false", isClosed ? .warning : .literal))
    writeLease(node, to: &page)
    writeConditions(node, to: &page)
    page.section("Addresses") { page in
      for address in node.status["addresses"].array { page.field(address["type"].words, address["address"]) }
    }
    writeAmounts("Capacity", node.status["capacity"], to: &page)
    writeAmounts("Allocatable", node.status["allocatable"], to: &page)
    writeSlices(node, to: &page)
    writeSystem(node.status["nodeInfo"], to: &page)
    page.field("PodCIDR", ifPresent: node.spec["podCIDR"])
    page.field("PodCIDRs", ifPresent: Marked(node.spec["podCIDRs"].strings.joined(separator: ",")))
    page.field("ProviderID", ifPresent: node.spec["providerID"])
    NodeLoad(node: node).write(to: &page)
  }

  private static func roles(_ node: Subject) -> [String] {
    var roles: Set<String> = []
    for label in node.metadata["labels"].members {
      let prefix = "node-role.kubernetes.io/"
      if label.key.hasPrefix(prefix) { roles.insert(String(label.key.dropFirst(prefix.count))) }
      if label.key == "kubernetes.io/role" { roles.insert(label.value.words) }
    }
    return roles.subtracting([""]).sorted()
  }

  private static func writeLease(_ node: Subject, to page: inout PageWriter) {
    if let why = node.related.failures[lease] {
      page.field("Lease", Marked("Failed to get lease: \(why)", .warning))
      return
    }
    guard let lease = node.related.lists[lease]?.first else {
      return page.field("Lease", Marked("<not read>", .dim))
    }
    page.section("Lease") { page in
      page.field("HolderIdentity", lease["spec"]["holderIdentity"].marked.or(.unset))
      page.field("AcquireTime", node.clock.date(lease["spec"]["acquireTime"]))
      page.field("RenewTime", node.clock.date(lease["spec"]["renewTime"]))
    }
  }

  private static func writeConditions(_ node: Subject, to page: inout PageWriter) {
    let conditions = node.status["conditions"].array
    if conditions.isEmpty { return }
    page.section("Conditions") { page in
      page.titles(
        ["Type", "Status", "LastHeartbeatTime", "LastTransitionTime", "Reason", "Message"],
        dashes: ["----", "------", "-----------------", "------------------", "------", "-------"])
      for json in conditions {
        let condition = ConditionLine(json)
        page.row([
          "\(condition.type) ", condition.marked(" "), "\(node.clock.date(json["lastHeartbeatTime"])) ",
          "\(node.clock.date(condition.since)) ", "\(condition.reason) ", Marked(condition.message),
        ])
      }
    }
  }

  private static func writeAmounts(_ title: String, _ amounts: JSON, to page: inout PageWriter) {
    if amounts.isBlank { return }
    page.section(title) { page in
      for amount in amounts.sortedMembers { page.field(amount.key, Marked(amount.value.words, .number)) }
    }
  }

  /// Devices that only this node has, by driver and pool (dynamic resource allocation).
  private static func writeSlices(_ node: Subject, to page: inout PageWriter) {
    var pools: [[String]: (slices: Int, devices: Int)] = [:]
    for slice in node.related.lists[slices] ?? [] {
      let key = [slice["spec"]["driver"].words, slice["spec"]["pool"]["name"].words]
      pools[key, default: (0, 0)].slices += 1
      pools[key, default: (0, 0)].devices += slice["spec"]["devices"].array.count
    }
    if pools.isEmpty { return }
    let most = 10
    page.section("Node-Local ResourceSlices") { page in
      page.underlinedTitles(["Driver", "Pool", "Slices", "Devices"])
      for (key, count) in pools.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }).prefix(most) {
        page.row([Marked(key[0]), Marked(key[1]), .number(count.slices), .number(count.devices)])
      }
      if pools.count > most { page.line("...and \(pools.count - most) more pools") }
    }
  }

  private static func writeSystem(_ info: JSON, to page: inout PageWriter) {
    let fields = [
      ("Machine ID", "machineID"), ("System UUID", "systemUUID"), ("Boot ID", "bootID"),
      ("Kernel Version", "kernelVersion"), ("OS Image", "osImage"), ("Operating System", "operatingSystem"),
      ("Architecture", "architecture"), ("Container Runtime Version", "containerRuntimeVersion"),
      ("Kubelet Version", "kubeletVersion"),
    ]
    page.section("System Info") { page in
      for (title, member) in fields { page.field(title, info[member]) }
    }
  }
}

/// What the pods of a node ask for and may take, each and together.
private struct NodeLoad {
  let node: Subject
  let allocatable: Amounts

  init(node: Subject) {
    self.node = node
    let status = node.status
    allocatable = Amounts(status["allocatable"].isBlank ? status["capacity"] : status["allocatable"])
  }

  func write(to page: inout PageWriter) {
    guard let pods = node.related.lists["pods"] else {
      page.field("Pods", missingPods)
      return
    }
    page.row([Marked("Non-terminated Pods:", .heading), "(\(pods.count) in total)"])
    page.nested { page in
      page.underlinedTitles([
        "Namespace", "Name", "", "CPU Requests", "CPU Limits", "Memory Requests", "Memory Limits", "Age",
      ])
      for pod in pods { page.row(cells(pod)) }
    }
    page.section("Allocated resources") { page in
      page.line(Marked("(Total limits may be over 100 percent, i.e., overcommitted.)", .dim))
      writeTotals(pods, to: &page)
    }
  }

  private var missingPods: Marked {
    guard let why = node.related.failures["pods"] else { return Marked("<not read>", .dim) }
    return Marked(why.contains("forbidden") ? "not authorized" : "<error: \(why)>", .warning)
  }

  private func cells(_ pod: JSON) -> [Marked] {
    let resources = PodResources(pod: pod, usesStatus: true)
    let requests = resources.total(.requests)
    let limits = resources.total(.limits)
    let metadata = pod["metadata"]
    let namespace = metadata["namespace"].words
    return [
      Marked(namespace), node.link("v1/pods", metadata["name"], namespace: namespace), "",
      share(requests, "cpu"), share(limits, "cpu"), share(requests, "memory"), share(limits, "memory"),
      Marked(node.clock.age(metadata["creationTimestamp"])),
    ]
  }

  private func writeTotals(_ pods: [JSON], to page: inout PageWriter) {
    var requests: Amounts = [:]
    var limits: Amounts = [:]
    for pod in pods {
      let resources = PodResources(pod: pod)
      requests.add(resources.total(.requests))
      limits.add(resources.total(.limits))
    }
    page.underlinedTitles(["Resource", "Requests", "Limits"])
    let standard = ["cpu", "memory", "ephemeral-storage"]
    let huge = allocatable.keys.filter { $0.hasPrefix("hugepages-") }.sorted()
    for name in standard + huge { page.row([Marked(name), share(requests, name), share(limits, name)]) }
    for name in allocatable.keys.sorted()
    where !standard.contains(name) && !huge.contains(name) && name != "pods" {
      page.row([Marked(name), amount(requests, name), amount(limits, name)])
    }
  }

  private func amount(_ amounts: Amounts, _ name: String) -> Marked {
    Marked(amounts[name]?.text ?? "0", .number)
  }

  /// "500m (25%)" of what the node has; shares are cut to whole percents, as kubectl does.
  private func share(_ amounts: Amounts, _ name: String) -> Marked {
    let part = amounts[name]?.double ?? 0
    let whole = allocatable[name]?.double ?? 0
    let percent = whole > 0 ? Int((part / whole * 100).rounded(.towardZero)) : 0
    return "\(amount(amounts, name)) (" + Marked("\(percent)%", percent >= 100 ? .warning : .plain) + ")"
  }
}
