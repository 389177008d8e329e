/// Finds the longest text that every match of an expression must hold: looking for that first is many times faster than
/// the expression.
enum PatternNeedle {
  /// Lower-case ASCII of two bytes or more; nil where there is none, or where it can't be told.
  static func find(in text: String) -> [UInt8]? {
    let bytes = Array(text.utf8)
    var best: [UInt8] = []
    var run: [UInt8] = []
    var at = 0
    func end() {
      if run.count > best.count { best = run }
      run = []
    }
    while at < bytes.count {
      let byte = bytes[at]
      at += 1
      switch byte {
      case UInt8(ascii: "|"): return nil
      case UInt8(ascii: "("):
        end()
        guard let close = groupEnd(bytes, at) else { return nil }
        at = close
      case UInt8(ascii: "["):
        end()
        guard let close = listEnd(bytes, at) else { return nil }
        at = close
      case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "{"):
        // What stood before may be missing.
        if !run.isEmpty { run.removeLast() }
        end()
        if byte == UInt8(ascii: "{") {
          guard let close = bytes[at...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
          at = close + 1
        }
      case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "$"), UInt8(ascii: ")"):
        end()
      case UInt8(ascii: "\\"):
        guard at < bytes.count else { return nil }
        let escaped = bytes[at]
        at += 1
        // A letter or a digit behind a backslash has a meaning of its own.
        if (escaped | 0x20) &- 0x61 < 26 || escaped &- 48 < 10 || "<>`'".utf8.contains(escaped)
          || escaped >= 0x80
        {
          end()
        } else {
          run.append(escaped)
        }
      case 0x80...: end()
      default: run.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
      }
    }
    end()
    return best.count >= 2 ? best : nil
  }

  /// Behind the bracket that closes a group.
  private static func groupEnd(_ bytes: [UInt8], _ start: Int) -> Int? {
    var depth = 1
    var at = start
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\\"): at += 1
      case UInt8(ascii: "["):
        guard let close = listEnd(bytes, at + 1) else { return nil }
        at = close - 1
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"):
        depth -= 1
        if depth == 0 { return at + 1 }
      default: break
      }
      at += 1
    }
    return nil
  }

  /// Behind the bracket that closes a list of characters: one at its very beginning is one of them.
  private static func listEnd(_ bytes: [UInt8], _ start: Int) -> Int? {
    var at = start
    if at < bytes.count, bytes[at] == UInt8(ascii: "^") { at += 1 }
    if at < bytes.count, bytes[at] == UInt8(ascii: "]") { at += 1 }
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "["), at + 1 < bytes.count, ":.=".utf8.contains(bytes[at + 1]) {
        guard let close = bytes[(at + 2)...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
        at = close + 1
        continue
      }
      if bytes[at] == UInt8(ascii: "]") { return at + 1 }
      at += 1
    }
    return nil
  }
}
