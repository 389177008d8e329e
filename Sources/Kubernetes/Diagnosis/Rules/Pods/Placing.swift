import Cluster
import Document

/// What all nodes together say about a pod that none of them takes: one sentence, and the smallest change that would do.
struct Placing {
  let headline: String
  let ground: String
  /// Whether none of the nodes would ever take it.
  let isHopeless: Bool
  /// Whether it wants what no node has at all, so that nodes of another sort may be meant.
  private(set) var wantsOtherNodes = false
  /// "memory of at most 1.2Gi would fit on node-2"
  private(set) var change: Evidence?
  private(set) var cause: Finding.Cause?
  private(set) var offers: [Offer] = []

  init(_ verdicts: [NodeVerdict], _ said: SchedulerMessage) {
    guard !verdicts.isEmpty, verdicts.allSatisfy({ !$0.obstacles.isEmpty }) else {
      let words = said.words
      headline = "fits on no node" + (words.isEmpty ? "" : ": \(Wording.shortened(words, to: 120))")
      ground = "the scheduler tries again when a node or a pod changes"
      isHopeless = false
      return
    }
    let total = Self.never(verdicts)
    wantsOtherNodes = total?.isUnknown ?? false
    let common = Self.common(verdicts)
    if let total {
      headline = total.headline
      ground = "no node would take it even if it were empty"
    } else {
      headline = common?.headline ?? "fits on no node: \(Self.counted(verdicts))"
      ground = "it is placed as soon as a node has room for it or lets it in"
    }
    isHopeless = total != nil
    cause = total == nil ? common?.cause : nil
    (change, offers) = Self.smallest(verdicts)
  }

  // MARK: What can never fit

  /// It asks for more than the largest node has, or for a label that none has.
  private static func never(_ verdicts: [NodeVerdict]) -> (headline: String, isUnknown: Bool)? {
    tooMuch(verdicts) ?? unknownLabel(verdicts).map { ($0, true) }
  }

  private static func tooMuch(_ verdicts: [NodeVerdict]) -> (headline: String, isUnknown: Bool)? {
    let usable = verdicts.filter { !$0.obstacles.contains(.notReady) }
    guard !usable.isEmpty else { return nil }
    var largest: [String: (wanted: Int64, whole: Int64)] = [:]
    for resource in Set(usable.flatMap { $0.obstacles.compactMap(\.resource) }) {
      let lacks = usable.compactMap { verdict in verdict.obstacles.compactMap { $0.lack(of: resource) }.first
      }
      guard lacks.count == usable.count, let whole = lacks.map(\.whole).max(),
        let wanted = lacks.first?.wanted,
        wanted > whole
      else { continue }
      largest[resource] = (wanted, whole)
    }
    guard let (resource, sizes) = largest.min(by: { $0.key < $1.key }) else { return nil }
    let wanted = Obstacle.amount(sizes.wanted, of: resource)
    if sizes.whole <= 0 { return ("asks for \(wanted) \(resource), which no node has", true) }
    let most = Obstacle.amount(sizes.whole, of: resource)
    return ("asks for \(wanted) \(resource), the largest node has \(most)", false)
  }

  /// It wants a label that no node has.
  private static func unknownLabel(_ verdicts: [NodeVerdict]) -> String? {
    let wanted = verdicts.map { Set($0.obstacles.compactMap(\.label)) }
    guard let first = wanted.first else { return nil }
    let everywhere = wanted.dropFirst().reduce(first) { $0.intersection($1) }
    return everywhere.min().map { "no node is \($0), as it demands" }
  }

  // MARK: What is in the way now

  private static func common(_ verdicts: [NodeVerdict]) -> (headline: String, cause: Finding.Cause?)? {
    let ready = verdicts.filter { !$0.obstacles.contains(.notReady) }
    if ready.isEmpty { return ("no node is ready", nil) }
    // Control planes are not meant to take it.
    let workers = ready.filter { !$0.obstacles.contains(where: \.isControlPlane) }
    let usable = workers.isEmpty ? ready : workers
    let taints = usable.map { Set($0.obstacles.compactMap(\.taint)) }
    let shared = taints.dropFirst().reduce(taints.first ?? []) { $0.intersection($1) }
    if let taint = shared.min() {
      let headline = "all \(usable.count < ready.count ? "worker " : "")nodes have the taint \(taint)"
      let subject = ObjectRef(kind: "taint", namespace: "", name: taint)
      return (
        "\(headline), which it does not tolerate", Finding.Cause(subject, key: "taint \(taint)", headline)
      )
    }
    if usable.allSatisfy({ $0.obstacles.contains(.cordoned) }) { return ("all nodes are cordoned", nil) }
    let lacking = usable.filter { !$0.obstacles.contains(.cordoned) }
    for resource in Set(lacking.flatMap { $0.obstacles.compactMap(\.resource) }).sorted() {
      let lacks = lacking.compactMap { verdict in verdict.obstacles.compactMap { $0.lack(of: resource) }.first
      }
      guard lacks.count == lacking.count, lacking.count == usable.count, let lack = lacks.first else {
        continue
      }
      let free = max(0, lacks.map(\.free).max() ?? 0)
      let subject = ObjectRef(kind: "capacity", namespace: "", name: resource)
      return (
        "asks for \(Obstacle.amount(lack.wanted, of: resource)) \(resource), no node has more than "
          + "\(Obstacle.amount(free, of: resource)) free",
        Finding.Cause(subject, key: "capacity \(resource)", "no node has enough \(resource) left")
      )
    }
    return nil
  }

