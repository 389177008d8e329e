import Testing

@testable import Metrics

@Suite struct ScrapeScheduleTests {
  private let ids = (0..<200).map { "target-\($0)" }

  private func intervals(_ seconds: Int = 15) -> [String: Int] {
    Dictionary(uniqueKeysWithValues: ids.map { ($0, seconds) })
  }

  @Test func newTargetsAreDueAtOnceButOnlySoManyAtATime() {
    var schedule = ScrapeSchedule(maxParallel: 8)
    schedule.use(intervals(), now: 100)
    #expect(schedule.nextDue == 100)
    let first = schedule.takeDue(now: 100)
    #expect(first.count == 8)
    #expect(schedule.takeDue(now: 100).isEmpty)
    #expect(schedule.nextDue == nil)
    schedule.ended(first[0], now: 100.1)
    #expect(schedule.takeDue(now: 100.1).count == 1)
  }

  @Test func readingsAreSpreadOverTheIntervalAndEachComesOnceInIt() {
    var schedule = ScrapeSchedule(maxParallel: 1_000)
    schedule.use(intervals(), now: 0)
    for id in schedule.takeDue(now: 0) { schedule.ended(id, now: 0) }
    var counts: [String: [Double]] = [:]
    for tenth in 0..<900 {
      let now = Double(tenth) / 10
      for id in schedule.takeDue(now: now) {
        // From here on each is at its own place.
        if now >= 30 { counts[id, default: []].append(now) }
        schedule.ended(id, now: now + 0.01)
      }
    }
    #expect(counts.count == 200)
    #expect(counts.values.allSatisfy { (4...5).contains($0.count) })
    for times in counts.values {
      for (one, next) in zip(times, times.dropFirst()) { #expect(abs(next - one - 15) < 0.2) }
    }
    let perSecond = Dictionary(grouping: counts.values.joined().filter { $0 < 45 }, by: { Int($0) })
    #expect(perSecond.count == 15)
    #expect(perSecond.values.allSatisfy { $0.count < 30 })
  }

  @Test func theSecondReadingComesSoonEnoughForARateAndNotTooSoon() {
    var schedule = ScrapeSchedule(maxParallel: 1_000)
    schedule.use(intervals(), now: 7)
    for id in schedule.takeDue(now: 7) { schedule.ended(id, now: 7.2) }
    var seen = 0
    for tenth in 70..<280 {
      let due = schedule.takeDue(now: Double(tenth) / 10)
      if !due.isEmpty { #expect((12.2...27.3).contains(Double(tenth) / 10)) }
      seen += due.count
    }
    #expect(seen == 200)
  }

  @Test func aTargetThatGoesWhileItIsReadMakesRoomForAnother() {
    var schedule = ScrapeSchedule(maxParallel: 1)
    schedule.use(["a": 15], now: 0)
    #expect(schedule.takeDue(now: 0) == ["a"])
    schedule.use(["b": 15], now: 1)
    #expect(schedule.takeDue(now: 1) == ["b"])
    schedule.ended("a", now: 2)
    #expect(schedule.nextDue == nil)
    schedule.ended("b", now: 2)
    #expect(schedule.nextDue != nil)
    schedule.use([:], now: 3)
    #expect(schedule.nextDue == nil)
  }

  @Test func aShorterIntervalCountsAtOnceAndALongerOneFromTheNextTimeOn() throws {
    var schedule = ScrapeSchedule()
    schedule.use(["a": 600], now: 0)
    schedule.ended(schedule.takeDue(now: 0)[0], now: 0)
    schedule.use(["a": 15], now: 10)
    let due = try #require(schedule.nextDue)
    #expect(due <= 30)
    schedule.use(["a": 600], now: 11)
    #expect(schedule.nextDue == due)
    #expect(schedule.takeDue(now: due) == ["a"])
    schedule.ended("a", now: due)
    #expect(try #require(schedule.nextDue) > due + 5)
  }
}
