/// One JSON value kept whole: member order and number text survive a round trip.
///
/// For documents a person opens. Lists never pass through it: they are read in place with `JSONSlice`.
package enum JSON: Sendable, Hashable {
  case null
  case bool(Bool)
  /// The number as it was written, so that 1.10 and 9007199254740993 stay what they are (RFC 8259, section
  /// 6).
  case number(String)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

/// The members of a JSON object in their written order. The last of doubled keys wins a look-up.
package struct JSONObject: Sendable, Hashable {
  package struct Member: Sendable, Hashable {
    package var key: String
    package var value: JSON
    package init(key: String, value: JSON) {
      self.key = key
      self.value = value
    }
  }

  package var members: [Member]

  package init(_ members: [Member] = []) { self.members = members }

  package var keys: [String] { members.map(\.key) }

  /// Setting nil removes the member; setting a value keeps its place or appends.
  package subscript(key: String) -> JSON? {
    get { members.last { $0.key == key }?.value }
    set {
      if let at = members.lastIndex(where: { $0.key == key }) {
        if let newValue { members[at].value = newValue } else { members.remove(at: at) }
      } else if let newValue {
        members.append(Member(key: key, value: newValue))
      }
    }
  }
}

extension JSON {
  package static func int(_ value: Int) -> JSON { .number(String(value)) }

  /// A member, or null where this is no object or has no such member. Setting on null makes an object.
  package subscript(key: String) -> JSON {
    get { if case .object(let object) = self { object[key] ?? .null } else { .null } }
    set {
      var object = self.object ?? JSONObject()
      object[key] = newValue
      self = .object(object)
    }
  }

  /// An element, or null outside the array.
  package subscript(index: Int) -> JSON {
    if case .array(let items) = self, items.indices.contains(index) { items[index] } else { .null }
  }

  package var isNull: Bool { self == .null }
  package var object: JSONObject? { if case .object(let object) = self { object } else { nil } }
  /// The members, none where this is no object.
  package var members: [JSONObject.Member] { object?.members ?? [] }
  /// The elements, none where this is no array.
  package var array: [JSON] { if case .array(let items) = self { items } else { [] } }
  package var string: String? { if case .string(let text) = self { text } else { nil } }
  package var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  package var int: Int? {
    if case .number(let text) = self { Int(text) ?? Double(text).flatMap { Int(exactly: $0) } } else { nil }
  }
  package var double: Double? { if case .number(let text) = self { Double(text) } else { nil } }
}

// Not by nil: `found ? value : nil` would then be a JSON null where a missing value is meant.
extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByFloatLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .number(String(value)) }
  package init(floatLiteral value: Double) { self = .number(String(value)) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
  }
}
