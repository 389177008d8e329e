/// What a field of a built-in kind may hold, and how changes of it are put together.
indirect enum FieldType: Sendable, Hashable {
  case string, integer, number, boolean, quantity, time, bytes, numberOrString, anything
  case object(String)
  case map(FieldType)
  case list(FieldType, ListKind)
  /// An object or a map that is only ever set as a whole.
  case atomic(FieldType)

  /// How the elements of a list are told apart.
  enum ListKind: Sendable, Hashable {
    case atomic
    case set
    case keyed([String])
    /// Apart for strategic merge patches alone, which are older.
    case patched(String)
  }

  /// The key by which a strategic merge patch finds an element.
  var patchKey: String? {
    guard case .list(_, let kind) = self else { return nil }
    switch kind {
    case .keyed(let keys): return keys[0]
    case .patched(let key): return key
    case .atomic, .set: return nil
    }
  }
}

/// The types of all built-in kinds.
enum Schema {
  struct Field: Sendable, Hashable {
    let name: String
    let type: FieldType
  }

  /// One type: its fields in the order in which they are written.
  struct Structure: Sendable {
    let fields: [Field]
    private let places: [String: Int]

    init(_ fields: [Field]) {
      self.fields = fields
      places = Dictionary(
        fields.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    subscript(name: String) -> FieldType? { places[name].map { fields[$0].type } }
    func place(_ name: String) -> Int? { places[name] }
  }

  static let structures: [String: Structure] = {
    var found: [String: Structure] = [:]
    for text in [SchemaText.pods, SchemaText.workloads, SchemaText.cluster] {
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let name = words.first else { continue }
        found[String(name)] = Structure(words.dropFirst().compactMap(Schema.field))
      }
    }
    return found
  }()

  private static func field(_ text: Substring) -> Field? {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    return Field(name: String(text[..<colon]), type: type(text[text.index(after: colon)...]))
  }

  private static func type(_ text: Substring) -> FieldType {
    if text.last == "^" { return .atomic(type(text.dropLast())) }
    if text.first == "{" { return .map(type(text.dropFirst().dropLast())) }
    if text.first == "[" { return list(text.dropFirst().dropLast()) }
    switch text {
    case "s": return .string
    case "i": return .integer
    case "n": return .number
    case "b": return .boolean
    case "q": return .quantity
    case "t": return .time
    case "y": return .bytes
    case "x": return .numberOrString
    case "*": return .anything
    default: return .object(String(text))
    }
  }

  private static func list(_ text: Substring) -> FieldType {
    if let bar = text.firstIndex(of: "|") {
      let keys = text[text.index(after: bar)...]
      let element = type(text[..<bar])
      if keys == "set" { return .list(element, .set) }
      return .list(element, .keyed(keys.split(separator: ",").map(String.init)))
    }
    if let tilde = text.firstIndex(of: "~") {
      return .list(type(text[..<tilde]), .patched(String(text[text.index(after: tilde)...])))
    }
    return .list(type(text), .atomic)
  }

  /// The type of a kind; nil for kinds that are not built in.
  static func root(_ resource: ResourceDefinition) -> FieldType? {
    if resource.isCustom { return nil }
    let name =
      switch (resource.kind, resource.group, resource.version) {
      case ("Event", "events.k8s.io", _): "NewEvent"
      case ("HorizontalPodAutoscaler", _, "v1"): "AutoscalerV1"
      default: resource.kind
      }
    return structures[name] == nil ? nil : .object(name)
  }

  /// What a member of a value of some type is; `nil`: there is no such member.
  static func member(_ name: String, of type: FieldType?) -> FieldType? {
    switch type {
    case .object(let structure): structures[structure]?[name]
    case .map(let element): element
    case .atomic(let inner): member(name, of: inner)
    case .anything, nil: .anything
    default: nil
    }
  }

  static let meta = FieldType.object("ObjectMeta")
  /// Custom resources: what all kinds have, and anything beside it.
  static func customMember(_ name: String) -> FieldType { name == "metadata" ? meta : .anything }
}
