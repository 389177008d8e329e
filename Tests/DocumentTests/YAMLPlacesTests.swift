import Testing

@testable import Document

@Suite struct YAMLPlacesTests {
  private func check(_ text: String, _ path: [String], key: (Int, Int), value: (Int, Int)) {
    let read = YAML.parseWithPlaces(Array(text.utf8))
    let member = read.places[path]
    #expect(member.key == TextPlace(line: key.0, column: key.1), "\(path)")
    #expect(member.value == TextPlace(line: value.0, column: value.1), "\(path)")
  }

  private let text = """
    # settings
    a: 1
    b:
      c:   two  # with a comment
      list:
        - x
        - {w: 1, "z": [p, q]}
      none:
    "q k": &anchor
      d: 5
    again: *anchor
    """

  @Test func everyMemberHasAPlace() {
    check(text, ["a"], key: (2, 1), value: (2, 4))
    check(text, ["b"], key: (3, 1), value: (3, 1))
    check(text, ["b", "c"], key: (4, 3), value: (4, 8))
    check(text, ["b", "list", "0"], key: (6, 7), value: (6, 7))
    check(text, ["b", "list", "1", "w"], key: (7, 8), value: (7, 11))
    check(text, ["b", "list", "1", "z"], key: (7, 14), value: (7, 19))
    check(text, ["b", "list", "1", "z", "1"], key: (7, 23), value: (7, 23))
    check(text, ["b", "none"], key: (8, 3), value: (8, 3))
    check(text, ["q k", "d"], key: (10, 3), value: (10, 6))
  }

  @Test func whatHasNoneGetsThatOfWhatIsAroundIt() {
    check(text, ["again", "d"], key: (11, 1), value: (11, 8))
    check(text, ["missing"], key: (1, 1), value: (1, 1))
  }

  @Test func aFaultOfSyntaxLeavesNothing() {
    let read = YAML.parseWithPlaces(Array("a: [1\nb: 2".utf8))
    #expect(read.document == .null && read.problems.count == 1)
  }

  @Test func theValuesAreThoseOfTheUsualReader() {
    for source in [text, "[a, {b: c}]", "- - x\n  - y", "? k\n: v", "{a: , b}", ""] {
      let read = YAML.parseWithPlaces(Array(source.utf8))
      #expect(read.document == YAML.parse(Array(source.utf8)).documents.first ?? .null)
    }
  }
}
