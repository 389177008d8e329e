import Cluster
import Document
import HTTP

/// What a person should know before a change is sent: who owns what it touches, what will undo it, what it reaches.
struct ChangeNotes {
  let change: Change
  let kind: Kind
  /// The object as it is, and the fields that would be different.
  let base: JSON
  let fields: [FieldOwners.Field]
  let courier: Courier
  let now: Int64

  private var namespace: String { change.target.namespace }
  private var labels: JSON { base["metadata"]["labels"] }
  private var annotations: JSON { base["metadata"]["annotations"] }

  func all() -> [Preview.Note] { undoers() + owners() + reach() }

  // MARK: What will undo it

  private func undoers() -> [Preview.Note] {
    var notes: [Preview.Note] = []
    if case .scale(let replicas) = change.action { notes += autoscalers(replicas) }
    if case .trigger = change.action { return notes }
    if let owner = Subject.controller(of: base), !isDeletion {
      notes.append(
        Note("\(words(owner)) owns this \(kind.singular) and may set it back to what it wants", .bad))
    }
    return notes + gitOps()
  }

  private typealias Note = Preview.Note

  private var isDeletion: Bool {
    switch change.action {
    case .delete, .evict, .drain: true
    default: false
    }
  }

  private func autoscalers(_ replicas: Int) -> [Preview.Note] {
    let path = ResourcePath("autoscaling/v2/horizontalpodautoscalers").list(namespace: namespace)
    return (courier.items(path) ?? []).compactMap { autoscaler in
      let target = autoscaler["spec"]["scaleTargetRef"]
      guard target["name"].string == change.target.name, target["kind"].string == kind.name else {
        return nil
      }
      let least = autoscaler["spec"]["minReplicas"].int ?? 1
      let most = autoscaler["spec"]["maxReplicas"].int ?? least
      let name = autoscaler["metadata"]["name"].string ?? ""
      let keda = Subject.controller(of: autoscaler).map { " (of \(words($0)))" } ?? ""
      if replicas == 0 {
        return Note(
          "horizontal-pod-autoscaler \(name)\(keda) stops scaling while there are 0 replicas", .pending)
      }
      return Note(
        "horizontal-pod-autoscaler \(name)\(keda) sets the replicas itself, from \(least) to \(most): it will undo this "
          + (replicas < least || replicas > most ? "at once" : "when its metrics say so"), .bad)
    }
  }

  /// Those who bring back what they keep elsewhere, by the marks that they leave.
  private func gitOps() -> [Preview.Note] {
    var notes: [Preview.Note] = []
    let managers = Set(base["metadata"]["managedFields"].array.compactMap { $0["manager"].string })
    if let app = annotations["argocd.argoproj.io/tracking-id"].string?.split(separator: ":").first.map(
      String.init)
      ?? labels["argocd.argoproj.io/instance"].string
    {
      notes.append(
        Note("Argo CD application \(app) sets it back with its next sync, where that is automatic", .bad))
    } else if managers.contains(where: { $0.hasPrefix("argocd-") }) {
      notes.append(Note("Argo CD manages it and may set it back", .bad))
    }
    for (key, what) in [
      ("kustomize.toolkit.fluxcd.io/name", "Flux kustomization"),
      ("helm.toolkit.fluxcd.io/name", "Flux Helm release"),
    ] {
      if let name = labels[key].string {
        notes.append(Note("\(what) \(name) sets it back when it next runs", .bad))
      }
    }
    if let release = annotations["meta.helm.sh/release-name"].string, notes.isEmpty {
      notes.append(Note("it belongs to Helm release \(release): the next upgrade may set it back", .pending))
    } else if !annotations["kubectl.kubernetes.io/last-applied-configuration"].isNull, !isDeletion {
      notes.append(
        Note(
          "it was made with kubectl apply: the next apply of its file sets back what that file holds", .done))
    }
    return notes
  }

  // MARK: Who owns it

  private func owners() -> [Preview.Note] {
    var seen: Set<String> = []
    return fields.prefix(6).compactMap { field in
      guard let manager = field.managers.first else { return nil }
      let part = manager.subresource.isEmpty ? "" : " (\(manager.subresource))"
      guard seen.insert(manager.name + part).inserted else { return nil }
      let age = manager.time.map { ", \(Age.text(seconds: max(0, now - $0))) ago" } ?? ""
      return Note("\(field.name) was last set by \(manager.name)\(part)\(age)", .done)
    }
  }

