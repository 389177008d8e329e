import Testing

@testable import Document

@Suite struct JSONListTests {
  private func withList<Result>(_ text: String, _ key: StaticString = "items", _ body: (JSONList) -> Result)
    -> Result
  {
    withGuarded(Array(text.utf8)) { body(JSONList($0, itemsKey: key)) }
  }

  @Test func aPageOfPodsIsSplit() throws {
    let bytes = try fixture("pods.page.json")
    withGuarded(bytes) { buffer in
      let list = JSONList(buffer, itemsKey: "items")
      #expect(list.count == 4)
      #expect(list.problem == nil)
      #expect(list.resourceVersion == "2383")
      #expect(list.continueToken?.hasPrefix("eyJ2IjoibWV0YS5rOHMuaW8vdjEi") == true)
      #expect(list.remaining == 38)
      #expect(list[1]["metadata"]?["namespace"]?.string == "data")
      #expect(list.member("kind")?.string == "PodList")
      #expect(list.member("items") == nil)
    }
  }

  @Test func aTableIsSplitIntoItsRows() throws {
    let bytes = try fixture("pods.table.json")
    withGuarded(bytes) { buffer in
      let table = JSONList(buffer, itemsKey: "rows")
      #expect(table.count == 3)
      var names: [String] = []
      table.member("columnDefinitions")?.eachElement { names.append($0["name"]?.string ?? "") }
      #expect(names.prefix(3) == ["Name", "Ready", "Status"])
      #expect(table.continueToken == nil)
      #expect(table.remaining == nil)
    }
  }

  @Test func listsOfNothingAreWhole() {
    for text in [
      "{}", #"{"items":[]}"#, #"{"items":null}"#, " {\"metadata\":{\"continue\":\"\"}, \"items\" : [ ] }\n",
    ] {
      withList(text) { list in
        #expect(list.count == 0)
        #expect(list.problem == nil, "\(text)")
        #expect(list.continueToken == nil)
      }
    }
  }

  @Test(arguments: [
    (#"{"items":[{"a":1},{"b":2},{"c":"#, 2, "line 1, column 32: the list is cut off"),
    (#"{"items":[{"a":1},{"b":2}"#, 2, "line 1, column 26: the list is cut off"),
    ("{\"items\":[1,2]\n", 2, "line 1, column 15: the list is cut off"),
    (#"{"items":[1,2] x}"#, 2, "line 1, column 16: the list is no JSON from here on"),
    (#"{"items":[1,2]}{}"#, 2, "line 1, column 16: the list is no JSON from here on"),
    ("404 page not found", 0, "line 1, column 1: the list is no JSON from here on"),
    ("", 0, "line 1, column 1: the list is cut off"),
  ])
  func aBrokenListKeepsTheItemsBeforeTheFault(_ text: String, _ count: Int, _ problem: String) {
    withList(text) { list in
      #expect(list.count == count)
      #expect(list.problem?.description == problem)
    }
  }
}
