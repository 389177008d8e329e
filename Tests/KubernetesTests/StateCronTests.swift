import Document
import Foundation
import Testing

@testable import Kubernetes

/// When a CronJob's next job is due: the moments robfig/cron gives, in any time zone.
@Suite struct StateCronTests {
  private func next(_ schedule: String, _ zone: String = "", after: String) -> String? {
    guard let schedule = CronSchedule(schedule), let rules = TimeZoneRules.named(zone),
      let seconds = schedule.next(after: Timestamp(after)!.seconds, in: rules)
    else { return nil }
    return Timestamp(seconds: seconds).text
  }

  @Test(arguments: [
    ("* * * * *", "2026-11-21T10:00:00Z", "2026-11-21T10:01:00Z"),
    ("*/15 * * * *", "2026-11-21T10:46:12Z", "2026-11-21T11:00:00Z"),
    ("5/20 8-10 * * *", "2026-11-21T10:46:00Z", "2026-11-22T08:05:00Z"),
    ("0 0 29 2 *", "2026-11-21T10:46:00Z", "2028-02-29T00:00:00Z"),
    ("30 6 * * MON-FRI", "2026-11-20T06:30:00Z", "2026-11-23T06:30:00Z"),
    ("0 0 1 jan,JUL ?", "2026-11-20T06:30:00Z", "2027-01-01T00:00:00Z"),
    // Both named: either will do. With a step the star is no longer free.
    ("0 0 13 * 5", "2026-11-14T00:00:00Z", "2026-11-20T00:00:00Z"),
    ("0 0 */10 * 1", "2026-11-21T01:00:00Z", "2026-11-23T00:00:00Z"),
    ("@weekly", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
    ("@hourly", "2026-11-21T00:00:00Z", "2026-11-21T01:00:00Z"),
    ("@every 1h30m", "2026-11-21T00:00:10Z", "2026-11-21T01:30:10Z"),
    // What a hostile cluster may say.
    ("15 3 * * *", "0001-01-01T00:00:00Z", "0001-01-01T03:15:00Z"),
    ("15 3 1 1 *", "1969-12-31T23:59:59Z", "1970-01-01T03:15:00Z"),
    ("59 23 31 12 *", "9999-12-31T00:00:00Z", "9999-12-31T23:59:00Z"),
  ])
  func theNextMoment(schedule: String, after: String, then: String) {
    #expect(next(schedule, after: after) == then)
  }

  @Test(arguments: [
    "", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 7", "5-1 * * * *",
    "*/0 * * * *",
    "a * * * *", "1,,2 * * * *", "@never", "@every", "@every 5", "* * * * * *", "1-2-3 * * * *", "-1 * * * *",
    "99999999999999999999 * * * *", "0 0 31 2 *", "@every 99999999999h", "@every 999999999h",
  ])
  func whatIsNoScheduleHasNoNextMoment(schedule: String) {
    #expect(next(schedule, after: "2026-11-21T00:00:00Z") == nil)
  }

  @Test(arguments: [
    ("0 9 * * *", "Europe/Berlin", "2026-11-21T10:00:00Z", "2026-11-22T08:00:00Z"),
    ("0 9 * * *", "Europe/Berlin", "2026-07-21T10:00:00Z", "2026-07-22T07:00:00Z"),
    ("0 9 * * *", "America/New_York", "2026-11-21T10:00:00Z", "2026-11-21T14:00:00Z"),
    ("0 9 * * *", "Asia/Kolkata", "2026-11-21T10:00:00Z", "2026-11-22T03:30:00Z"),
    ("0 0 * * *", "Pacific/Kiritimati", "2026-11-21T09:00:00Z", "2026-11-21T10:00:00Z"),
    // An hour that does not exist is left out; one that comes twice fits twice.
    ("30 2 * * *", "Europe/Berlin", "2026-03-28T02:00:00Z", "2026-03-30T00:30:00Z"),
    ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
    ("0 0 * * *", "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
    // Beyond what files list one by one.
    ("0 9 * * *", "Europe/Berlin", "2045-07-21T10:00:00Z", "2045-07-22T07:00:00Z"),
    ("0 9 * * *", "Australia/Sydney", "2045-01-21T10:00:00Z", "2045-01-21T22:00:00Z"),
  ])
  func inTimeZones(schedule: String, zone: String, after: String, then: String) {
    #expect(next(schedule, zone, after: after) == then)
  }

  @Test func unknownZonesAreNotGuessed() {
    for name in [
      "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe//Berlin", "Europe", "posixrules\0",
    ] {
      #expect(TimeZoneRules.named(name) == nil)
    }
    #expect(TimeZoneRules(file: [UInt8](repeating: 0xFF, count: 200)[...]) == nil)
    #expect(TimeZoneRules(file: Array("TZif2".utf8)[...]) == nil)
    var cut = [UInt8](FileManager.default.contents(atPath: "/usr/share/zoneinfo/Europe/Berlin")!)
    while !cut.isEmpty {
      cut.removeLast(min(17, cut.count))
      _ = TimeZoneRules(file: cut[...])
    }
  }

  /// The system's own C library knows the same offsets.
  @Test(arguments: [
    "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Tehran",
  ])
  func offsetsAreThoseOfFoundation(zone: String) throws {
    let rules = try #require(TimeZoneRules.named(zone))
    let theirs = try #require(TimeZone(identifier: zone))
    for day in stride(from: 1_600_000_000 as Int64, to: 2_100_000_000, by: 86_400 * 3) {
      let expected = theirs.secondsFromGMT(for: Date(timeIntervalSince1970: Double(day)))
      #expect(rules.offset(at: day) == Int64(expected), "\(Timestamp(seconds: day).text)")
    }
  }

  @Test func aCronJobTellsWhenItIsDue() {
    func text(_ spec: String, _ status: String = "{}") -> String {
      StateKind.cronJobs.text(
        #"{"metadata":{"name":"c","namespace":"a","creationTimestamp":"2026-11-21T00:00:30Z"},"spec":\#(spec),"status":\#(status)}"#
      )
    }
    let base = #"namespace="a",cronjob="c""#
    #expect(
      text(
        #"{"schedule":"*/5 * * * *","suspend":false}"#,
        #"{"lastScheduleTime":"2026-11-21T00:10:00Z","lastSuccessfulTime":"2026-11-21T00:10:20Z","active":[{},{}]}"#
      ) == """
        kube_cronjob_next_schedule_time{\(base)} 1.7952201e+09
        kube_cronjob_status_last_schedule_time{\(base)} 1.7952198e+09
        kube_cronjob_status_last_successful_time{\(base)} 1.79521982e+09
        kube_cronjob_spec_suspend{\(base)} 0
        kube_cronjob_status_active{\(base)} 2

        """)
    #expect(
      text(#"{"schedule":"*/5 * * * *"}"#).hasPrefix(
        "kube_cronjob_next_schedule_time{\(base)} 1.7952195e+09\n"))
    for quiet in [
      #"{"schedule":"*/5 * * * *","suspend":true}"#, #"{"schedule":"nonsense"}"#,
      #"{"schedule":"@daily","timeZone":"Mars/x"}"#,
    ] {
      #expect(!text(quiet).contains("next_schedule_time"))
    }
  }
}
