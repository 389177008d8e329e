import Cluster
import Document

/// Follows a change that the server took: decides from what is seen of its object whether it is done, held up, or was
/// changed back by somebody. A value without I/O.
struct Pursuit: Sendable {
  let change: Change
  /// The fields that it set, with the values that it wanted.
  let aims: [FieldOwners.Field]
  /// Seconds since 1970.
  let sentAt: Int64
  private var doneAt: Int64?

  /// - Parameters:
  ///   - base: the object before, and `result`: as the server answered.
  init(_ change: Change, base: JSON, result: JSON, sentAt: Int64) {
    self.change = change
    self.sentAt = sentAt
    switch change.action {
    case .delete, .evict, .trigger, .drain: aims = []
    case .scale:
      // Where a custom kind keeps its number of replicas is not told here.
      let path: [FieldOwners.Step] = [.member("spec"), .member("replicas")]
      let old = base["spec"]["replicas"]
      let new = result["spec"]["replicas"].isNull ? 0 : result["spec"]["replicas"]
      aims = old.isNull || old == new ? [] : [FieldOwners.Field(path: path, old: old, new: new, managers: [])]
    default: aims = FieldOwners.changed(from: base, to: result)
    }
  }

  /// - Parameters:
  ///   - object: nil when it is gone.
  ///   - rollout: where the object is a workload that replaces its pods.
  mutating func saw(_ object: JSON?, _ rollout: Rollout?, now: Int64) -> Progress {
    guard let object else { return ended(now) }
    switch change.action {
    case .delete, .evict: return leaving(object, now)
    case .trigger: return ran(object, now)
    default: break
    }
    if let undone = undone(object) { return undone }
    guard let rollout, touchesPods else { return done("the server has stored it", now) }
    // What the controller has not yet seen, it can't have done.
    return judged(rollout, now)
  }

  private func took(_ now: Int64) -> String { Age.text(seconds: max(0, (doneAt ?? now) - sentAt)) }

  private mutating func done(_ words: String, _ now: Int64) -> Progress {
    doneAt = doneAt ?? now
    return Progress(.done, "\(words), after \(took(now))")
  }

  // MARK: Workloads

  private var touchesPods: Bool {
    switch change.action {
    case .scale, .restart, .rollback, .setImage, .resume: true
    case .edit: aims.contains { $0.path.first == .member("spec") }
    default: false
    }
  }

  private mutating func judged(_ rollout: Rollout, _ now: Int64) -> Progress {
    if rollout.observedGeneration < rollout.generation {
      return Progress(.following, "stored; the controller has not seen it yet")
    }
    // What is told is kept: its moments are those of now.
    let words = Moment.rendered(rollout.verdict.text, now: now)
    switch rollout.verdict {
    case .done: return done(words, now)
    case .progressing, .waiting: return Progress(.following, words)
    case .stuck: return Progress(.stuck, words)
    case .paused:
      // A paused rollout replaces nothing, and is scaled all the same.
      guard case .scale = change.action else { return done("stored; \(words)", now) }
      let isThere = rollout.total == rollout.desired && rollout.available >= rollout.desired
      return isThere
        ? done("all \(rollout.desired) pods are there", now)
        : Progress(.following, "\(rollout.available) of \(rollout.desired) pods available; \(words)")
    }
  }

  // MARK: Undone

  private func undone(_ object: JSON) -> Progress? {
    let essence = FieldOwners.essence(object)
    for aim in aims {
      let value = FieldOwners.value(at: aim.path, in: essence)
      if ObjectEditor.mergePatch(from: aim.new, to: value) == nil { continue }
      let holders = FieldOwners.managers(of: aim.path, in: object)
      let who = (holders.first ?? FieldOwners.latestManager(of: object)).map(Self.words) ?? "somebody"
      let isBack = ObjectEditor.mergePatch(from: aim.old, to: value) == nil
      // A secret's values are nobody's business but the cluster's.
      let isSecret = change.target.kind == "v1/secrets"
      let shown = isSecret ? "another value" : value.isNull ? "nothing" : value.string ?? value.text
      let what =
        isBack && !isSecret
        ? "\(aim.name) is \(shown.prefix(80)) again" : "\(aim.name) was set to \(shown.prefix(80))"
      if who == Self.ourselves { return Progress(.done, "changed again from here: \(what)") }
      return Progress(.undone, "undone by \(who): \(what)")
    }
    return nil
  }

