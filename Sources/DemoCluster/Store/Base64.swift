/// Base64 as RFC 4648 has it: with padding for values of Secrets, without it and for URLs for continue
/// tokens.
enum Base64 {
  static func encoded(_ bytes: Bytes, isForURL: Bool = false) -> String {
    let alphabet =
      Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
      + (isForURL ? "-_" : "+/").utf8
    var out = Bytes()
    var start = 0
    while start < bytes.count {
      let group = Array(bytes[start..<min(start + 3, bytes.count)])
      var bits = 0
      for index in 0..<3 { bits = bits << 8 | (index < group.count ? Int(group[index]) : 0) }
      for index in 0..<4 {
        if index <= group.count {
          out.append(alphabet[bits >> (18 - 6 * index) & 63])
        } else if !isForURL {
          out.append(UInt8(ascii: "="))
        }
      }
      start += 3
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// Reads either alphabet; nil when there is another character in it.
  static func decoded(_ text: String) -> Bytes? {
    var out = Bytes()
    var bits = 0
    var count = 0
    for byte in text.utf8 where byte != UInt8(ascii: "=") {
      let value: Int
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = Int(byte) - 65
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = Int(byte) - 71
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = Int(byte) + 4
      case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
      case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
      default: return nil
      }
      bits = (bits << 6 | value) & 0xff_ffff
      count += 1
      if count % 4 != 1 { out.append(UInt8(truncatingIfNeeded: bits >> [0, 0, 4, 2][count % 4])) }
    }
    return out
  }

  /// Where a text stops being padded base64 of the plain alphabet; nil: nowhere.
  static func firstFault(_ text: String) -> Int? {
    let bytes = Array(text.utf8)
    var inGroup = 0
    for (index, byte) in bytes.enumerated() where byte != 10 && byte != 13 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
        inGroup = (inGroup + 1) % 4
      case UInt8(ascii: "=") where inGroup >= 2:
        let rest = bytes[(index + 1)...].filter { $0 != 10 && $0 != 13 }
        return rest == (inGroup == 2 ? [UInt8(ascii: "=")] : []) ? nil : index + 1
      default: return index
      }
    }
    return inGroup == 0 ? nil : bytes.count - inGroup
  }
}
