import Testing

@testable import Metrics

@Suite struct StoreSeriesTests {
  private func store(span: Int64 = 3_600_000, bytes: Int = 64 << 20) -> SeriesStore {
    SeriesStore(.init(spanMilliseconds: span, maxBytes: bytes))
  }

  private func samples(_ store: SeriesStore, _ id: SeriesStore.SeriesID) -> [(Int64, Double)] {
    var (times, values): ([Int64], [Double]) = ([], [])
    store.read(id, from: .min, through: .max, times: &times, values: &values)
    return Array(zip(times, values))
  }

  @Test func theSameLabelsAreTheSameSeries() throws {
    let store = store()
    let one = try #require(store.series(Labels("up", [Label("job", "node"), Label("instance", "a")])))
    let other = try #require(store.series(Labels("up", [Label("instance", "a"), Label("job", "node")])))
    #expect(one == other)
    #expect(store.find(Labels("up")) == nil)
    #expect(store.seriesCount == 1)
    #expect(store.labels(one) == Labels("up", [Label("instance", "a"), Label("job", "node")]))
  }

  @Test func samplesComeBackInOrderWhateverWasPacked() throws {
    let store = store()
    let id = try #require(store.series(Labels("x")))
    for i in 0..<1000 {
      #expect(store.append(id, milliseconds: Int64(i) * 15_000, value: Double(i * i)) == .stored)
    }
    let all = samples(store, id)
    #expect(all.map(\.0) == (0..<1000).map { Int64($0) * 15_000 })
    #expect(all.map(\.1) == (0..<1000).map { Double($0 * $0) })
    var (times, values): ([Int64], [Double]) = ([], [])
    store.read(id, from: 200 * 15_000, through: 205 * 15_000 + 1, times: &times, values: &values)
    #expect(times == (200...205).map { Int64($0) * 15_000 })
  }

  @Test func whatIsNotBehindTheLastSampleIsRefusedAndTold() throws {
    let store = store()
    store.advance(to: 10_000_000)
    let id = try #require(store.series(Labels("x")))
    #expect(store.append(id, milliseconds: 9_000_000, value: 1) == .stored)
    #expect(store.append(id, milliseconds: 9_000_000, value: 1) == .repeated)
    #expect(store.append(id, milliseconds: 9_000_000, value: 2) == .conflicting)
    #expect(store.append(id, milliseconds: 8_999_999, value: 2) == .outOfOrder)
    #expect(store.append(id, milliseconds: 10_600_001, value: 2) == .tooFarAhead)
    let other = try #require(store.series(Labels("y")))
    #expect(store.append(other, milliseconds: 6_399_999, value: 2) == .tooOld)
    #expect(samples(store, id).map(\.1) == [1])
    var counts = SeriesStore.Counts()
    counts.stored = 1
    counts.repeated = 1
    counts.conflicting = 1
    counts.outOfOrder = 1
    counts.tooOld = 1
    counts.tooFarAhead = 1
    #expect(store.counts == counts)
  }

  @Test func timesAtTheEndsOfTheWorldAreRefused() throws {
    let store = store()
    let id = try #require(store.series(Labels("x")))
    #expect(store.append(id, milliseconds: .max, value: 1) == .tooFarAhead)
    #expect(store.append(id, milliseconds: .min, value: 1) == .tooOld)
    store.advance(to: .max)
    store.advance(to: .min)
    #expect(store.append(id, milliseconds: 0, value: 1) == .unknownSeries)
    let later = try #require(store.series(Labels("x")))
    #expect(store.append(later, milliseconds: 0, value: 1) == .tooOld)
  }

  @Test func anExpiredSeriesIsForgottenAndItsOldNumberWritesNowhere() throws {
    let store = store(span: 60_000)
    store.advance(to: 0)
    let old = try #require(store.series(Labels("x", [Label("pod", "one")])))
    store.append(old, milliseconds: 0, value: 1)
    store.advance(to: 61_000)
    #expect(store.seriesCount == 0)
    #expect(store.names == [])
    let new = try #require(store.series(Labels("x", [Label("pod", "two")])))
    #expect(new.index == old.index)
    #expect(store.append(old, milliseconds: 61_000, value: 1) == .unknownSeries)
    #expect(store.labels(old) == Labels())
    #expect(store.append(new, milliseconds: 61_000, value: 1) == .stored)
    #expect(store.labelValues("pod") == ["two"])
  }

