import Cluster
import Document

/// Why one node cannot take a pod.
enum Obstacle: Hashable {
  case notReady
  case cordoned
  /// "maintenance=true:NoSchedule"
  case taint(String)
  /// What the pod wants of the node's labels, as it stands in the pod: "disktype=ssd".
  case label(String)
  case lack(resource: String, wanted: Int64, free: Int64, whole: Int64)
  case port(String)
  case antiAffinity(String)
  case affinity(String)
  case spread(String)
  /// The volume and where it is.
  case volume(String)

  /// "memory 12Gi short (2Gi free of 16Gi)"
  var words: String {
    switch self {
    case .notReady: return "not ready"
    case .cordoned: return "cordoned"
    case .taint(let taint): return "taint \(taint)"
    case .label(let wanted): return "is not \(wanted)"
    case .lack(let resource, let wanted, let free, let whole):
      let short = Self.amount(wanted.bounded(minus: max(0, free)), of: resource)
      return
        "\(resource) \(short) short (\(Self.amount(max(0, free), of: resource)) free of \(Self.amount(whole, of: resource)))"
    case .port(let port): return "host port \(port) is taken"
    case .antiAffinity(let topology): return "pod anti-affinity: such a pod is there already (\(topology))"
    case .affinity(let topology): return "pod affinity: no such pod is there (\(topology))"
    case .spread(let topology): return "topology spread: its \(topology) has too many already"
    case .volume(let place): return place
    }
  }

  /// What nodes with the same troubles are counted by.
  var sort: String {
    switch self {
    case .lack(let resource, _, _, _): "\(resource) short"
    case .taint(let taint): "with the taint \(taint)"
    case .label(let wanted): "not \(wanted)"
    case .notReady, .cordoned, .port, .antiAffinity, .affinity, .spread, .volume: words
    }
  }

  /// CPU is counted in thousandths, everything else in whole units.
  static func amount(_ value: Int64, of resource: String) -> String {
    if resource == "cpu" {
      // Of many cores the thousandths are not worth a word.
      return value.magnitude < 10_000 || value % 1_000 == 0 ? Quantity(milli: value).text : "\(value / 1_000)"
    }
    if resource == "memory" || resource == "ephemeral-storage" { return bytes(value) }
    return String(value)
  }

  /// Bytes with two figures that count: "1.2Gi".
  static func bytes(_ value: Int64) -> String {
    let units: [(Int64, String)] = [(1 << 40, "Ti"), (1 << 30, "Gi"), (1 << 20, "Mi"), (1 << 10, "Ki")]
    for (unit, suffix) in units where value.magnitude >= unit.magnitude {
      let tenths = value / (unit / 10)
      return tenths % 10 == 0 || tenths.magnitude >= 100
        ? "\(tenths / 10)\(suffix)" : "\(tenths / 10).\(tenths.magnitude % 10)\(suffix)"
    }
    return String(value)
  }
}

/// What a pod demands of a node, looked at again as the scheduler does it.
///
/// Source: Kubernetes, "Scheduling, Preemption and Eviction"; pkg/scheduler/framework/plugins.
struct NodeFit {
  let subject: Case
  private let pod: PodFact
  private let tolerations: [JSON]
  private let neighbours: PodNeighbours
  private let volumes: VolumePlaces

  /// nil where the pod is not known as a fact.
  init?(_ subject: Case) {
    guard let pod = subject.fact("v1/pods", subject.ref.name)?.pod else { return nil }
    self.subject = subject
    self.pod = pod
    tolerations = subject.spec["tolerations"].array
    neighbours = PodNeighbours(subject)
    volumes = VolumePlaces(subject)
  }

  func obstacles(_ node: Fact) -> [Obstacle] {
    let outline = subject.outline(ofNode: node)
    let demand = subject.demand(on: node.ref.name)
    return taints(outline) + selection(outline.labels) + lacks(outline, demand) + ports(demand)
      + neighbours.obstacles(outline.labels) + volumes.obstacles(outline.labels)
  }

  // MARK: Taints

  private func taints(_ node: NodeOutline) -> [Obstacle] {
    if node.taints.isEmpty, node.isReady, !node.isCordoned { return [] }
    var found: [Obstacle] = []
    for taint in node.taints
    where taint["effect"].string != "PreferNoSchedule" && !tolerates(taint) {
      switch taint["key"].line {
      case "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable": found.append(.notReady)
      case "node.kubernetes.io/unschedulable": found.append(.cordoned)
      case let key:
        let value = taint["value"].line
        found.append(.taint("\(key)\(value.isEmpty ? "" : "=\(value)"):\(taint["effect"].line)"))
      }
    }
    if node.isCordoned, !found.contains(.cordoned),
      !tolerates(["key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"])
    {
      found.append(.cordoned)
    }
    if !node.isReady, !found.contains(.notReady),
      !tolerates(["key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"])
    {
      found.append(.notReady)
    }
    var seen: Set<Obstacle> = []
    return found.filter { seen.insert($0).inserted }
  }

