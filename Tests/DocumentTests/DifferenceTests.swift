import Testing

@testable import Document

@Suite struct DifferenceTests {
  @Test func theChangedLinesComeWithTheirNeighbours() {
    let old = (1...20).map { "line \($0)" }
    var new = old
    new[9] = "another"
    new.insert("one more", at: 10)
    #expect(
      drawn(old, new) == """
        @ 6
          line 7
          line 8
          line 9
        - line 10
        + another
        + one more
          line 11
          line 12
          line 13
        @ 7
        """)
  }

  @Test func placesThatAreNearShareTheLinesBetweenThem() {
    let old = ["a", "b", "c", "d", "e", "f"]
    #expect(
      drawn(old, ["x", "b", "c", "d", "f"], context: 1) == """
        - a
        + x
          b
        @ 1
          d
        - e
          f
        """)
    #expect(drawn(old, ["x", "b", "c", "d", "f"], context: 2).contains("@") == false)
  }

  @Test func equalTextsHaveNoDifference() {
    #expect(Difference.lines(from: ["a", "b"], to: ["a", "b"]).isEmpty)
    #expect(Difference.lines(from: [], to: []).isEmpty)
  }

  @Test func aTextThatComesOrGoesIsWhollyAddedOrRemoved() {
    #expect(drawn([], ["a", "b"]) == "+ a\n+ b")
    #expect(drawn(["a", "b"], []) == "- a\n- b")
  }

  @Test func anyDifferenceMakesTheNewTextOfTheOld() {
    var seed: UInt64 = 7
    func random(_ below: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % below
    }
    for _ in 0..<400 {
      let old = (0..<random(12)).map { _ in String(random(4)) }
      let new = (0..<random(12)).map { _ in String(random(4)) }
      let lines = Difference.lines(from: old, to: new, context: 100)
      if old == new { continue }
      #expect(lines.filter { $0.kind != .added }.map(\.text) == old)
      #expect(lines.filter { $0.kind != .removed }.map(\.text) == new)
      #expect(lines.count { $0.kind == .same } == longestCommon(old, new))
    }
  }

  @Test func textsWithNothingInCommonAreReplaced() {
    let lines = Difference.lines(
      from: (0..<3_000).map { "a\($0)" }, to: (0..<3_000).map { "b\($0)" })
    #expect(lines.count { $0.kind == .removed } == 3_000)
    #expect(lines.count { $0.kind == .added } == 3_000)
  }

  private func drawn(_ old: [String], _ new: [String], context: Int = 3) -> String {
    Difference.lines(from: old, to: new, context: context).map { line in
      switch line.kind {
      case .same: "  \(line.text)"
      case .removed: "- \(line.text)"
      case .added: "+ \(line.text)"
      case .skipped(let count): "@ \(count)"
      }
    }.joined(separator: "\n")
  }

  private func longestCommon(_ a: [String], _ b: [String]) -> Int {
    var best = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in a.indices {
      for j in b.indices {
        best[i + 1][j + 1] = a[i] == b[j] ? best[i][j] + 1 : max(best[i][j + 1], best[i + 1][j])
      }
    }
    return best[a.count][b.count]
  }
}
