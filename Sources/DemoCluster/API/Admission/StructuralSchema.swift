import Document

/// The schema that a definition gives its custom resources: what is filled in and what is refused.
enum StructuralSchema {
  static func defaulted(_ value: JSON, _ schema: JSON) -> JSON {
    switch value {
    case .object(let object):
      var result = object
      for property in schema["properties"].members {
        if result[property.key] == nil, !property.value["default"].isNull {
          result[property.key] = property.value["default"]
        }
        if let member = result[property.key] { result[property.key] = defaulted(member, property.value) }
      }
      return .object(result)
    case .array(let items): return .array(items.map { defaulted($0, schema["items"]) })
    default: return value
    }
  }

  static func causes(_ value: JSON, _ schema: JSON, _ path: String) -> [Failure.Cause] {
    var found: [Failure.Cause] = []
    check(value, schema, path, to: &found)
    return found
  }

  private static func check(_ value: JSON, _ schema: JSON, _ path: String, to found: inout [Failure.Cause]) {
    if schema.object == nil || value.isNull { return }
    if let type = schema["type"].string, !fits(value, type, schema) {
      found.append(
        Failure.Cause(
          reason: "FieldValueTypeInvalid",
          message:
            "Invalid value: \"\(name(value))\": \(path) in body must be of type \(type): \"\(name(value))\"",
          field: path))
      return
    }
    let known = schema["enum"].array
    if !known.isEmpty, !known.contains(value) {
      found.append(.notSupported(path, value.text, known.map { $0.string ?? $0.text }))
    }
    if let least = schema["minimum"].double, let number = value.double, number < least {
      found.append(
        .wrong(path, value, "\(path) in body should be greater than or equal to \(schema["minimum"].text)"))
    }
    if let most = schema["maximum"].double, let number = value.double, number > most {
      found.append(
        .wrong(path, value, "\(path) in body should be less than or equal to \(schema["maximum"].text)"))
    }
    if let least = schema["minLength"].int, let text = value.string, text.unicodeScalars.count < least {
      found.append(.wrong(path, value, "\(path) in body should be at least \(least) chars long"))
    }
    if let most = schema["maxLength"].int, let text = value.string, text.unicodeScalars.count > most {
      found.append(
        Failure.Cause(
          reason: "FieldValueTooLong",
          message: "Too long: may not be more than \(most) bytes", field: path))
    }
    checkCounts(value, schema, path, to: &found)
    for name in schema["required"].array.compactMap(\.string)
    where value.object != nil && value.object?[name] == nil {
      found.append(.required(join(path, name)))
    }
    for member in value.members {
      let inner = schema["properties"][member.key]
      let rest = schema["additionalProperties"]
      check(member.value, inner.isNull ? rest : inner, join(path, member.key), to: &found)
    }
    for (index, item) in value.array.enumerated() {
      check(item, schema["items"], "\(path)[\(index)]", to: &found)
    }
  }

  private static func checkCounts(
    _ value: JSON, _ schema: JSON, _ path: String, to found: inout [Failure.Cause]
  ) {
    let isList = schema["type"] == "array"
    let count = isList ? value.array.count : value.members.count
    if let most = schema[isList ? "maxItems" : "maxProperties"].int, count > most {
      found.append(
        Failure.Cause(
          reason: "FieldValueTooMany",
          message: "Too many: \(count): must have at most \(most) \(most == 1 ? "item" : "items")",
          field: path))
    }
    if let least = schema[isList ? "minItems" : "minProperties"].int, count < least {
      found.append(
        .wrong(
          path, .int(count),
          isList
            ? "\(path) in body should have at least \(least) items"
            : "\(path) in body should have at least \(least) properties"))
    }
  }

  private static func join(_ path: String, _ name: String) -> String {
    path.isEmpty ? name : "\(path).\(name)"
  }

  private static func fits(_ value: JSON, _ type: String, _ schema: JSON) -> Bool {
    if schema["x-kubernetes-int-or-string"].bool == true { return value.string != nil || value.int != nil }
    return switch type {
    case "object": value.object != nil
    case "array": value.array.isEmpty == false || value == .array([])
    case "string": value.string != nil
    case "integer": value.int != nil
    case "number": value.double != nil
    case "boolean": value.bool != nil
    default: true
    }
  }

  private static func name(_ value: JSON) -> String {
    switch value {
    case .object: "object"
    case .array: "array"
    case .string: "string"
    case .bool: "boolean"
    case .number: value.int == nil ? "number" : "integer"
    case .null: "null"
    }
  }

  /// Fields that the schema has not, as the server names them.
  static func unknown(_ value: JSON, _ schema: JSON, _ path: String = "") -> [String] {
    if schema["x-kubernetes-preserve-unknown-fields"].bool == true || schema.object == nil { return [] }
    switch value {
    case .object(let object):
      if !schema["additionalProperties"].isNull {
        return object.members.flatMap {
          unknown($0.value, schema["additionalProperties"], join(path, $0.key))
        }
      }
      if schema["properties"].isNull && schema["type"].isNull { return [] }
      return object.members.flatMap { member -> [String] in
        if path.isEmpty, ["apiVersion", "kind", "metadata"].contains(member.key) { return [] }
        let inner = schema["properties"][member.key]
        if inner.isNull { return [join(path, member.key)] }
        return unknown(member.value, inner, join(path, member.key))
      }
    case .array(let items):
      return items.enumerated().flatMap { unknown($0.element, schema["items"], "\(path)[\($0.offset)]") }
    default: return []
    }
  }

  /// Without the fields that the schema has not.
  static func pruned(_ value: JSON, _ schema: JSON, isRoot: Bool = true) -> JSON {
    if schema["x-kubernetes-preserve-unknown-fields"].bool == true || schema.object == nil { return value }
    switch value {
    case .object(let object):
      let rest = schema["additionalProperties"]
      if rest.object != nil {
        return .object(
          JSONObject(
            object.members.map {
              JSONObject.Member(key: $0.key, value: pruned($0.value, rest, isRoot: false))
            }))
      }
      if schema["properties"].isNull && schema["type"].isNull { return value }
      return .object(
        JSONObject(
          object.members.compactMap { member in
            if isRoot, ["apiVersion", "kind", "metadata"].contains(member.key) { return member }
            let inner = schema["properties"][member.key]
            if inner.isNull { return nil }
            return JSONObject.Member(key: member.key, value: pruned(member.value, inner, isRoot: false))
          }))
    case .array(let items): return .array(items.map { pruned($0, schema["items"], isRoot: false) })
    default: return value
    }
  }
}
