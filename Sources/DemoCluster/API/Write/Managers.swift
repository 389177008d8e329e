import Document

/// Who set which fields of an object: how `managedFields` changes with each write.
struct Managers {
  struct Entry: Hashable {
    var name: String
    var operation: String
    var apiVersion: String
    var subresource: String?
    var time: Int64
    var fields: FieldTree

    func isSame(as other: Entry) -> Bool {
      name == other.name && operation == other.operation && apiVersion == other.apiVersion
        && subresource == other.subresource
    }
  }

  private(set) var entries: [Entry] = []

  init(_ json: JSON) {
    entries = json.array.map { item in
      Entry(
        name: item["manager"].string ?? "unknown", operation: item["operation"].string ?? "Update",
        apiVersion: item["apiVersion"].string ?? "v1", subresource: item["subresource"].string,
        time: item["time"].string.flatMap { Timestamp($0)?.seconds } ?? 0,
        fields: FieldTree(fieldsV1: item["fieldsV1"]))
    }
  }

  init(_ managers: [FieldManager]) {
    entries = managers.map {
      let fields = $0.fields.withUnsafeBytes { JSON.parse($0).value } ?? .null
      return Entry(
        name: $0.name, operation: $0.operation, apiVersion: $0.apiVersion, subresource: $0.subresource,
        time: $0.time,
        fields: FieldTree(fieldsV1: fields))
    }
  }

  /// What a client wrote there itself, to take fields over or to give all of them up; nil where it says
  /// nothing.
  init?(written json: JSON) {
    let items = json.array
    if items.isEmpty { return nil }
    if items.count == 1, items[0].members.isEmpty {
      self.init(.null)
      return
    }
    let isWhole = items.allSatisfy {
      $0["fieldsType"] == "FieldsV1" && $0["fieldsV1"].object != nil
        && ["Apply", "Update"].contains($0["operation"].string ?? "")
    }
    if !isWhole { return nil }
    self.init(json)
  }

  var fieldManagers: [FieldManager] {
    entries.map {
      FieldManager(
        name: $0.name, apiVersion: $0.apiVersion, time: $0.time, fields: $0.fields.fieldsV1,
        subresource: $0.subresource, operation: $0.operation)
    }
  }

  /// A plain write: what it changed is the writer's from now on.
  mutating func updated(by writer: Entry, from old: JSON, to new: JSON, _ type: FieldType?) {
    let change = FieldWalk.change(from: FieldWalk.stripped(old), to: FieldWalk.stripped(new), type)
    if change.set.isEmpty && change.removed.isEmpty { return }
    for index in entries.indices where !entries[index].isSame(as: writer) {
      entries[index].fields = entries[index].fields.subtracting(change.set).subtracting(change.removed)
    }
    var writer = writer
    if let place = entries.firstIndex(where: { $0.isSame(as: writer) }) {
      writer.fields = entries[place].fields.union(change.set).subtracting(change.removed)
      entries.remove(at: place)
    } else {
      writer.fields = change.set
    }
    entries.append(writer)
    settle()
  }

  /// Entries that set nothing go; those that apply come first, and then they go by time and name.
  private mutating func settle() {
    entries.removeAll { $0.fields.isEmpty }
    entries.sort { a, b in
      if a.operation != b.operation { return a.operation == "Apply" }
      if a.time != b.time { return a.time < b.time }
      return (a.name, a.apiVersion, a.subresource ?? "") < (b.name, b.apiVersion, b.subresource ?? "")
    }
  }

  // MARK: Server-side apply

  /// A field of an applied configuration that another manager has.
  struct Conflict {
    let entry: Entry
    let path: [FieldTree.Step]

    var field: String { path.map(\.shown).joined() }
    var manager: String {
      let name = JSON.string(entry.name).text
      let part = entry.subresource.map { "\(name) with subresource \"\($0)\"" } ?? name
      return entry.operation == "Update" ? "\(part) using \(entry.apiVersion)" : part
    }
  }

