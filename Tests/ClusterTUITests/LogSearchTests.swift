import Cluster
import Terminal
import Testing

@testable import ClusterTUI

/// A filter and a search that get only moments to look at many lines.
@Suite struct LogSearchTests {
  private let ring = LogRing()
  private var lines = LogLines()
  private var search = LogSearch()

  init() { append((0..<2_000).map { "line \($0)" }) }

  private func append(_ texts: [String]) {
    var chunk = LogChunk(sources: ["app"])
    for text in texts {
      chunk.lines.append(
        .init(start: chunk.bytes.count, length: text.utf8.count, nanoseconds: 0, source: 0))
      chunk.bytes += Array(text.utf8)
    }
    ring.append(chunk)
  }

  /// What a frame does, without any time for it.
  private mutating func frame() -> Int? {
    lines.update(from: ring, milliseconds: 0)
    return search.advance(lines, ring, milliseconds: 0)
  }

  private mutating func frames() -> (found: Int?, count: Int) {
    for count in 1... {
      let found = frame()
      if found != nil || !(lines.isScanning || search.isHunting(lines)) { return (found, count) }
    }
    return (nil, 0)
  }

  @Test mutating func nothingIsConcludedWhileAFilterIsStillLooking() {
    lines.filter("line")
    lines.update(from: ring, milliseconds: 0)
    #expect(lines.isScanning)
    search.start("line 1999|zzz")
    search.go(-1, from: nil)
    #expect(frame() == nil && search.remark == nil)
    #expect(frames().found == 1_999)
  }

  @Test mutating func aHuntGoesOnWhereItWasInManyFrames() {
    _ = frame()
    search.start("line 3$|zzz")
    search.go(-1, from: nil)
    let (found, count) = frames()
    #expect(found == 3 && count > 3)
    search.goOn(-1)
    #expect(frames().found == 3 && search.remark?.text.contains("beyond the first match") == true)
  }

  @Test mutating func anotherFilterDuringAHuntHidesNoMatch() {
    _ = frame()
    search.start("line 1990$|zzz")
    search.go(1, from: 0)
    _ = frame()
    lines.filter("0$")
    search.linesChanged()
    #expect(frames().found == 1_990)
  }

  @Test mutating func thatNothingIsThereIsSaidOnceAllWasSeen() {
    _ = frame()
    search.start("nowhere|zzz")
    search.go(-1, from: 700)
    #expect(frame() == nil && search.remark == nil)
    #expect(frames().found == nil && search.remark?.text == "no line holds 'nowhere|zzz'")
    append((0..<600).map { "more \($0)" })
    #expect(frames().found == nil && search.remark != nil)
    append(["nowhere"])
    #expect(frames().found == nil && search.remark == nil)
  }

  @Test func whatAFilterHasNotSeenYetIsSavedWhenItHas() {
    let query = LogQuery(namespace: "shop", pod: "web-1")
    var world = World()
    var chunk = LogChunk(sources: ["app"], bytes: Array(String(repeating: "x", count: 300).utf8))
    chunk.lines = (0..<20_000).map { _ in .init(start: 0, length: 300, nanoseconds: 0, source: 0) }
    _ = world.apply(.log(query, chunk))
    var screen = LogScreen(query: query)
    let area = Rect(x: 0, y: 0, width: 80, height: 20)
    screen.prepare(world, area: area)
    screen.search("x.*x.*x.*x$", find: false, world: world)
    #expect(screen.tally(world).contains("… of 20000 lines"))
    _ = screen.handle(.control("s"), world: world)
    var count = 0
    for _ in 0..<10_000 {
      screen.prepare(world, area: area)
      for case .write(_, let bytes) in screen.took(world) { count += bytes.count }
      if screen.wakeAt == nil { break }
    }
    #expect(screen.tally(world).contains("20000 of 20000 lines"))
    #expect(count == 20_000 * 301)
  }
}
