import Cluster

/// One thing that can be wrong with objects of some kinds, and how it is recognized. A rule is a pure function of facts:
/// the same facts give the same findings.
///
/// A finding's subject is the object examined (`Case.ref`); that a pod's trouble is its deployment's is found out later,
/// when the findings of all its pods are folded into one by their `key`.
struct Rule: Sendable {
  /// What it is about: "image". Its findings have rules of their own: "image-not-found".
  let id: String
  /// For the table of contents, one line.
  let title: String
  /// The kinds whose objects it examines; `Rule.everyKind` for all there are.
  let examines: [Kind.ID]
  /// Other kinds it looks at once something is wrong.
  let reads: [Kind.ID]
  let examine: @Sendable (Case) -> [Finding]

  static let everyKind: Kind.ID = "*"

  init(
    _ id: String, _ title: String, of kinds: [Kind.ID], reads: [Kind.ID] = [],
    examine: @escaping @Sendable (Case) -> [Finding]
  ) {
    self.id = id
    self.title = title
    examines = kinds
    self.reads = reads
    self.examine = examine
  }
}

/// The table of contents: all rules, each in a file of its own.
enum Rules {
  static let all: [Rule] = pods + workloads + cluster

  private static let ofEveryKind = all.filter { $0.examines.contains(Rule.everyKind) }
  private static let byKind: [Kind.ID: [Rule]] = {
    var rules: [Kind.ID: [Rule]] = [:]
    for rule in all { for kind in rule.examines { rules[kind, default: []].append(rule) } }
    return rules.mapValues { $0 + ofEveryKind }
  }()

  static func examining(_ kind: Kind.ID) -> [Rule] { byKind[kind] ?? ofEveryKind }
}

extension Finding {
  func with(_ evidence: Evidence?...) -> Finding {
    var finding = self
    finding.evidence += evidence.compactMap { $0 }
    return finding
  }

  func with(_ evidence: [Evidence]) -> Finding {
    var finding = self
    finding.evidence += evidence
    return finding
  }

  func offering(_ offers: Offer?...) -> Finding {
    var finding = self
    finding.offers += offers.compactMap { $0 }
    return finding
  }

  func causedBy(_ cause: Cause?) -> Finding {
    var finding = self
    finding.cause = cause
    return finding
  }

  var asConsequence: Finding {
    var finding = self
    finding.isConsequence = true
    return finding
  }
}
