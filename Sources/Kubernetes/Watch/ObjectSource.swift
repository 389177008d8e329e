import Cluster
import Document
import HTTP

/// Keeps one object: a list of that name alone, which every kind and every version of a server can watch.
///
/// @unchecked: confined to the engine's queue.
final class ObjectSource: WatchConsumer, @unchecked Sendable {
  private let ref: ObjectRef
  private let engine: Engine
  private let path: ResourcePath
  private let change: (JSON?) -> Void
  private let tell: (Phase) -> Void
  private let notice: (String) -> Void
  private var version: String?
  private var phase = Phase.connecting
  private var hasTaken = false
  private var isGone = false
  private var hasAsked = false

  /// - Parameter change: gets the object, nil when there is none. Called when it differs from the time before.
  init(
    _ ref: ObjectRef, engine: Engine, change: @escaping (JSON?) -> Void, tell: @escaping (Phase) -> Void,
    notice: @escaping (String) -> Void
  ) {
    self.ref = ref
    self.engine = engine
    self.change = change
    self.tell = tell
    self.notice = notice
    path = ResourcePath(ref.kind)
  }

  var target: WatchTarget {
    WatchTarget(path, namespace: ref.namespace, fieldSelector: "metadata.name=\(ref.name)")
  }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    var found: JSON?
    list.eachItem { if isMeant($0) { found = $0.materialized() } }
    if begins, completes || found != nil { take(found.map { list.completed($0) }) }
  }

  func happened(_ event: WatchEvent) {
    guard isMeant(event.object) else { return }
    take(event.change == .deleted ? nil : event.object.materialized())
  }

  /// Some aggregated servers do not know field selectors.
  private func isMeant(_ object: JSONSlice) -> Bool { object["metadata"]?["name"]?.string == ref.name }

  func settled() {}
  func vanished() { take(nil) }
  func noticed(_ text: String) { notice(text) }

  func phaseChanged(_ phase: Phase) {
    self.phase = phase
    // Who may not list may yet be allowed to get: once, as it can't be kept up to date so.
    if case .refused(403, _) = phase, !hasAsked { get() } else { tell(shownPhase) }
  }

  /// A watch goes on where nothing is left to be seen. That it is gone stays true when the connection is lost.
  private var shownPhase: Phase {
    switch phase {
    case .live, .listing, .stale: isGone ? .ended(why: "\(ref.name) is not there any more") : phase
    default: phase
    }
  }

  private func take(_ object: JSON?) {
    let isSame = object.map { ref.uid.isEmpty || $0["metadata"]["uid"].string == ref.uid } ?? true
    // Another object that got the same name is not the one that was opened.
    let object = isSame ? object : nil
    let newVersion = object.map { $0["metadata"]["resourceVersion"].string ?? "" }
    if hasTaken, newVersion == version, newVersion != "" { return }
    let wasGone = isGone
    (hasTaken, version, isGone) = (true, newVersion, object == nil)
    change(object)
    if wasGone != isGone, phase == .live { tell(shownPhase) }
  }

  private func get() {
    hasAsked = true
    engine.fetch(ReadRequest(path.object(namespace: ref.namespace, name: ref.name))) { [weak self] result in
      guard let self else { return }
      if case .success(let answer) = result, !hasTaken { take(JSON.parse(answer.body).value) }
      tell(shownPhase)
    }
  }
}

extension ListBody {
  /// An item with what its list tells in its stead: kind and apiVersion.
  func completed(_ item: JSON) -> JSON {
    guard var object = item.object, object["kind"] == nil else { return item }
    let head = [
      JSONObject.Member(key: "apiVersion", value: .string(apiVersion)),
      JSONObject.Member(key: "kind", value: .string(itemKind)),
    ]
    object.members = head + object.members.filter { $0.key != "apiVersion" }
    return .object(object)
  }
}
