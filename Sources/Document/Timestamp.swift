/// A point in time as RFC 3339 writes it ("2026-11-21T08:09:24.123456Z"), computed by arithmetic alone.
package struct Timestamp: Sendable, Hashable {
  /// Whole seconds since 1970-01-01T00:00:00Z, rounded towards the past.
  package var seconds: Int64
  /// 0 ... 999,999,999, counted forwards from `seconds`. Digits after the ninth are dropped.
  package var nanoseconds: Int32

  package init(seconds: Int64, nanoseconds: Int32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  package init?(_ text: String) {
    var text = text
    guard let value = text.withUTF8({ Timestamp(UnsafeRawBufferPointer($0)) }) else { return nil }
    self = value
  }

  /// Reads the whole of `bytes`; nil when they are no RFC 3339 date and time. A leap second counts as the
  /// next minute's first.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    var reader = DigitReader(bytes: bytes)
    guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
      let day = reader.number(2), reader.take("T") || reader.take("t") || reader.take(" "),
      let hour = reader.number(2), reader.take(":"), let minute = reader.number(2), reader.take(":"),
      let second = reader.number(2),
      (1...12).contains(month), (1...Timestamp.days(in: month, of: year)).contains(day), hour <= 23,
      minute <= 59, second <= 60
    else { return nil }
    var fraction: Int32 = 0
    if reader.take(".") {
      guard let digits = reader.fraction() else { return nil }
      fraction = digits
    }
    guard let offset = reader.offsetSeconds(), reader.isAtEnd else { return nil }
    let days = Timestamp.daysSinceEpoch(year: year, month: month, day: day)
    seconds = Int64(days * 86_400 + hour * 3_600 + minute * 60 + second - offset)
    nanoseconds = fraction
  }

  /// nil when it does not fit 64 bits: before 1677 or after 2262.
  package var nanosecondsSinceEpoch: Int64? {
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = scaled.addingReportingOverflow(Int64(nanoseconds))
    return overflow || carry ? nil : sum
  }

  /// Days from 1970-01-01 in the Gregorian calendar. The year is taken to start in March, so that the leap
  /// day is its last and months have fixed offsets.
  private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month > 2 ? year : year - 1
    let marchMonth = (month + 9) % 12
    let leapDays = floorDivide(marchYear, 4) - floorDivide(marchYear, 100) + floorDivide(marchYear, 400)
    return marchYear * 365 + leapDays + (marchMonth * 153 + 2) / 5 + day - 1 - 719_468
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func floorDivide(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : (a - b + 1) / b }
}

/// Reads fixed numbers of digits from bytes.
private struct DigitReader {
  let bytes: UnsafeRawBufferPointer
  var at = 0

  var isAtEnd: Bool { at == bytes.count }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard at < bytes.count, bytes[at] == UInt8(truncatingIfNeeded: character.value) else { return false }
    at += 1
    return true
  }

  mutating func digit() -> Int? {
    guard at < bytes.count, bytes[at] &- 48 < 10 else { return nil }
    at += 1
    return Int(bytes[at - 1] &- 48)
  }

  mutating func number(_ digits: Int) -> Int? {
    var value = 0
    for _ in 0..<digits {
      guard let next = digit() else { return nil }
      value = value * 10 + next
    }
    return value
  }

  /// The digits after a point as nanoseconds; at least one.
  mutating func fraction() -> Int32? {
    guard var value = digit() else { return nil }
    var count = 1
    while let next = digit() {
      if count < 9 { value = value * 10 + next }
      count += 1
    }
    for _ in min(count, 9)..<9 { value *= 10 }
    return Int32(value)
  }

  /// "Z" or "+02:00", in seconds east of UTC.
  mutating func offsetSeconds() -> Int? {
    if take("Z") || take("z") { return 0 }
    let sign = take("+") ? 1 : take("-") ? -1 : 0
    guard sign != 0, let hours = number(2), take(":"), let minutes = number(2), hours <= 23, minutes <= 59
    else { return nil }
    return sign * (hours * 3_600 + minutes * 60)
  }
}
