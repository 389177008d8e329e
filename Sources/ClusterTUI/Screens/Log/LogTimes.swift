import Cluster
import Document

/// In which form the times before lines are shown.
enum LogTimes: CaseIterable {
  case none, local, utc, relative

  var next: LogTimes {
    switch self {
    case .none: .local
    case .local: .utc
    case .utc: .relative
    case .relative: .none
    }
  }

  /// "14:02:33.123", with the day where that was another: "11-20 14:02:33"; "14:02:33.123Z"; "3m12s".
  ///
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - offset: seconds that local time is ahead of UTC.
  func text(_ nanoseconds: Int64, now: Int64, offset: Int) -> String {
    switch self {
    case .none: return ""
    case .relative:
      let text = Age.text(seconds: max(0, now - nanoseconds / 1_000_000_000))
      return String(repeating: " ", count: max(0, 6 - text.count)) + text
    case .utc: return Self.clock(nanoseconds, now: now, offset: 0) + "Z"
    case .local: return Self.clock(nanoseconds, now: now, offset: offset)
    }
  }

  private static func clock(_ nanoseconds: Int64, now: Int64, offset: Int) -> String {
    let seconds = nanoseconds / 1_000_000_000 + Int64(offset)
    let text = Timestamp(seconds: seconds).text
    let time = text.dropFirst(11).prefix(8)
    // Whoever reads it takes a time without a day for today's.
    guard floorDay(seconds) >= floorDay(now + Int64(offset)) else {
      return "\(text.dropFirst(5).prefix(5)) \(time)"
    }
    let milli = String(nanoseconds / 1_000_000 % 1_000)
    return "\(time)." + String(repeating: "0", count: max(0, 3 - milli.count)) + milli
  }

  private static func floorDay(_ seconds: Int64) -> Int64 {
    seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
  }
}

/// A stretch of time as a person types it: "-15m", "14:02", "14:02 to 14:10", "2026-11-21 14:02", RFC 3339.
struct LogStretch: Equatable {
  /// Seconds since 1970.
  var since: Int64?
  var until: Int64?

  enum Reading: Equatable {
    case stretch(LogStretch)
    case wrong(String)
  }

  static func read(_ text: String, now: Int64, offset: Int) -> Reading {
    var parts = [text]
    for separator in [" to ", "..", " until "] where parts.count == 1 {
      parts = Self.split(text, separator)
    }
    var moments: [Int64?] = []
    for part in parts {
      let part = Self.trimmed(part)
      if part.isEmpty {
        moments.append(nil)
      } else if let moment = Self.moment(part, now: now, offset: offset) {
        // Counted in nanoseconds from there on.
        guard abs(moment) < 9_000_000_000 else { return .wrong("'\(part)' is too far away") }
        moments.append(moment)
      } else {
        return .wrong("'\(part)' is no time: write -15m, 14:02, 2026-11-21 14:02 or 14:02 to 14:10")
      }
    }
    let stretch = LogStretch(since: moments[0], until: moments.count > 1 ? moments[1] : nil)
    if let since = stretch.since, let until = stretch.until, until < since {
      return .wrong("it ends before it begins")
    }
    return .stretch(stretch)
  }

  private static func split(_ text: String, _ separator: String) -> [String] {
    let padded = separator == ".." ? text : " \(text) "
    guard let range = padded.firstRange(of: separator) else { return [text] }
    return [String(padded[..<range.lowerBound]), String(padded[range.upperBound...])]
  }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  private static func moment(_ text: String, now: Int64, offset: Int) -> Int64? {
    if text == "now" { return now }
    if let seconds = duration(text) { return now - seconds }
    if let stamp = Timestamp(text) { return stamp.seconds }
    // Local times: a day, a time of today or of the day before, or both.
    let today = String(Timestamp(seconds: now + Int64(offset)).text.prefix(10))
    let words = text.split(whereSeparator: { $0 == " " || $0 == "T" }).map(String.init)
    guard let last = words.last, words.count <= 2 else { return nil }
    let hasDay = words[0].count == 10
    if words.count == 2, !hasDay { return nil }
    let time = hasDay && words.count == 1 ? "00:00:00" : Self.clock(last)
    guard let time, let stamp = Timestamp("\(hasDay ? words[0] : today)T\(time)Z") else { return nil }
    let moment = stamp.seconds - Int64(offset)
    return !hasDay && moment > now ? moment - 86_400 : moment
  }

  /// "14:02" and "14:02:33"
  private static func clock(_ text: String) -> String? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts.allSatisfy({ (1...2).contains($0.count) && Int($0) != nil })
    else {
      return nil
    }
    return (parts.map { $0.count == 1 ? "0\($0)" : String($0) } + (parts.count == 2 ? ["00"] : [])).joined(
      separator: ":")
  }

  /// "15m", "-2h30m"
  private static func duration(_ text: String) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
    var total: Int64 = 0
    var digits = ""
    var hasUnit = false
    for character in text.hasPrefix("-") ? text.dropFirst() : text[...] {
      if character.isASCII, character.isNumber {
        digits.append(character)
      } else if let unit = units[character], let number = Int64(digits), number < 10_000_000 {
        total += number * unit
        (digits, hasUnit) = ("", true)
      } else {
        return nil
      }
    }
    return hasUnit && digits.isEmpty ? total : nil
  }
}
