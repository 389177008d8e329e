import Document

/// The first specific message of each container that does not come up: the kubelet later writes "Back-off ..." over it.
struct CauseMemory {
  struct Entry: Hashable {
    /// "ErrImagePull"
    var reason: String
    var message: String
    /// When it was seen here, seconds since 1970.
    var seen: Int64
    /// How often the container had been restarted then.
    var restarts: Int
  }

  /// By the pod's UID, then by container.
  private var entries: [String: [String: Entry]] = [:]

  /// Takes in what the containers of the pod of a UID say now.
  mutating func note(_ pod: JSONSlice, of uid: String, now: Int64) {
    guard let status = pod["status"] else { return }
    for list in [
      status["initContainerStatuses"], status["containerStatuses"], status["ephemeralContainerStatuses"],
    ] {
      list?.eachElement { container in
        let name = container["name"].line
        let waiting = container["state"]?["waiting"]
        let (reason, message) = (waiting?["reason"].line ?? "", waiting?["message"].line ?? "")
        if container["ready"]?.bool == true {
          entries[uid]?[name] = nil
        } else if Self.isSpecific(reason, message) {
          let entry = Entry(
            reason: reason, message: message, seen: now, restarts: container["restartCount"].count)
          let old = entries[uid]?[name]
          // The same again is still the first time.
          if old?.message != message || old?.reason != reason { entries[uid, default: [:]][name] = entry }
        }
      }
    }
  }

  mutating func forget(pod uid: String) { entries[uid] = nil }

  subscript(pod: String, container: String) -> Entry? { entries[pod]?[container] }

  /// Whether a message tells a cause, and not only that it is tried again.
  static func isSpecific(_ reason: String, _ message: String) -> Bool {
    if message.isEmpty || reason == "CrashLoopBackOff" { return false }
    if !message.lowercased().hasPrefix("back-off") { return true }
    // Newer kubelets keep the cause behind the back-off: "Back-off pulling image "x": ErrImagePull: ...".
    return message.contains("\": ")
  }
}
