import Cluster

/// Examines what has changed and what depends on it, and keeps what was found.
///
/// Confined to one queue.
final class Examiner {
  /// What came of examining one object.
  struct Result {
    var findings: [Finding]
    var root: ObjectRef
    var looked: Set<Dependency>
    var asks: Set<Ask>
    var wantsEvents: Set<String>
    var unseen: [String]
    var isWaiting: Bool
    var reviewAt: Int64?

    fileprivate var isWanting: Bool {
      isWaiting || !asks.isEmpty || !wantsEvents.isEmpty || !unseen.isEmpty
    }

    fileprivate func wants(asMuchAs other: Result) -> Bool {
      isWaiting == other.isWaiting && root == other.root && asks == other.asks
        && wantsEvents == other.wantsEvents && unseen == other.unseen
    }
  }

  let facts: Facts
  private(set) var results: [FactKey: Result] = [:]
  /// The objects with findings that belong to each root.
  private(set) var members: [FactKey: Set<FactKey>] = [:]
  private var dependents = Dependents()
  private var reviews: [FactKey: Int64] = [:]
  /// Those whose results want something or miss something: few, while most look at others and find nothing.
  private var wanting: Set<FactKey> = []
  /// Roots whose findings have changed since they were last taken.
  private var changedRoots: Set<FactKey> = []

  /// What had changed at the last update.
  private(set) var lastChanged: Set<Dependency> = []
  /// Whether the last update knew of a change of an object or of what it owns.
  func lastTouched(by key: FactKey) -> Bool {
    lastChanged.contains(.object(key))
      || (facts.fact(key).map { lastChanged.contains(.owned($0.ref.uid)) } ?? false)
  }

  /// What objects ask for that have changed themselves.
  private(set) var renewedAsks: Set<Ask> = []

  init(_ facts: Facts) { self.facts = facts }

  /// When something has to be examined again although nothing changes, seconds since 1970.
  var nextReview: Int64? { reviews.values.min() }

  /// Takes in what has changed; gives the roots whose findings are others now, and what is theirs to show.
  func update(now: Int64) -> Set<FactKey> {
    let (touched, changed) = facts.takeChanges()
    var due = touched.union(dependents.keys(of: changed))
    for (key, moment) in reviews where moment <= now { due.insert(key) }
    for key in due { examine(key, now: now) }
    lastChanged = changed
    renewedAsks = touched.reduce(into: []) { asks, key in
      if let result = results[key] { asks.formUnion(result.asks) }
    }
    // What a root says of itself stands in its line, whether or not that is a finding.
    for key in touched where members[key] != nil { changedRoots.insert(key) }
    defer { changedRoots = [] }
    return changedRoots
  }

  private func examine(_ key: FactKey, now: Int64) {
    guard let fact = facts.fact(key), fact.body != nil else { return put(nil, for: key) }
    let subject = Case(fact, facts: facts, now: now)
    let findings = Rules.examining(key.kind).flatMap { $0.examine(subject) }
    guard !findings.isEmpty || !subject.looked.isEmpty || subject.reviewAt != nil else {
      return put(nil, for: key)
    }
    var looked = subject.looked
    let root = findings.isEmpty ? fact.ref : Roots.root(of: fact, in: facts) { looked.insert($0) }
    put(
      Result(
        findings: findings.map { $0.with(unseen: subject.unseen) }, root: root, looked: looked,
        asks: subject.asks,
        wantsEvents: subject.wantsEvents, unseen: subject.unseen, isWaiting: subject.isWaiting,
        reviewAt: subject.reviewAt), for: key)
  }

  private func put(_ result: Result?, for key: FactKey) {
    let old = results[key]
    dependents.replace(old?.looked ?? [], by: result?.looked ?? [], for: key)
    reviews[key] = result?.reviewAt
    results[key] = result
    noteWants(of: key, old, result)
    let (before, after) = (old?.findings ?? [], result?.findings ?? [])
    guard before != after || old?.root != result?.root else { return }
    if let old, !before.isEmpty {
      let root = FactKey(old.root)
      members[root]?.remove(key)
      if members[root]?.isEmpty == true { members[root] = nil }
      changedRoots.insert(root)
    }
    if let result, !after.isEmpty {
      let root = FactKey(result.root)
      members[root, default: []].insert(key)
      changedRoots.insert(root)
    }
  }

  // MARK: What is wanted

  /// All that those who found something want to know, added up when it is first asked for after a change.
  struct Wants {
    /// What is asked for, with the root on whose behalf.
    fileprivate(set) var asks: [Ask: FactKey] = [:]
    fileprivate(set) var events: Set<String> = []
    fileprivate(set) var isWaiting = false
    /// Sentences.
    fileprivate(set) var unseen: [String] = []
  }

  private var sum: Wants?
  /// Rises when any of it has changed.
  private(set) var wantsRevision = 0

  var wants: Wants {
    if let sum { return sum }
    var wants = Wants()
    var unseen: Set<String> = []
    for result in wanting.lazy.compactMap({ self.results[$0] }) {
      let root = FactKey(result.root)
      for ask in result.asks { wants.asks[ask] = root }
      wants.events.formUnion(result.wantsEvents)
      wants.isWaiting = wants.isWaiting || result.isWaiting
      unseen.formUnion(result.unseen)
    }
    wants.unseen = unseen.sorted()
    sum = wants
    return wants
  }

  private func noteWants(of key: FactKey, _ old: Result?, _ new: Result?) {
    let (wanted, wants) = (old?.isWanting == true, new?.isWanting == true)
    if wants { wanting.insert(key) } else { wanting.remove(key) }
    guard wanted || wants else { return }
    if wanted, wants, let old, let new, old.wants(asMuchAs: new) { return }
    sum = nil
    wantsRevision += 1
  }
}

extension Finding {
  fileprivate func with(unseen: [String]) -> Finding {
    if unseen.isEmpty { return self }
    var finding = self
    finding.unseen += unseen
    return finding
  }
}

/// What a person would mend: who made the object, and who made that.
enum Roots {
  /// - Parameter looked: gets what the answer depends on.
  static func root(of fact: Fact, in facts: Facts, looked: (Dependency) -> Void = { _ in }) -> ObjectRef {
    var fact = fact
    // Owners that own each other would go round for ever.
    for _ in 0..<8 {
      guard let owner = fact.owner, owner.isController, owner.kind != "v1/nodes" else { return fact.ref }
      let key = FactKey(owner.kind, fact.ref.namespace, owner.name)
      looked(.lineage(key))
      guard let next = facts.fact(key), next.ref.uid == owner.uid else {
        // An operator's own kind; or a ReplicaSet that is gone or may not be read.
        return ObjectRef(kind: owner.kind, namespace: fact.ref.namespace, name: owner.name, uid: owner.uid)
      }
      fact = next
    }
    return fact.ref
  }

  /// The object and all above it, as far as they are known.
  static func chain(of fact: Fact, in facts: Facts) -> [FactKey] {
    var chain = [fact.key]
    var fact = fact
    while chain.count < 8, let owner = fact.owner, owner.isController {
      let key = FactKey(owner.kind, fact.ref.namespace, owner.name)
      chain.append(key)
      guard let next = facts.fact(key) else { break }
      fact = next
    }
    return chain
  }
}
