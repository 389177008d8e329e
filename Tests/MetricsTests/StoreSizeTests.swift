import Testing

@testable import Metrics

@Suite struct StoreSizeTests {
  /// Fifteen series a pod as cAdvisor and node-exporter give them: six constant, counters of calls and bytes, seconds with nine
  /// and two decimals, memory in pages, a ratio.
  private func value(_ kind: Int, _ state: inout Double, _ random: inout Seeded) -> Double {
    switch kind {
    case 0..<6: break
    case 6: state += 1
    case 7: state += random.next() % 10 == 0 ? 20 : 0
    case 8:
      state += Double(1500 * Int.random(in: 5...9, using: &random) + Int.random(in: 0...1400, using: &random))
    case 9: state += Double(Int.random(in: 20...50, using: &random))
    case 10:
      state += Double(Int.random(in: 900_000_000...1_200_000_000, using: &random))
      return state / 1e9
    case 11:
      state += Double(Int.random(in: 0...150, using: &random))
      return state / 100
    case 12, 13:
      state = max(1, state + Double(Int.random(in: -32...32, using: &random)))
      return state * 4096
    default: return Double.random(in: 0...1, using: &random)
    }
    return state
  }

  @Test(arguments: [0, 5] as [Int64])
  func aSampleCostsLessThanThreeBytesAndAnHourOfAPodLessThanTwentyKilobytes(_ jitter: Int64) throws {
    let pods = 30
    let store = SeriesStore()
    var random = Seeded(state: 9)
    var ids: [SeriesStore.SeriesID] = []
    var states: [Double] = []
    for pod in 0..<pods {
      for kind in 0..<15 {
        let labels = Labels(
          "container_metric_\(kind)_total",
          [
            Label("namespace", "team-\(pod % 4)"), Label("pod", "web-7c9d8-x2k\(pod)"),
            Label("container", "main"),
            Label("node", "worker-\(pod % 10)"), Label("job", "cadvisor"),
            Label("instance", "10.0.\(pod % 10).7:10250"),
          ])
        ids.append(try #require(store.series(labels)))
        states.append(Double(10_000 + pod * kind))
      }
    }
    let tables = store.bytes
    // An hour, and half of what is packed next: neither the best moment nor the worst.
    let scrapes = 248
    for scrape in 0..<scrapes {
      for at in ids.indices {
        let late = jitter == 0 ? 0 : Int64.random(in: 0...jitter, using: &random)
        store.append(
          ids[at], milliseconds: Int64(scrape) * 15_000 + late, value: value(at % 15, &states[at], &random))
      }
    }
    #expect(store.counts.stored == pods * 15 * scrapes)
    #expect((store.bytes - tables) < store.counts.stored * 3)
    #expect(store.bytes < pods * 20_000)
  }
}
