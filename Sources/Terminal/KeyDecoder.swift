/// Makes keys of the bytes a terminal sends. It knows what xterm and its many relatives send, and is told what else
/// this terminal does.
struct KeyDecoder {
  private var buffer: [UInt8] = []
  private let sequences: [(bytes: [UInt8], key: Key)]
  private var pasted: [UInt8]?

  /// A paste longer than this is cut: the terminal may never send its end.
  private static let maxPasteBytes = 1 << 20
  private static let pasteEnd = Array("\u{1B}[201~".utf8)
  private static let escape: UInt8 = 0x1B

  init(sequences: [(bytes: [UInt8], key: Key)] = []) { self.sequences = sequences }

  /// Whether what came so far may be the start of a key: what follows within a moment decides.
  var isWaiting: Bool { !buffer.isEmpty && pasted == nil }

  mutating func decode(_ bytes: some Sequence<UInt8>) -> [Key] {
    buffer += bytes
    var keys: [Key] = []
    while true {
      switch step() {
      case .key(let key, let length):
        buffer.removeFirst(length)
        keys.append(key)
      case .nothing(let length): buffer.removeFirst(length)
      case .more: return keys
      }
    }
  }

  /// Nothing more came in time: what waits is all there is.
  mutating func resolve() -> [Key] {
    guard isWaiting else { return [] }
    var keys: [Key] = []
    let rest = buffer
    buffer = []
    if rest == [Self.escape] {
      keys = [.escape]
    } else if rest.count == 2, rest[0] == Self.escape {
      keys = [.alt(Character(Unicode.Scalar(rest[1])))]
    }
    return keys  // half a sequence or character is nothing anybody typed
  }

  private enum Step {
    case key(Key, length: Int)
    case nothing(length: Int)
    case more
  }

  private mutating func step() -> Step {
    guard let first = buffer.first else { return .more }
    if pasted != nil { return pasteStep() }
    if first == Self.escape { return escapeStep() }
    if first < 0x20 || first == 0x7F { return .key(Self.control(first), length: 1) }
    if first < 0x80 { return .key(.character(Character(Unicode.Scalar(first))), length: 1) }
    return characterStep()
  }

  private static func control(_ byte: UInt8) -> Key {
    switch byte {
    case 0x00: .control(" ")
    case 0x09: .tab
    case 0x0A, 0x0D: .enter
    case 0x08, 0x7F: .backspace
    default: .control(Character(Unicode.Scalar(byte < 0x1B ? byte + 0x60 : byte + 0x40)))
    }
  }

