import Metrics
import Testing

struct ParseSeriesCacheTests {
  private func look(_ cache: inout SeriesCache, _ series: String) -> SeriesCache.Found {
    var series = series
    return series.withUTF8 { cache.look(up: UnsafeRawBufferPointer($0)) }
  }

  private func page(_ cache: inout SeriesCache, _ series: [String]) -> [SeriesCache.Found] {
    cache.beginPage()
    return series.map { look(&cache, $0) }
  }

  private func ended(_ cache: SeriesCache) -> [Int32] {
    var numbers: [Int32] = []
    cache.eachEnded { numbers.append($0) }
    return numbers
  }

  @Test func `a series keeps its number in any order and a missing one has ended once`() {
    var cache = SeriesCache()
    #expect(page(&cache, ["a", "b", "c"]) == [.new(0), .new(1), .new(2)])
    #expect(page(&cache, ["a", "b", "c"]) == [.known(0), .known(1), .known(2)])
    #expect(page(&cache, ["c", "a", "d"]) == [.known(2), .known(0), .new(3)])
    #expect(ended(cache) == [1])
    #expect(page(&cache, ["c", "a", "d"]) == [.known(2), .known(0), .known(3)])
    #expect(ended(cache) == [])
    #expect(page(&cache, ["b"]) == [.known(1)])
    #expect(ended(cache) == [0, 2, 3])
    #expect(cache.withText(2) { String(decoding: $0, as: UTF8.self) } == "c")
  }

  @Test func `a second sample of one series in a page is told`() {
    var cache = SeriesCache()
    #expect(page(&cache, ["a", "a", "b", "a"]) == [.new(0), .again(0), .new(1), .again(0)])
    #expect(page(&cache, ["a", "b", "b"]) == [.known(0), .known(1), .again(1)])
  }

  @Test func `a full cache takes nothing new but knows what it has`() {
    var cache = SeriesCache(maxSeries: 2)
    #expect(page(&cache, ["a", "b", "c", "a"]) == [.new(0), .new(1), .full, .again(0)])
    #expect(cache.refused == 1)
    var small = SeriesCache(maxBytes: 5)
    #expect(page(&small, ["abc", "def", "de"]) == [.new(0), .full, .new(1)])
  }

  @Test func `what is forgotten makes room`() {
    var cache = SeriesCache(maxSeries: 3, maxBytes: 9)
    _ = page(&cache, ["aaa", "bbb", "ccc"])
    _ = page(&cache, ["bbb"])
    _ = page(&cache, ["bbb", "ddd"])
    #expect(cache.refused == 1)
    var forgotten: [Int32] = []
    cache.forget(unseenFor: 2) { forgotten.append($0) }
    #expect(forgotten == [0, 2])
    #expect(cache.count == 1)
    let found = page(&cache, ["bbb", "ddd", "eee", "aaa"])
    #expect(found[0] == .known(1))
    #expect(Set(found[1...2]) == [.new(0), .new(2)])
    #expect(found[3] == .full)
    #expect(cache.withText(1) { String(decoding: $0, as: UTF8.self) } == "bbb")
  }

  @Test func `ten thousand series in a new order every page keep their numbers`() {
    var cache = SeriesCache()
    var numbers: [String: Int32] = [:]
    var series = (0..<10_000).map { "m{pod=\"p-\($0)\"}" }
    cache.beginPage()
    for one in series {
      if case .new(let number) = look(&cache, one) { numbers[one] = number }
    }
    for _ in 0..<3 {
      series.shuffle()
      cache.beginPage()
      for one in series where look(&cache, one) != .known(numbers[one]!) { Issue.record("\(one) changed") }
      #expect(ended(cache) == [])
    }
  }
}
