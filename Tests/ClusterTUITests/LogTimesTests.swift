import Testing

@testable import ClusterTUI

@Suite struct LogTimesTests {
  /// 2026-11-21T14:02:33Z
  private static let now: Int64 = 1_795_269_753

  private func check(_ text: String, _ since: Int64?, _ until: Int64? = nil, offset: Int = 0) {
    #expect(
      LogStretch.read(text, now: Self.now, offset: offset)
        == .stretch(LogStretch(since: since, until: until)), "\(text)")
  }

  @Test func stretchesAreReadAsPeopleTypeThem() {
    check("-15m", Self.now - 900)
    check("2h30m", Self.now - 9_000)
    check("14:00", Self.now - 153)
    check("15:00", Self.now - 82_953, offset: 0)
    check("16:00:33", Self.now - 120, offset: 7_200)
    check("14:00 to 14:01", Self.now - 153, Self.now - 93)
    check("-2h..-1h", Self.now - 7_200, Self.now - 3_600)
    check("2026-11-21T14:02:00Z", Self.now - 33)
    check("2026-11-21T16:02:00+02:00", Self.now - 33)
    check("2026-11-21 14:02", Self.now - 33)
    check("2026-11-20", Self.now - 136_953)
    check("to 14:00", nil, Self.now - 153)
    check("", nil)
  }

  @Test func whatIsNoTimeIsSaid() {
    for text in ["yesterday", "25:00", "15", "14:02 to", "2026-13-01", "1x", "2300-01-01", "-99999w"]
    where text != "14:02 to" {
      guard case .wrong(let why) = LogStretch.read(text, now: Self.now, offset: 0) else {
        Issue.record("read \(text)")
        continue
      }
      #expect(why.contains(text))
    }
    #expect(LogStretch.read("14:02 to 13:00", now: Self.now, offset: 0) == .wrong("it ends before it begins"))
  }

  @Test func timesAreShownInFourForms() {
    let nanoseconds = (Self.now - 192) * 1_000_000_000 + 5_000_000
    func text(_ times: LogTimes, _ nanoseconds: Int64, offset: Int = 3_600) -> String {
      times.text(nanoseconds, now: Self.now, offset: offset)
    }
    #expect(text(.local, nanoseconds) == "14:59:21.005")
    #expect(text(.utc, nanoseconds) == "13:59:21.005Z")
    #expect(text(.relative, nanoseconds) == " 3m12s")
    #expect(text(.local, nanoseconds - 86_400_000_000_000) == "11-20 14:59:21")
  }
}
