extension JSON {
  /// The value as `kubectl get -o yaml` prints it: block style, keys sorted as Go yaml.v2 sorts them, quotes
  /// only where the text would else be read as something else, texts of several lines as literal blocks.
  ///
  /// kubectl folds long texts at the first space behind column 80; `foldColumn: 80` does the same, nil never
  /// folds. Where kubectl's output does not read back, ours does: NEL, LS and PS are escaped, and `<<` is in
  /// quotes.
  package func yaml(sortedKeys: Bool = true, foldColumn: Int? = nil) -> String {
    var writer = YAMLWriter(sortsKeys: sortedKeys, foldColumn: foldColumn ?? 1 << 40)
    writer.document(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

/// Writes values in the block style of Go yaml.v2. Indentation is two columns, and sequences stand under
/// their key.
struct YAMLWriter {
  let sortsKeys: Bool
  let foldColumn: Int
  private(set) var bytes: [UInt8] = []
  /// Characters on the current line.
  private(set) var column = 0

  init(sortsKeys: Bool, foldColumn: Int) {
    self.sortsKeys = sortsKeys
    self.foldColumn = foldColumn
  }

  mutating func document(_ value: JSON) {
    node(value, indent: -2, isInSequence: true)
    if column > 0 { lineBreak() }
  }

  // MARK: - Output

  mutating func put(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    column += text.utf8CodeUnitCount
  }

  /// ASCII bytes without a line break.
  mutating func put(_ ascii: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: ascii)
    column += ascii.count
  }

  mutating func put(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      bytes.append(UInt8(scalar.value))
    } else {
      bytes.append(contentsOf: UTF8.encode(scalar)!)
    }
    column += 1
  }

  mutating func put(_ text: String) {
    for scalar in text.unicodeScalars { put(scalar) }
  }

  mutating func lineBreak() {
    bytes.append(0x0A)
    column = 0
  }

  mutating func startLine(_ indent: Int) {
    if column > 0 { lineBreak() }
    bytes.append(contentsOf: repeatElement(0x20, count: max(indent, 0)))
    column = max(indent, 0)
  }

  // MARK: - Nodes

  /// Writes a value behind what its parent at `indent` wrote. The first line of a collection in a sequence
  /// goes on behind the dash.
  private mutating func node(_ value: JSON, indent: Int, isInSequence: Bool) {
    switch value {
    case .array(let items) where !items.isEmpty:
      sequence(items, indent: isInSequence ? indent + 2 : indent, isInSequence)
    case .object(let object) where !object.members.isEmpty: mapping(object, indent: indent + 2, isInSequence)
    default:
      if column > max(indent, 0) || isInSequence && column > 0 && bytes.last != 0x20 { put(" ") }
      scalar(value, indent: indent + 2)
    }
  }

  private mutating func sequence(_ items: [JSON], indent: Int, _ isInline: Bool) {
    for (index, item) in items.enumerated() {
      startItem(indent, isInline: isInline && index == 0)
      put("-")
      node(item, indent: indent, isInSequence: true)
    }
  }

  private mutating func mapping(_ object: JSONObject, indent: Int, _ isInline: Bool) {
    for (index, member) in ordered(object).enumerated() {
      startItem(indent, isInline: isInline && index == 0)
      if ordinary(member.key, isKey: true) {
        put(":")
        node(member.value, indent: indent, isInSequence: false)
      } else if YAMLText(member.key).isSimpleKey {
        text(member.key, indent: indent + 2, isKey: true)
        put(":")
        node(member.value, indent: indent, isInSequence: false)
      } else {
        put("? ")
        text(member.key, indent: indent + 2, isKey: false)
        startLine(indent)
        put(":")
        node(member.value, indent: indent, isInSequence: true)
      }
    }
  }

  /// The first item of a collection in a sequence shares its line with the dash.
  private mutating func startItem(_ indent: Int, isInline: Bool) {
    if isInline && column > 0 { put(" ") } else { startLine(indent) }
  }

  /// The members in the order to write; of doubled keys the last.
  private func ordered(_ object: JSONObject) -> [JSONObject.Member] {
    guard sortsKeys else { return object.unique.members }
    let members = object.members.sorted { YAMLKeyOrder.precedes($0.key, $1.key) }
    let hasDoubled = zip(members, members.dropFirst()).contains { $0.key == $1.key }
    if !hasDoubled { return members }
    return object.unique.members.sorted { YAMLKeyOrder.precedes($0.key, $1.key) }
  }

  private mutating func scalar(_ value: JSON, indent: Int) {
    switch value {
    case .null: put("null")
    case .bool(let flag): put(flag ? "true" : "false")
    case .number(let number): put(GoNumber.yaml(number))
    case .string(let text): self.text(text, indent: indent, isKey: false)
    case .array: put("[]")
    case .object: put("{}")
    }
  }
}

extension JSONObject {
  /// The same with the last of doubled keys alone, in the place of the first.
  fileprivate var unique: JSONObject {
    var places: [String: Int] = [:]
    var result = JSONObject()
    for member in members {
      if let place = places[member.key] {
        result.members[place] = member
      } else {
        places[member.key] = result.members.count
        result.members.append(member)
      }
    }
    return result
  }
}
