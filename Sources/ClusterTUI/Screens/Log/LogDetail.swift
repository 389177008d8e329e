import Cluster
import Document
import Terminal

/// All that a line holds, in rows of its own: when and whose in full, each field, objects unfolded, texts at their line ends.
struct LogDetail {
  private(set) var rows: [StyledLine] = []
  private let columns: Int
  private static let maxRows = 500
  private static let maxBytes = 256 << 10

  init(_ line: LogRing.Line, source: LogSource?, columns: Int, zoneOffsetSeconds: Int) {
    self.columns = max(10, columns - 4)
    if line.nanoseconds > 0 {
      let utc = Timestamp(seconds: line.nanoseconds / 1_000_000_000).text
      let digits = String(line.nanoseconds % 1_000_000_000 + 1_000_000_000).dropFirst()
      add(key: "written", "\(utc.dropLast()).\(digits)Z")
    }
    if let source {
      add(key: "by", source.pod.isEmpty ? source.container : "\(source.pod) \(source.container)")
    }
    let bytes = UnsafeRawBufferPointer(rebasing: line.bytes.prefix(Self.maxBytes))
    let fields = LogFields.read(bytes)
    if fields?.form == .json, let value = JSON.parse(Array(bytes)).value {
      add(value, depth: 0)
    } else if let fields {
      for field in fields.all { add(key: fields.key(field, bytes), fields.text(field, bytes)) }
    } else {
      let whole = StyledLine(Text.sgrSpans(bytes, base: Style(), maxColumns: .max))
      for row in whole.rows(columns: self.columns, atWords: false) { add(row) }
    }
    if line.bytes.count > Self.maxBytes {
      add(StyledLine([("… \(line.bytes.count) bytes in all", Theme.ghost)]))
    }
  }

  private mutating func add(_ line: StyledLine) {
    guard rows.count < Self.maxRows else { return }
    rows.append(StyledLine([("  │ ", Theme.separator)] + line.pieces))
  }

  private mutating func add(key: String, _ text: String, depth: Int = 0, style: Style = Style()) {
    let indent = String(repeating: "  ", count: depth)
    let head: [StyledLine.Piece] = [(indent + Text.harmless(key) + ": ", Theme.span(.key))]
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    // A text of several lines stands below its key.
    let isLong = lines.count > 1
    if isLong { add(StyledLine(head)) }
    for line in lines {
      let pieces = isLong ? [(indent + "  ", Style())] : head
      let own = StyledLine(pieces + Text.sgrSpans(Array(line.utf8), base: style))
      for row in own.rows(columns: columns, indent: indent.count + 2, atWords: false).enumerated() {
        let pad: [StyledLine.Piece] = row.offset > 0 ? [(indent + "  ", Style())] : []
        add(StyledLine(pad + row.element.pieces))
      }
    }
  }

  private mutating func add(_ value: JSON, key: String? = nil, depth: Int) {
    switch value {
    case .object(let object) where !object.members.isEmpty:
      if let key {
        add(
          StyledLine([(String(repeating: "  ", count: depth) + Text.harmless(key) + ":", Theme.span(.key))]))
      }
      for member in object.members {
        add(member.value, key: member.key, depth: key == nil ? depth : depth + 1)
      }
    case .array(let items) where !items.isEmpty:
      if let key {
        add(
          StyledLine([(String(repeating: "  ", count: depth) + Text.harmless(key) + ":", Theme.span(.key))]))
      }
      for item in items { add(item, key: "-", depth: key == nil ? depth : depth + 1) }
    case .string(let text): add(key: key ?? "-", text, depth: depth)
    default:
      add(
        key: key ?? "-", String(decoding: value.encoded(), as: UTF8.self), depth: depth,
        style: Theme.span(.number))
    }
  }
}

extension Text {
  fileprivate static func sgrSpans(_ bytes: [UInt8], base: Style) -> [StyledLine.Piece] {
    bytes.withUnsafeBytes { sgrSpans($0, base: base, maxColumns: .max) }
  }
}
