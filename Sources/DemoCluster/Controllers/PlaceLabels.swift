/// A template, and the labels that its pods get from their node.
struct PlaceKey: Hashable {
  let template: ObjectIdentifier
  let place: [Pair]
}

/// The labels that the pods of one template have in one place.
struct PlaceLabels {
  /// Kept, so that no other template comes to its address.
  let template: PodTemplate
  let labels: [Pair]
}

extension World {
  /// Labels with the node's place in the topology, as the API server adds them when a pod is bound.
  func labels(_ own: [Pair], on node: NodeState, _ template: PodTemplate) -> [Pair] {
    let place = node.place
    let key = PlaceKey(template: ObjectIdentifier(template), place: place)
    // Almost all pods share the list of their template, so those of one zone share theirs.
    let isShared = own == template.labels
    if isShared, let known = placeLabels[key] { return known.labels }
    let all = (own.filter { pair in !place.contains { $0.key == pair.key } } + place).sorted {
      $0.key < $1.key
    }
    if isShared {
      if placeLabels.count > 4_000 { placeLabels = [:] }
      placeLabels[key] = PlaceLabels(template: template, labels: all)
    }
    return all
  }
}

extension NodeState {
  private static let placeKeys = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"]

  /// The labels that say where a node is.
  static func place(_ labels: [Pair]) -> [Pair] { labels.filter { placeKeys.contains($0.key) } }
}
