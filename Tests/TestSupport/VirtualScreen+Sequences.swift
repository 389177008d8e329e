extension VirtualScreen {
  /// Where in a sequence the bytes received so far end.
  struct Parser: Sendable {
    enum State: Sendable {
      case ground
      case escape
      case charset
      case control
      case string
      /// ESC inside an OSC or DCS: the terminator's first byte.
      case stringEscape
    }

    var state = State.ground
    var bytes: [UInt8] = []
    /// Bytes still missing of a UTF-8 character, and what there is of it.
    var missing = 0
    var scalar: UInt32 = 0
    var stringKind: UInt8 = 0
    var charset: UInt8 = 0
  }

  /// Whether a sequence or character is only half received.
  package var isMidSequence: Bool { parser.state != .ground || parser.missing > 0 }

  package mutating func feed(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      bytesReceived += 1
      feed(byte)
    }
  }

  package mutating func feed(_ text: String) { feed(Array(text.utf8)) }

  private mutating func feed(_ byte: UInt8) {
    switch parser.state {
    case .ground: ground(byte)
    case .escape: escape(byte)
    case .charset:
      parser.state = .ground
      if parser.charset == UInt8(ascii: "(") { usesLineDrawing = byte == UInt8(ascii: "0") }
    case .control: control(byte)
    case .string:
      if byte == 0x07 {
        endString()
      } else if byte == 0x1B {
        parser.state = .stringEscape
      } else {
        parser.bytes.append(byte)
      }
    case .stringEscape:
      if byte == UInt8(ascii: "\\") {
        endString()
      } else {
        parser.state = .escape
        parser.bytes = []
        escape(byte)
      }
    }
  }

  private mutating func ground(_ byte: UInt8) {
    if parser.missing > 0, byte & 0xC0 == 0x80 {
      parser.scalar = parser.scalar << 6 | UInt32(byte & 0x3F)
      parser.missing -= 1
      if parser.missing == 0 { print(parser.scalar) }
      return
    }
    if parser.missing > 0 {
      parser.missing = 0
      unknown.append("broken UTF-8")
    }
    switch byte {
    case 0x07: bellCount += 1
    case 0x08: move(x: cursor.x - 1, y: cursor.y)
    case 0x09: move(x: (cursor.x / 8 + 1) * 8, y: cursor.y)
    case 0x0A...0x0C: lineFeed()
    case 0x0D: move(x: 0, y: cursor.y)
    case 0x1B:
      parser.state = .escape
      parser.bytes = []
    case 0x00..<0x20, 0x7F: unknown.append("control \(byte)")
    case 0x20..<0x7F: print(UInt32(byte))
    case 0xC2...0xDF: (parser.missing, parser.scalar) = (1, UInt32(byte & 0x1F))
    case 0xE0...0xEF: (parser.missing, parser.scalar) = (2, UInt32(byte & 0x0F))
    case 0xF0...0xF4: (parser.missing, parser.scalar) = (3, UInt32(byte & 0x07))
    default: unknown.append("byte \(byte)")
    }
  }

  private mutating func escape(_ byte: UInt8) {
    parser.state = .ground
    switch byte {
    case UInt8(ascii: "["): parser.state = .control
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "X"):
      parser.state = .string
      parser.stringKind = byte
    case UInt8(ascii: "(")...UInt8(ascii: "+"):
      parser.state = .charset
      parser.charset = byte
    case UInt8(ascii: "7"): saved = Saved(cursor: cursor, look: look)
    case UInt8(ascii: "8"): restore(saved)
    case UInt8(ascii: "="): isApplicationKeypad = true
    case UInt8(ascii: ">"): isApplicationKeypad = false
    case UInt8(ascii: "D"): lineFeed()
    case UInt8(ascii: "E"):
      move(x: 0, y: cursor.y)
      lineFeed()
    case UInt8(ascii: "M"):
      if cursor.y == scrollRegion.lowerBound {
        scrollDown(1, from: cursor.y)
      } else {
        move(x: cursor.x, y: cursor.y - 1)
      }
    case UInt8(ascii: "c"): self = Self(width: width, height: height)
    case UInt8(ascii: "\\"): break
    case 0x1B: parser.state = .escape
    default: unknown.append("ESC \(Unicode.Scalar(byte))")
    }
  }

  private mutating func endString() {
    parser.state = .ground
    let text = String(decoding: parser.bytes, as: UTF8.self)
    parser.bytes = []
    guard parser.stringKind == UInt8(ascii: "]") else {
      unknown.append("string \(text)")
      return
    }
    let parts = text.split(separator: ";", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    switch parts[0] {
    case "0", "2": title = parts.dropFirst().joined(separator: ";")
    case "104": break  // the palette as it was
    case "11" where parts.dropFirst() == ["?"]: break  // asks for the background
    case "52" where parts.count == 3: clipboard = parts[2]
    default: unknown.append("OSC \(text)")
    }
  }

  private mutating func control(_ byte: UInt8) {
    switch byte {
    case 0x40...0x7E:
      parser.state = .ground
      let parameters = parser.bytes
      parser.bytes = []
      perform(byte, parameters)
    case 0x1B, 0x18, 0x1A:
      unknown.append("cut off: CSI \(String(decoding: parser.bytes, as: UTF8.self))")
      parser.state = byte == 0x1B ? .escape : .ground
      parser.bytes = []
    case 0x00..<0x20: unknown.append("control \(byte) inside a sequence")
    default: parser.bytes.append(byte)
    }
  }

  private mutating func perform(_ final: UInt8, _ parameters: [UInt8]) {
    let name = String(decoding: parameters + [final], as: UTF8.self)
    if let mark = parameters.first, (0x3C...0x3F).contains(mark) {
      if mark == UInt8(ascii: "?"), final == UInt8(ascii: "h") || final == UInt8(ascii: "l") {
        for mode in Self.numbers(parameters.dropFirst()) { setMode(mode, final == UInt8(ascii: "h")) }
      } else if name != ">c" && name != ">4;m" && name != ">4m" {
        unknown.append("CSI \(name)")
      }
      return
    }
    if final == UInt8(ascii: "m") { return applySGR(Self.numbers(parameters)) }
    if name == "!p" {
      isInsertMode = false
      isOriginMode = false
      isCursorVisible = true
      wrapsLines = true
      scrollRegion = 0...(height - 1)
      look = Look()
      return
    }
    let numbers = Self.numbers(parameters)
    if !move(final, numbers), !edit(final, numbers) { unknown.append("CSI \(name)") }
  }

  private mutating func move(_ final: UInt8, _ numbers: [Int]) -> Bool {
    let count = max(1, numbers[0])
    let top = isOriginMode ? scrollRegion.lowerBound : 0
    switch final {
    case UInt8(ascii: "A"): move(x: cursor.x, y: cursor.y - count)
    case UInt8(ascii: "B"), UInt8(ascii: "e"): move(x: cursor.x, y: cursor.y + count)
    case UInt8(ascii: "C"), UInt8(ascii: "a"): move(x: cursor.x + count, y: cursor.y)
    case UInt8(ascii: "D"): move(x: cursor.x - count, y: cursor.y)
    case UInt8(ascii: "E"): move(x: 0, y: cursor.y + count)
    case UInt8(ascii: "F"): move(x: 0, y: cursor.y - count)
    case UInt8(ascii: "G"), UInt8(ascii: "`"): move(x: count - 1, y: cursor.y)
    case UInt8(ascii: "d"): move(x: cursor.x, y: top + count - 1)
    case UInt8(ascii: "H"), UInt8(ascii: "f"):
      move(x: (numbers.count > 1 ? max(1, numbers[1]) : 1) - 1, y: top + count - 1)
    case UInt8(ascii: "I"): move(x: (cursor.x / 8 + count) * 8, y: cursor.y)
    case UInt8(ascii: "Z"): move(x: (cursor.x + 7) / 8 * 8 - 8 * count, y: cursor.y)
    case UInt8(ascii: "r"):
      let last = numbers.count > 1 && numbers[1] > 0 ? min(numbers[1], height) - 1 : height - 1
      if count - 1 < last { scrollRegion = (count - 1)...last }
      move(x: 0, y: isOriginMode ? scrollRegion.lowerBound : 0)
    case UInt8(ascii: "s"): saved = Saved(cursor: cursor, look: look)
    case UInt8(ascii: "u"): restore(saved)
    default: return false
    }
    return true
  }

  private mutating func edit(_ final: UInt8, _ numbers: [Int]) -> Bool {
    let count = max(1, numbers[0])
    wrapsNext = false
    switch final {
    case UInt8(ascii: "@"): insertBlanks(count)
    case UInt8(ascii: "P"): deleteCharacters(count)
    case UInt8(ascii: "X"): erase(cursor.x..<cursor.x + count, row: cursor.y)
    case UInt8(ascii: "L"): scrollDown(count, from: cursor.y)
    case UInt8(ascii: "M"): scrollUp(count, from: cursor.y)
    case UInt8(ascii: "S"): scrollUp(count, from: scrollRegion.lowerBound)
    case UInt8(ascii: "T"): scrollDown(count, from: scrollRegion.lowerBound)
    case UInt8(ascii: "b"): for _ in 0..<count { print(lastPrinted) }
    case UInt8(ascii: "J"): eraseDisplay(numbers[0])
    case UInt8(ascii: "K"): eraseLine(numbers[0])
    case UInt8(ascii: "h"), UInt8(ascii: "l"):
      if numbers[0] == 4 { isInsertMode = final == UInt8(ascii: "h") }
    case UInt8(ascii: "t"), UInt8(ascii: "n"), UInt8(ascii: "c"), UInt8(ascii: "g"): break
    default: return false
    }
    return true
  }

  private mutating func eraseLine(_ kind: Int) {
    switch kind {
    case 0: erase(cursor.x..<width, row: cursor.y)
    case 1: erase(0..<cursor.x + 1, row: cursor.y)
    default: erase(0..<width, row: cursor.y)
    }
  }

  private mutating func eraseDisplay(_ kind: Int) {
    if kind == 3 { return }  // the scrollback, which there is none of
    if kind != 2 { eraseLine(kind) }
    let rows = kind == 0 ? cursor.y + 1..<height : kind == 1 ? 0..<cursor.y : 0..<height
    for row in rows { erase(0..<width, row: row) }
  }

  private mutating func restore(_ saved: Saved) {
    move(x: saved.cursor.x, y: saved.cursor.y)
    look = saved.look
  }

  private mutating func setMode(_ mode: Int, _ on: Bool) {
    switch mode {
    case 1: isApplicationCursor = on
    case 6:
      isOriginMode = on
      move(x: 0, y: on ? scrollRegion.lowerBound : 0)
    case 7: wrapsLines = on
    case 12, 1004, 2026: break  // blinking, focus reports, synchronised output
    case 25: isCursorVisible = on
    case 47, 1047, 1049: setAlternate(on, savingCursor: mode == 1049)
    case 1048: if on { saved = Saved(cursor: cursor, look: look) } else { restore(saved) }
    case 1000...1003, 1005, 1006, 1015: if on { mouseModes.insert(mode) } else { mouseModes.remove(mode) }
    case 2004: isBracketedPaste = on
    default: unknown.append("mode \(mode)")
    }
  }

  /// The alternate screen is always empty when it comes up.
  private mutating func setAlternate(_ on: Bool, savingCursor: Bool) {
    guard on != isAlternate else { return }
    isAlternate = on
    if on {
      if savingCursor { savedByAlternate = Saved(cursor: cursor, look: look) }
      other = cells
      cells = Self.blank(width, height, Look(background: look.background))
    } else {
      cells = other
      if savingCursor { restore(savedByAlternate) }
    }
  }

  /// At least one number; missing ones are 0.
  private static func numbers(_ bytes: some Collection<UInt8>) -> [Int] {
    bytes.split(omittingEmptySubsequences: false) { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ":") }
      .map { $0.reduce(0) { min(65_535, $0 * 10 + Int($1 & 0x0F)) } }
  }

  private mutating func applySGR(_ codes: [Int]) {
    var rest = codes[...]
    while let code = rest.popFirst() {
      switch code {
      case 0: look = Look()
      case 1: look.bold = true
      case 2: look.dim = true
      case 3: look.italic = true
      case 4: look.underline = true
      case 7: look.reverse = true
      case 22: (look.bold, look.dim) = (false, false)
      case 23: look.italic = false
      case 24: look.underline = false
      case 27: look.reverse = false
      case 30...37: look.foreground = code - 30
      case 38: look.foreground = Self.color(&rest)
      case 39: look.foreground = nil
      case 40...47: look.background = code - 40
      case 48: look.background = Self.color(&rest)
      case 49: look.background = nil
      case 90...97: look.foreground = code - 90 + 8
      case 100...107: look.background = code - 100 + 8
      case 10: usesLineDrawing = false
      case 11: usesLineDrawing = true
      default: unknown.append("SGR \(code)")
      }
    }
  }

  private static func color(_ rest: inout ArraySlice<Int>) -> Int? {
    switch rest.popFirst() {
    case 5: return rest.popFirst()
    case 2:
      guard let red = rest.popFirst(), let green = rest.popFirst(), let blue = rest.popFirst() else {
        return nil
      }
      return 0x100_0000 | red << 16 | green << 8 | blue
    default: return nil
    }
  }
}
