import Cluster
import Dispatch
import Document
import HTTP

/// Asks the server which changes to a kind's objects it allows: one SelfSubjectAccessReview each, which changes nothing
/// (Kubernetes "Authorization", "Checking API access").
///
/// @unchecked: confined to the engine's queue.
final class RightsRun: @unchecked Sendable {
  private let query: RightsQuery
  private let kind: Kind
  private let engine: Engine
  private let outbox: Outbox
  private var refused: [Kind.Ability: String] = [:]
  private var open = 0
  private var fetches: [PendingFetch] = []

  init(_ query: RightsQuery, kind: Kind, engine: Engine, outbox: Outbox) {
    self.query = query
    self.kind = kind
    self.engine = engine
    self.outbox = outbox
  }

  /// What an ability sends.
  static func attributes(_ ability: Kind.Ability) -> (verb: String, subresource: String)? {
    switch ability {
    case .scale: ("patch", "scale")
    case .delete: ("delete", "")
    case .evict: ("create", "eviction")
    case .restart, .pause, .rollback, .image, .edit, .label, .cordon, .drain, .suspend: ("patch", "")
    case .trigger: ("create", "")
    case .logs, .describe, .yaml, .events, .exec, .rollout: nil
    }
  }

  func start() {
    engine.queue.async { [self] in
      let asked = kind.abilities.filter { Self.attributes($0) != nil }
      let groups = Dictionary(grouping: asked) { ability in
        let (verb, subresource) = Self.attributes(ability) ?? ("", "")
        return [ability == .trigger ? "jobs" : kind.plural, verb, subresource]
      }
      open = groups.count
      if groups.isEmpty { post() }
      for (attributes, abilities) in groups { ask(attributes, abilities) }
    }
  }

  func stop() { engine.queue.async { [self] in fetches.forEach { $0.cancel() } } }

  private func ask(_ attributes: [String], _ abilities: [Kind.Ability]) {
    var resource: JSON = [
      "verb": .string(attributes[1]), "group": .string(kind.group), "version": .string(kind.version),
      "resource": .string(attributes[0]),
    ]
    if !attributes[2].isEmpty { resource["subresource"] = .string(attributes[2]) }
    if !query.namespace.isEmpty { resource["namespace"] = .string(query.namespace) }
    let review: JSON = [
      "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
      "spec": ["resourceAttributes": resource],
    ]
    let request = ReadRequest(review: .selfSubjectAccessReviews, body: review.encoded())
    fetches.append(
      engine.fetch(request) { [weak self] result in self?.answered(result, attributes, abilities) })
  }

  private func answered(
    _ result: Result<Response, ErrorAnswer>, _ attributes: [String], _ abilities: [Kind.Ability]
  ) {
    // Where it can't be told, the server says it when the change is previewed.
    if case .success(let answer) = result, let review = JSON.parse(answer.body).value,
      review["status"]["allowed"].bool == false
    {
      let part = attributes[2].isEmpty ? "" : "/\(attributes[2])"
      let place = query.namespace.isEmpty ? "" : " in \(query.namespace)"
      for ability in abilities {
        refused[ability] = "you may not \(attributes[1]) \(attributes[0])\(part)\(place)"
      }
    }
    open -= 1
    if open == 0 { post() }
  }

  private func post() {
    outbox.post(.rights(query, refused: refused))
    outbox.post(.phase(.rights(query), .live))
  }
}
