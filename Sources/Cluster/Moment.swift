import Document

/// Times inside a text: kept as a marked number and drawn as the time that has passed, so that a row that does not
/// change still tells the truth a minute later.
package enum Moment {
  static let marker: UInt8 = 0x1E  // RS, which no text from a cluster keeps

  /// To be put into a row's reason: draws as "42 s ago".
  package static func mark(_ epochSeconds: Int64) -> String { "\u{1E}\(epochSeconds)\u{1E}" }

  /// The same without "ago", for what still goes on: "not ready for \(lasting)" draws as "not ready for 42s".
  package static func lasting(since epochSeconds: Int64) -> String { "\u{1E}=\(epochSeconds)\u{1E}" }

  /// A text from a cluster, made fit to stand beside marks: control characters become blanks, runs of them one.
  package static func plain(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      let isControl = byte < 0x20 || byte == 0x7F
      if !isControl { bytes.append(byte) } else if bytes.last != 0x20 { bytes.append(0x20) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A text with marks as a person reads it at `now`.
  package static func rendered(_ text: String, now: Int64) -> String {
    var text = text
    return text.withUTF8 { render(UnsafeRawBufferPointer($0), now: now) }
  }

  /// A text with marks for scripts and files, which are read at another time: "at 2026-11-21T08:09:24Z", and "since"
  /// that for what still goes on.
  package static func dated(_ text: String) -> String {
    guard text.utf8.contains(marker) else { return text }
    var out = ""
    for (index, part) in text.utf8.split(separator: marker, omittingEmptySubsequences: false).enumerated() {
      let text = String(part) ?? ""
      if index % 2 == 1, let moment = Int64(text) {
        out += "at \(stamp(moment))"
      } else if index % 2 == 1, text.hasPrefix("="), let moment = Int64(text.dropFirst()) {
        if out.hasSuffix(" for ") { out.removeLast(4) }
        out += "since \(stamp(moment))"
      } else {
        out += text
      }
    }
    return out
  }

  /// RFC 3339; what no calendar holds is drawn as the nearest that it does.
  private static func stamp(_ seconds: Int64) -> String {
    Timestamp(seconds: max(0, min(253_402_300_799, seconds))).text
  }

  static func render(_ bytes: UnsafeRawBufferPointer, now: Int64) -> String {
    guard bytes.contains(marker) else { return String(decoding: bytes, as: UTF8.self) }
    var out = ""
    for (index, part) in bytes.split(separator: marker, omittingEmptySubsequences: false).enumerated() {
      let text = String(decoding: part, as: UTF8.self)
      if index % 2 == 1, let moment = Int64(text) {
        out += Age.text(seconds: now - moment) + " ago"
      } else if index % 2 == 1, text.hasPrefix("="), let moment = Int64(text.dropFirst()) {
        out += Age.text(seconds: now - moment)
      } else {
        out += text
      }
    }
    return out
  }
}

/// Durations as kubectl prints them (k8s.io/apimachinery duration.HumanDuration): at most two units, never more
/// than a reader needs.
package enum Age {
  package static func text(seconds: Int64) -> String {
    if seconds < -1 { return "<invalid>" }
    if seconds < 0 { return "0s" }
    if seconds < 120 { return "\(seconds)s" }
    let minutes = seconds / 60
    if minutes < 10 { return seconds % 60 == 0 ? "\(minutes)m" : "\(minutes)m\(seconds % 60)s" }
    if minutes < 180 { return "\(minutes)m" }
    let hours = seconds / 3600
    if hours < 8 { return minutes % 60 == 0 ? "\(hours)h" : "\(hours)h\(minutes % 60)m" }
    if hours < 48 { return "\(hours)h" }
    let days = hours / 24
    if hours < 192 { return hours % 24 == 0 ? "\(days)d" : "\(days)d\(hours % 24)h" }
    if days < 365 * 2 { return "\(days)d" }
    let years = days / 365
    if days < 365 * 8 { return days % 365 == 0 ? "\(years)y" : "\(years)y\(days % 365)d" }
    return "\(years)y"
  }

  /// How long `text(seconds:)` stays the same: when to draw again.
  package static func secondsUntilChange(seconds: Int64) -> Int64 {
    let unit: Int64 =
      switch seconds {
      case ..<600: 1
      case ..<(8 * 3600): 60
      case ..<(192 * 3600): 3600
      default: 86_400
      }
    return unit - max(0, seconds) % unit
  }
}
