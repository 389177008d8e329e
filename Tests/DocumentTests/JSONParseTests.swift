import Testing

@testable import Document

@Suite struct JSONParseTests {
  private func value(_ text: String) -> JSON? { JSON.parse(Array(text.utf8)).value }
  private func problem(_ text: String) -> String? { JSON.parse(Array(text.utf8)).problem?.description }

  @Test func membersAndNumbersStayAsTheyAreWritten() {
    let text = #"{"z":1.10,"a":[9007199254740993,-0,1E+2,0.5e-7],"m":{"":null,"b":[],"c":{}}}"#
    #expect(value(text)?.text == text)
  }

  @Test(arguments: [
    (" [ 1 , 2 ]\r\n\t", "[1,2]"), ("\u{FEFF}{}", "{}"), ("\"\"", "\"\""), ("0", "0"), ("-1", "-1"),
    ("true", "true"), ("null", "null"), (#""\/\b\f\n\r\t\"\\""#, #""/\u0008\u000c\n\r\t\"\\""#),
    (#""\u00e9\u65e5\uD83D\uDE00""#, #""é日😀""#), (#""\u0000\u001f""#, #""\u0000\u001f""#),
    ("\"\u{7F}\u{2028}\"", "\"\u{7F}\u{2028}\""), (#"{"\u0061":1}"#, #"{"a":1}"#),
  ])
  func whatIsJSONIsRead(_ text: String, _ expected: String) {
    #expect(value(text)?.text == expected)
    #expect(problem(text) == nil)
  }

  @Test(arguments: [
    ("", "line 1, column 1: expected a value, found the end"),
    ("  \n ", "line 2, column 2: expected a value, found the end"),
    ("{\"a\":1,\n \"b\" 2}", "line 2, column 6: expected ':' after a key, found '2'"),
    ("{a:1}", "line 1, column 2: expected a key in quotes, found 'a'"),
    ("{\"a\":1,}", "line 1, column 8: expected a key in quotes, found '}'"),
    ("[1,]", "line 1, column 4: expected a value, found ']'"),
    ("[1 2]", "line 1, column 4: expected ',' or ']' after an element, found '2'"),
    ("{\"a\":1]", "line 1, column 7: expected ',' or '}' after a member, found ']'"),
    ("[1", "line 1, column 3: expected ',' or ']' after an element, found the end"),
    ("\"abc", "line 1, column 1: the string has no end"),
    ("[\"abc\\\"", "line 1, column 2: the string has no end"),
    ("\"a\tb\"", "line 1, column 3: expected no raw control character in a string, found byte 9"),
    ("\"a\\x\"", "line 1, column 4: expected an escape of JSON, found 'x'"),
    ("\"\\n\\u12G4\"", "line 1, column 5: expected an escape of JSON, found 'u'"),
    ("01", "line 1, column 2: expected the end after the value, found '1'"),
    ("-", "line 1, column 2: expected a digit, found the end"),
    ("1.", "line 1, column 3: expected a digit after the point, found the end"),
    (".5", "line 1, column 1: expected a value, found '.'"),
    ("+1", "line 1, column 1: expected a value, found '+'"),
    ("1e", "line 1, column 3: expected a digit in the exponent, found the end"),
    ("nul", "line 1, column 1: expected a value, found 'n'"),
    ("NaN", "line 1, column 1: expected a value, found 'N'"),
    ("{} {}", "line 1, column 4: expected the end after the value, found '{'"),
    ("// a\n1", "line 1, column 1: expected a value, found '/'"),
    ("[\u{00A0}1]", "line 1, column 2: expected a value, found byte 194"),
    ("'a'", "line 1, column 1: expected a value, found '''"),
  ])
  func whatIsNoneSaysWhereAndWhatWasExpected(_ text: String, _ expected: String) {
    #expect(problem(text) == expected)
    #expect(value(text) == nil)
  }

  @Test func invalidUTF8AndLoneSurrogatesAreRepaired() {
    #expect(JSON.parse([0x22, 0x61, 0xFF, 0xC3, 0x22]).value == "a\u{FFFD}\u{FFFD}")
    #expect(value(#""\uD83D""#) == "\u{FFFD}")
    #expect(value(#""\uDE00\uD83Dx""#) == "\u{FFFD}\u{FFFD}x")
    #expect(value(#""\uD83D\u0041""#) == "\u{FFFD}A")
  }

  @Test func nestingHasALimitThatASmallStackHolds() {
    onSmallStack {
      let depth = JSON.maxDepth
      let open = [UInt8](repeating: UInt8(ascii: "["), count: depth)
      let close = [UInt8](repeating: UInt8(ascii: "]"), count: depth)
      let value = JSON.parse(open + close).value
      #expect(value != nil)
      #expect(value == JSON.parse(open + close).value)
      #expect(
        value?.encoded(pretty: true).count == depth * 2 + (depth - 1) * 2 + 4 * (depth - 1) * (depth - 1))
      #expect(value?.yaml().isEmpty == false)
      let objects = Array(String(repeating: #"{"a":"#, count: depth - 1).utf8) + Array("{}".utf8)
      #expect(JSON.parse(objects + [UInt8](repeating: UInt8(ascii: "}"), count: depth - 1)).value != nil)
      let deeper = JSON.parse([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000))
      #expect(deeper.problem?.description == "line 1, column 257: nested deeper than 256")
    }
  }

  @Test func theLastOfDoubledKeysCountsAndBothStay() {
    let object = value(#"{"a":1,"a":2}"#)
    #expect(object?["a"] == 2)
    #expect(object?.members.count == 2)
  }

  @Test func prettyTextIsIndentedAsKubectlDoes() {
    let object: JSON = [
      "kind": "Pod", "spec": ["containers": [["name": "a"], ["name": "b"]], "empty": []], "none": [:],
    ]
    #expect(
      String(decoding: object.encoded(pretty: true), as: UTF8.self) == """
        {
            "kind": "Pod",
            "spec": {
                "containers": [
                    {
                        "name": "a"
                    },
                    {
                        "name": "b"
                    }
                ],
                "empty": []
            },
            "none": {}
        }
        """)
  }

  @Test func aPathLeadsToAValueOrToNull() {
    let pod: JSON = [
      "metadata": ["annotations": ["a.b/c": "x", "it's": "y"], "labels": ["app.kubernetes.io/name": "web"]],
      "spec": ["containers": [["image": "busybox"], ["image": "nginx"]]],
    ]
    #expect(pod.at("spec.containers[1].image") == "nginx")
    #expect(pod.at(".spec.containers[0].image") == "busybox")
    #expect(pod.at("metadata.annotations['a.b/c']") == "x")
    #expect(pod.at(#"metadata.annotations["it's"]"#) == "y")
    #expect(pod.at(#"metadata.labels.app\.kubernetes\.io/name"#) == "web")
    #expect(pod.at("spec.containers[2].image").isNull)
    #expect(pod.at("spec.containers[-1]").isNull)
    #expect(pod.at("spec.containers.image").isNull)
    #expect(pod.at("metadata[").isNull)
    #expect(pod.at("metadata.annotations['a.b/c").isNull == false)
    #expect(pod.at("") == pod)
  }

  @Test func mutatedDocumentsNeverCrashAndWhatIsReadEncodesAgain() throws {
    let original = try fixture("pod.json")
    var numbers = SeededNumbers(seed: 1)
    for _ in 0..<300 {
      let mutated = mutate(original, &numbers)
      let (value, problem) = JSON.parse(mutated)
      #expect((value == nil) == (problem != nil))
      if let value { #expect(JSON.parse(value.encoded()).value == value) }
    }
  }
}

/// Changes a few places of a document: bytes replaced, cut out, doubled, the end cut off.
func mutate(_ bytes: [UInt8], _ numbers: inout SeededNumbers) -> [UInt8] {
  var bytes = bytes
  let awkward = Array("{}[]\",:\\\n\t -?#&*!|>%@'`0eE+u\0\u{7F}".utf8) + [0xFF, 0xC3, 0xF0, 0x80]
  for _ in 0...numbers.below(4) where !bytes.isEmpty {
    let place = numbers.below(bytes.count)
    switch numbers.below(5) {
    case 0, 1: bytes[place] = numbers.pick(awkward)
    case 2: bytes.insert(numbers.pick(awkward), at: place)
    case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + numbers.below(20)))
    default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + numbers.below(60))], at: place)
    }
  }
  if numbers.chance(20), !bytes.isEmpty { bytes.removeLast(numbers.below(bytes.count)) }
  return bytes
}
