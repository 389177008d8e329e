import Cluster
import Document

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How moments are written: in which zone, and counted from which now.
package enum TimeZoneChoice: Sendable {
  case utc
  /// The zone of the person's machine, as kubectl does.
  case local
}

/// Writes the moments of an object: absolute as kubectl does, relative to one fixed now.
struct PageClock: Sendable {
  /// Seconds since 1970.
  var now: Int64
  var zone: TimeZoneChoice

  /// "Sat, 21 Nov 2026 03:11:17 +0000" (RFC 1123 with a numeric zone), or `absent` where there is no moment.
  func date(_ value: JSON, absent: Marked = .unset) -> Marked {
    guard let text = value.string else { return absent }
    guard let moment = Timestamp(text) else { return Marked(text) }
    let parts = local(moment.seconds)
    let day = "\(PageClock.days[parts.weekday]), \(pad(parts.day))"
    let date = "\(day) \(PageClock.months[parts.month - 1]) \(pad(parts.year, 4))"
    return Marked("\(date) \(time(parts)) \(offset(parts.offset))")
  }

  /// "2026-11-21 03:11:10 +0000 UTC", as Go prints a time.
  func plainDate(_ value: JSON) -> Marked {
    guard let text = value.string else { return .unset }
    guard let moment = Timestamp(text) else { return Marked(text) }
    let parts = local(moment.seconds)
    let date = "\(pad(parts.year, 4))-\(pad(parts.month))-\(pad(parts.day))"
    return Marked("\(date) \(time(parts)) \(offset(parts.offset)) \(parts.zone)")
  }

  /// "11m", the time since then.
  func age(_ value: JSON) -> String {
    guard let moment = value.string.flatMap({ Timestamp($0) }) else { return "<unknown>" }
    return age(moment)
  }

  /// As old as the whole seconds that have passed; now has no fraction, so one of the moment takes a second
  /// off.
  func age(_ moment: Timestamp) -> String {
    Age.text(seconds: now - moment.seconds - (moment.nanoseconds > 0 ? 1 : 0))
  }

  private struct Parts {
    var year = 1970
    var month = 1
    var day = 1
    /// Seconds since midnight.
    var second = 0
    var weekday = 0
    /// Seconds east of UTC.
    var offset = 0
    var zone = "UTC"
  }

  private func local(_ seconds: Int64) -> Parts {
    var parts = Parts()
    if zone == .local {
      _ = PageClock.zoneIsLoaded
      var moment = time_t(seconds)
      var broken = tm()
      if localtime_r(&moment, &broken) != nil {
        parts.offset = Int(broken.tm_gmtoff)
        parts.zone = broken.tm_zone.map { String(cString: $0) } ?? ""
      }
    }
    let shifted = Int(seconds) + parts.offset
    let days = PageClock.floorDivide(shifted, 86_400)
    parts.second = shifted - days * 86_400
    parts.weekday = ((days + 4) % 7 + 7) % 7
    (parts.year, parts.month, parts.day) = PageClock.civil(days)
    return parts
  }

  /// localtime_r need not look at TZ; tzset does, once.
  private static let zoneIsLoaded: Void = tzset()

  /// Year, month and day of a number of days since 1970, by counting from the 1st of March, so that a leap
  /// day is the last of its year.
  private static func civil(_ days: Int) -> (Int, Int, Int) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
    return (year, month < 10 ? month + 3 : month - 9, day)
  }

  private static func floorDivide(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : (a - b + 1) / b }

  private func time(_ parts: Parts) -> String {
    "\(pad(parts.second / 3_600)):\(pad(parts.second / 60 % 60)):\(pad(parts.second % 60))"
  }

  private func offset(_ seconds: Int) -> String {
    (seconds < 0 ? "-" : "+") + pad(abs(seconds) / 3_600) + pad(abs(seconds) / 60 % 60)
  }

  private func pad(_ value: Int, _ width: Int = 2) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
