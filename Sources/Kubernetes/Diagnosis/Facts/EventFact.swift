import Cluster
import Document

/// One event as the server keeps it, in either of its two APIs.
struct EventFact: Hashable {
  var uid: String
  /// The event's own.
  var name: String
  /// The UID of what it is about.
  var subject: String
  var about: ObjectRef
  var reason: String
  var message: String
  var isWarning: Bool
  var count: Int
  /// Seconds since 1970.
  var first: Int64
  var last: Int64
  /// The component: "kubelet", "default-scheduler".
  var by: String
  /// The container it is about: "spec.containers{api}"; empty for the whole.
  var container: String

  init?(_ slice: JSONSlice) {
    let about = slice["involvedObject"] ?? slice["regarding"]
    guard let about, let id = slice["metadata"]?["uid"]?.string ?? slice["metadata"]?["name"]?.string else {
      return nil
    }
    uid = id
    name = slice["metadata"]?["name"].line ?? ""
    subject = about["uid"].line
    self.about = ObjectRef(
      kind: Kinds.id(apiVersion: about["apiVersion"].line, name: about["kind"].line),
      namespace: about["namespace"].line, name: about["name"].line, uid: subject)
    reason = slice["reason"].line
    message = (slice["message"] ?? slice["note"]).line
    isWarning = slice["type"].has("Warning")
    let series = slice["series"]
    let told = slice["count"]?.int ?? slice["deprecatedCount"]?.int ?? series?["count"]?.int ?? 1
    count = min(max(1, told), 1_000_000_000)
    let made = slice["metadata"]?["creationTimestamp"]?.epochSeconds ?? 0
    let begin =
      slice["firstTimestamp"]?.epochSeconds ?? slice["deprecatedFirstTimestamp"]?.epochSeconds
      ?? slice["eventTime"]?.epochSeconds ?? made
    first = begin
    last = max(
      begin,
      series?["lastObservedTime"]?.epochSeconds ?? slice["lastTimestamp"]?.epochSeconds
        ?? slice["deprecatedLastTimestamp"]?.epochSeconds ?? begin)
    by =
      (slice["reportingComponent"].isPresent ? slice["reportingComponent"] : slice["source"]?["component"])
      .line
    let path = about["fieldPath"].line
    if let open = path.firstIndex(of: "{"), path.last == "}" {
      container = String(path[path.index(after: open)...].dropLast())
    } else {
      container = ""
    }
  }
}

/// Events by what they are about: warnings of what is broken, for time axes all there are.
struct EventBook {
  /// Clusters forget events after an hour; a storm of them shall not fill the memory meanwhile.
  static let maxEvents = 20_000
  private var bySubject: [String: [String: EventFact]] = [:]
  private var subjects: [String: String] = [:]
  /// Normal ones in the order they came: they make room for others.
  private var usual: [String] = []
  private var nextUsual = 0
  /// Whether some were let go of.
  private(set) var isFull = false

  /// Gives the UID of what it is about.
  mutating func put(_ event: EventFact) -> String {
    if subjects[event.uid] == nil {
      if subjects.count >= Self.maxEvents, !makeRoom() { return event.subject }
      if !event.isWarning { usual.append(event.uid) }
    }
    subjects[event.uid] = event.subject
    bySubject[event.subject, default: [:]][event.uid] = event
    return event.subject
  }

  /// Lets the oldest normal event go; false when there is none.
  private mutating func makeRoom() -> Bool {
    isFull = true
    while nextUsual < usual.count {
      nextUsual += 1
      if remove(usual[nextUsual - 1]) != nil {
        if nextUsual > Self.maxEvents {
          usual.removeFirst(nextUsual)
          nextUsual = 0
        }
        return true
      }
    }
    return false
  }

  mutating func remove(_ uid: String) -> String? {
    guard let subject = subjects.removeValue(forKey: uid) else { return nil }
    bySubject[subject]?[uid] = nil
    if bySubject[subject]?.isEmpty == true { bySubject[subject] = nil }
    return subject
  }

  /// The newest first.
  func events(of subject: String) -> [EventFact] {
    (bySubject[subject]?.values).map { $0.sorted { ($0.last, $0.uid) > ($1.last, $1.uid) } } ?? []
  }

  /// What there are events about.
  var abouts: [ObjectRef] { bySubject.values.compactMap { $0.values.first?.about } }
}
