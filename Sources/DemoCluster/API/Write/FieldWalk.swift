import Document

/// Which fields an object has, and which differ between two: as the types say what is one field.
enum FieldWalk {
  /// Members of an object that are nobody's.
  static func stripped(_ object: JSON) -> JSON {
    var result = object.without("kind", "apiVersion")
    let meta = object["metadata"].without(
      "name", "namespace", "uid", "resourceVersion", "creationTimestamp", "generation", "managedFields",
      "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds")
    result.set("metadata", meta.members.isEmpty ? .null : meta)
    return result
  }

  /// The fields that an applied configuration names.
  static func fields(_ object: JSON, _ type: FieldType?) -> FieldTree {
    var tree = FieldTree()
    collect(object, type, [], to: &tree)
    return tree
  }

  /// The steps into the elements of a list; nil when the list is one field.
  static func steps(_ items: [JSON], _ type: FieldType?) -> [FieldTree.Step]? {
    guard case .list(_, let kind) = type else { return nil }
    switch kind {
    case .set: return items.map { .value($0) }
    case .keyed(let keys):
      return items.map { item in
        .key(
          keys.sorted().map { key in
            // The one key that has a default.
            let value = item[key].isNull && key == "protocol" ? "TCP" : item[key]
            return FieldTree.Pair2(name: key, value: value)
          })
      }
    case .atomic, .patched: return nil
    }
  }

  static func element(_ type: FieldType?) -> FieldType? {
    if case .list(let element, _) = type { element } else { nil }
  }

  static func isWhole(_ value: JSON, _ type: FieldType?) -> Bool {
    if case .atomic = type { return true }
    if type == .anything, value.object == nil { return true }
    switch value {
    case .object(let object): return object.members.isEmpty
    case .array(let items): return items.isEmpty || steps(items, type) == nil
    default: return true
    }
  }

  /// Whether members of a type are declared one by one, so that the object itself is nobody's.
  private static func isDeclared(_ name: String, in type: FieldType?) -> Bool {
    guard case .object(let structure) = type else { return false }
    return Schema.structures[structure]?[name] != nil
  }

  private static func collect(
    _ value: JSON, _ type: FieldType?, _ path: [FieldTree.Step], to tree: inout FieldTree
  ) {
    switch value {
    case .object(let object):
      for member in object.members where !member.value.isNull {
        let here = path + [.field(member.key)]
        let inner = type == nil ? Schema.customMember(member.key) : Schema.member(member.key, of: type)
        if isWhole(member.value, inner) {
          tree.insert(here[...])
        } else {
          if case .map = type { tree.insert(here[...]) }
          collect(member.value, inner, here, to: &tree)
        }
      }
    case .array(let items):
      for (item, step) in zip(items, steps(items, type) ?? []) {
        tree.insert((path + [step])[...])
        if item.object != nil { collect(item, element(type), path + [step], to: &tree) }
      }
    default: break
    }
  }

  // MARK: Differences

  /// What a change of an object did to its fields.
  struct Change {
    /// Fields that are new or have another value.
    var set = FieldTree()
    var removed = FieldTree()
  }

  static func change(from old: JSON, to new: JSON, _ type: FieldType?) -> Change {
    var change = Change()
    compare(old, new, type, [], hasStructs: true, &change)
    return change
  }

  /// The parts of an object that are there even when empty, and so never appear or vanish.
  private static let fixed = [
    "metadata", "spec", "status", "template", "strategy", "updateStrategy", "jobTemplate", "loadBalancer",
    "containers",
  ]

  /// - Parameter hasStructs: not within an element of a list, which appears with all that it has.
  private static func compare(
    _ old: JSON, _ new: JSON, _ type: FieldType?, _ path: [FieldTree.Step], hasStructs: Bool,
    _ change: inout Change
  ) {
    var keys = new.members.map(\.key)
    keys += old.members.map(\.key).filter { !keys.contains($0) }
    for key in keys {
      let inner = type == nil ? Schema.customMember(key) : Schema.member(key, of: type)
      let isFixed = hasStructs && fixed.contains(key) && (type != nil || key == "metadata")
      compareValue(old[key], new[key], inner, path + [.field(key)], isFixed: isFixed, hasStructs, &change)
    }
  }

  private static func compareValue(
    _ old: JSON, _ new: JSON, _ type: FieldType?, _ path: [FieldTree.Step], isFixed: Bool, _ hasStructs: Bool,
    _ change: inout Change
  ) {
    if old.isNull && new.isNull { return }
    let oldIsWhole = old.isNull || isWhole(old, type)
    let newIsWhole = new.isNull || isWhole(new, type)
    if oldIsWhole && newIsWhole {
      if old.canonical == new.canonical { return }
      if new.isNull { change.removed.insert(path[...]) } else { change.set.insert(path[...]) }
      return
    }
    if !isFixed {
      if old.isNull { change.set.insert(path[...]) }
      if new.isNull { change.removed.insert(path[...]) }
    }
    if newIsWhole, !new.isNull, !old.isNull { change.set.insert(path[...]) }
    if case .array = new.isNull ? old : new {
      compareLists(old.array, new.array, type, path, &change)
    } else {
      compare(old, new, type, path, hasStructs: hasStructs, &change)
    }
  }

  private static func compareLists(
    _ old: [JSON], _ new: [JSON], _ type: FieldType?, _ path: [FieldTree.Step], _ change: inout Change
  ) {
    let before = Dictionary(zip(steps(old, type) ?? [], old), uniquingKeysWith: { a, _ in a })
    var seen: Set<FieldTree.Step> = []
    for (step, item) in zip(steps(new, type) ?? [], new) {
      seen.insert(step)
      if before[step] == nil { change.set.insert((path + [step])[...]) }
      compare(before[step] ?? .null, item, element(type), path + [step], hasStructs: false, &change)
    }
    for (step, item) in before where !seen.contains(step) {
      change.removed.insert((path + [step])[...])
      compare(item, .null, element(type), path + [step], hasStructs: false, &change)
    }
  }
}