  /// "2 lack memory, 1 is cordoned": each node counted by what is first in the way.
  private static func counted(_ verdicts: [NodeVerdict]) -> String {
    var counts: [(sort: String, count: Int)] = []
    for verdict in verdicts {
      let sort = verdict.obstacles.map(\.sort).joined(separator: " and ")
      if let place = counts.firstIndex(where: { $0.sort == sort }) {
        counts[place].count += 1
      } else {
        counts.append((sort, 1))
      }
    }
    return Wording.shortened(
      counts.sorted { $0.count > $1.count }.map { "\($0.count) \($0.sort)" }.joined(separator: "; "), to: 110)
  }

  // MARK: The smallest change

  private static func smallest(_ verdicts: [NodeVerdict]) -> (Evidence?, [Offer]) {
    let close = verdicts.filter { $0.obstacles.count == 1 }
    let source = Evidence.Source.reckoned("the smallest change that would do")
    if let verdict = close.first(where: { $0.obstacles == [.cordoned] }) {
      let name = verdict.node.ref.name
      return (
        Evidence(source, "uncordon node \(name)", in: verdict.node.ref),
        [Offer("uncordon node \(name)", .change(Change(.uncordon, verdict.node.ref)))]
      )
    }
    let lacks = close.compactMap { verdict in verdict.obstacles[0].shortage.map { (verdict, $0) } }
    if let (verdict, lack) = lacks.filter({ $0.1.free > 0 }).max(by: { $0.1.free < $1.1.free }) {
      let most = Obstacle.amount(lack.free, of: lack.resource)
      return (
        Evidence(
          source, "a request of at most \(most) \(lack.resource) would fit on node \(verdict.node.ref.name)",
          in: verdict.node.ref),
        [Offer("look at node \(verdict.node.ref.name)", .view(.describe(verdict.node.ref)))]
      )
    }
    if let verdict = close.first(where: { $0.obstacles[0].taint != nil }),
      let taint = verdict.obstacles[0].taint
    {
      let (name, key) = (verdict.node.ref.name, taint.split(separator: ":").first.map(String.init) ?? taint)
      let effect = taint.split(separator: ":").last.map(String.init) ?? ""
      return (
        Evidence(source, "tolerate \(taint), or take the taint from node \(name)", in: verdict.node.ref),
        [
          Offer(
            "take the taint from node \(name)",
            .command("kubectl taint node \(name) \(key.split(separator: "=").first ?? ""):\(effect)-"))
        ]
      )
    }
    if let verdict = close.first(where: { $0.obstacles[0].label != nil }),
      let label = verdict.obstacles[0].label,
      label.split(separator: "=").count == 2, !label.contains(" ")
    {
      let name = verdict.node.ref.name
      return (
        Evidence(source, "label node \(name) with \(label)", in: verdict.node.ref),
        [Offer("label node \(name)", .command("kubectl label node \(name) \(label)"))]
      )
    }
    return (nil, [])
  }
}

extension Obstacle {
  var resource: String? { if case .lack(let resource, _, _, _) = self { resource } else { nil } }
  var taint: String? { if case .taint(let taint) = self { taint } else { nil } }
  var isControlPlane: Bool {
    taint.map {
      $0.hasPrefix("node-role.kubernetes.io/control-plane") || $0.hasPrefix("node-role.kubernetes.io/master")
    }
      ?? false
  }
  var label: String? { if case .label(let label) = self { label } else { nil } }

  func lack(of wanted: String) -> (wanted: Int64, free: Int64, whole: Int64)? {
    if case .lack(let resource, let amount, let free, let whole) = self, resource == wanted {
      (amount, free, whole)
    } else {
      nil
    }
  }

  var shortage: (resource: String, free: Int64)? {
    if case .lack(let resource, _, let free, _) = self { (resource, free) } else { nil }
  }
}
