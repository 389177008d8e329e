import Document

/// What a pod asks of the place that it runs at, besides room and taints.
struct Placement: Sendable {
  /// One term of a node affinity: all of its requirements must hold.
  private let nodeTerms: [[Requirement]]
  let together, apart: [PodTerm]
  let spreads: [Spread]
  /// Set while something else has to happen before it may be placed.
  let isGated: Bool

  private struct Requirement: Sendable {
    let key, sign: String
    let values: [String]
  }

  /// Pods that it wants near or far.
  struct PodTerm: Sendable {
    let selector: LabelSelector
    let topologyKey: String
  }

  /// An even spread over zones or nodes.
  struct Spread: Sendable {
    let selector: LabelSelector
    let topologyKey: String
    let maxSkew: Int
  }

  init(_ spec: JSON) {
    let affinity = spec["affinity"]
    let required = "requiredDuringSchedulingIgnoredDuringExecution"
    nodeTerms = affinity["nodeAffinity"][required]["nodeSelectorTerms"].array.map { term in
      (term["matchExpressions"].array + term["matchFields"].array).map {
        Requirement(
          key: $0["key"].string ?? "", sign: $0["operator"].string ?? "",
          values: $0["values"].array.compactMap(\.string))
      }
    }
    func terms(_ kind: String) -> [PodTerm] {
      affinity[kind][required].array.map {
        PodTerm(selector: LabelSelector($0["labelSelector"]), topologyKey: $0["topologyKey"].string ?? "")
      }
    }
    together = terms("podAffinity")
    apart = terms("podAntiAffinity")
    spreads = spec["topologySpreadConstraints"].array
      .filter { $0["whenUnsatisfiable"].string != "ScheduleAnyway" }
      .map {
        Spread(
          selector: LabelSelector($0["labelSelector"]), topologyKey: $0["topologyKey"].string ?? "",
          maxSkew: $0["maxSkew"].int ?? 1)
      }
    isGated = !spec["schedulingGates"].array.isEmpty
  }

  /// Whether a node's labels and name are what the affinity wants.
  func matches(_ node: NodeState) -> Bool {
    nodeTerms.isEmpty || nodeTerms.contains { $0.allSatisfy { holds($0, node) } }
  }

  private func holds(_ requirement: Requirement, _ node: NodeState) -> Bool {
    if requirement.values == [PodText.nodeNameMark] { return true }
    let value =
      requirement.key == "metadata.name"
      ? node.facts.name : node.labels.first { $0.key == requirement.key }?.value
    switch requirement.sign {
    case "In": return value.map(requirement.values.contains) ?? false
    case "NotIn": return !(value.map(requirement.values.contains) ?? false)
    case "Exists": return value != nil
    case "DoesNotExist": return value == nil
    case "Gt", "Lt":
      guard let number = value.flatMap({ Int($0) }), let limit = requirement.values.first.flatMap({ Int($0) })
      else { return false }
      return requirement.sign == "Gt" ? number > limit : number < limit
    default: return false
    }
  }
}

extension PodTemplate {
  /// Whether the pods may run on a node as far as its labels go.
  func matches(_ node: NodeState) -> Bool {
    nodeSelector.allSatisfy(node.labels.contains) && placement.matches(node)
  }
}

extension NodeState {
  func label(_ key: String) -> String? {
    key == "kubernetes.io/hostname" ? facts.name : labels.first { $0.key == key }?.value
  }
}