  private func characterStep() -> Step {
    let length =
      switch buffer[0] {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    if buffer.count < length { return .more }
    guard length > 1, let text = String(validating: buffer[..<length], as: UTF8.self),
      let character = text.first,
      !(0x80...0x9F).contains(text.unicodeScalars.first?.value ?? 0)
    else { return .nothing(length: 1) }
    return .key(.character(character), length: length)
  }

  private mutating func escapeStep() -> Step {
    if let match = sequences.first(where: { buffer.starts(with: $0.bytes) }) {
      return .key(match.key, length: match.bytes.count)
    }
    guard buffer.count > 1 else { return .more }
    switch buffer[1] {
    case UInt8(ascii: "["): return controlSequenceStep()
    case UInt8(ascii: "O"):
      guard buffer.count > 2 else { return .more }
      return Self.shiftedKey(buffer[2]).map { .key($0, length: 3) } ?? .nothing(length: 3)
    case UInt8(ascii: "]"): return answerStep()
    case Self.escape: return .key(.escape, length: 1)
    case 0x7F: return .key(.backspace, length: 2)
    case 0x20..<0x7F: return .key(.alt(Character(Unicode.Scalar(buffer[1]))), length: 2)
    default: return .key(.escape, length: 1)
    }
  }

  /// SS3: keys in application mode.
  private static func shiftedKey(_ byte: UInt8) -> Key? {
    switch byte {
    case UInt8(ascii: "M"): .enter
    case UInt8(ascii: "P")...UInt8(ascii: "S"): .function(Int(byte) - 0x4F)
    // The numbers' block in application mode.
    case UInt8(ascii: "j")...UInt8(ascii: "y"): .character(Character(Unicode.Scalar(byte - 0x40)))
    default: named(byte, modifier: 1)
    }
  }

  /// CSI: ESC [ parameters final.
  private mutating func controlSequenceStep() -> Step {
    guard buffer.count > 2 else { return .more }
    if buffer[2] == UInt8(ascii: "M") { return oldMouseStep() }
    if buffer[2] == UInt8(ascii: "[") {  // the Linux console's F1 to F5
      guard buffer.count > 3 else { return .more }
      let number = Int(buffer[3]) - 0x40
      return (1...5).contains(number) ? .key(.function(number), length: 4) : .nothing(length: 4)
    }
    var end = 2
    while end < buffer.count, (0x20...0x3F).contains(buffer[end]) { end += 1 }
    guard end < buffer.count else { return end > 64 ? .nothing(length: end) : .more }
    let length = end + 1
    guard (0x40...0x7E).contains(buffer[end]) else { return .nothing(length: end) }
    if buffer[2] == UInt8(ascii: "<") {
      return mouse(parameters(3..<end), isRelease: buffer[end] == UInt8(ascii: "m"), length: length)
    }
    let numbers = parameters(2..<end)
    let modifier = numbers.count > 1 ? numbers[1] : 1
    if buffer[end] == UInt8(ascii: "~") {
      if numbers.first == 200 { pasted = [] }
      return Self.numbered(numbers.first ?? 0, modifier: modifier).map { .key($0, length: length) }
        ?? .nothing(length: length)
    }
    if end == 2, let key = Self.rxvtArrow(buffer[end]) { return .key(key, length: length) }
    return Self.named(buffer[end], modifier: modifier).map { .key($0, length: length) }
      ?? .nothing(length: length)
  }

  private func parameters(_ range: Range<Int>) -> [Int] {
    buffer[range].split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { digits in
      digits.reduce(0) { min(65_535, $0 * 10 + Int($1 & 0x0F)) }
    }
  }

  /// Modifiers are sent as 1 plus the sum of 1 shift, 2 alt, 4 ctrl; only shift makes another key here.
  private static func named(_ final: UInt8, modifier: Int) -> Key? {
    let isShifted = (modifier - 1) & 1 == 1
    switch final {
    case UInt8(ascii: "A"): return isShifted ? .shiftUp : .up
    case UInt8(ascii: "B"): return isShifted ? .shiftDown : .down
    case UInt8(ascii: "C"): return isShifted ? .shiftRight : .right
    case UInt8(ascii: "D"): return isShifted ? .shiftLeft : .left
    case UInt8(ascii: "H"): return .home
    case UInt8(ascii: "F"): return .end
    case UInt8(ascii: "Z"): return .backtab
    case UInt8(ascii: "P")...UInt8(ascii: "S"): return function(Int(final) - 0x4F, modifier: modifier)
    default: return nil
    }
  }

  /// rxvt sends small letters for its shifted arrows.
  private static func rxvtArrow(_ final: UInt8) -> Key? {
    switch final {
    case UInt8(ascii: "a"): .shiftUp
    case UInt8(ascii: "b"): .shiftDown
    case UInt8(ascii: "c"): .shiftRight
    case UInt8(ascii: "d"): .shiftLeft
    default: nil
    }
  }

  private static func numbered(_ number: Int, modifier: Int) -> Key? {
    switch number {
    case 1, 7: .home
    case 2: .insert
    case 3: .delete
    case 4, 8: .end
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: function(number - 10, modifier: modifier)
    case 17...21: function(number - 11, modifier: modifier)
    case 23, 24: function(number - 12, modifier: modifier)
    default: nil
    }
  }

  private static func function(_ number: Int, modifier: Int) -> Key {
    let bits = modifier - 1
    return .function(number + (bits & 1 == 1 ? 12 : 0) + (bits & 4 == 4 ? 24 : 0))
  }
}

extension KeyDecoder {
  /// OSC 11, the answer to what the background is: ESC ] 11 ; rgb:RRRR/GGGG/BBBB, ended by BEL or ESC \\. Other answers
  /// are read over.
  private func answerStep() -> Step {
    guard buffer.count > 2 else { return .more }
    guard (0x30...0x39).contains(buffer[2]) else { return .key(.alt("]"), length: 2) }
    guard let end = buffer[2...].firstIndex(where: { $0 == 0x07 || $0 == 0x1B }) else {
      return buffer.count > 128 ? .nothing(length: buffer.count) : .more
    }
    var length = end + 1
    if buffer[end] == 0x1B {
      guard buffer.count > length else { return .more }
      if buffer[length] != UInt8(ascii: "\\") { return .nothing(length: end) }
      length += 1
    }
    let text = String(decoding: buffer[2..<end], as: UTF8.self)
    return Self.isLight(background: text).map { .key(.background(isLight: $0), length: length) }
      ?? .nothing(length: length)
  }

