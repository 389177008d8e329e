import Cluster
import Terminal

/// One kind on the overview: how many objects there are, how many are in trouble, and the worst of them.
struct PulseList {
  /// Objects in trouble that belong together: the pods of one ReplicaSet, the same event of one object.
  struct Group {
    /// What makes them one group, as long as they last.
    var key: String
    var subject: Subject
    /// "shop/web-1"
    var name: String
    var count: Int
    var tone: Tone { subject.tone }
  }

  enum Answer: Equatable {
    case waiting
    case counted
    case refused(String)
  }

  let kind: Kind
  let query: Query
  /// A short name: "claims".
  let title: String
  private(set) var answer = Answer.waiting
  private(set) var tones = [Int](repeating: 0, count: 8)
  private(set) var total = 0
  private(set) var troubled = 0
  /// The worst first, at most `maxGroups`.
  private(set) var groups: [Group] = []

  private var slots: Set<RowStore.Slot> = []
  private var source: ObjectIdentifier?
  private var revision = -1
  private var lookedAt: Int64 = .min / 2

  static let maxGroups = 50
  /// Counts come from the store at once; who is in trouble is looked up no more often than that.
  private static let restMilliseconds: Int64 = 1_000
  /// Older warnings have had their time.
  static let warningSeconds: Int64 = 600

  init(_ kind: Kind, title: String, namespaces: [String]) {
    (self.kind, self.title) = (kind, title)
    query = Query(kind.id, namespaces: kind.namespaced ? namespaces : [])
  }

  private var isEvents: Bool { kind.role == .event }

  var tone: Tone {
    if groups.contains(where: { $0.tone == .bad }) || tones[Int(Tone.bad.rawValue)] > 0 { return .bad }
    return troubled > 0 ? .pending : .good
  }

  mutating func update(_ world: World) {
    if case .refused(_, let why) = world.phase(.rows(query)) { return answer = .refused(why) }
    guard let store = world.rows(query) else { return answer = .waiting }
    answer = world.phase(.rows(query)).isSettled ? .counted : .waiting
    (tones, total) = (store.toneCounts, store.count)
    if !isEvents { troubled = store.troubled }
    let isOther = source != ObjectIdentifier(store)
    // Warnings grow old by themselves.
    guard isOther || isEvents || revision != store.revision,
      isOther || revision < 0 || world.milliseconds - lookedAt >= Self.restMilliseconds
    else { return }
    follow(store, anew: isOther)
    (source, revision, lookedAt) = (ObjectIdentifier(store), store.revision, world.milliseconds)
    group(store, now: world.now)
  }

  /// Looks only at the rows that changed since the last time, as long as the store knows which.
  private mutating func follow(_ store: RowStore, anew: Bool) {
    func isInTrouble(_ slot: RowStore.Slot) -> Bool {
      guard store.isAlive(slot) else { return false }
      let tone = store[slot].tone
      return tone == .bad || tone == .pending
    }
    guard !anew, revision >= 0, let changes = store.changes(since: revision) else {
      slots = Set(store.aliveSlots.lazy.filter(isInTrouble))
      return
    }
    for slot in changes {
      if isInTrouble(slot) { slots.insert(slot) } else { slots.remove(slot) }
    }
  }

  private mutating func group(_ store: RowStore, now: Int64) {
    let screen = TableScreen(kind: kind, query: query)
    let (object, reason) = (store.columns.cell(titled: "OBJECT"), store.columns.cell(titled: "REASON"))
    var found: [String: (slot: RowStore.Slot, count: Int, at: Int64)] = [:]
    var counted = 0
    for slot in slots where store.isAlive(slot) {
      let row = store[slot]
      let at = isEvents ? row.moment(0) ?? row.created : row.created
      if isEvents, now - at > Self.warningSeconds { continue }
      counted += 1
      let key =
        isEvents
        ? "\(Self.siblings(object.map(row.cell) ?? "")) \(reason.map(row.cell) ?? "")"
        : row.ownerUID.isEmpty ? row.uid : "\(row.ownerUID) \(row.tone)"
      guard let known = found[key] else {
        found[key] = (slot, 1, at)
        continue
      }
      // The newest of an event; of objects always the same one.
      let isBetter = isEvents ? at > known.at : row.name < store[known.slot].name
      found[key] = (isBetter ? slot : known.slot, known.count + 1, isBetter ? at : known.at)
    }
    if isEvents { troubled = counted }
    let worst = found.sorted { one, other in
      let (one, other) = (one.value, other.value)
      let (a, b) = (store[one.slot], store[other.slot])
      if a.tone != b.tone { return a.tone == .bad }
      if isEvents, one.at != other.at { return one.at > other.at }
      if one.count != other.count { return one.count > other.count }
      return (a.namespace, a.name) < (b.namespace, b.name)
    }
    groups = worst.prefix(Self.maxGroups).map { key, entry in
      let row = store[entry.slot]
      var subject = Subject(screen, row)
      var name = row.namespace.isEmpty ? row.name : "\(row.namespace)/\(row.name)"
      if isEvents {
        subject.ref = Self.reference(row.drill) ?? subject.ref
        name = object.map(row.cell) ?? name
        if let reason { subject.reason = "\(row.cell(reason)): \(subject.reason)" }
      }
      return Group(key: "\(kind.id) \(key)", subject: subject, name: name, count: entry.count)
    }
  }

  /// What pods of one ReplicaSet have in common: "pod/web-5d9c7b8f6d" of "pod/web-5d9c7b8f6d-x2v9k".
  private static func siblings(_ object: String) -> Substring {
    guard object.hasPrefix("pod/"), let cut = object.lastIndex(of: "-") else { return object[...] }
    return object[..<cut]
  }

  /// What an event is about: "kindID namespace name".
  private static func reference(_ drill: String) -> ObjectRef? {
    let parts = drill.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 3, !parts[0].isEmpty else { return nil }
    return ObjectRef(kind: parts[0], namespace: parts[1], name: parts[2])
  }

  /// "3!/412"; of events how many warnings there were lately.
  var tally: String {
    switch answer {
    case .refused: return "refused"
    case .waiting where total == 0: return "…"
    default: break
    }
    if isEvents { return "\(troubled) in \(Self.warningSeconds / 60)m" }
    return troubled > 0 ? "\(troubled)!/\(total)" : "\(total)"
  }

  /// The share of each state: what is broken and what waits is never too little to be seen.
  func bar(columns: Int) -> StyledLine {
    let parts: [(count: Int, sign: Character, tone: Tone)] = [
      (tones[Int(Tone.bad.rawValue)], "x", .bad), (tones[Int(Tone.pending.rawValue)], "!", .pending),
      (tones[Int(Tone.unknown.rawValue)], "?", .unknown),
      (tones[Int(Tone.starting.rawValue)], "~", .starting),
    ]
    guard total > 0, !isEvents, columns > 0 else { return StyledLine([]) }
    var room = columns
    var pieces: [StyledLine.Piece] = []
    for part in parts where part.count > 0 && room > 0 {
      let shown = min(room, max(1, (part.count * columns + total / 2) / total))
      room -= shown
      pieces.append((String(repeating: part.sign, count: shown), Theme.row(part.tone)))
    }
    return StyledLine([(String(repeating: "━", count: room), Theme.span(.good))] + pieces)
  }
}
