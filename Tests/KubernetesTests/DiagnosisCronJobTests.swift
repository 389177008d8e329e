import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct DiagnosisCronJobTests {
  private func cronJob(
    _ world: Examination, _ spec: String, _ status: String = "{}"
  ) -> FactKey {
    world.take(
      "batch/v1/cronjobs",
      """
      {"metadata":{"name":"nightly","namespace":"shop","uid":"c","creationTimestamp":"1970-01-01T00:00:00Z"},
      "spec":{\(spec)},"status":\(status)}
      """)
  }

  private func run(_ world: Examination, _ number: Int, at start: Int64) {
    world.take(
      "batch/v1/jobs",
      """
      {"metadata":{"name":"nightly-\(number)","namespace":"shop","uid":"j\(number)","ownerReferences":[
      {"apiVersion":"batch/v1","kind":"CronJob","name":"nightly","uid":"c","controller":true}]},
      "spec":{},"status":{"active":1,"startTime":"\(Timestamp(seconds: start).text)"}}
      """)
  }

  @Test func theRecordedSchedulesAreFine() {
    var world = Examination.recorded()
    world.now = KindsFixtures.listed
    #expect(world.findings("batch/v1/cronjobs", by: .cronJob).isEmpty)
  }

  @Test func aScheduleThatIsNotKeptCountsWhatItMissed() {
    let world = Examination(now: 3_600)
    world.takeEvents([:])
    let key = cronJob(world, #""schedule":"*/10 * * * *""#, #"{"lastScheduleTime":"1970-01-01T00:20:00Z"}"#)
    let finding = world.findings(key, by: .cronJob).first
    #expect(finding.map { Moment.rendered($0.headline, now: 3_600) } == "4 runs missed since 30m ago")
    #expect(finding?.since == 1_800)
  }

  @Test func aForgottenSuspensionIsANoticeUnlessItNeverRan() {
    let world = Examination(now: 90_000)
    let spec = #""schedule":"@hourly","suspend":true"#
    #expect(world.findings(cronJob(world, spec), by: .cronJob).isEmpty)
    let key = cronJob(world, spec, #"{"lastScheduleTime":"1970-01-01T10:00:00Z"}"#)
    let finding = world.findings(key, by: .cronJob).first
    #expect(finding?.severity == .notice)
    #expect(finding?.offers.first?.action == .change(Change(.unsuspend, finding!.subject)))
  }

  @Test func runsThatTakeLongerThanTheIntervalPileUp() {
    let world = Examination(now: 1_000)
    for number in 1...3 { run(world, number, at: Int64(600 + 60 * number)) }
    let status = """
      {"active":[{"uid":"j1"},{"uid":"j2"},{"uid":"j3"}],"lastScheduleTime":"1970-01-01T00:16:00Z"}
      """
    let key = cronJob(world, #""schedule":"* * * * *","concurrencyPolicy":"Allow""#, status)
    let finding = world.findings(key, by: .cronJob).first
    #expect(finding?.headline == "3 runs at once: each takes longer than the 60 s to the next")
    #expect(finding?.verdict.isHopeless == true)
    let forbidding = cronJob(
      world, #""schedule":"* * * * *","concurrencyPolicy":"Forbid""#,
      #"{"active":[{"uid":"j1"}],"lastScheduleTime":"1970-01-01T00:11:00Z"}"#)
    #expect(world.findings(forbidding, by: .cronJob).map(\.rule) == ["cronjob-overrun"])
  }

  @Test func anUnknownTimeZoneIsTakenFromTheServersWords() {
    let world = Examination(now: 1_000)
    let key = cronJob(world, #""schedule":"@hourly","timeZone":"Europe/Berln""#)
    world.takeEvents([
      "items": [
        [
          "metadata": ["uid": "e"], "type": "Warning", "reason": "UnknownTimeZone",
          "involvedObject": ["uid": "c"], "lastTimestamp": "1970-01-01T00:16:00Z",
          "message": "invalid timeZone: Europe/Berln",
        ]
      ]
    ])
    #expect(world.findings(key, by: .cronJob).map(\.headline) == ["time zone Europe/Berln is unknown"])
  }
}
