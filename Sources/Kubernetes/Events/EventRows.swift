import Cluster
import Document

/// Events as rows: each by itself, or those that say the same of objects of one kind as one.
struct EventRows {
  let isGrouped: Bool
  private var events: [String: EventFact] = [:]
  private var groups: [String: Set<String>] = [:]
  private var touched: Set<String> = []
  /// Groups that have a row.
  private var shown: Set<String> = []

  init(isGrouped: Bool) { self.isGrouped = isGrouped }

  mutating func put(_ event: EventFact) {
    remove(uid: event.uid)
    events[event.uid] = event
    let key = key(of: event)
    groups[key, default: []].insert(event.uid)
    touched.insert(key)
  }

  mutating func remove(uid: String) {
    guard let old = events.removeValue(forKey: uid) else { return }
    let key = key(of: old)
    groups[key]?.remove(uid)
    touched.insert(key)
  }

  mutating func removeAll() {
    (events, groups, shown, touched) = ([:], [:], [], [])
  }

  /// All is to be looked at again: other events count now.
  mutating func touchAll() { touched = Set(groups.keys) }

  /// Writes the rows of what changed.
  mutating func write(_ row: inout RowWriter, where counts: (EventFact) -> Bool) {
    for key in touched {
      let found = (groups[key] ?? []).compactMap { events[$0] }.filter(counts)
      if let newest = found.max(by: { ($0.last, $0.uid) < ($1.last, $1.uid) }) {
        write(found, newest, uid: isGrouped ? key : newest.uid, &row)
        shown.insert(key)
      } else if shown.remove(key) != nil {
        row.begin(uid: key, namespace: "", name: "")
        row.endRemoved()
      }
      if groups[key]?.isEmpty == true { groups[key] = nil }
    }
    touched = []
  }

  /// What says the same says it in the same words, but for the name of what it is about.
  private func key(of event: EventFact) -> String {
    guard isGrouped else { return event.uid }
    var words = event.message
    for name in [event.about.name, event.subject] where name.count > 2 {
      words = words.replacing(name, with: "…")
    }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in words.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let about = event.about
    return
      "\(about.namespace)/\(about.kind)/\(event.isWarning ? "!" : ".")\(event.reason)/\(String(hash, radix: 36))"
  }

  // MARK: Rows

  private func write(_ events: [EventFact], _ newest: EventFact, uid: String, _ row: inout RowWriter) {
    let first = events.map(\.first).min() ?? newest.first
    let count = min(events.reduce(0) { $0 + $1.count }, 1_000_000_000)
    let about = Set(events.map(\.subject)).count
    let ref = newest.about
    let kind = Folding.kindName(ref.kind).lowercased()
    let plural = ref.kind.split(separator: "/").last.map(String.init) ?? kind
    row.begin(uid: uid, namespace: ref.namespace, name: newest.name, created: first)
    row.cell(moment: newest.last)
    row.cell(newest.isWarning ? "Warning" : "Normal" as StaticString)
    row.cell(newest.reason)
    // How many they are stands first: names are cut where there is no room.
    row.cell(about > 1 ? "\(about) \(plural), \(ref.name)" : "\(kind)/\(ref.name)")
    row.cell(count)
    row.cell(EventRate.perHour(count, first: first, last: newest.last))
    row.cell(newest.message)
    row.cell(newest.container.isEmpty ? "" : newest.container)
    row.cell(newest.by)
    row.cell(moment: first)
    row.setDrill("\(ref.kind) \(ref.namespace) \(ref.name)")
    row.tone = newest.isWarning ? .pending : .good
    row.setReason(newest.message)
    row.end()
  }
}

/// How often something is said.
enum EventRate {
  /// "12", "0.5"; empty where it was said once, or all at once.
  static func perHour(_ count: Int, first: Int64?, last: Int64?) -> String {
    guard count > 1, let first, let last, last > first else { return "" }
    let rate = Double(count - 1) * 3_600 / Double(last - first)
    if rate >= 10 { return String(Int64(min(rate, 1e12).rounded())) }
    let tenths = Int64((rate * 10).rounded())
    return tenths == 0 ? "<0.1" : "\(tenths / 10).\(tenths % 10)"
  }
}
