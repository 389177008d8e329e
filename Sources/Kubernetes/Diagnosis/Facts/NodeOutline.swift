import Document

/// What a scheduler looks at in a node, read once for all pods that are weighed against it.
struct NodeOutline {
  let labels: JSON
  let taints: [JSON]
  let conditions: JSON
  let isReady: Bool
  /// spec.unschedulable
  let isCordoned: Bool
  private let allocatable: [String: Int64]

  init(_ node: JSON) {
    let (spec, status) = (node["spec"], node["status"])
    labels = node["metadata"]["labels"]
    taints = spec["taints"].array
    conditions = status["conditions"]
    isReady = Conditions(conditions).holding("Ready") != nil
    isCordoned = spec["unschedulable"].bool == true
    allocatable = Dictionary(
      status["allocatable"].members.compactMap { member in
        guard let amount = Quantity(member.value.amount) else { return nil }
        return (member.key, member.key == "cpu" ? amount.milliValue : amount.value)
      }, uniquingKeysWith: { first, _ in first })
  }

  /// What it can give of a resource: thousandths of a core, else whole units; nil where it tells nothing.
  func allocatable(_ resource: String) -> Int64? { allocatable[resource] }
}
