import Testing

@testable import Document

@Suite struct JSONSliceTests {
  private func withSlice<Result>(_ text: String, _ body: (JSONSlice) throws -> Result) rethrows -> Result {
    try withGuarded(Array(text.utf8)) { try body(JSONSlice($0)) }
  }

  @Test func membersAndElementsAreHandedOutInOrder() {
    withSlice(#" {"a":{"x":[1,"]}"]}, "b" : [ 10 , {"c":"\""} , [] ], "d":-1.5e3} "#) { slice in
      var seen: [String] = []
      let isWhole = slice.eachMember { key, value in
        seen.append(String(decoding: key, as: UTF8.self) + "=" + String(decoding: value.bytes, as: UTF8.self))
      }
      #expect(isWhole)
      #expect(seen == [#"a={"x":[1,"]}"]}"#, #"b=[ 10 , {"c":"\""} , [] ]"#, "d=-1.5e3"])
      var elements: [String] = []
      slice["b"]?.eachElement { elements.append(String(decoding: $0.bytes, as: UTF8.self)) }
      #expect(elements == ["10", #"{"c":"\""}"#, "[]"])
      #expect(slice["a"]?["x"]?.isArray == true)
      #expect(slice["e"] == nil)
    }
  }

  @Test(arguments: [
    ("0", 0), ("-0", 0), ("42", 42), ("-9223372036854775808", Int.min), ("9223372036854775807", Int.max),
    ("9223372036854775808", nil), ("-9223372036854775809", nil), ("99999999999999999999", nil), ("1e3", 1000),
    ("9e0000000000000000000000000000000000000000002", 900),
    ("2.0", 2), ("1.5", nil), ("\"1\"", nil), ("-", nil), ("", nil), ("true", nil), ("+1", nil), ("1x", nil),
    ("[1]", nil),
  ])
  func aWholeNumberIsRead(_ text: String, _ expected: Int?) {
    withSlice(text) { #expect($0.int == expected) }
  }

  @Test(
    arguments: [
      ("0", 0), ("-1.5", -1.5), ("1e3", 1000), ("0.1", 0.1), ("123456789.125", 123_456_789.125),
      ("1e400", nil),
      ("5e-324", 5e-324), ("\"1\"", nil), ("nan", nil), ("inf", nil), ("0x10", nil), ("1.", nil), ("-", nil),
      ("", nil),
    ] as [(String, Double?)])
  func aNumberIsRead(_ text: String, _ expected: Double?) {
    withSlice(text) { #expect($0.double == expected) }
  }

  @Test func numbersRoundAsTheStandardLibraryRoundsThem() {
    var numbers = SeededNumbers(seed: 5)
    for _ in 0..<3_000 {
      var text = (numbers.chance(30) ? "-" : "") + String(numbers.next() >> UInt64(numbers.below(64)))
      if numbers.chance(60) { text += "." + String(numbers.next() >> UInt64(numbers.below(64))) }
      if numbers.chance(50) { text += "e" + String(numbers.below(60) - 30) }
      withSlice(text) { #expect($0.double == Double(text), "\(text)") }
    }
  }

  @Test func textsAreUnescapedAndRepaired() {
    withSlice(#""a\n\u00e9\ud83d\ude00\"""#) {
      #expect($0.string == "a\né😀\"")
      #expect($0.hasEscapes)
    }
    withSlice("\"plain\"") {
      #expect($0.string == "plain")
      #expect(!$0.hasEscapes)
      #expect($0.rawString?.count == 5)
    }
    withSlice(#""\q""#) { #expect($0.string == nil) }
    withSlice("\"") { #expect($0.string == nil) }
    withSlice("\"a") { #expect($0.string == nil) }
    withSlice("12") { #expect($0.string == nil) }
    withGuarded([0x22, 0xFF, 0x61, 0x22]) { #expect(JSONSlice($0).string == "\u{FFFD}a") }
  }

  @Test func wordsAreToldApart() {
    withSlice("true") { #expect($0.bool == true) }
    withSlice("false") { #expect($0.bool == false) }
    withSlice("null") { #expect($0.isNull && $0.bool == nil) }
    withSlice("nulls") { #expect(!$0.isNull) }
    withSlice("\u{FEFF} true") { #expect($0.bool == true) }
    withSlice("") { #expect(!$0.isNull && !$0.isObject && $0.bytes.isEmpty) }
  }

  @Test func aSliceBecomesATree() {
    withSlice(#"{"a":[1,{"b":"\u00e9"}]}"#) { #expect($0.materialized() == ["a": [1, ["b": "é"]]]) }
    withSlice(#"{"a":[1,}"#) { #expect($0.materialized() == .null) }
  }

  @Test func anUnfinishedValueHandsOutWhatStandsBeforeTheFault() {
    withSlice(#"{"a":1,"b":[1,2"#) { slice in
      var keys: [String] = []
      #expect(!slice.eachMember { key, _ in keys.append(String(decoding: key, as: UTF8.self)) })
      #expect(keys == ["a"])
    }
    withSlice("[1,2,,3]") { slice in
      var count = 0
      #expect(!slice.eachElement { _ in count += 1 })
      #expect(count == 2)
    }
    withSlice("[1 2]") { #expect(!$0.eachElement { _ in }) }
    withSlice("{\"a\" 1}") { #expect(!$0.eachMember { _, _ in }) }
    withSlice("7") { #expect(!$0.eachMember { _, _ in } && !$0.eachElement { _ in }) }
  }

  @Test func nestingOfAnyDepthIsSkipped() {
    let deep = String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
    withSlice("{\"a\":\(deep),\"b\":1}") { #expect($0["b"]?.int == 1) }
    withSlice(String(repeating: "{\"a\":", count: 100_000)) { #expect($0["a"] == nil) }
  }

  @Test func aFieldSetFindsWhatPathsFindInTheTree() throws {
    let paths = [
      "metadata.name", "metadata.labels", "metadata.labels.app", "spec.containers[0].image",
      "spec.containers[1].image",
      "status.conditions[4].type", "status.containerStatuses", "metadata.ownerReferences[0].name", "nothing",
      "metadata.annotations['kubernetes.io/limit-ranger']", "metadata.name.first", "spec", "",
    ]
    let bytes = try fixture("pods.page.json")
    let tree = try #require(JSON.parse(bytes).value)
    let fields = FieldSet(paths)
    var slices: [JSONSlice?] = []
    var place = 0
    withGuarded(bytes) {
      JSONList($0, itemsKey: "items").eachItem { item in
        fields.pick(from: item, into: &slices)
        for (path, slice) in zip(paths, slices) {
          #expect(slice?.materialized() ?? .null == tree["items"][place].at(path), "\(path) of item \(place)")
        }
        place += 1
      }
    }
    #expect(place == 4)
  }

  @Test func aFieldSetKnowsEscapedKeysAndTakesTheLastOfDoubledOnes() {
    let fields = FieldSet(["a.b", "c"])
    var slices: [JSONSlice?] = []
    withSlice(#"{"\u0061":{"b":1},"c":2,"c":3}"#) { fields.pick(from: $0, into: &slices) }
    withSlice(#"{"\u0061":{"b":1},"c":2,"c":3}"#) {
      fields.pick(from: $0, into: &slices)
      #expect(slices.map { $0?.int } == [1, 3])
    }
    withSlice("[]") {
      fields.pick(from: $0, into: &slices)
      #expect(slices.allSatisfy { $0 == nil })
    }
  }

  @Test func mutatedBytesNeverLeadOutsideTheBuffer() throws {
    let original = try fixture("pods.page.json").prefix(9_000)
    let fields = FieldSet(["metadata.name", "items[1].metadata.labels", "items[0].status.conditions[2].type"])
    var numbers = SeededNumbers(seed: 2)
    for round in 0..<400 {
      let mutated = mutate(Array(original.prefix(100 + numbers.below(8_900))), &numbers)
      withGuarded(mutated, atStart: round % 4 == 0) { bytes in
        var slices: [JSONSlice?] = []
        fields.pick(from: JSONSlice(bytes), into: &slices)
        let list = JSONList(bytes, itemsKey: "items")
        _ = (list.resourceVersion, list.continueToken, list.remaining, list.problem)
        list.eachItem { walk($0, depth: 0) }
        walk(JSONSlice(bytes), depth: 0)
      }
    }
  }

  private func walk(_ slice: JSONSlice, depth: Int) {
    _ = (slice.string, slice.int, slice.double, slice.bool, slice.epochNanoseconds)
    if depth == 5 { return }
    slice.eachMember { _, value in walk(value, depth: depth + 1) }
    slice.eachElement { walk($0, depth: depth + 1) }
  }
}
