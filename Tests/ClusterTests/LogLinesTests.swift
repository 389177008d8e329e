import Cluster
import Testing

@Suite struct LogLinesTests {
  private func lines(
    _ texts: [String], _ filter: String, context: Int = 0, sources: [LogSource] = ["app", "b", "c"]
  )
    -> (LogLines, LogRing)
  {
    let ring = LogRing()
    ring.append(LogSample.chunk(texts, sources: sources))
    var lines = LogLines()
    lines.show(contextLines: context)
    lines.filter(filter)
    repeat { lines.update(from: ring, milliseconds: 5) } while lines.isScanning
    return (lines, ring)
  }

  private func check(_ texts: [String], _ filter: String, context: Int = 0, shows expected: [String]) {
    let (lines, ring) = lines(texts, filter, context: context)
    #expect(
      LogSample.shown(lines, ring) == expected.map { $0.hasPrefix("> ") ? String($0.dropFirst(2)) : $0 },
      "\(filter)")
  }

  private static let trace = [
    "request 1", "ERROR cannot load", "> java.lang.IllegalStateException: no", "> \tat a.B.c(B.java:1)",
    "request 2",
  ]

  @Test func aTraceIsOneWithTheLineItBelongsTo() {
    check(Self.trace, "B.java", shows: Array(Self.trace[1...3]))
    check(Self.trace, "cannot load", shows: Array(Self.trace[1...3]))
    check(Self.trace, "!IllegalState", shows: ["request 1", "request 2"])
    check(Self.trace, "cannot !B.java", shows: [])
  }

  @Test func aTraceAmongTheLinesOfOthersStaysTogether() {
    let texts = ["0: ERROR x", "1: fine", "0: > \tat y", "1: fine too", "0: > \tat z", "0: done"]
    check(texts, "at y", shows: ["ERROR x", "\tat y", "\tat z"])
  }

  @Test func whatGoesOnALineThatPassedPassesWhenItComes() {
    let ring = LogRing()
    var lines = LogLines()
    lines.filter("ERROR")
    ring.append(LogSample.chunk(["ERROR x"]))
    lines.update(from: ring)
    ring.append(LogSample.chunk(["> \tat y", "next"]))
    lines.update(from: ring)
    #expect(LogSample.shown(lines, ring) == ["ERROR x", "\tat y"])
  }

  @Test func termsThatHoldInDifferentLinesOfOneTraceHoldOfIt() {
    check(Self.trace, "level>=error B.java", shows: Array(Self.trace[1...3]))
    check(Self.trace, "level>=error request", shows: [])
  }

  @Test func linesAroundAreShownOnRequest() {
    let texts = (0..<20).map { $0 == 5 || $0 == 7 || $0 == 19 ? "needle \($0)" : "line \($0)" }
    check(
      texts, "needle", context: 1,
      shows: ["line 4", "needle 5", "line 6", "needle 7", "line 8", "line 18", "needle 19"])
    let (lines, _) = lines(texts, "needle", context: 1)
    #expect(lines.matchCount == 3)
    #expect((0..<7).filter { lines.hasGap(before: $0) } == [5])
    #expect((0..<7).filter { lines.number(at: $0).map(lines.isContext) == true } == [0, 2, 4, 5])
  }

  @Test func theLinesBehindAMatchComeAfterIt() {
    let ring = LogRing()
    var lines = LogLines()
    lines.show(contextLines: 2)
    lines.filter("needle")
    for text in ["a", "needle", "b", "c", "d"] {
      ring.append(LogSample.chunk([text]))
      lines.update(from: ring)
    }
    #expect(LogSample.shown(lines, ring) == ["a", "needle", "b", "c"])
  }

  @Test func marksPassEveryFilter() {
    check(["a", "# gap", "b", "needle"], "needle", shows: ["# gap", "needle"])
  }

  /// The needle's way through the bytes and a look at each line must come to the same, however the lines come.
  @Test(arguments: [
    "warn", "w.*n [0-9]*7$", "warn !y", "!warn", "level>=warn y", "k=v2 warn", "pod:one warn",
  ])
  func whatIsSkippedWouldNotHavePassed(filter: String) {
    var state: UInt64 = 42
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let sources = [LogSource(pod: "one", container: "a"), LogSource(pod: "two", container: "a")]
    var texts: [String] = []
    for index in 0..<3_000 {
      let word = ["WARN warn", "x", "y", "k=v2 level=warn", "plain", "level=error k=v1 msg=y"][next(6)]
      let continues = next(4) == 0 && index > 8 ? "> " : ""
      texts.append("\(next(2)): \(continues)\(word) \(index)")
      if next(300) == 0 { texts.append("# mark \(index)") }
    }
    let whole = LogRing()
    whole.append(LogSample.chunk(texts, sources: sources))
    let expected = naive(whole, LogFilterProbe(filter))
    let ring = LogRing()
    var lines = LogLines()
    lines.filter(filter)
    var at = 0
    while at < texts.count {
      let count = min(texts.count - at, 1 + next(90))
      ring.append(LogSample.chunk(Array(texts[at..<at + count]), sources: sources))
      at += count
      lines.update(from: ring, milliseconds: UInt64(next(2)))
    }
    while lines.isScanning { lines.update(from: ring, milliseconds: 0) }
    let found = (0..<lines.count).compactMap { lines.number(at: $0) }
    let odd = Set(found).symmetricDifference(expected).sorted()
    #expect(
      odd.isEmpty && found == found.sorted(), "\(odd.prefix(5).map { "\($0) \(LogSample.text(whole, $0))" })")
    #expect(expected.count > 20 && expected.count < texts.count)
  }

  /// Group by group, each line looked at.
  private func naive(_ ring: LogRing, _ probe: LogFilterProbe) -> [Int] {
    var open: [Int: [Int]] = [:]
    var passed: [Int] = []
    for number in ring.firstNumber..<ring.endNumber {
      let (source, continues, isMark) = ring.withLine(number) { ($0.source, $0.continues, $0.isMark) }!
      if isMark {
        passed.append(number)
        continue
      }
      if !continues {
        if let group = open[source], probe.passes(group, ring) { passed += group }
        open[source] = []
      }
      open[source, default: []].append(number)
    }
    for group in open.values where probe.passes(group, ring) { passed += group }
    return passed.sorted()
  }

  @Test func aCollectionGathersWhatPassesOnce() {
    let ring = LogRing()
    var lines = LogLines()
    ring.append(LogSample.chunk(["a 1", "b 2", "a 3"]))
    lines.update(from: ring)
    lines.startCollecting()
    var had = lines.takeCollected(maxCount: 2).numbers
    #expect(had == [0, 1] && lines.hasMoreToCollect)
    had += lines.takeCollected(maxCount: 9).numbers
    lines.filter("a")
    lines.update(from: ring)
    #expect(lines.takeCollected(maxCount: 9).numbers == [])
    ring.append(LogSample.chunk(["b 4", "a 5", "> go on 6"]))
    lines.update(from: ring)
    had += lines.takeCollected(maxCount: 9).numbers
    lines.filter("")
    lines.update(from: ring)
    ring.append(LogSample.chunk(["b 7"]))
    lines.update(from: ring)
    had += lines.takeCollected(maxCount: 9).numbers
    #expect(had == [0, 1, 2, 4, 5, 6])
  }

  @Test func whatWasLetGoBeforeItCouldBeTakenIsCounted() {
    let ring = LogRing(capacityBytes: 400_000)
    var lines = LogLines()
    ring.append(LogSample.chunk(["first"]))
    lines.update(from: ring)
    lines.startCollecting()
    for _ in 0..<20 {
      ring.append(LogSample.chunk(Array(repeating: String(repeating: "x", count: 400), count: 100)))
    }
    lines.update(from: ring)
    let (numbers, missed) = lines.takeCollected(maxCount: .max)
    #expect(missed > 0 && missed == ring.letGo && numbers.count == ring.count)
  }
}

/// What the filters of the test mean, of whole groups.
private struct LogFilterProbe {
  let text: String
  init(_ text: String) { self.text = text }

  func passes(_ group: [Int], _ ring: LogRing) -> Bool {
    let texts = group.map { LogSample.text(ring, $0) }
    let pod = ring.withLine(group[0]) { ring.sources[$0.source].pod } ?? ""
    func any(_ test: (String) -> Bool) -> Bool { texts.contains(where: test) }
    func has(_ word: String) -> Bool { any { $0.lowercased().contains(word) } }
    switch text {
    case "warn": return has("warn")
    case "w.*n [0-9]*7$":
      return any {
        ($0.contains("warn ") || $0.contains("plain ")) && $0.hasSuffix("7") && $0.lowercased().contains("w")
      }
    case "warn !y": return has("warn") && !has("y")
    case "!warn": return !has("warn")
    case "level>=warn y":
      return any { $0.hasPrefix("WARN") || $0.hasPrefix("k=v2") || $0.hasPrefix("level=error") } && has("y")
    case "k=v2 warn": return has("k=v2") && has("warn")
    default: return pod == "one" && has("warn")
    }
  }
}
