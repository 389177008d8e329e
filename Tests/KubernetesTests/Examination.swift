import Cluster
import Document
import Foundation

@testable import Kubernetes

/// A small world of facts for rules: objects from the recordings or written in the test, events, answers.
struct Examination {
  let facts: Facts
  var now: Int64

  init(now: Int64 = KindsFixtures.described, namespaces: [String] = []) {
    facts = Facts(namespaces: namespaces)
    self.now = now
  }

  /// The recorded cluster, all watched kinds of it, without its events.
  static func recorded() -> Examination {
    let world = Examination()
    for (kind, file) in recordedKinds { world.takeList(kind, "Kinds/\(file).list.json") }
    return world
  }

  static let recordedKinds: [(Kind.ID, String)] = [
    ("v1/pods", "pods.described"), ("v1/nodes", "nodes"), ("v1/namespaces", "namespaces"),
    ("apps/v1/deployments", "deployments"), ("apps/v1/replicasets", "replicasets"),
    ("apps/v1/statefulsets", "statefulsets"), ("apps/v1/daemonsets", "daemonsets"), ("batch/v1/jobs", "jobs"),
    ("batch/v1/cronjobs", "cronjobs"),
    ("autoscaling/v2/horizontalpodautoscalers", "horizontalpodautoscalers"),
    ("v1/services", "services"), ("discovery.k8s.io/v1/endpointslices", "endpointslices"),
    ("networking.k8s.io/v1/ingresses", "ingresses"), ("v1/persistentvolumeclaims", "persistentvolumeclaims"),
    ("v1/persistentvolumes", "persistentvolumes"), ("v1/resourcequotas", "resourcequotas"),
  ]

  /// A list of a kind: all of its objects are known then.
  func takeList(_ kind: Kind.ID, _ fixture: String) {
    for item in Self.json(fixture)["items"].array { take(kind, item) }
    isWhole(kind)
  }

  static func json(_ fixture: String) -> JSON {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures")
    return JSON.parse(try! [UInt8](Data(contentsOf: folder.appendingPathComponent(fixture)))).value!
  }

  func isWhole(_ kinds: Kind.ID...) {
    for kind in kinds { facts.setState(of: kind, namespace: "", isWhole: true, problem: nil) }
  }

  func isRefused(_ kind: Kind.ID, _ why: String) {
    facts.setState(of: kind, namespace: "", isWhole: false, problem: why)
  }

  @discardableResult
  func take(_ kind: Kind.ID, _ object: JSON) -> FactKey {
    var reader = FactReader(kind)
    let fact = object.encoded().withUnsafeBytes { reader.fact(JSONSlice($0))! }
    facts.put(fact, now: now)
    return fact.key
  }

  /// An object written as JSON text.
  @discardableResult
  func take(_ kind: Kind.ID, _ text: String) -> FactKey {
    let parsed = JSON.parse([UInt8](text.utf8))
    guard let object = parsed.value else { fatalError("\(String(describing: parsed.problem))") }
    return take(kind, object)
  }

  func takeEvents(_ list: JSON) {
    for item in list["items"].array {
      let event = item.encoded().withUnsafeBytes { EventFact(JSONSlice($0)) }
      if let event, event.isWarning { facts.put(event) }
    }
    facts.setEvents(of: "", areKnown: true, problem: nil)
  }

  func answer(_ ask: Ask, _ answer: Answer) { facts.answer(ask, answer) }

  func examine(_ key: FactKey) -> Case? { facts.fact(key).map { Case($0, facts: facts, now: now) } }

  /// What one rule finds, or all of them.
  func findings(_ key: FactKey, by rule: Rule? = nil) -> [Finding] {
    facts.round.end()
    guard let subject = examine(key), subject.object != .null else { return [] }
    return (rule.map { [$0] } ?? Rules.examining(key.kind)).flatMap { $0.examine(subject) }
  }

  /// The same of all objects of a kind: those with findings, by name.
  func findings(_ kind: Kind.ID, by rule: Rule? = nil) -> [String: [Finding]] {
    var found: [String: [Finding]] = [:]
    for key in facts.shelf(kind)?.facts.keys ?? [:].keys {
      let findings = findings(key, by: rule)
      if !findings.isEmpty { found[key.name] = findings }
    }
    return found
  }

  /// All problems, as a desk would rank them.
  func board() -> [Problem] {
    let problems = RankedProblems(facts)
    problems.update(now: now)
    return problems.ranked
  }
}
