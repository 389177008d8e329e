import Cluster

/// A change in words and as the kubectl command that does the same.
struct ChangeWords {
  let change: Change
  let kind: Kind

  /// "Scale deployment web to 5 replicas"
  var title: String {
    let object = "\(kind.singular) \(change.target.name)"
    switch change.action {
    case .scale(let replicas): return "Scale \(object) to \(replicas) replica\(replicas == 1 ? "" : "s")"
    case .restart: return "Restart the pods of \(object), one after another"
    case .pause: return "Pause the rollout of \(object)"
    case .resume: return "Resume the rollout of \(object)"
    case .rollback(let revision): return "Roll \(object) back to revision \(revision)"
    case .setImage(let container, let image): return "Set the image of \(container) in \(object) to \(image)"
    case .delete(let deletion): return (deletion.isForced ? "Delete at once, by force: " : "Delete ") + object
    case .evict: return "Evict \(object)"
    case .cordon: return "Cordon \(object): no new pods on it"
    case .uncordon: return "Uncordon \(object): it takes pods again"
    case .drain: return "Drain \(object): cordon it and evict its pods"
    case .trigger(let name): return "Run \(object) now, as job \(name)"
    case .suspend: return "Suspend \(object)"
    case .unsuspend: return "Resume \(object)"
    case .label(let key, let value):
      return value.map { "Label \(object) with \(key)=\($0)" } ?? "Take label \(key) from \(object)"
    case .annotate(let key, let value):
      return value.map { "Annotate \(object) with \(key)=\($0)" } ?? "Take annotation \(key) from \(object)"
    case .edit: return "Edit \(object)"
    }
  }

  /// "kubectl --context prod -n shop scale deployment/web --replicas=5"
  func command(_ place: Place) -> String {
    var words = ["kubectl"]
    if !place.context.isEmpty { words += ["--context", place.context] }
    if !change.target.namespace.isEmpty { words += ["-n", change.target.namespace] }
    return (words + arguments).map(Self.quoted).joined(separator: " ")
  }

  private var arguments: [String] {
    let name = change.target.name
    // Built-in kinds are understood by their bare names.
    let type =
      kind.group.contains(".") && !kind.group.hasSuffix(".k8s.io")
      ? "\(kind.plural).\(kind.group)" : kind.singular
    let object = "\(type)/\(name)"
    switch change.action {
    case .scale(let replicas): return ["scale", object, "--replicas=\(replicas)"]
    case .restart: return ["rollout", "restart", object]
    case .pause: return ["rollout", "pause", object]
    case .resume: return ["rollout", "resume", object]
    case .rollback(let revision): return ["rollout", "undo", object, "--to-revision=\(revision)"]
    case .setImage(let container, let image): return ["set", "image", object, "\(container)=\(image)"]
    case .delete(let deletion):
      return ["delete", object] + options(of: deletion)
    case .evict:
      // kubectl has no verb for one eviction.
      let path = ResourcePath(change.target.kind).object(namespace: change.target.namespace, name: name)
      return ["create", "--raw", path + "/eviction", "-f", "-"]
    case .cordon: return ["cordon", name]
    case .uncordon: return ["uncordon", name]
    case .drain(let draining):
      var words = ["drain", name, "--ignore-daemonsets"]
      if draining.deletesLocalData { words.append("--delete-emptydir-data") }
      if draining.deletesUnmanaged { words.append("--force") }
      if let grace = draining.graceSeconds { words.append("--grace-period=\(grace)") }
      return words
    case .trigger(let job): return ["create", "job", job, "--from=cronjob/\(name)"]
    case .suspend, .unsuspend:
      return ["patch", object, "-p", "{\"spec\":{\"suspend\":\(change.action == .suspend)}}"]
    case .label(let key, let value): return ["label", object] + mark(key, value)
    case .annotate(let key, let value): return ["annotate", object] + mark(key, value)
    case .edit: return ["edit", object]
    }
  }

  private func mark(_ key: String, _ value: String?) -> [String] {
    value.map { ["\(key)=\($0)", "--overwrite"] } ?? ["\(key)-"]
  }

  private func options(of deletion: Change.Deletion) -> [String] {
    var words: [String] = []
    if deletion.propagation != .background {
      words.append("--cascade=\(deletion.propagation.rawValue.lowercased())")
    }
    if deletion.isForced {
      words += ["--grace-period=0", "--force"]
    } else if let grace = deletion.graceSeconds {
      words.append("--grace-period=\(grace)")
    }
    return words
  }

  /// As a shell takes it for one word.
  private static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      (byte | 32 >= 97 && byte | 32 <= 122) || (byte >= 48 && byte <= 57) || "-._/:=@,+%".utf8.contains(byte)
    }
    if plain, !word.isEmpty { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

extension Change {
  var isDrain: Bool { if case .drain = action { true } else { false } }
}