  /// The manager that a server makes of our user agent.
  private static let ourselves = "clustertui"

  /// A manager as a person knows it: the autoscaler writes as a part of its process.
  private static func words(_ manager: FieldOwners.Manager) -> String {
    manager.name == "kube-controller-manager" && manager.subresource == "scale"
      ? "horizontal-pod-autoscaler" : manager.name
  }

  // MARK: Going

  private mutating func ended(_ now: Int64) -> Progress {
    switch change.action {
    case .delete, .evict: return done("gone", now)
    default: return Progress(.undone, "the object was deleted")
    }
  }

  /// How long after its grace period an object should be gone.
  private static let patienceSeconds: Int64 = 15
  /// A namespace waits for the pods in it, and for the controllers that empty it.
  private static let namespacePatienceSeconds: Int64 = 90

  private func leaving(_ object: JSON, _ now: Int64) -> Progress {
    let metadata = object["metadata"]
    guard let end = metadata["deletionTimestamp"].string.flatMap({ Timestamp($0) })?.seconds else {
      return Progress(.following, "the server took it")
    }
    let finalizers = metadata["finalizers"].array.compactMap(\.string)
    let held = finalizers.filter { $0 != "foregroundDeletion" && $0 != "orphan" }
    if now > end + Self.patienceSeconds {
      if !held.isEmpty {
        return Progress(
          .stuck, "held by finalizer\(held.count > 1 ? "s" : "") \(held.joined(separator: ", "))")
      }
      if let node = object["spec"]["nodeName"].string {
        return Progress(.stuck, "node \(node) has not said that its containers ended")
      }
      if now > end + Self.namespacePatienceSeconds, let why = namespaceTrouble(object) {
        return Progress(.stuck, why)
      }
    }
    if finalizers.contains("foregroundDeletion") {
      return Progress(.following, "waiting for what it owns to go")
    }
    if !held.isEmpty { return Progress(.following, "waiting for finalizer \(held.joined(separator: ", "))") }
    if end > now { return Progress(.following, "ending, at most \(end - now) s more") }
    return Progress(.following, "ending")
  }

  /// Why a namespace does not go: its controller says so in conditions that are True.
  private func namespaceTrouble(_ object: JSON) -> String? {
    object["status"]["conditions"].array.first { condition in
      let type = condition["type"].string ?? ""
      return condition["status"].string == "True" && type.hasPrefix("Namespace")
        && (type.hasSuffix("Failure") || type == "NamespaceFinalizersRemaining")
    }?["message"].string
  }

  // MARK: Jobs

  private mutating func ran(_ job: JSON, _ now: Int64) -> Progress {
    let name = job["metadata"]["name"].string ?? ""
    for condition in job["status"]["conditions"].array where condition["status"].string == "True" {
      switch condition["type"].string {
      case "Complete": return done("job \(name) completed", now)
      case "Failed":
        let why = condition["message"].string ?? condition["reason"].string ?? "failed"
        return Progress(.stuck, "job \(name) failed: \(why)")
      default: continue
      }
    }
    let (active, failed) = (job["status"]["active"].int ?? 0, job["status"]["failed"].int ?? 0)
    let failures = failed > 0 ? ", \(failed) failed so far" : ""
    return Progress(.following, "job \(name): \(active) pod\(active == 1 ? "" : "s") running\(failures)")
  }
}