  /// The fields that others than the writer have and that a change sets.
  func conflicts(with writer: Entry, setting fields: FieldTree) -> [Conflict] {
    entries.filter { !$0.isSame(as: writer) }.sorted { $0.name < $1.name }.flatMap { entry in
      entry.fields.intersection(fields).paths.map { Conflict(entry: entry, path: $0) }
    }
  }

  /// The fields that a manager applied last time.
  func applied(by writer: Entry) -> FieldTree {
    entries.first { $0.isSame(as: writer) }?.fields ?? FieldTree()
  }

  /// What others than the writer have.
  func others(than writer: Entry) -> FieldTree {
    entries.filter { !$0.isSame(as: writer) }.reduce(FieldTree()) { $0.union($1.fields) }
  }

  mutating func applied(by writer: Entry, _ fields: FieldTree, taking taken: FieldTree, gone: FieldTree) {
    for index in entries.indices where !entries[index].isSame(as: writer) {
      entries[index].fields = entries[index].fields.subtracting(taken).removing(below: gone)
    }
    var writer = writer
    writer.fields = fields
    if let place = entries.firstIndex(where: { $0.isSame(as: writer) }) {
      // The time tells when a manager's part changed.
      if entries[place].fields == fields { writer.time = entries[place].time }
      entries.remove(at: place)
    }
    entries.append(writer)
    settle()
  }
}

/// Puts an applied configuration into an object.
enum ApplyMerge {
  static func merge(_ config: JSON, into live: JSON, _ type: FieldType?) -> JSON {
    guard case .object(let changes) = config else { return config }
    var result = live.object ?? JSONObject()
    for change in changes.members where !change.value.isNull {
      let inner = type == nil ? Schema.customMember(change.key) : Schema.member(change.key, of: type)
      result[change.key] = value(change.value, result[change.key] ?? .null, inner)
    }
    return .object(result)
  }

  private static func value(_ config: JSON, _ live: JSON, _ type: FieldType?) -> JSON {
    if live.isNull || FieldWalk.isWhole(config, type), !(config.members.isEmpty && live.object != nil) {
      return config
    }
    if case .atomic = type { return config }
    if case .array(let items) = config, let steps = FieldWalk.steps(items, type) {
      var result = live.array
      var places = Dictionary(
        (FieldWalk.steps(result, type) ?? []).enumerated().map { ($0.element, $0.offset) },
        uniquingKeysWith: { a, _ in a })
      for (step, item) in zip(steps, items) {
        if let place = places[step] {
          if item.object != nil { result[place] = merge(item, into: result[place], FieldWalk.element(type)) }
        } else {
          places[step] = result.count
          result.append(item)
        }
      }
      return .array(result)
    }
    return merge(config, into: live, type)
  }

  /// Without the given fields. What holds them goes along, such as a probe with its defaults, unless some of it
  /// is kept; maps stay while anything is in them.
  static func removing(_ fields: FieldTree, keeping kept: FieldTree, from value: JSON, _ type: FieldType?)
    -> JSON
  {
    switch value {
    case .object(let object):
      var result = object
      for member in object.members {
        let step = FieldTree.Step.field(member.key)
        let gone = fields[step]
        if gone.isEmpty { continue }
        let inner = type == nil ? Schema.customMember(member.key) : Schema.member(member.key, of: type)
        let isLeaf = FieldWalk.isWhole(member.value, inner)
        if kept[step].isEmpty, isLeaf || isDeclared(inner) {
          result[member.key] = nil
        } else if !isLeaf {
          let rest = removing(gone, keeping: kept[step], from: member.value, inner)
          result[member.key] = rest.members.isEmpty && rest.array.isEmpty ? nil : rest
        }
      }
      return .object(result)
    case .array(let items):
      guard let steps = FieldWalk.steps(items, type) else { return value }
      return .array(
        zip(steps, items).compactMap { step, item in
          if fields[step].isEmpty { return item }
          if kept[step].isEmpty { return nil }
          return removing(fields[step], keeping: kept[step], from: item, FieldWalk.element(type))
        })
    default: return value
    }
  }

  /// Whether a value of a type has members that are declared one by one.
  private static func isDeclared(_ type: FieldType?) -> Bool {
    if case .object(let name) = type { name != "ObjectMeta" } else { false }
  }
}
