import Document

/// Amounts by resource name: "cpu", "memory", "nvidia.com/gpu".
typealias Amounts = [String: Quantity]

/// What a pod asks for and what it may take, as the scheduler counts it (k8s.io/component-helpers/resource).
struct PodResources {
  enum Side: String {
    case requests, limits
  }

  let pod: JSON
  /// Counts what containers have beside what they should have: a resize that is under way holds the larger of
  /// both.
  var usesStatus = false

  func total(_ side: Side) -> Amounts {
    var sum = containers(side)
    let ofPod = Amounts(pod["spec"]["resources"][side.rawValue])
    for (name, amount) in ofPod where ["cpu", "memory"].contains(name) || name.hasPrefix("hugepages-") {
      sum[name] = amount
    }
    // Overhead counts against a limit only where there is one.
    for (name, amount) in Amounts(pod["spec"]["overhead"]) where side == .requests || sum[name] != nil {
      sum[name] = sum[name].map { $0 + amount } ?? amount
    }
    return sum
  }

  /// All containers run at once, and with them the init containers that stay (sidecars). Before that one init
  /// container after the other runs beside the sidecars started so far; the pod needs the largest of these
  /// sums.
  private func containers(_ side: Side) -> Amounts {
    var running: Amounts = [:]
    for container in pod["spec"]["containers"].array {
      running.add(amounts(container, side, "containerStatuses"))
    }
    var sidecars: Amounts = [:]
    var starting: Amounts = [:]
    for container in pod["spec"]["initContainers"].array {
      if container["restartPolicy"].string == "Always" {
        let own = amounts(container, side, "initContainerStatuses")
        running.add(own)
        sidecars.add(own)
        starting.raise(to: sidecars)
      } else {
        var own = Amounts(container["resources"][side.rawValue])
        own.add(sidecars)
        starting.raise(to: own)
      }
    }
    running.raise(to: starting)
    return running
  }

  private func amounts(_ container: JSON, _ side: Side, _ statuses: String) -> Amounts {
    var wanted = Amounts(container["resources"][side.rawValue])
    guard usesStatus else { return wanted }
    let name = container["name"].words
    guard let status = pod["status"][statuses].array.first(where: { $0["name"].words == name }),
      !status["resources"].isNull
    else { return wanted }
    let isInfeasible = pod["status"]["conditions"].array.contains {
      $0["type"].string == "PodResizePending" && $0["reason"].string == "Infeasible"
    }
    if isInfeasible { wanted = [:] }
    wanted.raise(to: Amounts(status["resources"][side.rawValue]))
    if side == .requests { wanted.raise(to: Amounts(status["allocatedResources"])) }
    return wanted
  }
}

extension Amounts {
  /// What is no amount is left out.
  init(_ json: JSON) {
    self.init(minimumCapacity: json.members.count)
    for member in json.members { self[member.key] = member.value.quantity }
  }

  mutating func add(_ other: Amounts) { merge(other) { $0 + $1 } }
  mutating func raise(to other: Amounts) { merge(other) { $0 < $1 ? $1 : $0 } }
}

extension JSON {
  /// An amount, written as text or as a bare number.
  var quantity: Quantity? {
    switch self {
    case .string(let text), .number(let text): Quantity(text)
    default: nil
    }
  }
}
