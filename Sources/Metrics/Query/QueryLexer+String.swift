extension QueryLexer {
  /// A text in quotes with Go's escapes; between back quotes all is meant as it stands.
  mutating func string(_ quote: UInt8) -> Kind {
    var text: [UInt8] = []
    advance()
    while let byte = current {
      advance()
      if byte == quote {
        guard let string = String(validating: text, as: UTF8.self) else { return .wrong("is not UTF-8") }
        return .string(string)
      }
      if quote == UInt8(ascii: "`") {
        text.append(byte)
        continue
      }
      if byte == 10 { return .wrong("is a text that does not end on its line") }
      if byte != UInt8(ascii: "\\") {
        text.append(byte)
        continue
      }
      guard escape(quote, &text) else { return .wrong("holds an unknown escape") }
    }
    return .wrong("is a text without its closing quote")
  }

  private mutating func escape(_ quote: UInt8, _ text: inout [UInt8]) -> Bool {
    guard let byte = current else { return false }
    advance()
    switch byte {
    case UInt8(ascii: "a"): text.append(7)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "v"): text.append(11)
    case UInt8(ascii: "\\"): text.append(byte)
    case quote: text.append(byte)
    case UInt8(ascii: "x"):
      guard let code = digits(2, 16) else { return false }
      text.append(UInt8(code))
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      guard let code = digits(byte == UInt8(ascii: "u") ? 4 : 8, 16), let scalar = Unicode.Scalar(code) else {
        return false
      }
      text += Array(String(Character(scalar)).utf8)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      guard let rest = digits(2, 8) else { return false }
      let code = UInt32(byte - 48) * 64 + rest
      if code > 255 { return false }
      text.append(UInt8(code))
    default: return false
    }
    return true
  }

  private mutating func digits(_ count: Int, _ radix: UInt32) -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, digit < radix
      else {
        return nil
      }
      value = value &* radix &+ UInt32(digit)
      advance()
    }
    return value
  }
}
