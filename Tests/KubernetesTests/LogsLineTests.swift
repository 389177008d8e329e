import Cluster
import Document
import Testing

@testable import Kubernetes

/// Cutting of a log's bytes into lines, and which of them were had before.
@Suite struct LogsLineTests {
  /// The lines as text with their times, cut from pieces of each of the given sizes.
  private func check(
    _ text: String, pieces: [Int] = [1, 2, 3, 7, 64, 100_000], is expected: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for size in pieces {
      var cutter = LogCutter(source: 2)
      var lines: [String] = []
      var rest = Array(text.utf8)[...]
      func add(_ cut: LogCutter.Lines) {
        for line in cut.lines {
          #expect(line.source == 2)
          let content = String(decoding: cut.bytes[line.start..<line.start + line.length], as: UTF8.self)
          lines.append("\(line.nanoseconds) \(content)")
        }
      }
      while !rest.isEmpty {
        add(cutter.cut(Array(rest.prefix(size))) { _ in true })
        rest = rest.dropFirst(size)
      }
      add(cutter.takeRest { _ in true })
      #expect(lines == expected, "pieces of \(size)", sourceLocation: sourceLocation)
    }
  }

  @Test func timesAreTakenOffAndLinesMayBeEmpty() {
    check(
      """
      2026-11-21T03:22:59.207116625Z goroutine 1 [running]:
      2026-11-21T03:22:59.207118878Z main.main()
      2026-11-21T03:22:59.207118843Z \n
      """,
      is: [
        "1795231379207116625 goroutine 1 [running]:", "1795231379207118878 main.main()",
        "1795231379207118843 ", "0 ",
      ].dropLast())
  }

  @Test func timesMayBeShortOrOfAnotherZoneOrMissing() {
    check(
      "2026-11-21T03:27:51Z a\n2026-11-21T03:27:51.5Z b\n2026-11-21T05:27:51.205110890+02:00 c\n"
        + "2026-11-21T03:28:00.25Z\nunable to retrieve container logs for containerd://0cd2\n",
      is: [
        "1795231671000000000 a", "1795231671500000000 b", "1795231671205110890 c", "1795231680250000000 ",
        "0 unable to retrieve container logs for containerd://0cd2",
      ])
  }

  @Test func carriageReturnsBeforeTheEndGoAndOthersStay() {
    check(
      "2026-11-21T03:27:51Z windows\r\n2026-11-21T03:27:51Z 10%\r20%\r\n",
      is: ["1795231671000000000 windows", "1795231671000000000 10%\r20%"])
  }

  @Test func theLastLineNeedsNoEnd() {
    check("2026-11-21T03:27:51Z half a li", is: ["1795231671000000000 half a li"])
    check("", is: [])
  }

  @Test func invalidTextIsKeptByteForByte() {
    var cutter = LogCutter(source: 0)
    let cut = cutter.cut(Array("2026-11-21T03:27:51Z ".utf8) + [0xFF, 0xC3, 0x28, 0x00, 0x1B, 0x0A]) { _ in
      true
    }
    #expect(cut.bytes == [0xFF, 0xC3, 0x28, 0x00, 0x1B])
  }

  @Test func aLineOfSeveralMegabytesComesWhole() {
    var cutter = LogCutter(source: 0)
    let content = [UInt8](repeating: UInt8(ascii: "x"), count: 5 << 20)
    let all = Array("2026-11-21T03:27:51Z ".utf8) + content + [0x0A]
    var found: [LogChunk.Line] = []
    for start in stride(from: 0, to: all.count, by: 16_384) {
      found += cutter.cut(Array(all[start..<min(start + 16_384, all.count)])) { _ in true }.lines
    }
    #expect(found.map(\.length) == [5 << 20])
    #expect(found.map(\.nanoseconds) == [1_795_231_671_000_000_000])
  }

