import Cluster
import Document
import HTTP

/// What a drain would do with each pod of a node, by the rules of `kubectl drain`.
struct DrainPlan: Sendable {
  struct Pod: Sendable, Hashable {
    enum Fate: Sendable, Hashable {
      case evict
      /// A disruption budget that allows nothing now: it is waited for.
      case waits(budget: String)
      /// Stays, and that is right: DaemonSet, static pod.
      case stays(String)
      /// Stays, since nobody allowed it to be lost.
      case kept(String)
    }

    var namespace: String
    var name: String
    var uid: String
    var fate: Fate

    var isEvicted: Bool {
      switch fate {
      case .evict, .waits: true
      case .stays, .kept: false
      }
    }
  }

  var pods: [Pod]

  // MARK: Reading

  static func read(node: String, _ draining: Change.Draining, _ courier: Courier) -> Result<
    DrainPlan, Unavailable
  > {
    let path = ResourcePath("v1/pods").list(namespace: "")
    guard let pods = courier.items(path, [QueryItem("fieldSelector", "spec.nodeName=\(node)")]) else {
      return .failure(Unavailable("the pods of the node can't be listed"))
    }
    let budgets = courier.items(ResourcePath("policy/v1/poddisruptionbudgets").list(namespace: "")) ?? []
    return .success(DrainPlan(pods: pods, budgets: budgets, draining))
  }

  init(pods: [JSON], budgets: [JSON], _ draining: Change.Draining) {
    self.pods = pods.map { pod in
      let metadata = pod["metadata"]
      return Pod(
        namespace: metadata["namespace"].string ?? "", name: metadata["name"].string ?? "",
        uid: metadata["uid"].string ?? "", fate: Self.fate(of: pod, budgets, draining))
    }
    .sorted { ($0.order, $0.namespace, $0.name) < ($1.order, $1.namespace, $1.name) }
  }

  private static func fate(of pod: JSON, _ budgets: [JSON], _ draining: Change.Draining) -> Pod.Fate {
    let metadata = pod["metadata"]
    if !metadata["annotations"]["kubernetes.io/config.mirror"].isNull {
      return .stays("static pod of the node")
    }
    let isEnded = ["Succeeded", "Failed"].contains(pod["status"]["phase"].string ?? "")
    let owner = Subject.controller(of: pod)
    if let owner, owner["kind"].string == "DaemonSet", !isEnded {
      return .stays("DaemonSet \(owner["name"].string ?? "")")
    }
    if owner == nil, !isEnded, !draining.deletesUnmanaged { return .kept("no controller makes it again") }
    let hasLocalData = pod["spec"]["volumes"].array.contains { !$0["emptyDir"].isNull }
    if hasLocalData, !isEnded, !draining.deletesLocalData { return .kept("it has local data (emptyDir)") }
    let budget = budgets.first { budget in
      budget["metadata"]["namespace"] == metadata["namespace"]
        && LabelMatch.matches(budget["spec"]["selector"], metadata["labels"])
        && budget["status"]["disruptionsAllowed"].int ?? 0 == 0
    }
    if let name = budget?["metadata"]["name"].string, !isEnded { return .waits(budget: name) }
    return .evict
  }

  /// The same for the pods that were shown: what came later is left alone.
  func keeping(to shown: Set<String>) -> DrainPlan {
    var plan = self
    for at in plan.pods.indices where plan.pods[at].isEvicted && !shown.contains(plan.pods[at].uid) {
      plan.pods[at].fate = .kept("it came after the plan was shown: drain again")
    }
    return plan
  }

  // MARK: Telling

  var lines: [PageLine] {
    pods.map { pod in
      let name = "\(pod.namespace)/\(pod.name)"
      switch pod.fate {
      case .evict: return PageLine([Span("- evict  \(name)", .bad)])
      case .waits(let budget):
        return PageLine([Span("! wait   \(name): disruption budget \(budget) allows 0 now", .warning)])
      case .stays(let why): return PageLine([Span("  stays  \(name): \(why)", .dim)])
      case .kept(let why): return PageLine([Span("x KEPT   \(name): \(why)", .warning)])
      }
    }
  }

  var notes: [Preview.Note] {
    let evicted = pods.count { $0.isEvicted }
    var notes = [Preview.Note("\(evicted) pod\(evicted == 1 ? "" : "s") will be evicted", .pending)]
    let kept = pods.count { if case .kept = $0.fate { true } else { false } }
    if kept > 0 {
      notes.append(
        Preview.Note(
          "\(kept) pod\(kept == 1 ? "" : "s") would be lost for good: kept, and the drain does not complete (l, u allow it)",
          .bad))
    }
    return notes
  }
}

extension DrainPlan.Pod {
  fileprivate var order: Int {
    switch fate {
    case .kept: 0
    case .waits: 1
    case .evict: 2
    case .stays: 3
    }
  }
}
