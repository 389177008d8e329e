import Document

/// A strategic merge patch: a merge patch that knows which lists have elements with names.
enum StrategicMerge {
  /// Why a patch makes no sense.
  struct Refusal: Error {
    let message: String
  }

  static func apply(_ patch: JSON, to document: JSON, _ type: FieldType?) throws(Refusal) -> JSON {
    guard case .object(let changes) = patch else { return patch }
    if changes["$patch"]?.string == "replace" { return stripped(patch) }
    if changes["$patch"]?.string == "delete" { return .null }
    var result = document.object ?? JSONObject()
    for change in changes.members {
      if change.key.hasPrefix("$setElementOrder/") || change.key == "$patch" { continue }
      if change.key == "$retainKeys" {
        let kept = change.value.array.compactMap(\.string)
        result.members.removeAll { !kept.contains($0.key) }
        continue
      }
      if change.key.hasPrefix("$deleteFromPrimitiveList/") {
        let key = String(change.key.dropFirst("$deleteFromPrimitiveList/".count))
        result[key] = .array((result[key] ?? .null).array.filter { !change.value.array.contains($0) })
        continue
      }
      if change.value.isNull {
        result[change.key] = nil
        continue
      }
      let inner = Schema.member(change.key, of: type)
      let old = result[change.key] ?? .null
      let order = changes["$setElementOrder/\(change.key)"]
      let new = try merge(change.value, old, inner, order: order)
      result[change.key] = new.isNull ? nil : new
    }
    reorder(&result, changes, type)
    return .object(result)
  }

  private static func merge(
    _ patch: JSON, _ old: JSON, _ type: FieldType?, order: JSON?
  ) throws(Refusal) -> JSON {
    switch patch {
    case .object: return try apply(patch, to: old.object == nil ? .object(JSONObject()) : old, type)
    case .array(let items):
      guard case .list(let element, let kind) = type else { return patch }
      if let key = type?.patchKey { return try merge(items, into: old.array, key, element, order: order) }
      if kind == .set { return .array(old.array + items.filter { !old.array.contains($0) }) }
      return patch
    default: return patch
    }
  }

  private static func merge(
    _ items: [JSON], into old: [JSON], _ key: String, _ element: FieldType, order: JSON?
  ) throws(Refusal) -> JSON {
    if items.contains(where: { $0["$patch"].string == "replace" && $0.members.count == 1 }) {
      return .array(items.filter { $0["$patch"].isNull })
    }
    var result = old
    for item in items {
      let name = item[key]
      if name.isNull {
        throw Refusal(message: "map: \(item.goText) does not contain declared merge key: \(key)")
      }
      let place = result.firstIndex { $0[key] == name }
      if item["$patch"].string == "delete" {
        result.removeAll { $0[key] == name }
      } else if let place {
        result[place] = try apply(item, to: result[place], element)
      } else {
        result.append(try apply(item, to: .object(JSONObject()), element))
      }
    }
    if let order = order?.array.map({ $0[key] }) { result = sorted(result, order) { $0[key] } }
    return .array(result)
  }

  /// Lists that a patch puts in order without changing an element.
  private static func reorder(_ result: inout JSONObject, _ changes: JSONObject, _ type: FieldType?) {
    for change in changes.members where change.key.hasPrefix("$setElementOrder/") {
      let key = String(change.key.dropFirst("$setElementOrder/".count))
      guard let list = result[key]?.array, let patchKey = Schema.member(key, of: type)?.patchKey else {
        continue
      }
      result[key] = .array(sorted(list, change.value.array.map { $0[patchKey] }) { $0[patchKey] })
    }
  }

  /// The elements in the wanted order, each unnamed one behind what it stood behind.
  private static func sorted(_ items: [JSON], _ order: [JSON], _ name: (JSON) -> JSON) -> [JSON] {
    let places = Dictionary(
      order.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { a, _ in a })
    var last = -1
    var keyed: [(rank: Int, index: Int)] = []
    for (index, item) in items.enumerated() {
      if let place = places[name(item)] { last = place }
      keyed.append((places[name(item)] ?? last, index))
    }
    return keyed.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }.map { items[$0.index] }
  }

  /// Without directives.
  private static func stripped(_ patch: JSON) -> JSON {
    .object(JSONObject(patch.members.filter { !$0.key.hasPrefix("$") }))
  }
}

extension JSON {
  /// As Go prints a map.
  var goText: String {
    switch self {
    case .object(let object):
      "map["
        + object.members.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.goText)" }.joined(
          separator: " ")
        + "]"
    case .array(let items): "[" + items.map(\.goText).joined(separator: " ") + "]"
    case .string(let text): text
    case .null: "<nil>"
    default: text
    }
  }
}
