import Cluster
import Document

/// The revisions of a workload, the newest first, and what each changed.
struct Revisions {
  struct Revision {
    var number: Int
    var at: Int64
    var template: JSON
    /// Whether it only has the pods made again.
    var isRestart = false
    var text = ""
    /// What its pods are owned by (ReplicaSet) or carry as a label (ControllerRevision).
    var uid: String
    var name: String
    var ready: Int
    var wanted: Int
  }

  private(set) var all: [Revision] = []
  private let ref: ObjectRef
  var current: Revision? { all.first }

  init(_ subject: Case) {
    ref = subject.ref
    switch subject.ref.kind {
    case "apps/v1/deployments": readReplicaSets(subject)
    case "apps/v1/statefulsets", "apps/v1/daemonsets": readControllerRevisions(subject)
    default: return
    }
    all.sort { $0.number > $1.number }
    for index in all.indices {
      let change = index + 1 < all.count ? TemplateChange(all[index + 1].template, all[index].template) : nil
      all[index].isRestart = change?.isRestart ?? false
      all[index].text =
        change?.words
        ?? all[index].template["spec"]["containers"].array.map {
          "\($0["name"].line) \(Image.shortName($0["image"].line))"
        }.joined(separator: ", ")
    }
  }

  private mutating func readReplicaSets(_ subject: Case) {
    let progressing = subject.conditions["Progressing"]?.json["lastUpdateTime"].seconds
    let number = Int(subject.annotations["deployment.kubernetes.io/revision"].string ?? "")
    for fact in subject.owned("apps/v1/replicasets") {
      let object = fact.object
      let annotations = object["metadata"]["annotations"]
      guard let own = Int(annotations["deployment.kubernetes.io/revision"].string ?? "") else { continue }
      // A set that is used again gets a new number and keeps its date: then the last progress is the nearest there is.
      let isReused = annotations["deployment.kubernetes.io/revision-history"].string != nil
      let at = isReused && own == number ? max(fact.created, progressing ?? 0) : fact.created
      all.append(
        Revision(
          number: own, at: at, template: Self.plain(object["spec"]["template"]), uid: fact.ref.uid,
          name: fact.ref.name, ready: object["status"]["readyReplicas"].int ?? 0,
          wanted: object["spec"]["replicas"].int ?? 0))
    }
  }

  private mutating func readControllerRevisions(_ subject: Case) {
    let labels = subject.spec["selector"]["matchLabels"].members.map { "\($0.key)=\($0.value.line)" }
    let found = subject.list("apps/v1/controllerrevisions", selector: labels.joined(separator: ",")) ?? []
    for object in found {
      let isOwn = object["metadata"]["ownerReferences"].array.contains { $0["uid"].string == subject.ref.uid }
      guard isOwn, let number = object["revision"].int else { continue }
      all.append(
        Revision(
          number: number, at: object["metadata"]["creationTimestamp"].seconds ?? 0,
          template: Self.plain(object["data"]["spec"]["template"]), uid: "",
          name: object["metadata"]["name"].line,
          ready: 0, wanted: 0))
    }
  }

  private static func plain(_ template: JSON) -> JSON {
    var template = template
    if var labels = template["metadata"]["labels"].object {
      labels["pod-template-hash"] = nil
      template["metadata"]["labels"] = .object(labels)
    }
    if var members = template.object {
      members["$patch"] = nil
      template = .object(members)
    }
    return template
  }

  var happenings: [Happening] {
    all.map { revision in
      let text =
        revision.isRestart
        ? "restarted as revision \(revision.number)" : "revision \(revision.number): \(revision.text)"
      return Happening(
        at: revision.at, .rollout, ref, text,
        source: .field(
          ref.kind == "apps/v1/deployments"
            ? "ReplicaSet \(revision.name)" : "ControllerRevision \(revision.name)"))
    }
  }

  /// The revision that a pod is of.
  func revision(of pod: Fact) -> Revision? {
    all.first { revision in
      if !revision.uid.isEmpty { return pod.owner?.uid == revision.uid }
      let hash = pod.pod?.labels["controller-revision-hash"] ?? ""
      return !hash.isEmpty && (hash == revision.name || revision.name.hasSuffix("-\(hash)"))
    }
  }

  /// Going back to the revision before the present one.
  func wayBack(_ ref: ObjectRef) -> Offer? {
    guard all.count > 1 else { return nil }
    let images = all[1].template["spec"]["containers"].array.map { Image.shortName($0["image"].line) }
    return Offer(
      "roll back to revision \(all[1].number) (\(images.joined(separator: ", ")))",
      .change(Change(.rollback(toRevision: all[1].number), ref)))
  }
}

/// What is different between two pod templates, in words.
struct TemplateChange {
  let words: String
  /// Nothing but the mark of `kubectl rollout restart`.
  let isRestart: Bool
  private static let maxParts = 3

  init(_ old: JSON, _ new: JSON) {
    let fields = FieldOwners.changed(from: old, to: new)
    let restart = "kubectl.kubernetes.io/restartedAt"
    isRestart =
      !fields.isEmpty
      && fields.allSatisfy {
        $0.path.contains(.member(restart))
          || $0.new[restart].string != nil && $0.old.members.allSatisfy { $0.key == restart }
      }
    var parts: [String] = []
    for field in fields where !field.path.contains(.member(restart)) {
      if field.path.last == .member("image"), let from = field.old.string, let to = field.new.string {
        parts.insert("image \(Self.images(from, to))", at: 0)
      } else {
        let name = field.name.hasPrefix("spec.") ? String(field.name.dropFirst(5)) : field.name
        parts.append(Moment.plain(name))
      }
    }
    if parts.count > Self.maxParts {
      parts = parts.prefix(Self.maxParts) + ["\(parts.count - Self.maxParts) more"]
    }
    words = parts.isEmpty ? "the same template" : parts.joined(separator: ", ")
  }

  /// "api v8 -> v9" where only the tag is another.
  private static func images(_ old: String, _ new: String) -> String {
    let (from, to) = (Image.shortName(Moment.plain(old)), Image.shortName(Moment.plain(new)))
    guard let colon = from.lastIndex(of: ":"), let other = to.lastIndex(of: ":"),
      from[..<colon] == to[..<other]
    else { return "\(from) -> \(to)" }
    return "\(from[..<colon]) \(from[from.index(after: colon)...]) -> \(to[to.index(after: other)...])"
  }
}
