import Document

/// How objects of a kind are printed as rows of a Table.
struct TableDefinition: Sendable {
  struct Column: Sendable {
    let name, type, format, description: String
    /// 0 is always shown, more only when asked for wide output.
    let priority: Int
  }

  let columns: [Column]
  /// Writes the cells of one object, as many as there are columns.
  let print: @Sendable (_ object: JSONSlice, _ row: inout Row) -> Void

  init(_ columns: [Column], print: @escaping @Sendable (JSONSlice, inout Row) -> Void) {
    self.columns = columns
    self.print = print
  }

  /// The value of `columnDefinitions`.
  func writeColumns(to out: inout Bytes) {
    out.put("[")
    for column in columns {
      out.put("{")
      out.put(member: "name", column.name)
      out.put(member: "type", column.type)
      out.put(member: "format", column.format)
      out.put(member: "description", column.description)
      out.put(member: "priority", column.priority)
      out.close("}")
      out.put(",")
    }
    out.close("]")
  }

  /// The value of `cells` for one encoded object.
  func writeCells(of object: Bytes, now: Moment, to out: inout Bytes) {
    object.withUnsafeBytes { bytes in
      var row = Row(JSONSlice(bytes), now: now.seconds)
      swap(&row.out, &out)
      row.out.put("[")
      print(JSONSlice(bytes), &row)
      row.out.close("]")
      swap(&row.out, &out)
    }
  }
}

extension TableDefinition.Column {
  /// A column of texts that is always shown.
  static func text(_ name: String, _ description: String) -> Self {
    Self(name: name, type: "string", format: "", description: description, priority: 0)
  }
  /// A column of texts for wide output.
  static func wide(_ name: String, _ description: String) -> Self {
    Self(name: name, type: "string", format: "", description: description, priority: 1)
  }
  static func integer(_ name: String, _ description: String) -> Self {
    Self(name: name, type: "integer", format: "", description: description, priority: 0)
  }
  static func boolean(_ name: String, _ description: String) -> Self {
    Self(name: name, type: "boolean", format: "", description: description, priority: 0)
  }
  static let name = Self(
    name: "Name", type: "string", format: "name", description: "The object's name, unique among its kind.",
    priority: 0)
  static let age = Self.text("Age", "The time since the object was created.")
  static let createdAt = Self(
    name: "Created At", type: "date", format: "", description: "When the object was created.", priority: 0)
}

/// A row being written. Every function writes one cell or computes the text of one.
struct Row {
  /// Seconds since 1970: what ages count from.
  let now: Int64
  /// The parts that almost every printer looks at, found in one pass.
  private(set) var metadata, spec, status: JSONSlice?
  var out = Bytes()

  init(_ object: JSONSlice, now: Int64) {
    self.now = now
    var metadata, spec, status: JSONSlice?
    object.eachMember { key, value in
      // "metadata", "spec" and "status" by their lengths and first bytes.
      switch (key.count, key.first) {
      case (8, UInt8(ascii: "m")): metadata = value
      case (4, UInt8(ascii: "s")): spec = value
      case (6, UInt8(ascii: "s")): status = value
      default: break
      }
    }
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }

  mutating func text(_ text: String) {
    out.put(quoted: text)
    out.put(",")
  }

  /// A text, or `absent` in its place when there is none.
  mutating func text(_ text: String?, or absent: String) {
    self.text(text.flatMap { $0.isEmpty ? nil : $0 } ?? absent)
  }

  mutating func integer(_ number: Int) {
    out.put(number)
    out.put(",")
  }

  mutating func boolean(_ flag: Bool) {
    if flag { out.put("true,") } else { out.put("false,") }
  }

  mutating func null() { out.put("null,") }

  mutating func name() { text(metadata?["name"]?.string ?? "") }

  mutating func age() { text(since(metadata?["creationTimestamp"])) }

  /// The creation time as it is, for kinds older than the idea of an age.
  mutating func createdAt() {
    if let created = metadata?["creationTimestamp"]?.string { text(created) } else { null() }
  }

  /// The time since a timestamp.
  func since(_ time: JSONSlice?) -> String {
    guard let seconds = time?.epochSeconds else { return "<unknown>" }
    return HumanDuration.text(seconds: now - seconds)
  }
}

/// Common turns of the printers.
extension JSONSlice {
  var elements: [JSONSlice] {
    var found: [JSONSlice] = []
    eachElement { found.append($0) }
    return found
  }

  /// `key=value` of an object of strings, sorted and joined.
  var pairs: String {
    var found: [(String, String)] = []
    eachMember { key, value in found.append((String(decoding: key, as: UTF8.self), value.string ?? "")) }
    return found.sorted { $0.0 < $1.0 }.map { "\($0.0)=\($0.1)" }.joined(separator: ",")
  }

  /// The strings of an array.
  var strings: [String] { elements.compactMap(\.string) }

  var memberCount: Int {
    var count = 0
    eachMember { _, _ in count += 1 }
    return count
  }

  /// A labelSelector as one line: `app=web,tier in (a,b),!legacy`.
  var labelSelectorText: String {
    var parts = self["matchLabels"].map { $0.pairs }.map { $0.isEmpty ? [] : [$0] } ?? []
    for expression in self["matchExpressions"]?.elements ?? [] {
      let key = expression["key"]?.string ?? ""
      let values = (expression["values"]?.strings ?? []).sorted().joined(separator: ",")
      switch expression["operator"]?.string {
      case "In": parts.append("\(key) in (\(values))")
      case "NotIn": parts.append("\(key) notin (\(values))")
      case "DoesNotExist": parts.append("!\(key)")
      default: parts.append(key)
      }
    }
    return parts.isEmpty ? "<none>" : parts.joined(separator: ",")
  }

  /// Whether a condition of that type is True in this status.
  func hasCondition(_ type: StaticString) -> Bool {
    var found = false
    self["conditions"]?.eachElement { condition in
      if let name = condition["type"], name.isText(type) {
        found = condition["status"]?.isText("True") ?? false
      }
    }
    return found
  }

  /// Whether this is a string of these bytes.
  func isText(_ text: StaticString) -> Bool {
    guard let raw = rawString, raw.count == text.utf8CodeUnitCount else { return false }
    return raw.elementsEqual(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
