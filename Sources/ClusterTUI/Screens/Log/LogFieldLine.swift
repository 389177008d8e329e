import Cluster
import Terminal

/// A line of fields as one row: its level, time and message, then what else it tells.
struct LogFieldLine {
  private(set) var pieces: [StyledLine.Piece] = []
  private static let maxValueBytes = 4 << 10

  init(_ fields: LogFields, _ line: UnsafeRawBufferPointer, _ painter: LogPainter) {
    if let level = fields.level {
      let word = level.word + String(repeating: " ", count: 6 - level.word.count)
      pieces.append((word, Theme.level(level)))
    }
    // The time the node stamped is nearly the same.
    if painter.look.times == .none, let time = fields.time {
      let text =
        fields.nanoseconds(line).map {
          LogTimes.local.text($0, now: painter.now, offset: painter.zoneOffsetSeconds)
        } ?? Self.text(time, fields, line)
      pieces.append((text + " ", Theme.ghost))
    }
    if let message = fields.message {
      let isGrave = fields.level.map { $0 >= .error } ?? false
      pieces.append((Self.text(message, fields, line), Style(bold: isGrave)))
      if !fields.rest.isEmpty { pieces.append(("  ", Style())) }
    }
    for (index, field) in fields.rest.enumerated() {
      if index > 0 { pieces.append((" ", Style())) }
      pieces.append((Text.harmless(fields.key(field, line)) + "=", Theme.span(.key)))
      let value = Self.text(field, fields, line)
      let isQuoted = field.isQuoted && (value.isEmpty || value.contains(" "))
      pieces.append((isQuoted ? "\"\(value)\"" : value, Theme.span(.string)))
    }
  }

  private static func text(_ field: LogFields.Field, _ fields: LogFields, _ line: UnsafeRawBufferPointer)
    -> String
  {
    if field.value.count <= maxValueBytes { return Text.harmless(fields.text(field, line)) }
    let start = field.value.lowerBound
    let head = line[start..<start + maxValueBytes]
    return Text.harmless(String(decoding: head, as: UTF8.self)) + "…"
  }
}

extension Theme {
  private static var fatal: Style {
    var style = span(.bad)
    style.bold = true
    return style
  }

  static func level(_ level: LogLevel) -> Style {
    switch level {
    case .trace, .debug: span(.dim)
    case .info: span(.good)
    case .warn: span(.warning)
    case .error: span(.bad)
    case .fatal: fatal
    }
  }
}
