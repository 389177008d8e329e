import Cluster
import Document

/// Makes one problem of all that was found on a root and on what belongs to it.
struct Folding {
  let facts: Facts

  /// nil when nothing was found.
  func problem(_ root: ObjectRef, _ results: [(key: FactKey, result: Examiner.Result)]) -> Problem? {
    var groups: [Group] = []
    var places: [GroupKey: Int] = [:]
    // The order decides which pod speaks for the others: it shall stay the same.
    for (key, result) in results.sorted(by: { $0.key.name < $1.key.name }) {
      for finding in result.findings {
        let groupKey = GroupKey(rule: finding.rule, part: finding.part, key: finding.key)
        if let place = places[groupKey] {
          groups[place].take(finding, from: key, root: root)
        } else {
          places[groupKey] = groups.count
          groups.append(Group(finding, from: key, root: root))
        }
      }
    }
    let findings = groups.map(\.finding).sorted(by: Self.explainsBetter)
    guard let first = findings.first else { return nil }
    var problem = Problem(
      id: "\(root.kind) \(root.namespace)/\(root.name)", root, kindName: Self.kindName(root.kind), first)
    problem.others = Array(findings.dropFirst())
    problem.tally = tally(root)
    return problem
  }

  private struct GroupKey: Hashable {
    var rule: String
    var part: String
    var key: String
  }

  /// The same finding on several pods.
  private struct Group {
    var finding: Finding

    init(_ finding: Finding, from key: FactKey, root: ObjectRef) {
      self.finding = finding
      self.finding.subject = root
      if self.finding.affectedCount == 0 { self.finding.affectedCount = finding.affected.count }
      if key != FactKey(root), finding.affected.isEmpty {
        self.finding.affected = [finding.subject]
        self.finding.affectedCount = 1
      }
    }

    mutating func take(_ other: Finding, from key: FactKey, root: ObjectRef) {
      let (affected, count) = (finding.affected, finding.affectedCount)
      let since = [finding.since, other.since].compactMap { $0 }.min()
      let unseen = finding.unseen + other.unseen.filter { !finding.unseen.contains($0) }
      let evidence = other.evidence.count > finding.evidence.count ? other.evidence : finding.evidence
      let isGraver =
        (other.severity.rawValue, other.verdict.isHopeless ? 1 : 0, other.evidence.count)
        > (finding.severity.rawValue, finding.verdict.isHopeless ? 1 : 0, finding.evidence.count)
      if isGraver { finding = other }
      finding.evidence = evidence
      finding.subject = root
      finding.since = since
      finding.unseen = unseen
      finding.affected = affected
      finding.affectedCount = count
      guard key != FactKey(root) else { return }
      let more = other.affected.isEmpty ? [other.subject] : other.affected
      finding.affected += more.prefix(max(0, Finding.maxAffected - affected.count))
      finding.affectedCount += max(more.count, other.affectedCount)
    }
  }

  /// Whether a finding is the one that explains, and the other what comes of it or beside it.
  static func explainsBetter(_ a: Finding, _ b: Finding) -> Bool {
    func rank(_ finding: Finding) -> (Int, Int, Int, Int) {
      let verdict =
        switch finding.verdict {
        case .hopeless: 0
        case .unclear: 1
        case .heals: 2
        }
      return (
        finding.severity == .notice ? 3 : !finding.isConsequence ? 0 : finding.cause != nil ? 1 : 2,
        -finding.severity.rawValue, verdict, -finding.affectedCount
      )
    }
    let (left, right) = (rank(a), rank(b))
    return left == right
      ? ((a.since ?? .max), a.rule, a.part, a.key) < ((b.since ?? .max), b.rule, b.part, b.key) : left < right
  }

  static func kindName(_ kind: Kind.ID) -> String {
    if let known = Kinds.builtIn(kind)?.kind.name { return known }
    switch kind {
    case HelmReleases.kind: return "Helm release"
    default:
      let word = kind.split(separator: "/").last.map(String.init) ?? kind
      let singular = word.hasSuffix("s") ? String(word.dropLast()) : word
      return singular.prefix(1).uppercased() + singular.dropFirst()
    }
  }

  /// How many of the wanted pods are ready.
  func tally(_ root: ObjectRef) -> Problem.Tally? {
    guard let object = facts.fact(FactKey(root))?.object else { return nil }
    let (spec, status) = (object["spec"], object["status"])
    switch root.kind {
    case "apps/v1/deployments", "apps/v1/replicasets", "apps/v1/statefulsets", "v1/replicationcontrollers":
      return Problem.Tally(ready: status["readyReplicas"].int ?? 0, wanted: spec["replicas"].int ?? 1)
    case "apps/v1/daemonsets":
      return Problem.Tally(
        ready: status["numberReady"].int ?? 0, wanted: status["desiredNumberScheduled"].int ?? 0)
    default: return nil
    }
  }
}

/// Helm keeps each revision of a release in a Secret of its own; what its labels tell is read, never the Secret itself.
enum HelmReleases {
  static let kind: Kind.ID = "helm/v1/releases"
}