  private func tolerates(_ taint: JSON) -> Bool {
    tolerations.contains { toleration in
      let (key, effect) = (toleration["key"].line, toleration["effect"].line)
      guard effect.isEmpty || effect == taint["effect"].line else { return false }
      if toleration["operator"].string == "Exists" { return key.isEmpty || key == taint["key"].line }
      return key == taint["key"].line && toleration["value"].line == taint["value"].line
    }
  }

  // MARK: Selection

  private func selection(_ labels: JSON) -> [Obstacle] {
    var found = subject.spec["nodeSelector"].members.compactMap { member -> Obstacle? in
      labels[member.key].string == member.value.string ? nil : .label("\(member.key)=\(member.value.line)")
    }
    let terms = subject.spec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][
      "nodeSelectorTerms"
    ].array
    if !terms.isEmpty, !terms.contains(where: { NodeTerm.matches($0, labels) }) {
      found.append(.label(terms.map(NodeTerm.words).joined(separator: " or ")))
    }
    return found
  }

  // MARK: Room

  private func lacks(_ node: NodeOutline, _ demand: NodeDemand) -> [Obstacle] {
    var found: [Obstacle] = []
    func check(_ resource: String, _ wanted: Int64, _ whole: Int64, _ used: Int64) {
      if wanted > 0, used.bounded(plus: wanted) > whole {
        let free = whole.bounded(minus: used)
        found.append(.lack(resource: resource, wanted: wanted, free: free, whole: whole))
      }
    }
    check("cpu", pod.milliCPU, node.allocatable("cpu") ?? 0, demand.milliCPU)
    check("memory", pod.memory, node.allocatable("memory") ?? 0, demand.memory)
    for (resource, wanted) in pod.others.sorted(by: { $0.key < $1.key }) {
      check(resource, wanted, node.allocatable(resource) ?? 0, demand.others[resource] ?? 0)
    }
    if let places = node.allocatable("pods") { check("pods", 1, places, demand.pods) }
    return found
  }

  private func ports(_ demand: NodeDemand) -> [Obstacle] {
    pod.hostPorts.filter(demand.hostPorts.contains).map { .port($0) }
  }
}

/// A term of a node selector: expressions over labels that all have to hold.
enum NodeTerm {
  static func matches(_ term: JSON, _ labels: JSON) -> Bool {
    let expressions = term["matchExpressions"].array
    // A term without expressions over labels selects by the node's name; a null one selects nothing.
    if expressions.isEmpty { return !term["matchFields"].array.isEmpty }
    return expressions.allSatisfy { holds($0, labels) }
  }

  static func holds(_ expression: JSON, _ labels: JSON) -> Bool {
    let value = labels[expression["key"].line].string
    let values = expression["values"].array.compactMap(\.string)
    switch expression["operator"].string {
    case "In": return value.map(values.contains) ?? false
    case "NotIn": return !(value.map(values.contains) ?? false)
    case "Exists": return value != nil
    case "DoesNotExist": return value == nil
    case "Gt": return (value.flatMap { Int($0) } ?? .min) > (values.first.flatMap { Int($0) } ?? .max)
    case "Lt": return (value.flatMap { Int($0) } ?? .max) < (values.first.flatMap { Int($0) } ?? .min)
    default: return false
    }
  }

  /// "disktype in (ssd, nvme)"
  static func words(_ term: JSON) -> String {
    term["matchExpressions"].array.map { expression in
      let key = expression["key"].line
      let values = expression["values"].array.map(\.line)
      switch expression["operator"].string {
      case "In":
        return values.count == 1 ? "\(key)=\(values[0])" : "\(key) in (\(values.joined(separator: ", ")))"
      case "NotIn": return "\(key) not in (\(values.joined(separator: ", ")))"
      case "Exists": return "with \(key)"
      case "DoesNotExist": return "without \(key)"
      case "Gt": return "\(key) > \(values.first ?? "")"
      case "Lt": return "\(key) < \(values.first ?? "")"
      default: return key
      }
    }.joined(separator: " and ")
  }
}
