import Cluster
import Document

/// What a pod demands of the pods around it: required affinity and anti-affinity, and topology spread.
///
/// Source: Kubernetes, "Assigning Pods to Nodes", "Pod Topology Spread Constraints".
struct PodNeighbours {
  private struct Term {
    var topology: String
    var selector: JSON
    var namespaces: Set<String>
  }

  private struct Neighbour {
    var labels: [String: String]
    var namespace: String
    var node: JSON
  }

  /// A term with the pods it selects, counted by the place they are at.
  private struct Census {
    var term: Term
    var maxSkew = 0
    /// Of every place that a node is at, even where none of them is.
    var counts: [String: Int] = [:]
    /// How few there are at the place with the fewest.
    var least = 0
    /// Whether any of them is on a node at all.
    var isAnywhere = false

    func count(at node: JSON) -> Int { node[term.topology].string.flatMap { counts[$0] } ?? 0 }
  }

  private var together: [Census] = []
  private var apart: [Census] = []
  private var spreads: [Census] = []
  private let own: [String: String]
  private let namespace: String

  init(_ subject: Case) {
    namespace = subject.ref.namespace
    own = subject.fact("v1/pods", subject.ref.name)?.pod?.labels ?? [:]
    let required = "requiredDuringSchedulingIgnoredDuringExecution"
    let affinity = subject.spec["affinity"]
    together = affinity["podAffinity"][required].array.compactMap {
      Self.term($0, subject).map { Census(term: $0) }
    }
    apart = affinity["podAntiAffinity"][required].array.compactMap {
      Self.term($0, subject).map { Census(term: $0) }
    }
    spreads = subject.spec["topologySpreadConstraints"].array.compactMap { constraint in
      guard constraint["whenUnsatisfiable"].string != "ScheduleAnyway" else { return nil }
      return Self.term(constraint, subject).map {
        Census(term: $0, maxSkew: constraint["maxSkew"].smallCount ?? 1)
      }
    }
    if together.isEmpty, apart.isEmpty, spreads.isEmpty { return }
    var (nodes, neighbours): ([JSON], [Neighbour]) = ([], [])
    for node in subject.facts("v1/nodes", in: "") ?? [] {
      let labels = subject.outline(ofNode: node).labels
      nodes.append(labels)
      for pod in subject.pods(on: node.ref.name) {
        guard let fact = pod.pod, !fact.isOver, !fact.isEnding else { continue }
        neighbours.append(Neighbour(labels: fact.labels, namespace: pod.ref.namespace, node: labels))
      }
    }
    for index in together.indices { Self.fill(&together[index], nodes, neighbours) }
    for index in apart.indices { Self.fill(&apart[index], nodes, neighbours) }
    for index in spreads.indices { Self.fill(&spreads[index], nodes, neighbours) }
  }

  /// Once over the nodes and once over the pods, however many nodes are asked about later.
  private static func fill(_ census: inout Census, _ nodes: [JSON], _ neighbours: [Neighbour]) {
    let topology = census.term.topology
    for node in nodes { if let place = node[topology].string { census.counts[place] = 0 } }
    for pod in neighbours where matches(census.term, pod.labels, pod.namespace) {
      census.isAnywhere = true
      if let place = pod.node[topology].string { census.counts[place, default: 0] += 1 }
    }
    census.least = census.counts.values.min() ?? 0
  }

  /// Terms that choose namespaces by labels are left out: the scheduler's words have to do.
  private static func term(_ term: JSON, _ subject: Case) -> Term? {
    guard term["namespaceSelector"].isNull else { return nil }
    let listed = Set(term["namespaces"].array.compactMap(\.string))
    return Term(
      topology: term["topologyKey"].line, selector: term["labelSelector"],
      namespaces: listed.isEmpty ? [subject.ref.namespace] : listed)
  }

  func obstacles(_ node: JSON) -> [Obstacle] {
    var found: [Obstacle] = []
    for census in apart where census.count(at: node) > 0 {
      found.append(.antiAffinity(census.term.topology))
    }
    for census in together where census.count(at: node) == 0 {
      // The first of a group that wants to be together may be anywhere.
      let isFirst = !census.isAnywhere && Self.matches(census.term, own, namespace)
      if !isFirst { found.append(.affinity(census.term.topology)) }
    }
    for census in spreads {
      let topology = census.term.topology
      guard node[topology].string != nil else {
        found.append(.spread("\(topology) (it has no such label)"))
        continue
      }
      if census.count(at: node) + 1 - census.least > census.maxSkew { found.append(.spread(topology)) }
    }
    return found
  }

  private static func matches(_ term: Term, _ labels: [String: String], _ namespace: String) -> Bool {
    guard term.namespaces.contains(namespace) else { return false }
    return PodSelector.holds(term.selector, labels)
  }
}

/// Whether labels are what a selector object wants.
enum PodSelector {
  /// `{"matchLabels": ..., "matchExpressions": [...]}`; a missing selector selects nothing.
  static func holds(_ selector: JSON, _ labels: [String: String]) -> Bool {
    if selector.isNull { return false }
    guard selector["matchLabels"].members.allSatisfy({ labels[$0.key] == $0.value.string }) else {
      return false
    }
    let object = JSON.object(
      JSONObject(labels.map { JSONObject.Member(key: $0.key, value: .string($0.value)) }))
    return selector["matchExpressions"].array.allSatisfy { NodeTerm.holds($0, object) }
  }
}

/// Where the volumes of a pod are: a node elsewhere cannot mount them.
///
/// Source: Kubernetes, "Persistent Volumes" (node affinity).
struct VolumePlaces {
  private var volumes: [(name: String, required: JSON)] = []

  init(_ subject: Case) {
    for claim in subject.claims {
      guard let name = subject.look("v1/persistentvolumeclaims", claim).object?["spec"]["volumeName"].string,
        !name.isEmpty,
        let volume = subject.look("v1/persistentvolumes", name, in: "").object
      else { continue }
      let terms = volume["spec"]["nodeAffinity"]["required"]["nodeSelectorTerms"]
      if !terms.array.isEmpty { volumes.append((claim, terms)) }
    }
  }

  func obstacles(_ labels: JSON) -> [Obstacle] {
    volumes.filter { volume in !volume.required.array.contains { NodeTerm.matches($0, labels) } }.map {
      .volume(
        "the volume of claim \($0.name) is at \($0.required.array.map(NodeTerm.words).joined(separator: " or "))"
      )
    }
  }
}
