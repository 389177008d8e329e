import Cluster
import Document

/// How many endpoints services have, and how many of them are ready: reckoned from EndpointSlices.
///
/// @unchecked: confined to the engine's queue.
final class EndpointTally: WatchConsumer, @unchecked Sendable {
  struct Count: Hashable {
    var ready = 0
    var total = 0
  }

  /// Whether all slices were listed: before, that there are none means nothing.
  private(set) var isWhole = false
  private var slices: [String: (service: String, count: Count)] = [:]
  private var services: [String: Set<String>] = [:]
  private var touched: Set<String> = []
  private var gathered: Set<String> = []
  private let changed: (Set<String>) -> Void
  private let answered: () -> Void

  /// - Parameters:
  ///   - changed: gets the services ("namespace/name") whose numbers changed; empty when the list became whole.
  ///   - answered: called when there is a list, or is known to be none.
  init(changed: @escaping (Set<String>) -> Void, answered: @escaping () -> Void) {
    self.changed = changed
    self.answered = answered
  }

  /// nil as long as nobody knows.
  subscript(service: String) -> Count? {
    guard isWhole else { return nil }
    return (services[service] ?? []).reduce(into: Count()) { sum, slice in
      sum.ready += slices[slice]?.count.ready ?? 0
      sum.total += slices[slice]?.count.total ?? 0
    }
  }

  func listed(_ list: ListBody, begins: Bool, completes: Bool) {
    if begins { gathered = [] }
    list.eachItem { if let uid = take($0) { gathered.insert(uid) } }
    guard completes else { return }
    for uid in slices.keys where !gathered.contains(uid) { drop(uid) }
    let wasWhole = isWhole
    isWhole = true
    changed(wasWhole ? touched : [])
    touched = []
  }

  func happened(_ event: WatchEvent) {
    if event.change == .deleted {
      if let uid = event.object["metadata"]?["uid"]?.string { drop(uid) }
    } else {
      _ = take(event.object)
    }
  }

  func settled() {
    if isWhole, !touched.isEmpty { changed(touched) }
    touched = []
  }

  func vanished() {}
  func phaseChanged(_ phase: Phase) { if phase.isSettled { answered() } }
  func noticed(_ notice: String) {}

  private func take(_ object: JSONSlice) -> String? {
    guard let metadata = object["metadata"], let uid = metadata["uid"]?.string else { return nil }
    drop(uid)
    guard let service = metadata["labels"]?["kubernetes.io/service-name"]?.string else { return uid }
    var count = Count()
    object["endpoints"]?.eachElement { endpoint in
      count.total += 1
      // No word about readiness counts as ready (EndpointConditions of discovery.k8s.io/v1).
      if endpoint["conditions"]?["ready"]?.bool != false { count.ready += 1 }
    }
    let key = "\(metadata["namespace"].line)/\(service)"
    slices[uid] = (key, count)
    services[key, default: []].insert(uid)
    touched.insert(key)
    return uid
  }

  private func drop(_ uid: String) {
    guard let old = slices.removeValue(forKey: uid) else { return }
    services[old.service]?.remove(uid)
    touched.insert(old.service)
  }
}