  @Test func podsThatComeAndGoForADayDoNotMakeItGrow() throws {
    let store = store(span: 60_000)
    var peak = 0
    for second in 0..<1500 {
      let now = Int64(second) * 1000
      store.advance(to: now)
      for pod in 0..<20 {
        let id = try #require(
          store.series(Labels("x", [Label("pod", "web-\(second / 5)-\(pod)-with-a-long-name")])))
        store.append(id, milliseconds: now, value: Double(pod))
      }
      if second == 300 { peak = store.bytes }
    }
    #expect(store.bytes < peak * 3 / 2)
    #expect(store.seriesCount < 20 * 15)
  }

  @Test func theBudgetPushesTheOldestOutAndSaysSo() throws {
    let store = store(bytes: 1 << 20)
    var random = Seeded(state: 3)
    let ids = (0..<100).compactMap { store.series(Labels("x", [Label("n", "\($0)")])) }
    for i in 0..<5000 {
      for id in ids {
        store.append(id, milliseconds: Int64(i) * 500, value: .random(in: 0...1, using: &random))
      }
    }
    #expect(store.bytes <= 1 << 20)
    #expect(store.counts.pushedOut > 0)
    let kept = ids.map { samples(store, $0).count }.reduce(0, +)
    #expect(kept + store.counts.pushedOut == store.counts.stored)
    #expect(try #require(store.missingBefore) > 0)
    let youngest = try #require(samples(store, ids[0]).last)
    #expect(youngest.0 == 2_499_500)
  }

  @Test func labelsThatExplodeAreRefusedBeforeTheyPushAllSamplesOut() {
    let store = store(bytes: 1 << 20)
    var taken = 0
    for i in 0..<20_000 where store.series(Labels("x", [Label("id", "value-\(i)")])) != nil { taken += 1 }
    #expect(taken > 1000)
    #expect(store.counts.refusedSeries == 20_000 - taken)
    #expect(store.bytes < 1 << 20)
  }

  @Test func matchersSelectAsInPrometheus() throws {
    let store = store()
    for job in ["node", "kubelet", ""] {
      for mode in ["idle", "iowait", "user"] {
        _ = store.series(Labels("cpu", [Label("job", job), Label("mode", mode)]))
      }
    }
    _ = store.series(Labels("up", [Label("job", "node")]))
    func found(_ matchers: Matcher...) -> [String] {
      store.select(matchers).map { id in
        store.labels(id).all.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
      }.sorted()
    }
    #expect(
      found(.equal("__name__", "cpu"), .equal("mode", "idle"), .equal("job", "node")) == [
        "__name__=cpu,job=node,mode=idle"
      ])
    #expect(found(.equal("__name__", "cpu"), .equal("job", "")).count == 3)
    #expect(found(.equal("job", "node")).count == 4)
    #expect(found(try Matcher("mode", .matches, "i.*")).count == 6)
    #expect(found(try Matcher("mode", .matchesNot, "i.*|")).count == 3)
    #expect(
      found(
        .equal("__name__", "cpu"), try Matcher("job", .notEqual, "node"),
        try Matcher("mode", .matches, "user")
      ).count == 2)
    #expect(found(.equal("__name__", "none")) == [])
    #expect(store.names == ["cpu", "up"])
    #expect(store.labelNames(of: "cpu") == ["__name__", "job", "mode"])
    #expect(store.labelValues("mode", of: "cpu") == ["idle", "iowait", "user"])
  }

  @Test func metadataIsFoundByTheNamesOfItsSeries() {
    let store = store()
    store.set(.init(type: .histogram, help: "How long.", unit: "seconds"), of: "latency_seconds")
    #expect(store.metadata(of: "latency_seconds_bucket")?.type == .histogram)
    #expect(store.metadata(of: "latency") == nil)
  }
}