  /// "11;rgb:ffff/ffff/ffff", of one to four digits each.
  private static func isLight(background text: String) -> Bool? {
    guard let colon = text.firstIndex(of: ":"), text[..<colon].hasPrefix("11;rgb") else { return nil }
    let parts = text[text.index(after: colon)...].split(separator: "/").map { part -> Double? in
      guard (1...4).contains(part.count), let value = Int(part, radix: 16) else { return nil }
      return Double(value) / Double((1 << (4 * part.count)) - 1)
    }
    guard parts.count >= 3, let red = parts[0], let green = parts[1], let blue = parts[2] else { return nil }
    return 0.299 * red + 0.587 * green + 0.114 * blue > 0.5
  }

  /// X10's way: three bytes, each 32 more than its value.
  private func oldMouseStep() -> Step {
    guard buffer.count >= 6 else { return .more }
    let numbers = buffer[3..<6].map { Int($0) - 32 }
    return mouse(numbers, isRelease: numbers[0] & 0x43 == 3, length: 6)
  }

  private func mouse(_ numbers: [Int], isRelease: Bool, length: Int) -> Step {
    guard numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return .nothing(length: length) }
    let (code, x, y) = (numbers[0], numbers[1] - 1, numbers[2] - 1)
    let button = code & 3
    if code & 0x20 != 0 { return .nothing(length: length) }  // motion
    if code & 0x40 != 0 {
      guard button < 2 else { return .nothing(length: length) }  // sideways
      return .key(.mouse(Mouse(button == 0 ? .wheelUp : .wheelDown, x: x, y: y)), length: length)
    }
    let action: Mouse.Action = isRelease ? .release : .press
    return .key(.mouse(Mouse(action, x: x, y: y, button: button == 3 ? 1 : button + 1)), length: length)
  }

  /// Everything up to the end mark is text, whatever it looks like.
  private mutating func pasteStep() -> Step {
    let searched = max(0, (pasted?.count ?? 0) - Self.pasteEnd.count)
    pasted? += buffer
    buffer = []
    let bytes = pasted ?? []
    let end = Self.find(Self.pasteEnd, in: bytes[searched...])
    guard end != nil || bytes.count >= Self.maxPasteBytes else { return .more }
    pasted = nil
    if let end { buffer = Array(bytes[(end + Self.pasteEnd.count)...]) }
    let text = String(decoding: bytes[..<(end ?? bytes.count)], as: UTF8.self)
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\r\n" || $0 == "\r" }
    return .key(.paste(lines.joined(separator: "\n")), length: 0)
  }

  private static func find(_ needle: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
    bytes.indices.first { bytes[$0] == needle[0] && bytes[$0...].starts(with: needle) }
  }
}
