import Document

/// Where something is in a document (RFC 6901): `/spec/containers/0/image`.
struct JSONPointer: Sendable, Hashable {
  let steps: [String]

  init?(_ text: String) {
    if text.isEmpty {
      steps = []
      return
    }
    guard text.first == "/" else { return nil }
    steps = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
      $0.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
        .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
    }
  }

  func value(in root: JSON) -> JSON? {
    var value = root
    for step in steps {
      switch value {
      case .object(let object):
        guard let next = object[step] else { return nil }
        value = next
      case .array(let items):
        guard let index = Int(step), items.indices.contains(index) else { return nil }
        value = items[index]
      default: return nil
      }
    }
    return value
  }
}

/// A JSON patch (RFC 6902).
enum JSONPatch {
  /// Why a patch cannot be applied to this document.
  struct Refusal: Error {}

  static func apply(_ operations: [JSON], to document: JSON) throws(Refusal) -> JSON {
    var result = document
    for operation in operations {
      guard let path = operation["path"].string.flatMap(JSONPointer.init) else { throw Refusal() }
      let value = operation.object?["value"]
      switch operation["op"].string {
      case "add": result = try edit(result, path.steps[...], .add(value ?? .null))
      case "replace":
        guard path.value(in: result) != nil else { throw Refusal() }
        result = try edit(result, path.steps[...], .replace(value ?? .null))
      case "remove": result = try edit(result, path.steps[...], .remove)
      case "test":
        guard path.value(in: result)?.canonical == (value ?? .null).canonical else { throw Refusal() }
      case "move", "copy":
        guard let from = operation["from"].string.flatMap(JSONPointer.init),
          let moved = from.value(in: result)
        else { throw Refusal() }
        if operation["op"].string == "move" { result = try edit(result, from.steps[...], .remove) }
        result = try edit(result, path.steps[...], .add(moved))
      default: throw Refusal()
      }
    }
    return result
  }

  private enum Edit {
    case add(JSON), replace(JSON), remove
  }

  private static func edit(_ value: JSON, _ steps: ArraySlice<String>, _ edit: Edit) throws(Refusal) -> JSON {
    guard let step = steps.first else {
      switch edit {
      case .add(let new), .replace(let new): return new
      case .remove: return .null
      }
    }
    let rest = steps.dropFirst()
    switch value {
    case .object(var object):
      if rest.isEmpty, case .remove = edit {
        guard object[step] != nil else { throw Refusal() }
        object[step] = nil
      } else {
        guard let member = object[step] ?? (rest.isEmpty ? JSON.null : nil) else { throw Refusal() }
        object[step] = try JSONPatch.edit(member, rest, edit)
      }
      return .object(object)
    case .array(var items):
      if rest.isEmpty, case .add(let new) = edit {
        guard let index = step == "-" ? items.count : Int(step), (0...items.count).contains(index) else {
          throw Refusal()
        }
        items.insert(new, at: index)
        return .array(items)
      }
      guard let index = Int(step), items.indices.contains(index) else { throw Refusal() }
      if rest.isEmpty, case .remove = edit {
        items.remove(at: index)
      } else {
        items[index] = try JSONPatch.edit(items[index], rest, edit)
      }
      return .array(items)
    default: throw Refusal()
    }
  }
}

/// A JSON merge patch (RFC 7386).
enum MergePatch {
  static func apply(_ patch: JSON, to document: JSON) -> JSON {
    guard case .object(let changes) = patch else { return patch }
    var result = document.object ?? JSONObject()
    for change in changes.members {
      result[change.key] =
        change.value.isNull ? nil : apply(change.value, to: result[change.key] ?? .null)
    }
    return .object(result)
  }
}
