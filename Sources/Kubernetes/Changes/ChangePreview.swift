import Cluster
import Document
import HTTP

/// Asks the server what would come of a change, without doing it. Blocks: for the queue of changes.
struct ChangePreview {
  let change: Change
  let kind: Kind
  let place: Place
  let courier: Courier
  let now: Int64

  func ask(_ base: JSON) -> Preview {
    let words = ChangeWords(change: change, kind: kind)
    var preview = Preview(
      change, .refused(""), title: words.title, command: words.command(place), base: WholeObject(json: base))
    preview.undo = undo(base)
    do throws(ChangeRequest.Impossible) {
      let request = try request(base)
      preview.request = "\(request.method) \(request.path)"
      if change.isDrain { return drain(base, preview) }
      fill(&preview, from: courier.carry(request.dryRun.http), base)
    } catch {
      preview.verdict = error.isDone ? .nothing(error.why) : .refused(error.why)
    }
    return preview
  }

  /// The request of the change, with the revision it goes back to where it is one.
  func request(_ base: JSON) throws(ChangeRequest.Impossible) -> ChangeRequest {
    var revision = JSON.null
    if case .rollback(let number) = change.action {
      guard let found = self.revision(number, of: base) else {
        throw ChangeRequest.Impossible(why: "its revisions can't be listed")
      }
      revision = found
    }
    return try ChangeRequest.make(change, base: base, revision: revision, now: now)
  }

  private func fill(_ preview: inout Preview, from answer: Courier.Answer, _ base: JSON) {
    var (old, new) = (base, base)
    switch answer {
    case .taken(let result, let warnings):
      (preview.verdict, preview.result) = (.ready, WholeObject(json: result))
      preview.notes = warnings.map { Preview.Note("the server warns: \($0)") }
      (old, new) = compared(base, result)
    case .refused(let refusal):
      preview.verdict = isUntriable(refusal) ? .untried(refusal.words) : .refused(refusal.words)
    case .unsent(let why), .lost(let why): preview.verdict = .refused(why)
    }
    preview.difference = difference(old, new)
    let fields = FieldOwners.changed(from: old, to: new)
    if case .ready = preview.verdict, preview.difference.isEmpty, isPatch {
      preview.verdict = .nothing("the server says that nothing would change")
    }
    let notes = ChangeNotes(
      change: change, kind: kind, base: base, fields: fields.map(owned(base)), courier: courier, now: now)
    preview.notes += changedSinceEditor(base) + notes.all()
  }

  /// What somebody else changed while the editor was open: lists are sent whole, as they were in it.
  private func changedSinceEditor(_ base: JSON) -> [Preview.Note] {
    guard case .edit(let text, _) = change.action, let shown = YAML.parse(Array(text.utf8)).documents.first
    else {
      return []
    }
    return FieldOwners.changed(from: shown, to: base).map { field in
      Preview.Note("\(field.name) was changed while it was in the editor: look that it is not set back", .bad)
    }
  }

  /// What to compare: of a scale the number alone, of a new object all of it.
  private func compared(_ base: JSON, _ result: JSON) -> (JSON, JSON) {
    switch change.action {
    case .scale:
      var after = base
      after["spec"]["replicas"] = result["spec"]["replicas"]
      // A Scale leaves out what is 0.
      if after["spec"]["replicas"].isNull { after["spec"]["replicas"] = 0 }
      return (base, after)
    case .trigger: return (.object(JSONObject()), result)
    case .delete, .evict: return (base, base)
    default: return (base, result)
    }
  }

  private func owned(_ base: JSON) -> (FieldOwners.Field) -> FieldOwners.Field {
    { field in
      var field = field
      if field.managers.isEmpty { field.managers = FieldOwners.managers(of: field.path, in: base) }
      return field
    }
  }

