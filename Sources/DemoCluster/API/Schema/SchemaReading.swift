import Document

/// Reads a value as one of a type, as the server decodes what it gets: fields in their order, amounts in
/// their canonical form, nulls and unknown fields dropped.
struct SchemaReading {
  /// Fields that the type has not, and fields given twice, as the server names them.
  private(set) var unknown: [String] = []
  /// The first value of another type than its field's.
  private(set) var mismatch: String?

  /// - Parameter root: nil for custom resources, of whose members the server knows metadata alone.
  static func read(
    _ document: JSON, as root: FieldType?, _ schema: JSON = .null
  ) -> (value: JSON, reading: SchemaReading) {
    var reading = SchemaReading()
    guard let root else {
      var value = document
      reading.unknown = StructuralSchema.unknown(document, schema).map { "unknown field \"\($0)\"" }
      value["metadata"] = reading.value(document["metadata"], .object("ObjectMeta"), path: "metadata")
      return (value, reading)
    }
    var members: [JSONObject.Member] = []
    for key in ["kind", "apiVersion"] where document[key].string != nil {
      members.append(JSONObject.Member(key: key, value: document[key]))
    }
    var rest = document
    rest["kind"] = .null
    rest["apiVersion"] = .null
    let body = reading.value(rest, root, path: "")
    return (
      .object(JSONObject(members + body.members.filter { !members.map(\.key).contains($0.key) })), reading
    )
  }

  private mutating func value(_ json: JSON, _ type: FieldType, path: String) -> JSON {
    if json.isNull { return .null }
    switch (type, json) {
    case (.anything, _): return json
    case (.atomic(let inner), _): return value(json, inner, path: path)
    case (.object(let name), .object(let object)): return structure(object, name, path: path)
    case (.map(let element), .object(let object)):
      let members = object.members.map { member in
        JSONObject.Member(
          key: member.key, value: value(member.value, element, path: path + "." + member.key))
      }
      return members.isEmpty ? .null : .object(JSONObject(members))
    case (.list(let element, _), .array(let items)):
      if items.isEmpty { return .null }
      return .array(items.enumerated().map { value($0.element, element, path: "\(path)[\($0.offset)]") })
    case (.bytes, .string(let text)):
      if let place = Base64.firstFault(text) { fail("illegal base64 data at input byte \(place)") }
      return json
    case (.time, .string(let text)):
      if Timestamp(text) == nil {
        let shown = JSON.string(text).text
        fail(
          "parsing time \(shown) as \"2006-01-02T15:04:05Z07:00\": cannot parse \(shown) as \"2006\"")
      }
      return json
    case (.string, .string), (.boolean, .bool): return json
    case (.number, .number): return json
    case (.integer, .number), (.numberOrString, .number): return number(json, type, path)
    case (.numberOrString, .string): return json
    case (.quantity, .string(let text)):
      guard let amount = Quantity.canonical(text) else {
        fail("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
        return json
      }
      return .string(amount)
    case (.quantity, .number(let text)): return .string(Quantity.canonical(text) ?? text)
    default:
      fail(
        "json: cannot unmarshal \(json.goName) into Go struct field \(path.goField) of type \(type.goName)")
      return .null
    }
  }

  /// Fields of 64 bits; all others have 32.
  private static let long: Set<Substring> = [
    "activeDeadlineSeconds", "terminationGracePeriodSeconds", "startingDeadlineSeconds", "tolerationSeconds",
    "gracePeriodSeconds", "deletionGracePeriodSeconds", "generation", "observedGeneration", "revision",
    "runAsUser", "runAsGroup", "fsGroup", "supplementalGroups", "expirationSeconds", "sizeBytes",
  ]

  private mutating func number(_ json: JSON, _ type: FieldType, _ path: String) -> JSON {
    let name = (path.split(separator: ".").last ?? "").prefix { $0 != "[" }
    let isLong = SchemaReading.long.contains(name)
    // No time or number that means anything needs more, and the simulation adds them up.
    let limit = isLong ? 1 << 40 : Int(Int32.max)
    let text = json.text.hasSuffix(".0") ? String(json.text.dropLast(2)) : json.text
    if let number = Int(text), (-limit - 1...limit).contains(number) { return json }
    fail(
      "json: cannot unmarshal number \(json.text) into Go struct field \(path.goField) of type "
        + (isLong ? "int64" : "int32"))
    return .null
  }

  private mutating func fail(_ text: String) {
    if mismatch == nil { mismatch = text }
  }

  private mutating func structure(_ object: JSONObject, _ name: String, path: String) -> JSON {
    guard let structure = Schema.structures[name] else { return .object(object) }
    var values: [Int: JSON] = [:]
    for member in object.members {
      let here = path.isEmpty ? member.key : "\(path).\(member.key)"
      guard let place = structure.place(member.key) else {
        if !member.value.isNull { unknown.append("unknown field \"\(here)\"") }
        continue
      }
      if values[place] != nil { unknown.append("duplicate field \"\(here)\"") }
      values[place] = value(member.value, structure.fields[place].type, path: here)
    }
    return .object(
      JSONObject(
        values.sorted { $0.key < $1.key }.filter { !$0.value.isNull }
          .map { JSONObject.Member(key: structure.fields[$0.key].name, value: $0.value) }))
  }
}

extension JSON {
  fileprivate var goName: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  /// The same value whatever order its members are in.
  var canonical: JSON {
    switch self {
    case .object(let object):
      var members: [String: JSON] = [:]
      for member in object.members where !member.value.isNull { members[member.key] = member.value.canonical }
      return .object(
        JSONObject(
          members.sorted { $0.key < $1.key }.map { JSONObject.Member(key: $0.key, value: $0.value) }))
    case .array(let items): return .array(items.map(\.canonical))
    default: return self
    }
  }

  /// Without a member.
  func without(_ keys: String...) -> JSON {
    .object(JSONObject(members.filter { !keys.contains($0.key) }))
  }

  /// Sets a member, or removes it when the value is null.
  mutating func set(_ key: String, _ value: JSON) {
    var object = self.object ?? JSONObject()
    object[key] = value.isNull ? nil : value
    self = .object(object)
  }

  /// Sets a member that is not there.
  mutating func fill(_ key: String, _ value: JSON) {
    if self[key].isNull { set(key, value) }
  }
}

extension FieldType {
  fileprivate var goName: String {
    switch self {
    case .string, .bytes, .time: "string"
    case .integer: "int32"
    case .number: "float64"
    case .boolean: "bool"
    case .map(let element): "map[string]\(element.goName)"
    case .list(let element, _): "[]\(element.goName)"
    case .object(let name): "v1.\(name)"
    case .atomic(let inner): inner.goName
    case .quantity: "resource.Quantity"
    case .numberOrString: "intstr.IntOrString"
    case .anything: "interface {}"
    }
  }
}

extension String {
  /// Paths in messages of the decoder have no indexes.
  fileprivate var goField: String {
    var isIndex = false
    return String(
      filter { character in
        if character == "[" { isIndex = true }
        defer { if character == "]" { isIndex = false } }
        return !isIndex && character != "]"
      })
  }
}
