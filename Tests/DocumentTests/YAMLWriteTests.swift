import Testing

@testable import Document

@Suite struct YAMLWriteTests {
  @Test(arguments: ["pod", "deployment"])
  func anObjectIsWrittenAsKubectlWritesIt(_ name: String) throws {
    let object = try #require(JSON.parse(fixture("\(name).json")).value)
    let printed = String(decoding: try fixture("\(name).kubectl.yaml"), as: UTF8.self)
    #expect(object.yaml(foldColumn: 80) == printed)
    #expect(YAML.parse(Array(printed.utf8)).documents.first.map(sorted) == sorted(object))
    #expect(YAML.parse(Array(object.yaml().utf8)).documents.first.map(sorted) == sorted(object))
  }

  private func sorted(_ value: JSON) -> JSON {
    switch value {
    case .object(let object):
      .object(
        JSONObject(
          object.members.map { .init(key: $0.key, value: sorted($0.value)) }.sorted { $0.key < $1.key }))
    case .array(let items): .array(items.map(sorted))
    default: value
    }
  }

  @Test func collectionsAreWrittenInBlocks() {
    let value: JSON = ["b": [1, ["x", [[]], "y"], ["k": ["l": "m"], "j": []]], "a": [:], "c": nullValue]
    #expect(
      value.yaml() == """
        a: {}
        b:
        - 1
        - - x
          - - []
          - "y"
        - j: []
          k:
            l: m
        c: null

        """)
    #expect(value.yaml(sortedKeys: false).hasPrefix("b:\n- 1\n"))
    #expect(JSON.array([]).yaml() == "[]\n")
    #expect(JSON.string("a\nb\n").yaml() == "|\n  a\n  b\n")
  }

  private let nullValue = JSON.null

  @Test(arguments: [
    ("plain text", "plain text"), ("", "\"\""), ("yes", "\"yes\""), ("y", "\"y\""), ("null", "\"null\""),
    ("~", "\"~\""),
    ("12", "\"12\""), ("0x1f", "\"0x1f\""), ("1e3", "\"1e3\""), ("1:30", "\"1:30\""),
    ("2026-11-21T03:11:17Z", "\"2026-11-21T03:11:17Z\""),
    ("2001-1-1", "\"2001-1-1\""), ("10m", "10m"), ("1Gi", "1Gi"), ("a: b", "'a: b'"), ("a:b", "a:b"),
    ("a:", "'a:'"), ("a #b", "'a #b'"),
    ("a#b", "a#b"), ("- a", "'- a'"), ("-a", "-a"), ("it's", "it's"), ("'x", "'''x'"), ("[a]", "'[a]'"),
    ("*x", "'*x'"), ("%x", "'%x'"),
    ("---", "'---'"), (" x", "' x'"), ("x ", "'x '"), ("a\tb", "\"a\\tb\""), ("\u{1B}[31m", "\"\\e[31m\""),
    ("é日", "é日"),
    ("😀", "\"\\U0001F600\""), ("c:\\x", "c:\\x"), ("\u{A0}", "\u{A0}"), ("\u{85}", "\"\\N\""),
    ("\u{2028}", "\"\\L\""), ("<<", "\"<<\""), ("=", "="),
    ("a\nb", "|-\n  a\n  b"), ("a\n", "|\n  a"), ("a\n\n", "|+\n  a\n"), (" a\nb", "|2-\n   a\n  b"),
    ("\n", "|2+\n"),
    ("a \nb", "\"a \\nb\""), ("a\n b", "|-\n  a\n   b"), ("a\tb\nc", "\"a\\tb\\nc\""),
    ("a\nb ", "\"a\\nb \""),
  ])
  func aTextIsQuotedWhereItMustBe(_ text: String, _ expected: String) {
    #expect(JSON.object(JSONObject([.init(key: "k", value: .string(text))])).yaml() == "k: \(expected)\n")
    #expect(YAML.parse(Array(JSON.array([.string(text)]).yaml().utf8)).documents == [[.string(text)]])
  }

  @Test func longAndManyLinedKeysAreExplicit() {
    let long = String(repeating: "k", count: 129)
    let value = JSON.object(JSONObject([.init(key: long, value: ["a": 1]), .init(key: "x\ny", value: 2)]))
    #expect(value.yaml() == "? \(long)\n: a: 1\n? |-\n  x\n  y\n: 2\n")
  }

  @Test(arguments: [
    ("1", "1"), ("-5", "-5"), ("-0", "0"), ("-0.0", "0"), ("9007199254740993", "9007199254740993"),
    ("18446744073709551616", "18446744073709551616"), ("1.10", "1.1"),
    ("1e3", "1000"), ("1e20", "1e+20"), ("0.00001", "1e-05"), ("1e-7", "1e-07"), ("0.0001", "0.0001"),
    ("1234567.5", "1.2345675e+06"),
    ("123456.5", "123456.5"), ("-1.5e300", "-1.5e+300"), ("1.0", "1"),
  ])
  func numbersAreSpelledAsGoSpellsThem(_ number: String, _ expected: String) {
    #expect(JSON.number(number).yaml() == expected + "\n")
  }

  @Test func keysAreInTheOrderOfGo() {
    let keys = ["b", "a10", "a9", "a", "A", "_", "a-b", "a.b", "ab", "10", "9", "é", "a010", "1a"]
    let value = JSON.object(JSONObject(keys.map { .init(key: $0, value: 1) }))
    #expect(
      value.yaml().split(separator: "\n").map { $0.dropLast(3).replacing("\"", with: "") } == [
        "_", "9", "10", "1a", "A", "a", "a-b", "a.b", "a9", "a10", "a010", "ab", "b", "é",
      ])
  }

  @Test func doubledKeysAreWrittenOnce() {
    let value = JSON.object(
      JSONObject([.init(key: "a", value: 1), .init(key: "b", value: 2), .init(key: "a", value: 3)]))
    #expect(value.yaml() == "a: 3\nb: 2\n")
    #expect(value.yaml(sortedKeys: false) == "a: 3\nb: 2\n")
  }

  @Test func longTextsFoldOnlyWhenAsked() {
    let text = String(repeating: "word ", count: 30) + "end"
    let value: JSON = ["k": .string(text)]
    #expect(value.yaml() == "k: \(text)\n")
    #expect(
      value.yaml(foldColumn: 80) == """
        k: word word word word word word word word word word word word word word word word
          word word word word word word word word word word word word word word end

        """)
    #expect(YAML.parse(Array(value.yaml(foldColumn: 20).utf8)).documents == [value])
    #expect(JSON.string("long enough --- é").yaml(foldColumn: 8) == "long enough\n  --- é\n")
  }
}
