import Cluster

/// All kinds that can be named, and how people name them.
struct Catalog {
  private var byID: [Kind.ID: Kind] = [Catalog.contexts.id: Catalog.contexts]
  private(set) var order: [Kind.ID] = [Catalog.contexts.id]
  /// Whether the server's own list of kinds has come.
  private(set) var isComplete = false

  /// The program's own kind: the contexts of the kubeconfig.
  static let contexts: Kind = {
    var kind = Kind(
      id: "contexts", name: "Context", short: ["ctx"], namespaced: false, role: .boundary, abilities: [],
      columns: [
        Column("CURRENT", priority: 9), Column("CLUSTER", priority: 8), Column("USER", priority: 6),
        Column("NAMESPACE", priority: 7),
      ], children: .context)
    (kind.canWatch, kind.showsAge) = (false, false)
    return kind
  }()

  subscript(id: Kind.ID) -> Kind? { byID[id] }

  /// Later kinds of the same id replace earlier ones.
  mutating func add(_ kinds: [Kind], complete: Bool = true) {
    for kind in kinds {
      if byID[kind.id] == nil { order.append(kind.id) }
      byID[kind.id] = kind
    }
    if complete { isComplete = true }
  }

  var all: [Kind] { order.compactMap { byID[$0] } }

  /// A kind by a word as kubectl takes it, or k9s.
  func find(_ word: String) -> Kind? {
    all.named(word, extraNames: Self.extraNames) ?? byID[word]
  }

  private static func names(of kind: Kind) -> [String] {
    [kind.plural, kind.singular, kind.name.lowercased()] + kind.shortNames + extraNames[kind.id, default: []]
  }

  /// k9s's aliases that no server knows.
  private static let extraNames: [Kind.ID: [String]] = [
    "apps/v1/deployments": ["dp"],
    "contexts": ["context"],
    "v1/secrets": ["sec"],
    "batch/v1/jobs": ["jo"],
    "v1/nodes": ["no", "node"],
    "v1/persistentvolumeclaims": ["pvc", "claims"],
  ]

  /// Every word that `:` completes to, the best first, and the kind it means.
  func words(startingWith prefix: String) -> [(word: String, kind: Kind)] {
    let prefix = prefix.lowercased()
    return words { $0.hasPrefix(prefix) }
  }

  func names(startingWith prefix: String) -> [String] { words(startingWith: prefix).map(\.word) }

  /// A word for each kind that has a name of this sort: its plural where that is one.
  func words(where fits: (String) -> Bool) -> [(word: String, kind: Kind)] {
    var found: [(word: String, kind: Kind)] = []
    var known: Set<String> = []
    for kind in all where kind.canList {
      guard let name = fits(kind.plural) ? kind.plural : Self.names(of: kind).first(where: fits) else {
        continue
      }
      let word = known.contains(name) ? "\(name).\(kind.group)" : name
      known.insert(word)
      found.append((word, kind))
    }
    return found
  }

  /// The known word closest to a mistyped one, if it is close at all.
  func nearest(to word: String, among others: [String] = []) -> String? {
    Nearest.word(to: word, among: all.flatMap(Self.names) + others)
  }
}

/// Finds what somebody meant to type (optimal string alignment distance).
enum Nearest {
  static func word(to typed: String, among candidates: [String]) -> String? {
    let limit = max(1, typed.count / 3)
    let best = candidates.map { ($0, distance(Array(typed.lowercased().utf8), Array($0.lowercased().utf8))) }
      .min { $0.1 < $1.1 }
    return best.flatMap { $0.1 <= limit ? $0.0 : nil }
  }

  /// Changed, missing, surplus and swapped letters.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var before = [Int](repeating: 0, count: b.count + 1)
    var row = Array(0...b.count)
    for i in a.indices {
      var next = [i + 1] + [Int](repeating: 0, count: b.count)
      for j in b.indices {
        next[j + 1] = min(row[j + 1] + 1, next[j] + 1, row[j] + (a[i] == b[j] ? 0 : 1))
        let isSwap = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j]
        if isSwap { next[j + 1] = min(next[j + 1], before[j - 1] + 1) }
      }
      (before, row) = (row, next)
    }
    return row[b.count]
  }
}
