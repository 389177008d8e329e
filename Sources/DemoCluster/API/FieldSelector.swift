import Document

/// A fieldSelector: fields that must have, or must not have, a value.
struct FieldSelector: Sendable, Hashable {
  struct Term: Sendable, Hashable {
    let field, value: String
    let isEqual: Bool
  }

  private(set) var terms: [Term] = []

  var isEmpty: Bool { terms.isEmpty }

  /// - Throws: in the server's words when the resource cannot be selected by a field.
  init(_ text: String, for resource: ResourceDefinition) throws(Failure) {
    for part in FieldSelector.split(text) {
      guard let equals = part.firstIndex(of: "=") else {
        throw .badRequest("invalid selector: '\(text)'; can't understand '\(part)'")
      }
      var field = part[..<equals]
      let isEqual = field.last != "!"
      if !isEqual { field.removeLast() }
      var value = part[part.index(after: equals)...]
      if value.first == "=" { value.removeFirst() }
      let name = String(field)
      guard
        name == "metadata.name" || name == "metadata.namespace" || resource.selectableFields.contains(name)
      else { throw .badRequest("field label not supported: \(name)") }
      terms.append(Term(field: name, value: value.filter { $0 != "\\" }, isEqual: isEqual))
    }
  }

  /// Cuts at commas that no backslash stands before.
  private static func split(_ text: String) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var isEscaped = false
    for index in text.indices {
      if text[index] == ",", !isEscaped {
        parts.append(text[start..<index])
        start = text.index(after: index)
      }
      isEscaped = text[index] == "\\" && !isEscaped
    }
    parts.append(text[start...])
    return parts.filter { !$0.isEmpty }
  }

  /// The name that an object must have, when one is asked for.
  var name: String? { terms.first { $0.field == "metadata.name" && $0.isEqual }?.value }

  func matches(_ object: Object, as resource: ResourceDefinition) -> Bool {
    terms.allSatisfy { term in (object.field(term.field, as: resource) == term.value) == term.isEqual }
  }
}

extension Object {
  /// The value of a selectable field; empty where there is none.
  func field(_ name: String, as resource: ResourceDefinition) -> String {
    switch (name, body) {
    case ("metadata.name", _): return meta.name
    case ("metadata.namespace", _): return meta.namespace
    case (_, .pod(let pod)):
      if let value = pod.field(name) { return value }
    case (_, .event(let event)):
      if let value = event.field(name.replacingPrefix("regarding", "involvedObject")) { return value }
    default: break
    }
    let value = JSON.parse(encoded(as: resource)).value?.at(name) ?? .null
    return value.string ?? value.bool.map { "\($0)" } ?? value.int.map { "\($0)" } ?? ""
  }
}
