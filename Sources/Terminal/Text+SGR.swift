extension Text {
  /// A log line as styled pieces: its SGR colours kept (over `base`), tabs expanded to every eighth column, link
  /// targets and erasing to the line's end left out, everything else made harmless. Of a line that is wider than
  /// `maxColumns` at least that much.
  package static func sgrSpans(
    _ line: UnsafeRawBufferPointer, base: Style, maxColumns: Int = .max
  ) -> [(text: String, style: Style)] {
    var reader = SGRReader(base: base, maxColumns: maxColumns)
    return reader.spans(of: line)
  }
}

/// Takes a line apart into pieces of one style.
private struct SGRReader {
  private let base: Style
  private let maxColumns: Int
  private var style: Style
  private var pieces: [(text: String, style: Style)] = []
  private var column = 0

  private static let escape: UInt8 = 0x1B
  /// So long a piece is measured before more of it is read.
  private static let longBytes = 4_096

  init(base: Style, maxColumns: Int) {
    self.base = base
    self.maxColumns = maxColumns
    style = base
  }

  mutating func spans(of line: UnsafeRawBufferPointer) -> [(text: String, style: Style)] {
    var end = line.count
    while end > 0, line[end - 1] == 0x0D || line[end - 1] == 0x0A { end -= 1 }
    let line = UnsafeRawBufferPointer(rebasing: line[..<end])
    var start = 0
    var position = 0
    while position < end, column < maxColumns {
      let byte = line[position]
      if byte == 0x09 {
        append(line[start..<position])
        append(blanks: 8 - column % 8)
        position += 1
        start = position
      } else if byte == Self.escape, let length = sequence(at: position, in: line) {
        append(line[start..<position])
        apply(line[position..<position + length])
        position += length
        start = position
      } else {
        // Not before a mark that stands on the character before it.
        if position - start >= Self.longBytes, byte < 0x80 {
          append(line[start..<position])
          start = position
        }
        position += 1
      }
    }
    if column < maxColumns { append(line[start..<end]) }
    return pieces
  }

  /// The length of a sequence that is understood: SGR, erase in line (CSI K) and a link (OSC 8).
  private func sequence(at position: Int, in line: UnsafeRawBufferPointer) -> Int? {
    guard position + 2 < line.count else { return nil }
    if line[position + 1] == UInt8(ascii: "[") {
      var end = position + 2
      while end < line.count, (0x30...0x3B).contains(line[end]) { end += 1 }
      guard end < line.count, line[end] == UInt8(ascii: "m") || line[end] == UInt8(ascii: "K") else {
        return nil
      }
      return end + 1 - position
    }
    guard line[position + 1] == UInt8(ascii: "]"), line[position + 2] == UInt8(ascii: "8") else { return nil }
    var end = position + 3
    while end < line.count {
      if line[end] == 0x07 { return end + 1 - position }
      if line[end] == Self.escape {
        return end + 1 < line.count && line[end + 1] == UInt8(ascii: "\\") ? end + 2 - position : nil
      }
      end += 1
    }
    return nil
  }

  private mutating func append(_ bytes: Slice<UnsafeRawBufferPointer>) {
    if bytes.isEmpty { return }
    append(Text.harmless(String(decoding: bytes, as: UTF8.self)))
  }

  private mutating func append(blanks count: Int) { append(String(repeating: " ", count: count)) }

  private mutating func append(_ text: String) {
    if let last = pieces.last, last.style == style {
      pieces[pieces.count - 1].text += text
    } else {
      pieces.append((text, style))
    }
    column += Text.columns(text)
  }

  private mutating func apply(_ sequence: Slice<UnsafeRawBufferPointer>) {
    guard sequence.last == UInt8(ascii: "m"), sequence.dropFirst().first == UInt8(ascii: "[") else { return }
    var codes = SGRCodes(sequence.dropFirst(2).dropLast())
    while let code = codes.next() { apply(code, &codes) }
  }

  private mutating func apply(_ code: Int, _ codes: inout SGRCodes) {
    switch code {
    case 0: style = base
    case 1: style.bold = true
    case 2: style.dim = true
    case 3: style.italic = true
    case 4: style.underline = true
    case 7: style.reverse = true
    case 22: (style.bold, style.dim) = (base.bold, base.dim)
    case 23: style.italic = base.italic
    case 24: style.underline = base.underline
    case 27: style.reverse = base.reverse
    case 30...37: style.foreground = Color(ansi: code - 30)
    case 38: if let color = codes.color() { style.foreground = color }
    case 39: style.foreground = base.foreground
    case 40...47: style.background = Color(ansi: code - 40)
    case 48: if let color = codes.color() { style.background = color }
    case 49: style.background = base.background
    case 58: _ = codes.color()
    case 90...97: style.foreground = Color(ansi: code - 90 + 8)
    case 100...107: style.background = Color(ansi: code - 100 + 8)
    default: break
    }
  }
}

/// The numbers of an SGR sequence. Colons (ISO 8613-6) are read like semicolons, which is right for all but the
/// empty colour space of `38:2::r:g:b` and the shape of an underline, `4:3`.
private struct SGRCodes {
  private var numbers: [Int]
  private var position = 0

  init(_ bytes: some Sequence<UInt8>) {
    numbers = [0]
    var isColour = false
    var afterColon = false
    var skipping = false
    for byte in bytes {
      switch byte {
      case 0x30...0x39:
        afterColon = false
        if !skipping {
          numbers[numbers.count - 1] = min(65_535, numbers[numbers.count - 1] * 10 + Int(byte & 15))
        }
      case UInt8(ascii: ":"):
        if numbers.last == 38 || numbers.last == 48 || numbers.last == 58 { isColour = true }
        skipping = !isColour
        if isColour, !afterColon { numbers.append(0) }
        afterColon = true
      default:
        isColour = false
        afterColon = false
        skipping = false
        numbers.append(0)
      }
    }
  }

  mutating func next() -> Int? {
    guard position < numbers.count else { return nil }
    position += 1
    return numbers[position - 1]
  }

  /// What follows 38 or 48: `5;index` or `2;red;green;blue`.
  mutating func color() -> Color? {
    switch next() {
    case 5: return next().map { .indexed(UInt8(clamping: $0)) }
    case 2:
      guard let red = next(), let green = next(), let blue = next() else { return nil }
      return .indexed(Palette.nearest(red: red, green: green, blue: blue))
    default: return nil
    }
  }
}