  // MARK: What it reaches

  private func reach() -> [Preview.Note] {
    switch change.action {
    case .scale(let replicas): return scaled(to: replicas)
    case .restart, .setImage, .rollback, .edit:
      var notes = replaced()
      if case .rollback = change.action { notes += staying() }
      return notes
    case .delete(let deletion): return deleted(deletion)
    case .evict: return budgets(for: labels) + remade()
    default: return []
    }
  }

  private func scaled(to replicas: Int) -> [Preview.Note] {
    let before = base["spec"]["replicas"].int ?? 1
    guard replicas < before else { return [] }
    let count = before - replicas
    var notes = [
      Note(
        "\(count) pod\(count == 1 ? "" : "s") will be deleted; scaling asks no disruption budget", .pending)
    ]
    if replicas == 0 { notes.append(Note("with 0 replicas nothing serves any more", .bad)) }
    return notes
  }

  private func replaced() -> [Preview.Note] {
    let touchesTemplate = fields.contains { $0.path.starts(with: [.member("spec"), .member("template")]) }
    guard touchesTemplate, ["Deployment", "StatefulSet", "DaemonSet"].contains(kind.name) else { return [] }
    if base["spec"]["paused"].bool == true {
      return [Note("it is paused: nothing is replaced before it is resumed", .pending)]
    }
    let count = base["spec"]["replicas"].int ?? base["status"]["desiredNumberScheduled"].int ?? 1
    var text = "\(count) pod\(count == 1 ? "" : "s") will be replaced"
    let strategy = base["spec"]["strategy"].isNull ? base["spec"]["updateStrategy"] : base["spec"]["strategy"]
    switch strategy["type"].string {
    case "Recreate": text += ", all at once: nothing serves meanwhile"
    case "OnDelete": text = "no pod is replaced before somebody deletes it (OnDelete)"
    default:
      let rolling = strategy["rollingUpdate"]
      let limits = [("maxSurge", "more"), ("maxUnavailable", "fewer")].compactMap { key, word in
        rolling[key].isNull ? nil : "\(rolling[key].string ?? rolling[key].text) \(word)"
      }
      if !limits.isEmpty { text += ", with at most \(limits.joined(separator: " and ")) at a time" }
    }
    return [Note(text, .pending)] + budgets(for: base["spec"]["template"]["metadata"]["labels"])
  }

  /// What a rollback leaves as it is, and may yet be the cause of the trouble.
  private func staying() -> [Preview.Note] {
    var names: [String] = []
    let pod = base["spec"]["template"]["spec"]
    for volume in pod["volumes"].array {
      if let name = volume["configMap"]["name"].string { names.append("configmap \(name)") }
      if let name = volume["secret"]["secretName"].string { names.append("secret \(name)") }
    }
    for container in pod["containers"].array + pod["initContainers"].array {
      for source in container["envFrom"].array + container["env"].array.map({ $0["valueFrom"] }) {
        for (key, word) in [
          ("configMapRef", "configmap"), ("configMapKeyRef", "configmap"), ("secretRef", "secret"),
          ("secretKeyRef", "secret"),
        ] {
          if let name = source[key]["name"].string { names.append("\(word) \(name)") }
        }
      }
    }
    var seen: Set<String> = []
    names = names.filter { seen.insert($0).inserted }
    let what =
      names.isEmpty
      ? "" : "; \(names.prefix(6).joined(separator: ", ")) \(names.count == 1 ? "stays" : "stay") as now"
    return [Note("the pod template comes back; the number of replicas stays" + what, .pending)]
  }

  private func deleted(_ deletion: Change.Deletion) -> [Preview.Note] {
    var notes: [Preview.Note] = []
    if deletion.isForced {
      notes.append(Note("by force: its containers may still be running on the node when it is gone", .bad))
    }
    switch kind.id {
    case "v1/pods": notes += remade()
    case "v1/namespaces": notes += insideNamespace()
    case "v1/persistentvolumeclaims": notes += reclaimed(base["spec"]["volumeName"].string)
    case "v1/persistentvolumes": notes += reclaimed(change.target.name)
    case "v1/nodes": notes.append(Note("its pods are deleted with it, without any disruption budget", .bad))
    case "apiextensions.k8s.io/v1/customresourcedefinitions":
      notes.append(Note("every object of this kind is deleted with it", .bad))
    default: notes += owned(deletion)
    }
    let finalizers = base["metadata"]["finalizers"].array.compactMap(\.string)
    if !finalizers.isEmpty {
      notes.append(
        Note(
          "it goes only after its finalizers did their work: \(finalizers.joined(separator: ", "))", .pending)
      )
    }
    return notes
  }

