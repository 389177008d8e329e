import Document

/// Moments as a person reads them off a clock in their own time zone.
enum ClockWords {
  private static let daySeconds: Int64 = 86_400
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// "14:02:05"; of another day than `now` with that: "Nov 20 14:02". Seconds since 1970.
  static func text(_ at: Int64, now: Int64, zoneOffsetSeconds: Int) -> String {
    let zone = Int64(zoneOffsetSeconds)
    let sound = max(-(1 << 40), min(1 << 40, at))
    let stamp = Array(Timestamp(seconds: sound + zone).text)
    guard stamp.count >= 19, let month = Int(String(stamp[5..<7])), months.indices.contains(month - 1) else {
      return "?"
    }
    func day(_ seconds: Int64) -> Int64 { Int64((Double(seconds) / Double(daySeconds)).rounded(.down)) }
    if day(sound + zone) == day(now + zone) { return String(stamp[11..<19]) }
    return "\(months[month - 1]) \(String(stamp[8..<10])) \(String(stamp[11..<16]))"
  }
}
