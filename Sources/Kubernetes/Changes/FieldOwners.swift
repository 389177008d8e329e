import Cluster
import Document

/// Which fields two states of an object differ in, and who wrote them last (metadata.managedFields, Kubernetes API
/// Concepts, "Field management").
struct FieldOwners {
  /// One name on the way to a field: a member, or the element of a list with these keys.
  enum Step: Sendable, Hashable {
    case member(String)
    case element(named: String)
  }

  struct Manager: Sendable, Hashable {
    var name: String
    var subresource: String
    /// Seconds since 1970.
    var time: Int64?
  }

  struct Field: Sendable, Hashable {
    var path: [Step]
    var old: JSON
    var new: JSON
    var managers: [Manager]

    /// "spec.template.spec.containers[web].image"
    var name: String { Self.name(path) }

    static func name(_ path: [Step]) -> String {
      var text = ""
      for step in path {
        switch step {
        case .member(let key):
          let isPlain = !key.contains(".") && !key.contains("/")
          text += isPlain ? (text.isEmpty ? key : ".\(key)") : "[\(key)]"
        case .element(let name): text += "[\(name)]"
        }
      }
      return text
    }
  }

  private typealias Tree = (manager: Manager, fields: JSON)

  /// What only the server writes is left out.
  static func changed(from old: JSON, to new: JSON) -> [Field] {
    let trees = zip(managers(in: old), old["metadata"]["managedFields"].array).map { ($0, $1["fieldsV1"]) }
    var fields: [Field] = []
    visit([], essence(old), essence(new), trees, &fields)
    return fields
  }

  private static func managers(in object: JSON) -> [Manager] {
    object["metadata"]["managedFields"].array.map { entry in
      let time = entry["time"].string.flatMap { Timestamp($0) }?.seconds
      return Manager(
        name: entry["manager"].string ?? "", subresource: entry["subresource"].string ?? "", time: time)
    }
  }

  /// Who holds a field now, the latest first.
  static func managers(of path: [Step], in object: JSON) -> [Manager] {
    var changed = object
    set(.string("\u{0}"), at: path[...], in: &changed)
    return self.changed(from: object, to: changed).first?.managers ?? []
  }

  /// Who wrote last into anything but the status: of a field that is gone nobody is noted.
  static func latestManager(of object: JSON) -> Manager? {
    managers(in: object).filter { $0.subresource != "status" }.max { ($0.time ?? 0) < ($1.time ?? 0) }
  }

  /// An object without its status and what each write of the server touches.
  static func essence(_ object: JSON) -> JSON {
    var object = object.without("status")
    var metadata = object["metadata"]
    for key in ["managedFields", "resourceVersion", "generation", "selfLink"] {
      metadata = metadata.without(key)
    }
    // Controllers keep books in these, also while nobody changes anything.
    var annotations = metadata["annotations"]
    for key in ["deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation"] {
      annotations = annotations.without(key)
    }
    metadata = annotations.members.isEmpty ? metadata.without("annotations") : metadata
    if !annotations.members.isEmpty { metadata["annotations"] = annotations }
    if !object["metadata"].isNull { object["metadata"] = metadata }
    return object
  }

  static func value(at path: [Step], in object: JSON) -> JSON {
    path.reduce(object) { value, step in
      switch step {
      case .member(let key): value[key]
      case .element(let name): value.array.first { $0["name"].string == name } ?? .null
      }
    }
  }

  private static func set(_ value: JSON, at path: ArraySlice<Step>, in object: inout JSON) {
    guard let step = path.first else {
      object = value
      return
    }
    switch step {
    case .member(let key): set(value, at: path.dropFirst(), in: &object[key])
    case .element(let name):
      var items = object.array
      guard let at = items.firstIndex(where: { $0["name"].string == name }) else { return }
      set(value, at: path.dropFirst(), in: &items[at])
      object = .array(items)
    }
  }

  private static func visit(
    _ path: [Step], _ old: JSON, _ new: JSON, _ trees: [Tree], _ fields: inout [Field]
  ) {
    if old == new { return }
    // An object that comes or goes is told by its members, whoever else writes into it.
    let isObject = { (json: JSON) in json.object != nil }
    if isObject(old) && isObject(new) || isObject(old) && new.isNull && !old.members.isEmpty
      || isObject(new) && old.isNull && !new.members.isEmpty
    {
      let keys = old.members.map(\.key) + new.members.map(\.key).filter { old.object?[$0] == nil }
      for key in keys {
        let inner = trees.compactMap { tree in Self.inner(tree, tree.fields.object?["f:\(key)"]) }
        visit(path + [.member(key)], old[key], new[key], inner, &fields)
      }
    } else if let names = names(old, new) {
      for name in names {
        let pick = { (list: JSON) in list.array.first { $0["name"].string == name } ?? .null }
        let inner = trees.compactMap { tree in
          Self.inner(tree, tree.fields.members.first { isKey($0.key, of: pick(old)) }?.value)
        }
        visit(path + [.element(named: name)], pick(old), pick(new), inner, &fields)
      }
    } else {
      let managers = trees.map(\.manager).sorted { ($0.time ?? 0) > ($1.time ?? 0) }
      fields.append(Field(path: path, old: old, new: new, managers: managers))
    }
  }

  private static func inner(_ tree: Tree, _ fields: JSON?) -> Tree? { fields.map { (tree.manager, $0) } }

  /// Of lists whose elements have names of their own; a list in another order is changed as a whole.
  private static func names(_ old: JSON, _ new: JSON) -> [String]? {
    let (before, after) = (old.array, new.array)
    guard !before.isEmpty, !after.isEmpty else { return nil }
    let names = (before + after).compactMap { $0["name"].string }
    guard names.count == before.count + after.count else { return nil }
    let (first, second) = (names.prefix(before.count), names.suffix(after.count))
    guard Set(first).count == first.count, Set(second).count == second.count else { return nil }
    let common = first.filter(Set(second).contains)
    guard common == second.filter(Set(first).contains) else { return nil }
    return first + second.filter { !Set(first).contains($0) }
  }

  /// `k:{"name":"web"}` names the element with these members.
  private static func isKey(_ key: String, of element: JSON) -> Bool {
    guard key.hasPrefix("k:"), let wanted = JSON.parse(Array(key.utf8.dropFirst(2))).value else {
      return false
    }
    return !wanted.members.isEmpty && wanted.members.allSatisfy { element[$0.key] == $0.value }
  }
}

extension Change {
  /// An object as far as its changing makes the change another one: how many pods there are, which an autoscaler sets
  /// all the time, is nothing to a change of something else.
  func shown(_ object: JSON) -> JSON {
    switch action {
    case .restart, .pause, .resume, .rollback, .setImage, .label, .annotate:
      guard !object["spec"]["replicas"].isNull else { return object }
      var object = object
      object["spec"]["replicas"] = .null
      return object
    default: return object
    }
  }
}