  @Test func aLineWithoutAnEndIsHandedOverInPieces() {
    var cutter = LogCutter(source: 0)
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    var lines = cutter.cut(Array("2026-11-21T03:27:51Z ".utf8)) { _ in true }.lines
    for _ in 0..<40 { lines += cutter.cut(piece) { _ in true }.lines }
    lines += cutter.cut([0x0A]) { _ in true }.lines
    #expect(lines.count == 3)
    #expect(lines.map(\.length).reduce(0, +) == 40 << 20)
    #expect(Set(lines.map(\.nanoseconds)) == [1_795_231_671_000_000_000])
  }

  @Test func aLineCutOffWithItsConnectionIsForgotten() {
    var cutter = LogCutter(source: 0)
    _ = cutter.cut(Array("2026-11-21T03:27:51Z half".utf8)) { _ in true }
    cutter.dropRest()
    let cut = cutter.cut(Array("2026-11-21T03:27:51Z whole\n".utf8)) { _ in true }
    #expect(String(decoding: cut.bytes, as: UTF8.self) == "whole")
  }

  @Test func aSecondIsWrittenAsTheServerWantsIt() {
    for text in [
      "1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "2026-11-21T03:27:51Z", "1969-12-31T23:59:59Z",
    ] {
      #expect(Timestamp(text)?.text == text)
    }
  }

  // MARK: What was had before

  private static let second: Int64 = 1_000_000_000

  @Test func nothingHadMeansNothingToGoOnFrom() {
    var overlap = LogOverlap()
    #expect(overlap.resume() == nil)
    #expect(overlap.isNew(5) == true)
  }

  @Test func linesOfEqualTimesAreCounted() {
    var overlap = LogOverlap()
    let time = 100 * Self.second + 7
    for _ in 0..<3 { #expect(overlap.isNew(time) == true) }
    #expect(overlap.resume() == 99)
    let again = (0..<5).map { _ in overlap.isNew(time) }
    #expect(again == [false, false, false, true, true])
  }

  @Test func aLineThatSwappedPlacesWithALaterOneIsNotLost() {
    var overlap = LogOverlap()
    #expect(overlap.isNew(100 * Self.second + 878) == true)
    _ = overlap.resume()
    // stdout and stderr: the earlier time stands behind the later one.
    #expect(overlap.isNew(100 * Self.second + 878) == false)
    #expect(overlap.isNew(100 * Self.second + 843) == true)
  }

  @Test func theSecondBeforeIsRememberedToo() {
    var overlap = LogOverlap()
    #expect(overlap.isNew(99 * Self.second + 5) == true)
    #expect(overlap.isNew(100 * Self.second) == true)
    #expect(overlap.resume() == 99)
    #expect(overlap.isNew(99 * Self.second + 5) == false)
    #expect(overlap.isNew(99 * Self.second + 999) == true)
    #expect(overlap.isNew(100 * Self.second) == false)
    #expect(overlap.isNew(103 * Self.second) == true)
    #expect(overlap.resume() == 102)
  }

  @Test func aSentenceInPlaceOfALogIsHadOnce() {
    var overlap = LogOverlap()
    #expect(overlap.isNew(0) == true)
    #expect(overlap.resume() == nil)
    #expect(overlap.isNew(0) == false)
    #expect(overlap.isNew(0) == true)
  }

  @Test func anyNumberOfCutsNeitherLosesNorDoublesALine() {
    var seed: UInt64 = 42
    func random(_ bound: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % bound
    }
    // Lines a third of which share their time with the one before, some out of order.
    var time = 1_000 * Self.second
    let log = (0..<2_000).map { number -> (Int64, Int) in
      time += random(3) == 0 ? 0 : Int64(random(300_000_000))
      return (time - (random(5) == 0 ? Int64(random(1_000)) : 0), number)
    }
    var overlap = LogOverlap()
    var had: [Int] = []
    var end = 0
    while end < log.count || had.count < log.count {
      // The log grows, is read from some second on, and the connection breaks anywhere in it.
      end = min(log.count, end + random(200))
      let since = overlap.resume() ?? 0
      let served = log[..<end].filter { $0.0 >= since * Self.second }
      for (time, number) in served.prefix(random(served.count + 1)) where overlap.isNew(time) {
        had.append(number)
      }
    }
    #expect(had.count == log.count)
    #expect(Set(had).count == log.count)
  }
}
