import Testing

@testable import Document

@Suite struct YAMLReadTests {
  /// Reads YAML and compares its documents with JSON texts.
  private func check(
    _ yaml: String, _ documents: String..., problems: [String] = [],
    at place: SourceLocation = #_sourceLocation
  ) {
    let read = YAML.parse(Array(yaml.utf8))
    #expect(read.documents.map(\.text) == documents, sourceLocation: place)
    #expect(read.problems.map(\.description) == problems, sourceLocation: place)
  }

  @Test func blockCollectionsNest() {
    check("a: b\nc:\n  d: e\n  f:\n    - g\n    - h\n", #"{"a":"b","c":{"d":"e","f":["g","h"]}}"#)
    check(
      "a:\n- b\n- c: d\n  e: f\n-   g: h\n    i: j\nk: l",
      #"{"a":["b",{"c":"d","e":"f"},{"g":"h","i":"j"}],"k":"l"}"#)
    check("- - a\n  - - b\n-\n  - c\n-\n- d:\n    e\n", #"[["a",["b"]],["c"],null,{"d":"e"}]"#)
    check("a:\nb:\n\n  c:\n", #"{"a":null,"b":{"c":null}}"#)
    check("  a: b\n  c: d\n", #"{"a":"b","c":"d"}"#)
  }

  @Test func flowCollectionsNestAndSpanLines() {
    check("[a, [b], {c: d, 'e':f, \"g\": [h]}, ]", #"["a",["b"],{"c":"d","e":"f","g":["h"]}]"#)
    check("a: [1,\n 2, # two\n\n 3\n]\nb: {c: d,\ne: f}\n", #"{"a":[1,2,3],"b":{"c":"d","e":"f"}}"#)
    check(
      "{a, b: , ? c : d, ? e, : f}", #"{"a":null,"b":null,"c":"d","e":null,"null":"f"}"#,
      problems: ["line 1, column 24: a key may not be null"])
    check("[a: b, ? c : d, {e: f}]", #"[{"a":"b"},{"c":"d"},{"e":"f"}]"#)
    check("{url: http://x:80/y?z, time: 1:30}", #"{"url":"http://x:80/y?z","time":"1:30"}"#)
    check("{\n\t\"a\": [\n\t\t1\n\t]\n}", #"{"a":[1]}"#)
    check("{a: b\n  c d, e: f}", #"{"a":"b c d","e":"f"}"#)
    check("[]", "[]")
    check("{}", "{}")
  }

  @Test func jsonIsYAMLToo() throws {
    let json = try fixture("pods.page.json")
    let read = YAML.parse(json)
    #expect(read.problems == [])
    #expect(read.documents == [JSON.parse(json).value])
    check(#"{"a":"\/\u00e9\ud83d\ude00\"","b":-1.5e3,"c":null}"#, #"{"a":"/é😀\"","b":-1.5e3,"c":null}"#)
  }

  @Test func plainScalarsFoldOverLines() {
    check("a: b\n c\n  d\n\n\n e # f\ng: h#i", #"{"a":"b c d\n\ne","g":"h#i"}"#)
  }

  @Test func plainScalarsHoldIndicatorsInside() {
    check(
      "http://a:80/b: c:d\n-x: ?y\n:z: a-\n? k\n: v", #"{"http://a:80/b":"c:d","-x":"?y",":z":"a-","k":"v"}"#)
    check("a: b\n\n\n# end", #"{"a":"b"}"#)
    check("a: ---\nb: c", #"{"a":"---","b":"c"}"#)
    check("- a\n - b", #"["a - b"]"#)
  }

  @Test func quotedScalarsFoldAndEscape() {
    check("'it''s': \"x\\ty\"", #"{"it's":"x\ty"}"#)
    check("a: 'b\n  c\n\n  d '\ne: \"f\n  g \\\n  h\\\n\n i\"", #"{"a":"b c\nd ","e":"f g h\ni"}"#)
    check(
      #""\0\a\b\t\n\v\f\r\e\ \"\/\\\N\_\L\P\x41\u00e9\U0001F600""#,
      #""\u0000\u0007\u0008\t\n\u000b\u000c\r\u001b \"/\\"# + "\u{85}\u{A0}\u{2028}\u{2029}Aé😀\"")
    check("\"a\"# comment\n", #""a""#)
    check(#""\ud800x""#, "\"\u{FFFD}x\"")
  }

  @Test func blockScalarsKeepOrFoldTheirLines() {
    check("a: |\n  b\n   c\n\n  d\n\n\ne: f", #"{"a":"b\n c\n\nd\n","e":"f"}"#)
    check("a: >\n  b\n  c\n\n  d\n    e\n  f\n", #"{"a":"b c\nd\n  e\nf\n"}"#)
    check("- |-\n a\n\n- |+\n b\n\n- |2-\n   c\n  d\n- >-1\n  e\n- |\n", #"["a","b\n\n"," c\nd"," e",""]"#)
    check("a: | # comment\n  b # text\nc: >+\n\n  d\n\n", #"{"a":"b # text\n","c":"\nd\n\n"}"#)
    check("--- |\n a\n--- >\nb\nc\n", #""a\n""#, #""b c\n""#)
    check("a: |\n  \tb\n  c", #"{"a":"\tb\nc"}"#)
    check("a: |\n  b\n\t\nc: d", #"{"a":"b\n","c":"d"}"#)
    check("a: |+\n\n\nb: c", #"{"a":"\n\n","b":"c"}"#)
  }

  @Test func anchorsAndAliasesCopy() {
    check("a: &x {b: c}\nd: *x\n*e : f", problems: ["line 3, column 1: no anchor 'e' before this alias"])
    check("a: &x {b: c}\nd: *x", #"{"a":{"b":"c"},"d":{"b":"c"}}"#)
    check("&k key: &v value\n*v : *k", #"{"key":"value","value":"key"}"#)
    check("- &a\n  b: c\n- *a\n- &a d\n- *a", #"[{"b":"c"},{"b":"c"},"d","d"]"#)
    check("&m\na: &s !!str 1\nb: *s", #"{"a":"1","b":"1"}"#)
    check("a: &n\nb: *n", #"{"a":null,"b":null}"#)
    check("a: &x [*x]", problems: ["line 1, column 8: no anchor 'x' before this alias"])
    check("&a a\n---\n*a", "\"a\"", problems: ["line 3, column 1: no anchor 'a' before this alias"])
  }

  @Test func mergeKeysGiveWhatIsNotThere() {
    check(
      "base: &b {x: 1, v: 2}\nmore: &m {v: 3, z: 4}\none:\n  <<: *b\n  v: 5\nboth:\n  <<: [*m, *b]\n  w: 6\n",
      #"{"base":{"x":1,"v":2},"more":{"v":3,"z":4},"one":{"v":5,"x":1},"both":{"w":6,"v":3,"z":4,"x":1}}"#)
    check("'<<': {a: b}\nc: <<", #"{"<<":{"a":"b"},"c":"<<"}"#)
    check("<<: a", "{}", problems: ["line 1, column 1: '<<' takes a mapping or a list of mappings"])
  }

  @Test func tagsSayWhatAScalarIs() {
    check(
      "a: !!str 1\nb: !!int '2'\nc: !!float 3\nd: !!bool 'yes'\ne: !!null ''\nf: !!str",
      #"{"a":"1","b":2,"c":3,"d":true,"e":null,"f":""}"#)
    check(
      "a: !!binary |\n  aGVs\n  bG8=\nb: !!timestamp 2001-01-01\nc: !!set {x, z}",
      #"{"a":"aGVsbG8=","b":"2001-01-01","c":{"x":null,"z":null}}"#)
    check(
      "a: !Ref b\nc: !<tag:yaml.org,2002:str> 1\nd: ! 12\ne: !local {f: g}",
      #"{"a":"b","c":"1","d":"12","e":{"f":"g"}}"#)
    check("%TAG !y! tag:yaml.org,2002:\n---\na: !y!str 1", #"{"a":"1"}"#)
    check(
      "!!str\na: b", #"{"a":"b"}"#,
      problems: ["line 1, column 1: the value is no !!str; it is kept as it is written"])
    check(
      "- !!int x\n- !!bool 1\n- !!binary '%'\n- !!seq {}", #"["x","1","%",{}]"#,
      problems: [
        "line 1, column 3: the value is no !!int; it is kept as it is written",
        "line 2, column 3: the value is no !!bool; it is kept as it is written",
        "line 3, column 3: the value is no !!binary; it is kept as it is written",
        "line 4, column 3: the value is no !!seq; it is kept as it is written",
      ])
  }

  @Test func explicitKeysMayBeAnything() {
  }

  @Test func aStreamHoldsDocuments() {
    check("")
    check("# nothing\n\n")
    check("---\n", "null")
    check("---\na\n---\nb\n...\n# c\n---\nd\n...\n", #""a""#, #""b""#, #""d""#)
    check("%YAML 1.2\n# x\n--- {a: b}\n...\n%YAML 1.1\n---\nc", #"{"a":"b"}"#, #""c""#)
    check("a: b\n---\n---\nc: d", #"{"a":"b"}"#, "null", #"{"c":"d"}"#)
    check("a: 'b\n---\nc: d", #"{"c":"d"}"#, problems: ["line 1, column 4: this quote is not closed"])
    check(
      "--- a: b\n---\nc", #""c""#,
      problems: ["line 1, column 6: a mapping is not allowed here; is the value missing quotes?"])
  }

  @Test func lineBreaksOfAllSystemsAndByteOrderMarksAreRead() {
    check("a: b\r\nc: |\r\n  d\r\n  e\r\n", #"{"a":"b","c":"d\ne\n"}"#)
    check("a: b\rc: d\r", #"{"a":"b","c":"d"}"#)
    check("\u{FEFF}a: b", #"{"a":"b"}"#)
    let text = Array("a: é😀\n".utf16)
    let little: [UInt8] = [0xFF, 0xFE] + text.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] as [UInt8] }
    let big: [UInt8] = [0xFE, 0xFF] + text.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] as [UInt8] }
    #expect(YAML.parse(little).documents == [["a": "é😀"]])
    #expect(YAML.parse(big).documents == [["a": "é😀"]])
    #expect(YAML.parse([0x61, 0x3A, 0x20, 0xFF]).documents == [["a": "\u{FFFD}"]])
  }

  @Test(arguments: [
    ("a: b: c", "line 1, column 5: a mapping is not allowed here; is the value missing quotes?"),
    ("a:\n\tb: c", "line 2, column 1: a tab may not indent; use spaces"),
    ("\ta: b", "line 1, column 1: a tab may not indent; use spaces"),
    ("a:\n  b: c\n \td: e", "line 3, column 2: a tab may not indent; use spaces"),
    ("a: b\n\tc", "line 2, column 1: a tab may not indent; use spaces"),
    ("-\t- a", "line 1, column 3: a tab may not indent; use spaces"),
    ("a: |\n\tb", "line 2, column 1: a tab may not indent; use spaces"),
    ("a: b\n c: d", "line 2, column 3: a key may not span lines"),
    ("a:\n    b: c\n  d: e", "line 3, column 3: expected a key at column 1, found 'd'"),
    ("a:\n  - b\n c: d", "line 3, column 2: expected a key at column 1, found 'c'"),
    ("- a\nb", "line 2, column 1: expected the end of the document, found 'b'"),
    ("a:\n|\n  b", "line 2, column 1: expected a key, found '|'"),
    ("a: b\n- c", "line 2, column 1: expected a key, found '-'"),
    ("a: b\nc", "line 2, column 2: expected ':' and a blank after the key, found the end"),
    ("a: 'b", "line 1, column 4: this quote is not closed"),
    (
      "a: \"b\\q\"",
      "line 1, column 6: this is no escape of YAML; a backslash in double quotes is written \\\\"
    ),
    ("\"\\xZZ\"", "line 1, column 2: expected 2 hexadecimal digits in this escape"),
    ("\"\\UFFFFFFFF\"", "line 1, column 2: there is no character with this number"),
    ("a: [b, c", "line 1, column 4: this '[' is not closed"),
    ("a: {b: c", "line 1, column 4: this '{' is not closed"),
    ("a: [b c: d e: f]", "line 1, column 13: expected ',' or ']', found ':'"),
    ("a: [b]]", "line 1, column 7: expected the end of the line, found ']'"),
    ("a: @b", "line 1, column 4: '@' may not begin a value; put the value in quotes"),
    ("a: %b", "line 1, column 4: '%' may not begin a value; put the value in quotes"),
    ("a: - b", "line 1, column 4: a sequence is not allowed on this line"),
    ("a: 'b' c", "line 1, column 8: expected the end of the line, found 'c'"),
    ("? - a\n: b", "line 1, column 1: a key must be a scalar"),
    ("{[a]: b}", "line 1, column 2: a key must be a scalar"),
    ("- [{}: b]", "line 1, column 4: a key must be a scalar"),
    ("a: &x {b: c}\n*x : d", "line 2, column 1: a key must be a scalar"),
    ("a: &x &y b", "line 1, column 7: expected a value, found '&'"),
    ("a: & b", "line 1, column 5: expected the name of an anchor, found byte 32"),
    ("a: &x *y", "line 1, column 7: an alias takes no anchor and no tag"),
    ("a: !e!b c", "line 1, column 4: the tag handle '!e!' is not declared"),
    ("a: |x\n  b", "line 1, column 5: expected the end of the line after '|' or '>', found 'x'"),
    ("a: |\n     \n  b", "line 3, column 3: an empty line above is indented deeper than the text"),
    ("%YAML 1.2\na: b", "line 2, column 1: expected '---' after a directive, found 'a'"),
    (
      "a: b\u{1}",
      "line 1, column 5: control character U+0001 is not allowed; write it as an escape in double quotes"
    ),
    (
      "a: b\u{0}",
      "line 1, column 5: control character U+0000 is not allowed; write it as an escape in double quotes"
    ),
    ("a:\n  'b\n   c': d", "line 3, column 6: a key may not span lines"),
  ])
  func whatIsNoYAMLSaysWhereAndWhy(_ yaml: String, _ expected: String) {
    let read = YAML.parse(Array(yaml.utf8))
    #expect(read.problems.map(\.description) == [expected])
    #expect(read.documents == [])
  }

  @Test func doubledKeysAreToldAndTheLastCounts() {
    check(
      "a: 1\nb: 2\na: 3", #"{"a":3,"b":2}"#,
      problems: ["line 3, column 1: the key 'a' is there already; the last one counts"])
    check(
      "{a: 1, 'a': 2}", #"{"a":2}"#,
      problems: ["line 1, column 8: the key 'a' is there already; the last one counts"])
    let many = (0..<30).map { "k\($0): \($0)\n" }.joined() + "k7: x\n"
    check(
      many, YAML.parse(Array(many.utf8)).documents[0].text,
      problems: ["line 31, column 1: the key 'k7' is there already; the last one counts"])
    #expect(YAML.parse(Array(many.utf8)).documents[0]["k7"] == "x")
  }

  @Test func nestingHasALimitThatASmallStackHolds() {
    onSmallStack {
      for (unit, close) in [
        ("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", ""), ("- ? - ", ""), ("[[{a: ", "}]]"),
      ] {
        let deep = String(repeating: unit, count: 100_000) + "x" + String(repeating: close, count: 100_000)
        let read = YAML.parse(Array(deep.utf8))
        #expect(read.documents == [])
        #expect(read.problems.first?.message == "nested deeper than 100")
      }
      for (unit, close) in [("[", "]"), ("{a: ", "}"), ("- ", "")] {
        let deepest = String(repeating: unit, count: 99) + "x" + String(repeating: close, count: 99)
        #expect(YAML.parse(Array(deepest.utf8)).documents.count == 1)
      }
      let blocks = (0..<99).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
      let read = YAML.parse(Array(blocks.utf8))
      #expect(read.problems == [])
      #expect(read.documents.first?.yaml().split(separator: "\n").count == 99)
    }
  }

  @Test func aliasesCannotExpandWithoutLimit() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<20 {
      bomb +=
        "a\(level): &a\(level) [" + repeatElement("*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
    }
    #expect(
      YAML.parse(Array(bomb.utf8)).problems.map(\.description) == [
        "line 6, column 45: aliases expand to too much"
      ])
    var ladder = "a0: &a0 []\n"
    for level in 1..<2_000 { ladder += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    #expect(YAML.parse(Array(ladder.utf8)).problems.map(\.message) == ["nested deeper than 100"])
    let long =
      "a: &a \(String(repeating: "x", count: 1_000_000))\nb: ["
      + repeatElement("*a", count: 1_000).joined(separator: ",") + "]"
    #expect(YAML.parse(Array(long.utf8)).problems.map(\.message) == ["aliases expand to too much"])
  }

  @Test(.timeLimit(.minutes(1)))
  func awkwardInputTakesLinearTime() {
    let count = 40_000
    let inputs = [
      String(repeating: "a ", count: count), String(repeating: "a\n", count: count),
      String(repeating: "? ", count: 200),
      String(repeating: "...\n", count: count), String(repeating: "---\n", count: count),
      "a: |\n" + String(repeating: "\n", count: count), "a: '" + String(repeating: " \n", count: count) + "'",
      "{" + String(repeating: "a: b, ", count: count) + "}", String(repeating: "%X\n", count: count),
      String(repeating: "- ", count: 200) + String(repeating: "#\n", count: count),
      (0..<count).map { "k\($0): v\n" }.joined(), String(repeating: "- 'x\n", count: count),
      String(repeating: "!", count: count), String(repeating: "&a ", count: count),
      String(repeating: "a: b\n", count: count),
    ]
    for input in inputs { _ = YAML.parse(Array(input.utf8)) }
  }

  @Test func mutatedDocumentsNeverCrash() throws {
    let original = try fixture("deployment.kubectl.yaml")
    var numbers = SeededNumbers(seed: 6)
    for _ in 0..<300 {
      let read = YAML.parse(mutate(Array(original.prefix(200 + numbers.below(4_000))), &numbers))
      for document in read.documents { _ = document.encoded() }
    }
  }
}
