/// A CronJob's schedule as its controller reads it (robfig/cron v3, ParseStandard): five fields of numbers, names, ranges,
/// lists and steps, or a word such as @daily.
struct CronSchedule: Sendable {
  private var minutes: UInt64
  private var hours: UInt64
  private var days: UInt64
  private var months: UInt64
  private var weekdays: UInt64
  /// A day that both fields name must fit both where one of them is free, else either.
  private var isAnyDayFree: Bool
  /// `@every`: seconds from one to the next, whatever the calendar says.
  private var every: Int64?

  private static let words = [
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
  ]
  private static let monthNames = [
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10,
    "nov": 11, "dec": 12,
  ]
  private static let dayNames = ["sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6]

  /// nil for what is no schedule.
  init?(_ text: String) {
    if text.hasPrefix("@every ") {
      guard let seconds = Self.duration(text.dropFirst(7)) else { return nil }
      (minutes, hours, days, months, weekdays, isAnyDayFree) = (0, 0, 0, 0, 0, true)
      every = max(1, seconds)
      return
    }
    let fields = (Self.words[text] ?? text).split { $0 == " " || $0 == "\t" }
    guard fields.count == 5, let minutes = Self.field(fields[0], 0...59),
      let hours = Self.field(fields[1], 0...23), let days = Self.field(fields[2], 1...31),
      let months = Self.field(fields[3], 1...12, names: Self.monthNames),
      let weekdays = Self.field(fields[4], 0...6, names: Self.dayNames)
    else { return nil }
    self.minutes = minutes.bits
    self.hours = hours.bits
    self.days = days.bits
    self.months = months.bits
    self.weekdays = weekdays.bits
    isAnyDayFree = days.isFree || weekdays.isFree
  }

  /// The first moment of the schedule after another one, in seconds since 1970; nil where there is none in five years.
  func next(after seconds: Int64, in zone: TimeZoneRules) -> Int64? {
    if let every { return seconds + every }
    // Hours and minutes are stepped through as they pass, so that a change of the clock neither hides nor doubles more
    // than it does for the controller.
    var at = (seconds / 60 + 1) * 60
    let end = seconds + 5 * 366 * 86_400
    while at < end {
      let local = at + zone.offset(at: at)
      // Times before 1970 come from clusters too.
      let day = (local >= 0 ? local : local - 86_399) / 86_400
      let minute = Int(local - day * 86_400) / 60
      if !fits(day: day) {
        // Where a clock is put forward or back, midnight comes sooner or later than it seems.
        let left = 1_440 - minute
        at += Int64(left > 240 ? left - 180 : 60 - minute % 60) * 60
      } else if hours & 1 << UInt64(minute / 60) == 0 {
        at += Int64(60 - minute % 60) * 60
      } else if minutes & 1 << UInt64(minute % 60) == 0 {
        at += 60
      } else {
        return at
      }
    }
    return nil
  }

  /// - Parameter day: since 1970.
  private func fits(day: Int64) -> Bool {
    let date = CivilDate(day: day)
    guard months & 1 << UInt64(date.month) != 0 else { return false }
    let fitsDay = days & 1 << UInt64(date.dayOfMonth) != 0
    let fitsWeekday = weekdays & 1 << UInt64(date.weekday) != 0
    return isAnyDayFree ? fitsDay && fitsWeekday : fitsDay || fitsWeekday
  }

  // MARK: Reading

  private static func field(
    _ text: Substring, _ bounds: ClosedRange<Int>, names: [String: Int] = [:]
  ) -> (bits: UInt64, isFree: Bool)? {
    var (bits, isFree): (UInt64, Bool) = (0, false)
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let range = range(part, bounds, names) else { return nil }
      for value in stride(from: range.low, through: range.high, by: range.step) { bits |= 1 << UInt64(value) }
      if range.isFree { isFree = true }
    }
    return (bits, isFree)
  }

  private static func range(
    _ text: Substring, _ bounds: ClosedRange<Int>, _ names: [String: Int]
  ) -> (low: Int, high: Int, step: Int, isFree: Bool)? {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let body = halves.first, halves.count <= 2 else { return nil }
    func number(_ text: Substring) -> Int? {
      names[text.lowercased()] ?? (text.utf8.allSatisfy { $0 >= 48 && $0 <= 57 } ? Int(text) : nil)
    }
    var (low, high, isFree) = (bounds.lowerBound, bounds.upperBound, true)
    let ends = body.split(separator: "-", omittingEmptySubsequences: false)
    if body != "*", body != "?" {
      isFree = false
      guard ends.count <= 2, let first = number(ends[0]) else { return nil }
      low = first
      if ends.count == 2 {
        guard let last = number(ends[1]) else { return nil }
        high = last
      } else if halves.count == 1 {
        high = first
      }
    }
    var step = 1
    if halves.count == 2 {
      guard let number = number(halves[1]), number > 0 else { return nil }
      step = number
      if step > 1 { isFree = false }
    }
    guard low >= bounds.lowerBound, high <= bounds.upperBound, low <= high else { return nil }
    return (low, high, step, isFree)
  }

  /// "1h30m", "90s": Go's durations as far as whole seconds go.
  private static func duration(_ text: Substring) -> Int64? {
    var (total, number, hasNumber): (Int64, Int64, Bool) = (0, 0, false)
    for byte in text.utf8 {
      if byte >= 48, byte <= 57, number < 1 << 32 {
        (number, hasNumber) = (number * 10 + Int64(byte - 48), true)
        continue
      }
      let units: [UInt8: Int64] = [UInt8(ascii: "h"): 3_600, UInt8(ascii: "m"): 60, UInt8(ascii: "s"): 1]
      guard hasNumber, let unit = units[byte] else { return nil }
      total += number * unit
      if total > 1 << 40 { return nil }
      (number, hasNumber) = (0, false)
    }
    return hasNumber || text.isEmpty ? nil : total
  }
}

/// A day of the calendar (proleptic Gregorian).
struct CivilDate: Hashable {
  let year: Int
  let month: Int
  let dayOfMonth: Int
  /// 0 is Sunday.
  let weekday: Int

  /// - Parameter day: since 1970-01-01.
  init(day: Int64) {
    // Years begin with March here, so that the day that comes and goes is the last.
    let shifted = Int(day) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    dayOfMonth = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    weekday = ((Int(day) % 7) + 11) % 7
  }
}
