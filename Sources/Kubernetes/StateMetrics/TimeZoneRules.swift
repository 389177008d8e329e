import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How far a time zone's clocks are from UTC at each moment, as the system's database tells it (TZif, RFC 9636).
struct TimeZoneRules: Sendable {
  static let utc = TimeZoneRules(moments: [], offsets: [0])

  /// When the offset changes, ascending, in seconds since 1970.
  private let moments: [Int64]
  /// The first before all moments, then one from each of them on.
  private let offsets: [Int64]

  private init(moments: [Int64], offsets: [Int64]) {
    self.moments = moments
    self.offsets = offsets
  }

  func offset(at seconds: Int64) -> Int64 {
    var (low, high) = (0, moments.count)
    while low < high {
      let middle = (low + high) / 2
      if moments[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return offsets[low]
  }

  // MARK: The database

  private static let known = Mutex<[String: TimeZoneRules?]>([:])
  private static let folders = ["/usr/share/zoneinfo/", "/usr/lib/zoneinfo/", "/usr/share/lib/zoneinfo/"]
  /// Names come from the cluster: so many are kept.
  private static let maxKnown = 512
  private static let maxBytes = 64 << 10

  /// nil for a zone that the system does not know.
  static func named(_ name: String) -> TimeZoneRules? {
    if ["", "UTC", "Etc/UTC", "GMT", "Etc/GMT"].contains(name) { return utc }
    if let found = known.withLock({ $0[name] }) { return found }
    let rules = isName(name) ? folders.lazy.compactMap { read($0 + name) }.first : nil
    known.withLock { if $0.count < maxKnown { $0[name] = .some(rules) } }
    return rules
  }

  /// "Europe/Berlin", "Etc/GMT-14": nothing that leads out of the folder.
  private static func isName(_ name: String) -> Bool {
    name.utf8.count <= 64
      && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
        !part.isEmpty
          && part.utf8.allSatisfy { byte in
            (byte | 32 >= 97 && byte | 32 <= 122) || (byte >= 48 && byte <= 57) || "_+-".utf8.contains(byte)
          }
      }
  }

  private static func read(_ path: String) -> TimeZoneRules? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: maxBytes)
    let count = fread(&bytes, 1, bytes.count, file)
    return TimeZoneRules(file: bytes[..<count])
  }

  /// nil for bytes that are no TZif file of version 2 or later.
  init?(file: ArraySlice<UInt8>) {
    guard let first = Header(file), first.version >= UInt8(ascii: "2") else { return nil }
    // The first block is for readers that know no 64-bit numbers.
    let rest = file.dropFirst(Header.bytes + first.blockBytes(timeBytes: 4))
    guard let header = Header(rest), header.typeCount > 0,
      rest.count >= Header.bytes + header.blockBytes(timeBytes: 8)
    else { return nil }
    let block = rest.dropFirst(Header.bytes)
    let indexes = block.dropFirst(header.timeCount * 8)
    let types = indexes.dropFirst(header.timeCount)
    func offset(_ type: Int) -> Int64? {
      guard type < header.typeCount else { return nil }
      return Int64(Int32(truncatingIfNeeded: Self.number(types.dropFirst(type * 6), bytes: 4)))
    }
    guard let standard = offset(0) else { return nil }
    var moments: [Int64] = []
    var offsets = [standard]
    for index in 0..<header.timeCount {
      let moment = Self.number(block.dropFirst(index * 8), bytes: 8)
      guard let offset = offset(Int(indexes[indexes.startIndex + index])),
        moments.last.map({ $0 < moment }) ?? true
      else { return nil }
      moments.append(moment)
      offsets.append(offset)
    }
    let footer = block.dropFirst(header.blockBytes(timeBytes: 8))
    if let rule = PosixZone(footer) {
      let last = moments.last ?? Int64.min
      for (moment, offset) in rule.changes(years: 2024...2060) where moment > last {
        moments.append(moment)
        offsets.append(offset)
      }
    }
    self.init(moments: moments, offsets: offsets)
  }

  fileprivate static func number(_ bytes: ArraySlice<UInt8>, bytes count: Int) -> Int64 {
    bytes.prefix(count).reduce(0) { $0 << 8 | Int64($1) }
  }

  private struct Header {
    static let bytes = 44
    let version: UInt8
    let typeCount: Int
    let timeCount: Int
    private let letterCount: Int
    private let leapCount: Int
    private let standardCount: Int
    private let utCount: Int

    init?(_ bytes: ArraySlice<UInt8>) {
      guard bytes.count >= Self.bytes, bytes.starts(with: "TZif".utf8) else { return nil }
      version = bytes[bytes.startIndex + 4]
      let counts = (0..<6).map { Int(TimeZoneRules.number(bytes.dropFirst(20 + $0 * 4), bytes: 4)) }
      guard counts.allSatisfy({ $0 < TimeZoneRules.maxBytes }) else { return nil }
      (utCount, standardCount, leapCount) = (counts[0], counts[1], counts[2])
      (timeCount, typeCount, letterCount) = (counts[3], counts[4], counts[5])
    }

    func blockBytes(timeBytes: Int) -> Int {
      timeCount * (timeBytes + 1) + typeCount * 6 + letterCount + leapCount * (timeBytes + 4) + standardCount
        + utCount
    }
  }
}

