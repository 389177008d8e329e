extension World {
  static func timestamp(_ seconds: Int64) -> String {
    var text = Bytes()
    text.put(timeSeconds: seconds)
    return String(decoding: text.dropFirst().dropLast(), as: UTF8.self)
  }
}

/// The five fields of crontab(5): numbers, ranges, lists, `*` and steps; no names.
struct CronSchedule: Sendable {
  /// Minute, hour, day of the month, month, day of the week (0 is Sunday).
  private let fields: [Set<Int>]
  private let isDayFree, isWeekdayFree: Bool

  private static let macros = [
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
  ]

  init?(_ text: String) {
    let parts = (CronSchedule.macros[text] ?? text).split(separator: " ")
    let ranges = [0...59, 0...23, 1...31, 1...12, 0...6]
    guard parts.count == ranges.count else { return nil }
    var fields: [Set<Int>] = []
    for (part, range) in zip(parts, ranges) {
      guard let field = CronSchedule.field(part, range) else { return nil }
      fields.append(field)
    }
    self.fields = fields
    isDayFree = parts[2] == "*"
    isWeekdayFree = parts[4] == "*"
  }

  private static func field(_ text: Substring, _ range: ClosedRange<Int>) -> Set<Int>? {
    var found: Set<Int> = []
    for item in text.split(separator: ",") {
      let halves = item.split(separator: "/")
      guard let body = halves.first, halves.count <= 2 else { return nil }
      let step = halves.count == 2 ? Int(halves[1]) ?? 0 : 1
      let ends =
        body == "*"
        ? [range.lowerBound, range.upperBound] : body.split(separator: "-").compactMap { Int($0) }
      guard step > 0, let first = ends.first, let last = ends.last, first <= last else { return nil }
      let end = halves.count == 2 && ends.count == 1 ? range.upperBound : last
      found.formUnion(stride(from: first, through: end, by: step))
    }
    return found.allSatisfy(range.contains) ? found : nil
  }

  /// The moments of the schedule between two others.
  func moments(from start: Moment, until end: Moment) -> [Moment] {
    var moments: [Moment] = []
    var at = start
    while let next = next(after: at), next < end {
      moments.append(next)
      at = next
    }
    return moments
  }

  /// The first minute after a moment that fits, within a year.
  func next(after moment: Moment) -> Moment? {
    var minute = moment.seconds / 60 + 1
    let end = minute + 366 * 1_440
    while minute < end {
      let date = CalendarDate(epochSeconds: minute * 60)
      if !fields[3].contains(date.month) || !isDay(date) {
        minute += Int64(1_440 - date.hour * 60 - date.minute)
      } else if !fields[1].contains(date.hour) {
        minute += Int64(60 - date.minute)
      } else if !fields[0].contains(date.minute) {
        minute += 1
      } else {
        return Moment(seconds: minute * 60)
      }
    }
    return nil
  }

  /// When both a day of the month and one of the week are named, either will do.
  private func isDay(_ date: CalendarDate) -> Bool {
    let fits = (fields[2].contains(date.day), fields[4].contains(date.weekday))
    return isDayFree || isWeekdayFree ? fits.0 && fits.1 : fits.0 || fits.1
  }
}
