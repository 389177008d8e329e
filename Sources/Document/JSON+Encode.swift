extension JSON {
  /// The value as JSON text in UTF-8, members in their order. `pretty` indents by four spaces as `kubectl -o
  /// json`; unlike there, `<`, `>` and `&` stay as they are.
  package func encoded(pretty: Bool = false) -> [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes, indent: pretty ? 0 : nil)
    return bytes
  }

  /// Compact JSON text.
  package var text: String { String(decoding: encoded(), as: UTF8.self) }

  private func append(to bytes: inout [UInt8], indent: Int?) {
    switch self {
    case .null: bytes += Array("null".utf8)
    case .bool(let flag): bytes += Array((flag ? "true" : "false").utf8)
    case .number(let text): bytes += Array(text.utf8)
    case .string(let text): JSONText.append(text, to: &bytes)
    case .array(let items):
      JSON.appendList(items, "[", "]", to: &bytes, indent: indent) { item, bytes, deeper in
        item.append(to: &bytes, indent: deeper)
      }
    case .object(let object):
      JSON.appendList(object.members, "{", "}", to: &bytes, indent: indent) { member, bytes, deeper in
        JSONText.append(member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        if deeper != nil { bytes.append(UInt8(ascii: " ")) }
        member.value.append(to: &bytes, indent: deeper)
      }
    }
  }

  private static func appendList<Item>(
    _ items: [Item], _ open: Unicode.Scalar, _ close: Unicode.Scalar, to bytes: inout [UInt8], indent: Int?,
    _ item: (Item, inout [UInt8], Int?) -> Void
  ) {
    bytes.append(UInt8(ascii: open))
    let deeper = indent.map { $0 + 4 }
    for (index, element) in items.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      appendLineBreak(deeper, to: &bytes)
      item(element, &bytes, deeper)
    }
    if !items.isEmpty { appendLineBreak(indent, to: &bytes) }
    bytes.append(UInt8(ascii: close))
  }

  private static func appendLineBreak(_ indent: Int?, to bytes: inout [UInt8]) {
    guard let indent else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
  }
}
