import Document

/// Reads what typed clients send: protobuf in the API's own envelope. Answers are JSON all the same.
struct Protobuf {
  private let bytes: ArraySlice<UInt8>
  private var at: Int

  static let mark = Array("k8s\0".utf8)
  static let contentType = "application/vnd.kubernetes.protobuf"

  private init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    at = bytes.startIndex
  }

  /// The object in an envelope; nil when it is no envelope, or of a kind that nobody sends so.
  static func document(_ body: [UInt8]) -> JSON? {
    guard body.starts(with: mark) else { return nil }
    var envelope = Protobuf(body.dropFirst(mark.count))
    var type: JSON = [:]
    var raw = ArraySlice<UInt8>()
    while let (number, value) = envelope.next() {
      guard case .bytes(let inner) = value else { continue }
      if number == 2 { raw = inner }
      guard number == 1 else { continue }
      var meta = Protobuf(inner)
      while let (part, text) = meta.next() {
        guard case .bytes(let text) = text else { continue }
        type.set(part == 1 ? "apiVersion" : "kind", .string(String(decoding: text, as: UTF8.self)))
      }
    }
    guard let kind = type["kind"].string, let name = structure(kind, type["apiVersion"].string ?? "") else {
      return nil
    }
    let object = Protobuf.message(raw, name, numbers: name, depth: 0)
    return .object(JSONObject(type.members + object.members))
  }

  private static func structure(_ kind: String, _ version: String) -> String? {
    let name = kind == "HorizontalPodAutoscaler" && version == "autoscaling/v1" ? "AutoscalerV1" : kind
    return WireNumbers.types[name] != nil && Schema.structures[name] != nil ? name : nil
  }

  // MARK: The wire

  private enum Value {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while at < bytes.endIndex, shift < 64 {
      let byte = bytes[at]
      at += 1
      value |= UInt64(byte & 127) << shift
      if byte < 128 { return value }
      shift += 7
    }
    return nil
  }

  /// The next field; nil at the end, or where the bytes make no sense any more.
  private mutating func next() -> (number: Int, value: Value)? {
    guard at < bytes.endIndex, let tag = varint() else { return nil }
    let number = Int(truncatingIfNeeded: tag >> 3)
    switch tag & 7 {
    case 0: return varint().map { (number, .number($0)) }
    case 1: return take(8).map { (number, .bytes($0)) }
    case 2:
      guard let count = varint(), count <= UInt64(bytes.endIndex - at) else { return nil }
      return take(Int(count)).map { (number, .bytes($0)) }
    case 5: return take(4).map { (number, .bytes($0)) }
    default: return nil
    }
  }

  private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= bytes.endIndex - at else { return nil }
    defer { at += count }
    return bytes[at..<at + count]
  }

  // MARK: Values

  /// - Parameter numbers: the type that says the numbers: another one for fields that JSON has further out.
  private static func message(_ bytes: ArraySlice<UInt8>, _ type: String, numbers: String, depth: Int) -> JSON
  {
    var result = JSONObject()
    var reader = Protobuf(bytes)
    guard depth < 40, let entries = WireNumbers.types[numbers] else { return .object(result) }
    while let (number, value) = reader.next() {
      guard let entry = entries[number] else { continue }
      if entry.isEmbedded {
        guard case .bytes(let inner) = value else { continue }
        for member in message(inner, type, numbers: entry.name, depth: depth + 1).members {
          result[member.key] = member.value
        }
        continue
      }
      guard let field = Schema.structures[type]?[entry.name] else { continue }
      put(value, field, entry.name, depth, into: &result)
    }
    return .object(result)
  }

  private static func put(
    _ value: Value, _ type: FieldType, _ name: String, _ depth: Int, into result: inout JSONObject
  ) {
    switch type {
    case .atomic(let inner): put(value, inner, name, depth, into: &result)
    case .list(let element, _):
      let item = single(value, element, name, depth)
      result[name] = .array((result[name]?.array ?? []) + [item])
    case .map(let element):
      guard case .bytes(let entry) = value else { return }
      var reader = Protobuf(entry)
      var key = ""
      var item = element == .string || element == .bytes ? JSON.string("") : .null
      while let (number, part) = reader.next() {
        if number == 1, case .bytes(let text) = part { key = String(decoding: text, as: UTF8.self) }
        if number == 2 { item = single(part, element, name, depth) }
      }
      var map = result[name] ?? .object(JSONObject())
      map[key] = item
      result[name] = map
    default:
      let item = single(value, type, name, depth)
      if !item.isNull, !isNothing(item, name) { result[name] = item }
    }
  }

  /// Fields that say something when they are zero: their types are pointers in the server's own language.
  private static let meaningful: Set<String> = [
    "replicas", "parallelism", "completions", "backoffLimit", "terminationGracePeriodSeconds", "minReplicas",
    "gracePeriodSeconds", "automountServiceAccountToken", "allowPrivilegeEscalation", "suspend", "optional",
    "enableServiceLinks", "runAsNonRoot", "runAsUser", "ttlSecondsAfterFinished", "immutable",
  ]

  private static func isNothing(_ value: JSON, _ name: String) -> Bool {
    if meaningful.contains(name) { return false }
    return value == "" || value == 0 || value == false
  }

  private static func single(_ value: Value, _ type: FieldType, _ name: String, _ depth: Int) -> JSON {
    switch (type, value) {
    case (.integer, .number(let number)): return .int(Int(truncatingIfNeeded: number))
    case (.boolean, .number(let number)): return .bool(number != 0)
    case (.string, .bytes(let text)): return .string(String(decoding: text, as: UTF8.self))
    case (.bytes, .bytes(let data)): return .string(Base64.encoded(Array(data)))
    case (.quantity, .bytes(let inner)): return numbered(inner)[1] ?? .null
    case (.time, .bytes(let inner)):
      let seconds = numbered(inner)[1]?.int
      return seconds.map { .string(World.timestamp(Int64($0))) } ?? .null
    case (.numberOrString, .bytes(let inner)):
      let parts = numbered(inner)
      return parts[1]?.int == 1 ? parts[3] ?? "" : parts[2] ?? 0
    case (.object(let structure), .bytes(let inner)):
      return message(inner, structure, numbers: structure, depth: depth + 1)
    case (.atomic(let inner), _): return single(value, inner, name, depth)
    default: return .null
    }
  }

  /// The fields of a small message by number.
  private static func numbered(_ bytes: ArraySlice<UInt8>) -> [Int: JSON] {
    var found: [Int: JSON] = [:]
    var reader = Protobuf(bytes)
    while let (number, value) = reader.next() {
      switch value {
      case .number(let value): found[number] = .int(Int(truncatingIfNeeded: value))
      case .bytes(let text): found[number] = .string(String(decoding: text, as: UTF8.self))
      }
    }
    return found
  }
}
