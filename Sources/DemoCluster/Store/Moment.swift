/// A point in simulated time, in nanoseconds since 1970 UTC. Arithmetic stops at the ends of what fits: some of its
/// numbers come from requests.
struct Moment: Hashable, Comparable, Sendable {
  var nanoseconds: Int64

  init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }
  init(seconds: Int64) {
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    nanoseconds = overflow ? (seconds < 0 ? Int64.min : Int64.max) : scaled
  }

  /// Whole seconds, rounded towards the past: what timestamps in objects hold.
  var seconds: Int64 { nanoseconds / 1_000_000_000 - (nanoseconds % 1_000_000_000 < 0 ? 1 : 0) }
  var nanosecondsOfSecond: Int64 {
    let rest = nanoseconds % 1_000_000_000
    return rest < 0 ? rest + 1_000_000_000 : rest
  }

  static func + (moment: Moment, seconds: Double) -> Moment {
    let scaled = Int64(min(max(seconds * 1e9, -9.2e18), 9.2e18))
    let (sum, overflow) = moment.nanoseconds.addingReportingOverflow(scaled)
    return Moment(nanoseconds: overflow ? (scaled < 0 ? Int64.min : Int64.max) : sum)
  }
  static func - (moment: Moment, seconds: Double) -> Moment { moment + -seconds }
  /// Seconds from `b` to `a`.
  static func - (a: Moment, b: Moment) -> Double {
    let (difference, overflow) = a.nanoseconds.subtractingReportingOverflow(b.nanoseconds)
    return overflow ? (a < b ? -1 : 1) * 9.2e9 : Double(difference) / 1e9
  }
  static func < (a: Moment, b: Moment) -> Bool { a.nanoseconds < b.nanoseconds }
}

/// A moment on the Gregorian calendar, in UTC.
struct CalendarDate: Hashable, Sendable {
  var year, month, day, hour, minute, second: Int
  /// 0 is Sunday, as in crontab(5).
  var weekday: Int

  init(epochSeconds: Int64) {
    let days = Int(epochSeconds >= 0 ? epochSeconds / 86_400 : (epochSeconds - 86_399) / 86_400)
    let rest = Int(epochSeconds) - days * 86_400
    hour = rest / 3_600
    minute = rest / 60 % 60
    second = rest % 60
    weekday = ((days + 4) % 7 + 7) % 7
    // Eras of 400 years that begin on the 1st of March, so that the leap day is the last of its year.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }
}
