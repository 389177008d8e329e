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

  private var together: [Term] = []
  private var apart: [Term] = []
  private var spreads: [(term: Term, maxSkew: Int)] = []
  private var neighbours: [Neighbour] = []
  private var nodes: [JSON] = []
  private let own: [String: String]
  private let namespace: String

  init(_ subject: Case) {
    namespace = subject.ref.namespace
    own = subject.fact("v1/pods", subject.ref.name)?.pod?.labels ?? [:]
    let required = "requiredDuringSchedulingIgnoredDuringExecution"
    let affinity = subject.spec["affinity"]
    together = affinity["podAffinity"][required].array.compactMap { Self.term($0, subject) }
    apart = affinity["podAntiAffinity"][required].array.compactMap { Self.term($0, subject) }
    spreads = subject.spec["topologySpreadConstraints"].array.compactMap { constraint in
      guard constraint["whenUnsatisfiable"].string != "ScheduleAnyway" else { return nil }
      return Self.term(constraint, subject).map { ($0, constraint["maxSkew"].int ?? 1) }
    }
    if together.isEmpty, apart.isEmpty, spreads.isEmpty { return }
    for node in subject.facts("v1/nodes", in: "") ?? [] {
      let labels = node.object["metadata"]["labels"]
      nodes.append(labels)
      for pod in subject.pods(on: node.ref.name) {
        guard let fact = pod.pod, !fact.isOver, !fact.isEnding else { continue }
        neighbours.append(Neighbour(labels: fact.labels, namespace: pod.ref.namespace, node: labels))
      }
    }
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
    for term in apart where count(term, in: node) > 0 { found.append(.antiAffinity(term.topology)) }
    for term in together where count(term, in: node) == 0 {
      // The first of a group that wants to be together may be anywhere.
      let isFirst =
        matches(term, own, namespace) && !neighbours.contains { matches(term, $0.labels, $0.namespace) }
      if !isFirst { found.append(.affinity(term.topology)) }
    }
    for (term, maxSkew) in spreads {
      guard node[term.topology].string != nil else {
        found.append(.spread("\(term.topology) (it has no such label)"))
        continue
      }
      let places = Set(nodes.compactMap { $0[term.topology].string })
      let counts = places.map { place in
        neighbours.count { $0.node[term.topology].string == place && matches(term, $0.labels, $0.namespace) }
      }
      if count(term, in: node) + 1 - (counts.min() ?? 0) > maxSkew { found.append(.spread(term.topology)) }
    }
    return found
  }

  private func count(_ term: Term, in node: JSON) -> Int {
    guard let place = node[term.topology].string else { return 0 }
    return neighbours.count {
      $0.node[term.topology].string == place && matches(term, $0.labels, $0.namespace)
    }
  }

  private func matches(_ term: Term, _ labels: [String: String], _ namespace: String) -> Bool {
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
