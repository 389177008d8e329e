import Foundation
import Testing

@testable import Document

@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0, 0), ("2026-11-21T03:11:17Z", 1_795_230_677, 0),
    ("2026-11-21T03:11:17.5Z", 1_795_230_677, 500_000_000),
    ("2026-11-21T03:11:17.123456789123Z", 1_795_230_677, 123_456_789),
    ("2026-11-21T05:11:17+02:00", 1_795_230_677, 0), ("2026-11-20T21:41:17-05:30", 1_795_230_677, 0),
    ("2026-11-21t03:11:17z", 1_795_230_677, 0), ("2026-11-21 03:11:17Z", 1_795_230_677, 0),
    ("2000-02-29T23:59:60Z", 951_868_800, 0), ("1969-12-31T23:59:59.25Z", -1, 250_000_000),
    ("0001-01-01T00:00:00Z", -62_135_596_800, 0), ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
  ])
  func aTimeIsSecondsSinceTheEpoch(_ text: String, _ seconds: Int, _ nanoseconds: Int) {
    #expect(Timestamp(text) == Timestamp(seconds: Int64(seconds), nanoseconds: Int32(nanoseconds)))
    withGuarded(Array("\"\(text)\"".utf8)) { #expect(JSONSlice($0).epochSeconds == Int64(seconds)) }
  }

  @Test(arguments: [
    "", "2026-11-21", "2026-11-21T03:11:17", "2026-13-21T03:11:17Z", "2026-00-21T03:11:17Z",
    "2026-11-32T03:11:17Z",
    "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "1900-02-29T00:00:00Z", "2026-11-21T24:00:00Z",
    "2026-11-21T03:60:00Z", "2026-11-21T03:11:61Z", "2026-11-21T03:11:17.Z", "2026-11-21T03:11:17+0200",
    "2026-11-21T03:11:17Zx", "26-11-21T03:11:17Z", "2026-11-21T03:11:17+24:00", "null",
    "2026/11/21T03:11:17Z",
  ])
  func whatIsNoTimeIsNone(_ text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test func everyDayAgreesWithTheSystemsCalendar() {
    var numbers = SeededNumbers(seed: 3)
    for _ in 0..<2_000 {
      var seconds = time_t(numbers.below(253_402_300_800)) - 62_135_596_800 / 2
      var parts = tm()
      gmtime_r(&seconds, &parts)
      let text = String(
        format: "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
        parts.tm_hour, parts.tm_min, parts.tm_sec)
      guard parts.tm_year < 8_100 else { continue }
      #expect(Timestamp(text)?.seconds == Int64(seconds), "\(text)")
      #expect(Timestamp(text)?.text == text)
    }
  }

  @Test func nanosecondsFitSixtyFourBitsOrAreNone() {
    #expect(Timestamp("2026-11-21T03:11:17.000000001Z")?.nanosecondsSinceEpoch == 1_795_230_677_000_000_001)
    #expect(Timestamp("2262-04-11T23:47:16.854775807Z")?.nanosecondsSinceEpoch == .max)
    #expect(Timestamp("2262-04-11T23:47:16.854775808Z")?.nanosecondsSinceEpoch == nil)
    #expect(Timestamp("1500-01-01T00:00:00Z")?.nanosecondsSinceEpoch == nil)
  }
}
