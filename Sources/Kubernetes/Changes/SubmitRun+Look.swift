import Cluster
import Document

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What became of a change whose answer was lost is found out by looking; it is never sent again.
extension SubmitRun {
  private enum Found {
    case taken(JSON)
    case unchanged
    /// Neither as before nor as it was to be; what differs.
    case another(String)
    case unreachable
  }

  /// Blocks: for the queue of changes.
  func look(_ base: JSON, _ request: ChangeRequest, _ why: String) {
    tell(Progress(.sending, "\(why): looking what became of it"))
    let begin = Watcher.now
    var wait = 0.2
    while Watcher.now - begin < Self.maxLookSeconds {
      usleep(UInt32(wait * 1_000_000))
      wait = min(wait * 1.6, 5)
      switch found(base, request) {
      case .taken(let result): return taken(base, result)
      case .another(let what): return tell(Progress(.unknown, "\(why); since then \(what): see for yourself"))
      case .unchanged where Watcher.now - begin > Self.minUnchangedSeconds:
        return tell(Progress(.refused, "\(why); looking shows that nothing was changed"))
      case .unchanged, .unreachable: continue
      }
    }
    tell(Progress(.unknown, "\(why), and the server can't be asked: see for yourself"))
  }

  private func found(_ base: JSON, _ request: ChangeRequest) -> Found {
    if case .trigger(let name) = change.action {
      let job = ResourcePath("batch/v1/jobs").object(namespace: change.target.namespace, name: name)
      guard let found = exists(job) else { return .unreachable }
      return found.isNull ? .unchanged : .taken(found)
    }
    guard let current = exists(path) else { return .unreachable }
    let isOther = current.isNull || current["metadata"]["uid"] != base["metadata"]["uid"]
    if isGoing {
      return isOther || !current["metadata"]["deletionTimestamp"].isNull
        ? .taken(["kind": "Status"]) : .unchanged
    }
    if isOther { return .another("the object is gone") }
    let aims = aims(base, request)
    let essence = FieldOwners.essence(current)
    if !aims.isEmpty, aims.allSatisfy({ FieldOwners.value(at: $0.path, in: essence) == $0.new }) {
      return .taken(current)
    }
    if aims.isEmpty, case .scale(let replicas) = change.action {
      // Where a custom kind keeps its number is told by its scale alone.
      guard let scale = exists(path + "/scale") else { return .unreachable }
      return scale["spec"]["replicas"].int ?? 0 == replicas ? .taken(scale) : .unchanged
    }
    guard let first = FieldOwners.changed(from: base, to: current).first else { return .unchanged }
    return .another("\(first.name) has changed")
  }

  /// The fields that show that the change was taken; none where that was never tried.
  private func aims(_ base: JSON, _ request: ChangeRequest) -> [FieldOwners.Field] {
    if case .restart = change.action {
      // Its moment is that of sending, and not that of the preview.
      let names = ["spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"]
      let path = names.map { FieldOwners.Step.member($0) }
      let stamp = FieldOwners.value(at: path, in: request.body)
      return [FieldOwners.Field(path: path, old: .null, new: stamp, managers: [])]
    }
    guard let wanted = submission.preview.result?.json else { return [] }
    return Pursuit(change, base: base, result: wanted, sentAt: 0).aims
  }

  /// An object, null where there is none, nil where that can't be told.
  private func exists(_ path: String) -> JSON? {
    switch desk.courier.get(path) {
    case .taken(let object, _): object
    case .refused(let answer) where answer.status == 404: .null
    default: nil
    }
  }
}
