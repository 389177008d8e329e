import Cluster
import Testing

@Suite struct LogFilterTests {
  private static let lines = [
    #"{"level":"info","msg":"request","path":"/login","status":200}"#,
    #"{"level":"error","msg":"upstream did not answer","path":"/checkout","status":503,"http":{"method":"GET"}}"#,
    "level=warn msg=\"slow query\" table=baskets took=420ms", "WARN  queue is 60 % full",
    "plain words table=baskets",
    "INFO  processed 12 items",
  ]

  private func passing(_ filter: String, sources: [LogSource] = ["app"]) -> [Int] {
    let ring = LogRing()
    ring.append(LogSample.chunk(Self.lines, sources: sources))
    var lines = LogLines()
    lines.filter(filter)
    repeat { lines.update(from: ring) } while lines.isScanning
    return (0..<lines.count).compactMap { lines.number(at: $0) }
  }

  @Test func levelsAreCompared() {
    #expect(passing("level>=warn") == [1, 2, 3])
    #expect(passing("level=info") == [0, 5])
    #expect(passing("level<warn") == [0, 5])
    #expect(passing("!level>=warn") == [0, 4, 5])
    #expect(passing("level>=warn slow") == [2])
  }

  @Test func fieldsAreCompared() {
    #expect(passing("status=503") == [1])
    #expect(passing("status>=300") == [1])
    #expect(passing("status<300") == [0])
    #expect(passing("path=/CHECKOUT") == [1])
    #expect(passing("path=/*o*") == [0, 1])
    #expect(passing("path~^/log") == [0])
    #expect(passing("http.method=get") == [1])
    #expect(passing("took>400") == [2])
    #expect(passing("table=baskets") == [2, 4], "lines without fields are searched for the words")
    #expect(passing("table!=baskets") == [0, 1, 3, 5])
  }

  @Test func wordsAreAnExpressionAndMayBeExcluded() {
    #expect(passing("slow query") == [2])
    #expect(passing("quer[yi]") == [2])
    #expect(passing("!e") == [])
    #expect(passing("!level !plain words") == [3, 5])
    #expect(passing("a !table") == [0, 1, 3])
    #expect(passing("-f 12 items") == [5])
    #expect(passing("status=") == [], "still being typed: a text like any other")
  }

  @Test func podsAndContainersAreTerms() {
    let sources = [LogSource(pod: "web-1", container: "app")]
    #expect(passing("pod:web", sources: sources).count == 6)
    #expect(passing("!pod:web", sources: sources) == [])
    #expect(passing("container:proxy", sources: sources) == [])
  }

  @Test func halfAnExpressionIsSaidAndChangesNothing() {
    var lines = LogLines()
    lines.filter("abc")
    lines.filter("abc(")
    #expect(lines.filterText == "abc" && lines.problem?.contains("no regular expression") == true)
  }

  @Test func whatEveryMatchHoldsIsKnown() throws {
    let expected: [(String, String?)] = [
      ("Timeout", "timeout"), ("time.*out+er", "time"), ("a|b", nil), ("(a|b)cde", "cde"), ("x*yz", "yz"),
      ("ab?cd", "cd"), ("[abc]+err", "err"), (#"\d+ms"#, "ms"), (#"user\.name"#, "user.name"), ("é+", nil),
      ("[]x]yy", "yy"), ("ab{2}c", nil), ("a{1,2}bcd", "bcd"), ("^WARN$", "warn"),
    ]
    for (text, needle) in expected {
      let pattern = try Pattern(text)
      #expect(pattern.needle.map { String(decoding: $0, as: UTF8.self) } == needle, "\(text)")
    }
  }
}