/// What stands at the end of a TZif file for all time to come: "CET-1CEST,M3.5.0,M10.5.0/3" (POSIX, TZ). Days are read as
/// months, weeks and weekdays, the only form in use.
private struct PosixZone {
  private struct Day {
    var month: Int
    var week: Int
    var weekday: Int
    /// Seconds from midnight.
    var time: Int64
  }

  private let standard: Int64
  private let summer: Int64
  private let begins: Day
  private let ends: Day

  /// nil for a zone whose clocks are not changed, and for what can't be read.
  init?(_ footer: ArraySlice<UInt8>) {
    let line = footer.dropFirst().prefix { $0 != UInt8(ascii: "\n") }
    let parts = String(decoding: line, as: UTF8.self).split(separator: ",")
    guard parts.count == 3 else { return nil }
    var rest = Self.afterName(parts[0])
    guard let west = Self.time(&rest) else { return nil }
    standard = -west
    rest = Self.afterName(rest)
    summer = rest.isEmpty ? standard + 3_600 : -(Self.time(&rest) ?? west - 3_600)
    guard let begins = Self.day(parts[1]), let ends = Self.day(parts[2]) else { return nil }
    self.begins = begins
    self.ends = ends
  }

  func changes(years: ClosedRange<Int>) -> [(moment: Int64, offset: Int64)] {
    years.flatMap { year in
      [
        (Self.moment(begins, year) - standard, summer), (Self.moment(ends, year) - summer, standard),
      ]
    }.sorted { $0.0 < $1.0 }
  }

  /// By the clock on the wall, in seconds since 1970.
  private static func moment(_ rule: Day, _ year: Int) -> Int64 {
    func firstDay(_ year: Int, _ month: Int) -> Int64 {
      // The 27th of the month before is near; the calendar itself finds the first.
      var day = Int64((year - 1970) * 365 + (year - 1969) / 4 + (month - 1) * 30 - 3)
      while CivilDate(day: day).month != month || CivilDate(day: day).dayOfMonth != 1 { day += 1 }
      return day
    }
    let first = firstDay(year, rule.month)
    var day =
      first + Int64((rule.weekday - CivilDate(day: first).weekday + 7) % 7) + Int64((rule.week - 1) * 7)
    // The fifth week is the last, which may be the fourth.
    while CivilDate(day: day).month != rule.month { day -= 7 }
    return day * 86_400 + rule.time
  }

  /// "M10.5.0/3"
  private static func day(_ text: Substring) -> Day? {
    let halves = text.split(separator: "/")
    guard let body = halves.first, body.first == "M" else { return nil }
    let numbers = body.dropFirst().split(separator: ".").compactMap { Int($0) }
    guard numbers.count == 3, (1...12).contains(numbers[0]), (1...5).contains(numbers[1]),
      (0...6).contains(numbers[2])
    else { return nil }
    var rest = halves.count > 1 ? halves[1] : "2"
    guard let time = time(&rest) else { return nil }
    return Day(month: numbers[0], week: numbers[1], weekday: numbers[2], time: time)
  }

  /// "<+1030>" or "CET"
  private static func afterName(_ text: Substring) -> Substring {
    if text.first == "<" { return text.drop { $0 != ">" }.dropFirst() }
    return text.drop { $0.isLetter }
  }

  /// "-10:30", in seconds; takes it off the text.
  private static func time(_ text: inout Substring) -> Int64? {
    let sign: Int64 = text.first == "-" ? -1 : 1
    if text.first == "-" || text.first == "+" { text.removeFirst() }
    let digits = text.prefix { $0.isNumber || $0 == ":" }
    text = text.dropFirst(digits.count)
    let parts = digits.split(separator: ":").compactMap { Int64($0) }
    guard let hours = parts.first, parts.allSatisfy({ $0 < 1_000 }) else { return nil }
    return sign * (hours * 3_600 + (parts.count > 1 ? parts[1] * 60 : 0) + (parts.count > 2 ? parts[2] : 0))
  }
}
