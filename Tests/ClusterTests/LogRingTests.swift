import Synchronization
import Testing

@testable import Cluster

@Suite struct LogRingTests {
  private func chunk(_ lines: [String]) -> LogChunk {
    var chunk = LogChunk(sources: ["app"])
    for line in lines {
      chunk.lines.append(.init(start: chunk.bytes.count, length: line.utf8.count, nanoseconds: 0, source: 0))
      chunk.bytes += Array(line.utf8) + [0x0A]
    }
    return chunk
  }

  private func text(_ ring: LogRing, _ number: Int) -> String? {
    ring.withLine(number) { String(decoding: $0.bytes, as: UTF8.self) }
  }

  @Test func linesKeepTheirNumbers() {
    let ring = LogRing()
    for number in 0..<5_000 { ring.append(chunk(["line \(number)"])) }
    #expect(ring.count == 5_000 && ring.firstNumber == 0)
    #expect(text(ring, 0) == "line 0" && text(ring, 4_321) == "line 4321" && text(ring, 5_000) == nil)
  }

  @Test func whatDoesNotFitIsLetGoAndCounted() {
    let ring = LogRing(capacityBytes: 200_000)
    for number in 0..<20_000 { ring.append(chunk(["line \(number)"])) }
    #expect(ring.endNumber == 20_000)
    #expect(ring.firstNumber > 0 && ring.firstNumber + ring.count == 20_000)
    #expect(text(ring, ring.firstNumber) == "line \(ring.firstNumber)")
    #expect(text(ring, 19_999) == "line 19999")
    #expect(text(ring, ring.firstNumber - 1) == nil)
  }

  @Test func aHugeChunkIsKeptWhole() {
    let ring = LogRing(capacityBytes: 1_000)
    ring.append(chunk(["small"]))
    ring.append(chunk([String(repeating: "x", count: 1 << 20)]))
    #expect(ring.endNumber == 2 && ring.firstNumber == 1)
    #expect(text(ring, 1)?.utf8.count == 1 << 20)
  }

  @Test func creditIsGivenWhenTheChunkIsTaken() {
    let given = Given()
    let ring = LogRing()
    do {
      var first = chunk(["a"])
      first.credit = Credit { given.count += 1 }
      ring.append(first)
    }
    #expect(given.count == 1)
  }
}

private final class Given: @unchecked Sendable {  // used on one thread only
  var count = 0

  @Test func theServerWaitsUntilLinesWereTaken() {
    final class Count: Sendable {
      let freed = Mutex(0)
    }
    let count = Count()
    let ring = LogRing(capacityBytes: 1 << 20)
    ring.holdsServer = true
    for number in 0..<4 {
      ring.append(
        LogChunk(
          sources: ["app"], bytes: Array("ab".utf8),
          lines: [0, 1].map { LogChunk.Line(start: $0, length: 1, nanoseconds: Int64(number), source: 0) },
          credit: Credit { count.freed.withLock { $0 += 1 } }))
    }
    #expect(count.freed.withLock { $0 } == 0)
    ring.release(before: 3)
    #expect(count.freed.withLock { $0 } == 1, "one of the second two is still to come")
    ring.release(before: 6)
    #expect(count.freed.withLock { $0 } == 3)
    ring.holdsServer = false
    #expect(count.freed.withLock { $0 } == 4)
  }
}
