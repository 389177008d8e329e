import Cluster
import Testing

/// Lines that are fetched later and are older than those that are there.
@Suite struct LogOlderTests {
  @Test func olderLinesOfOneContainerStandBefore() {
    let ring = LogRing()
    ring.append(LogSample.chunk(["c", "d"], from: 100))
    ring.insert(older: LogSample.chunk(["a", "b"], from: 10))
    #expect(LogSample.all(ring) == ["a", "b", "c", "d"])
    #expect(ring.firstNumber == -2 && LogSample.text(ring, 0) == "c" && ring.endNumber == 2)
    ring.append(LogSample.chunk(["e"], from: 200))
    #expect(LogSample.text(ring, 2) == "e" && ring.number(now: 0) == 0)
  }

  @Test func amongSeveralContainersEachOlderLineFindsItsPlace() {
    let ring = LogRing()
    let sources: [LogSource] = ["quiet", "busy"]
    ring.append(LogSample.chunk(["0: q1", "0: q2"], sources: sources, from: 10))
    ring.append(LogSample.chunk(["1: b5", "1: b6"], sources: sources, from: 100))
    ring.insert(older: LogSample.chunk(["1: b1", "1: b2", "1: b3", "1: b4"], sources: sources, from: 9))
    #expect(LogSample.all(ring) == ["b1", "q1", "b2", "q2", "b3", "b4", "b5", "b6"])
    #expect(LogSample.text(ring, 2) == "b5", "the newer ones keep their numbers")
    #expect(
      LogSample.text(ring, ring.number(now: 0)) == "q1" && LogSample.text(ring, ring.number(now: 1)) == "q2")
  }

  @Test func insertingWithinALongPieceKeepsTheRest() {
    let ring = LogRing()
    ring.append(LogSample.chunk((0..<5_000).map { "line \($0)" }, from: 100))
    ring.insert(older: LogSample.chunk(["x", "y"], from: 102))
    #expect(LogSample.all(ring).prefix(6) == ["line 0", "line 1", "line 2", "x", "line 3", "y"].prefix(6))
    #expect(ring.count == 5_002 && LogSample.text(ring, 4_999) == "line 4999")
  }

  @Test func aFilterSeesOlderLinesAndMarksStayWhereTheyWere() {
    let ring = LogRing()
    ring.append(LogSample.chunk(["a new", "b new"], from: 100))
    var lines = LogLines()
    lines.mark(at: 1)
    lines.filter("a")
    lines.update(from: ring)
    ring.insert(older: LogSample.chunk(["a old", "b old"], from: 10))
    lines.update(from: ring)
    #expect(LogSample.shown(lines, ring) == ["a old", "a new"])
    #expect(lines.hasMark(between: 0, and: 1))
  }

  @Test func anchorsTellWhereEachContainerBegins() {
    let ring = LogRing()
    let sources: [LogSource] = ["a", "b"]
    ring.append(LogSample.chunk(["1: x"], sources: sources, from: 50))
    ring.append(LogSample.chunk(["0: y"], sources: sources, from: 70))
    ring.append(LogSample.chunk(["1: z", "1: w"], sources: sources, from: 50))
    let anchors = ring.anchors(maxLines: 100)
    #expect(anchors.map(\.source.name) == ["a", "b"])
    #expect(anchors.map(\.nanoseconds) == [70_000_000_000, 50_000_000_000])
    #expect(anchors.map(\.sameTime) == [1, 2])
  }
}
