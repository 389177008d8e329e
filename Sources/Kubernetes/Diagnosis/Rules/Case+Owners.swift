import Cluster
import Document

extension Case {
  private static let nouns: [Kind.ID: String] = [
    "v1/resourcequotas": "quota", "v1/persistentvolumeclaims": "claim", "v1/persistentvolumes": "volume",
    "autoscaling/v2/horizontalpodautoscalers": "autoscaler", "v1/limitranges": "limit range",
    "policy/v1/poddisruptionbudgets": "disruption budget", "v1/serviceaccounts": "service account",
  ]

  /// The server's word for a kind's objects: "deployment". What no kind of ours names is said by its plural.
  static func noun(_ kind: Kind.ID) -> String {
    if let word = nouns[kind] { return word }
    if let known = Kinds.builtIn(kind)?.kind { return known.singular }
    let plural = kind.split(separator: "/").last.map(String.init) ?? kind
    return plural.hasSuffix("s") ? String(plural.dropLast()) : plural
  }
}

extension ObjectRef {
  /// "deployment web"
  var words: String { "\(Case.noun(kind)) \(name)" }
}

extension String {
  /// What stands between two texts, the first time; to the end when `close` is empty.
  func part(after open: String, before close: String) -> String? {
    guard let start = firstRange(of: open)?.upperBound else { return nil }
    if close.isEmpty { return String(self[start...]) }
    guard let end = self[start...].firstRange(of: close)?.lowerBound else { return nil }
    return String(self[start..<end])
  }

  /// What stands before a text; nil where that is not in it.
  func part(before close: String) -> String? {
    firstRange(of: close).map { String(self[..<$0.lowerBound]) }
  }

  /// Cut at a word, for headlines: evidence has the whole.
  func shortened(to limit: Int = 90) -> String {
    guard count > limit else { return self }
    // Cut in the middle a credential would not be known as one any more.
    let masked = Credentials.masked(self)
    guard masked.count > limit else { return masked }
    let cut = masked.prefix(limit - 1)
    let end = cut.lastIndex(of: " ") ?? cut.endIndex
    return cut[..<end] + "…"
  }
}

extension Int {
  /// "1 pod", "3 pods"
  func of(_ noun: String) -> String { self == 1 ? "1 \(noun)" : "\(self) \(noun)s" }
}

extension Finding {
  func keyed(_ key: String) -> Finding {
    var finding = self
    finding.key = key
    return finding
  }
}

/// Lengths of time as a sentence has them: "5 min".
enum Lapse {
  static func words(_ seconds: Int64) -> String {
    if seconds < 120 { return "\(seconds) s" }
    if seconds < 7_200 { return "\(seconds / 60) min" }
    return seconds < 172_800 ? "\(seconds / 3_600) h" : "\(seconds / 86_400) days"
  }
}