  private func remade() -> [Preview.Note] {
    if let owner = Subject.controller(of: base) {
      return [Note("\(words(owner)) makes another in its place", .done)]
    }
    return [Note("no controller owns it: nothing makes it again", .bad)]
  }

  private func owned(_ deletion: Change.Deletion) -> [Preview.Note] {
    let selector = base["spec"]["selector"]
    let count =
      base["status"]["replicas"].int ?? base["status"]["currentNumberScheduled"].int
      ?? base["status"]["active"].int
    guard let count, count > 0, !selector.isNull || kind.name == "Job" else { return [] }
    let pods = "\(count) pod\(count == 1 ? "" : "s")"
    return [
      deletion.propagation == .orphan
        ? Note("its \(pods) stay, without an owner", .pending) : Note("its \(pods) are deleted with it", .bad)
    ]
  }

  private func insideNamespace() -> [Preview.Note] {
    let name = change.target.name
    let counts = [("pods", "v1/pods"), ("claims", "v1/persistentvolumeclaims")].map { word, id in
      courier.items(ResourcePath(id).list(namespace: name)).map { "\($0.count) \(word)" } ?? "\(word) unknown"
    }
    return [Note("everything in it is deleted: \(counts.joined(separator: ", ")) and all else", .bad)]
  }

  private func reclaimed(_ volume: String?) -> [Preview.Note] {
    guard let volume, !volume.isEmpty else { return [Note("it is bound to no volume", .done)] }
    let path = ResourcePath("v1/persistentvolumes").object(namespace: "", name: volume)
    guard let found = courier.get(path).object else {
      return [Note("whether the data on volume \(volume) goes with it can't be read", .bad)]
    }
    let policy = found["spec"]["persistentVolumeReclaimPolicy"].string ?? ""
    return [
      policy == "Delete"
        ? Note("the data on volume \(volume) is deleted with it (reclaim policy Delete)", .bad)
        : Note("volume \(volume) keeps its data (reclaim policy \(policy))", .done)
    ]
  }

  /// The disruption budgets that count these pods.
  private func budgets(for labels: JSON) -> [Preview.Note] {
    let path = ResourcePath("policy/v1/poddisruptionbudgets").list(namespace: namespace)
    return (courier.items(path) ?? []).filter { LabelMatch.matches($0["spec"]["selector"], labels) }.map {
      budget in
      let allowed = budget["status"]["disruptionsAllowed"].int ?? 0
      let name = budget["metadata"]["name"].string ?? ""
      let current = budget["status"]["currentHealthy"].int ?? 0
      let desired = budget["status"]["desiredHealthy"].int ?? 0
      return Note(
        "disruption budget \(name) allows \(allowed) now (\(current) healthy, \(desired) needed)",
        allowed == 0 ? .bad : .done)
    }
  }

  private func words(_ owner: JSON) -> String {
    "\(owner["kind"].string?.lowercased() ?? "") \(owner["name"].string ?? "")"
  }
}

/// Whether labels match a selector object (Kubernetes "Labels and Selectors").
enum LabelMatch {
  /// - Parameter selector: `{"matchLabels": …, "matchExpressions": […]}`; an empty one matches all, none matches nothing.
  static func matches(_ selector: JSON, _ labels: JSON) -> Bool {
    guard selector.object != nil else { return false }
    let values = selector["matchLabels"].members.allSatisfy { labels[$0.key] == $0.value }
    return values
      && selector["matchExpressions"].array.allSatisfy { term in
        let value = labels[term["key"].string ?? ""]
        switch term["operator"].string {
        case "In": return term["values"].array.contains(value)
        case "NotIn": return !term["values"].array.contains(value)
        case "Exists": return !value.isNull
        case "DoesNotExist": return value.isNull
        default: return false
        }
      }
  }
}
