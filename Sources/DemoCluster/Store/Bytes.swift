/// JSON text being written, in UTF-8.
typealias Bytes = [UInt8]

/// Writers for the few shapes that API objects are made of. They trust their caller with commas and brackets.
extension Bytes {
  mutating func put(_ literal: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  /// Text as it is, without quotes or escapes.
  mutating func put(raw text: String) { append(contentsOf: text.utf8) }

  mutating func put(_ number: Int) {
    if number >= 0 && number < 10 {
      append(48 + UInt8(number))
    } else {
      append(contentsOf: String(number).utf8)
    }
  }

  /// A JSON string, escaped as the API server does: Go's encoder writes < > & as \u003c \u003e \u0026.
  mutating func put(quoted text: String) {
    append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { bytes in
      var start = 0
      for (index, byte) in bytes.enumerated() where Bytes.needsEscape(byte) {
        append(contentsOf: bytes[start..<index])
        putEscape(byte)
        start = index + 1
      }
      append(contentsOf: bytes[start...])
    }
    append(UInt8(ascii: "\""))
  }

  /// `"key":"value",` and nothing at all for an absent value.
  mutating func put(member key: StaticString, _ value: String?) {
    guard let value else { return }
    put(key: key)
    put(quoted: value)
    append(UInt8(ascii: ","))
  }

  mutating func put(member key: StaticString, _ value: Int) {
    put(key: key)
    put(value)
    append(UInt8(ascii: ","))
  }

  mutating func put(key: StaticString) {
    append(UInt8(ascii: "\""))
    put(key)
    append(UInt8(ascii: "\""))
    append(UInt8(ascii: ":"))
  }

  /// Turns a comma at the end into a closing bracket, or appends the bracket.
  mutating func close(_ bracket: Unicode.Scalar) {
    if last == UInt8(ascii: ",") { removeLast() }
    append(UInt8(ascii: bracket))
  }

  /// "2026-11-21T03:22:03Z" with its quotes.
  mutating func put(timeSeconds: Int64) {
    append(UInt8(ascii: "\""))
    putClock(timeSeconds)
    put("Z\"")
  }

  /// "2026-11-21T03:22:03.598730Z" with its quotes: the API's MicroTime.
  mutating func put(microTime moment: Moment) {
    append(UInt8(ascii: "\""))
    putClock(moment.seconds)
    append(UInt8(ascii: "."))
    putPadded(Int(moment.nanosecondsOfSecond / 1_000), digits: 6)
    put("Z\"")
  }

  /// 2026-11-21T03:22:03.598730123Z as the kubelet puts it in front of log lines.
  mutating func put(nanoTime moment: Moment) {
    putClock(moment.seconds)
    append(UInt8(ascii: "."))
    putPadded(Int(moment.nanosecondsOfSecond), digits: 9)
    append(UInt8(ascii: "Z"))
  }

  private mutating func putClock(_ seconds: Int64) {
    let date = CalendarDate(epochSeconds: seconds)
    putPadded(date.year, digits: 4)
    append(UInt8(ascii: "-"))
    putPadded(date.month, digits: 2)
    append(UInt8(ascii: "-"))
    putPadded(date.day, digits: 2)
    append(UInt8(ascii: "T"))
    putPadded(date.hour, digits: 2)
    append(UInt8(ascii: ":"))
    putPadded(date.minute, digits: 2)
    append(UInt8(ascii: ":"))
    putPadded(date.second, digits: 2)
  }

  mutating func putPadded(_ number: Int, digits: Int) {
    var scale = 1
    for _ in 1..<digits { scale *= 10 }
    while scale > 0 {
      append(48 + UInt8(truncatingIfNeeded: number / scale % 10))
      scale /= 10
    }
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x00...0x1f, UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "&"):
      true
    default: false
    }
  }

  private mutating func putEscape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""): put("\\\"")
    case UInt8(ascii: "\\"): put("\\\\")
    case UInt8(ascii: "\n"): put("\\n")
    case UInt8(ascii: "\r"): put("\\r")
    case UInt8(ascii: "\t"): put("\\t")
    default:
      put("\\u00")
      for digit in [byte >> 4, byte & 15] { append(digit < 10 ? 48 + digit : 87 + digit) }
    }
  }
}
