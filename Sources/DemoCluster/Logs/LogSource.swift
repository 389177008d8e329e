/// The log of one run of a container.
///
/// Nothing of it is stored: each line is made from the run's id and its place in time, so that any part can
/// be read at any moment, in any order, and always says the same.
struct LogSource: Sendable {
  let id: UInt64
  let program: Program
  let pod: String
  let started: Moment
  /// nil while it runs.
  let ended: Moment?
  let exitCode: Int?

  /// The lines of one second; the log is made second by second.
  private func lines(second: Int64) -> [(moment: Moment, text: String)] {
    var dice = Dice(seed: Dice.mixed(id &+ UInt64(bitPattern: second)))
    // Busy and quiet minutes.
    let busy = 0.6 + Double(Dice.mixed(id ^ UInt64(bitPattern: second / 60)) % 900) / 1_000
    let wanted = program.linesPerSecond * busy
    let count = Int(wanted) + (dice.fraction() < wanted - Double(Int(wanted)) ? 1 : 0)
    var found: [(Moment, String)] = []
    let base = started + Double(second)
    if let script = program.script {
      return script.lines(second: second).map { line in
        let moment = started + line.seconds
        return (moment, line.text.replacingMark("\u{E001}date", with: World.date(moment)))
      }
    }
    let banner = program.log.banner(pod: pod)
    let quiet = Int64(program.quietSeconds)
    for (index, text) in banner.enumerated() {
      // That it listens it says when it does.
      if second == (index + 1 < banner.count ? 0 : quiet) {
        found.append((base + 0.02 * Double(index + 1), text))
      }
    }
    for index in 0..<(second < quiet ? 0 : count) {
      let moment = base + (Double(index) + 0.15 + 0.7 * dice.fraction()) / Double(count)
      for (offset, text) in program.log.lines(at: moment, &dice).enumerated() {
        found.append((Moment(nanoseconds: moment.nanoseconds + Int64(offset) * 41_337), text))
      }
    }
    return found
  }

  /// What it said before it stopped.
  private var farewell: [(moment: Moment, text: String)] {
    guard let ended, let exitCode else { return [] }
    // Whoever is killed says nothing.
    if exitCode == 137 { return [] }
    if program.script != nil {
      return program.lastWords.map { (ended - 0.001, $0) }
    }
    let words = exitCode == 0 ? [program.log.goodbye] : program.lastWords
    return words.enumerated().map { index, text in (ended - 0.001 * Double(words.count - index), text) }
  }

  /// The runtime keeps a few files of a log and serves the newest: old lines go in pieces.
  private func firstSecond(until now: Moment) -> Int64 {
    let period = max(600, Int64(3_000 / max(0.01, program.linesPerSecond)))
    let age = Int64((ended ?? now) - started)
    return max(0, (age / period - 1) * period)
  }

  private func lastSecond(until now: Moment) -> Int64 { max(0, Int64(min(ended ?? now, now) - started)) }

  /// Calls `body` with the lines after one moment and up to another, in order.
  func forEach(after start: Moment?, until now: Moment, _ body: (Moment, String) -> Void) {
    var second = firstSecond(until: now)
    if let start, start > started { second = max(second, Int64(start - started)) }
    let last = lastSecond(until: now)
    let end = min(ended ?? now, now)
    // What a run says last, it says after all else.
    let farewell = ended.map { $0 <= now } == true ? farewell : []
    let cut = farewell.first?.moment ?? end
    while second <= last {
      for (moment, text) in lines(second: second) where moment <= end && moment <= cut {
        if let start, moment <= start { continue }
        body(moment, text)
      }
      second += 1
    }
    for (moment, text) in farewell {
      if let start, moment <= start { continue }
      body(moment, text)
    }
  }

  /// The last `count` lines up to a moment.
  func tail(_ count: Int, after start: Moment?, until now: Moment) -> [(moment: Moment, text: String)] {
    if count <= 0 { return [] }
    // As many seconds back as the lines may need, and more if they were quiet ones.
    var seconds = Double(count) / max(0.01, program.linesPerSecond) * 2 + 5
    while true {
      var from = (min(ended ?? now, now)) - seconds
      if let start, start > from { from = start }
      var found: [(Moment, String)] = []
      forEach(after: from < started ? nil : from, until: now) { found.append(($0, $1)) }
      if found.count >= count || from <= started || start == from { return Array(found.suffix(count)) }
      if from <= started + Double(firstSecond(until: now)) { return Array(found.suffix(count)) }
      seconds *= 3
    }
  }

  /// When the next line after a moment comes; nil when none will within an hour.
  func next(after moment: Moment) -> Moment? {
    var second = max(0, Int64(moment - started))
    for _ in 0..<3_600 {
      if let found = lines(second: second).first(where: { $0.moment > moment }) { return found.moment }
      second += 1
    }
    return nil
  }
}

extension World {
  /// "Sat Nov 21 08:00:20 UTC 2026", as date(1) says it.
  static func date(_ moment: Moment) -> String {
    let date = CalendarDate(epochSeconds: moment.seconds)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    var clock = Bytes()
    for (index, part) in [date.hour, date.minute, date.second].enumerated() {
      if index > 0 { clock.put(":") }
      clock.putPadded(part, digits: 2)
    }
    return "\(days[date.weekday]) \(months[date.month - 1]) \(date.day) "
      + "\(String(decoding: clock, as: UTF8.self)) UTC \(date.year)"
  }
}