  private func difference(_ old: JSON, _ new: JSON) -> [PageLine] {
    switch change.action {
    case .delete, .evict:
      let place = change.target.namespace.isEmpty ? "" : "\(change.target.namespace)/"
      return [PageLine([Span("- \(kind.singular) \(place)\(change.target.name)", .bad)])]
    case .trigger:
      return DifferencePage.lines(from: .object(JSONObject()), to: FieldOwners.essence(new)).filter {
        $0.text != "- {}"
      }
    default: return SecretMask.difference(FieldOwners.essence(old), FieldOwners.essence(new))
    }
  }

  private var isPatch: Bool {
    switch change.action {
    case .delete, .evict, .trigger, .drain: false
    default: true
    }
  }

  /// An admission webhook with side effects, or a server that knows no dry run.
  private func isUntriable(_ answer: ErrorAnswer) -> Bool {
    let words = answer.words.lowercased()
    return words.contains("dry run") || words.contains("dryrun") || words.contains("dry-run")
  }

  // MARK: Revisions

  /// The object that keeps a revision of a workload; null where there is none, nil where that can't be told.
  private func revision(_ number: Int, of base: JSON) -> JSON? {
    let keeper: Kind.ID = kind.name == "Deployment" ? "apps/v1/replicasets" : "apps/v1/controllerrevisions"
    let selector = SelectorText.query(base["spec"]["selector"])
    let items = courier.items(
      ResourcePath(keeper).list(namespace: change.target.namespace), [QueryItem("labelSelector", selector)])
    guard let items else { return nil }
    let uid = base["metadata"]["uid"]
    let owned = items.filter { Subject.controller(of: $0)?["uid"] == uid }
    let found = owned.first { item in
      let written = item["metadata"]["annotations"]["deployment.kubernetes.io/revision"].string.flatMap {
        Int($0)
      }
      return (item["revision"].int ?? written) == number
    }
    return found ?? .null
  }

  // MARK: Undo

  private func undo(_ base: JSON) -> Change? {
    let spec = base["spec"]
    switch change.action {
    case .scale: return spec["replicas"].int.map { Change(.scale(to: $0), change.target) }
    case .pause: return Change(.resume, change.target)
    case .resume: return Change(.pause, change.target)
    case .drain where spec["unschedulable"].bool == true: return nil
    case .cordon, .drain: return Change(.uncordon, change.target)
    case .uncordon: return Change(.cordon, change.target)
    case .suspend: return Change(.unsuspend, change.target)
    case .unsuspend: return Change(.suspend, change.target)
    case .rollback:
      let current = base["metadata"]["annotations"]["deployment.kubernetes.io/revision"].string.flatMap {
        Int($0)
      }
      return current.map { Change(.rollback(toRevision: $0), change.target) }
    case .setImage(let container, _):
      let pod = spec["template"].isNull ? spec : spec["template"]["spec"]
      let old = (pod["containers"].array + pod["initContainers"].array).first {
        $0["name"].string == container
      }
      return old?["image"].string.map { Change(.setImage(container: container, to: $0), change.target) }
    case .label(let key, _):
      return Change(.label(key: key, value: base["metadata"]["labels"][key].string), change.target)
    case .annotate(let key, _):
      return Change(.annotate(key: key, value: base["metadata"]["annotations"][key].string), change.target)
    case .edit(let old, let new): return Change(.edit(from: new, to: old), change.target)
    case .restart, .delete, .evict, .trigger: return nil
    }
  }

  // MARK: Drain

  private func drain(_ base: JSON, _ preview: Preview) -> Preview {
    guard case .drain(let draining) = change.action else { return preview }
    var preview = preview
    switch DrainPlan.read(node: change.target.name, draining, courier) {
    case .failure(let problem): preview.verdict = .refused(problem.why)
    case .success(let plan):
      preview.verdict = .ready
      preview.difference = plan.lines
      preview.reach = Set(plan.pods.filter(\.isEvicted).map(\.uid))
      preview.notes = plan.notes
      if base["spec"]["unschedulable"].bool == true {
        preview.notes.append(Preview.Note("the node is cordoned already", .done))
      }
    }
    return preview
  }
}
