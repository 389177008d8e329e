// sources Sources/Document seeds Tests/DocumentTests/Fixtures/*.json

private let paths = [
  "metadata.name", "items[1].metadata.labels", "items[0].status.conditions[2].type", "a.b", "a", "[1]", "",
]
private let fields = FieldSet(paths)

/// Reading in place never leaves the bytes, and of what is JSON it finds what the tree holds.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSONSlices(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  let slice = JSONSlice(bytes)
  let list = JSONList(bytes, itemsKey: "items")
  _ = (list.resourceVersion, list.continueToken, list.remaining, list.problem)
  list.eachItem { walk($0, depth: 0) }
  walk(slice, depth: 0)
  var slices: [JSONSlice?] = []
  fields.pick(from: slice, into: &slices)
  _ = ByteScan.find(caseless: Array("\"name\"".utf8), in: bytes)
  _ = ByteScan.repaired(bytes)
  if let tree = JSON.parse(bytes).value, !hasDoubledKeys(tree) {
    precondition(list.count == tree["items"].array.count)
    precondition(list.problem == nil || tree.object == nil)
    for (path, found) in zip(paths, slices) {
      precondition((found?.materialized() ?? .null) == tree.at(path), path)
    }
    compare(slice, tree)
  }
  return 0
}

private func walk(_ slice: JSONSlice, depth: Int) {
  _ = (
    slice.string, slice.int, slice.double, slice.bool, slice.epochSeconds, slice.epochNanoseconds,
    slice.hasEscapes
  )
  if depth == 4 { return }
  slice.eachMember { _, value in walk(value, depth: depth + 1) }
  slice.eachElement { walk($0, depth: depth + 1) }
}

private func compare(_ slice: JSONSlice, _ tree: JSON) {
  switch tree {
  case .null: precondition(slice.isNull)
  case .bool(let flag): precondition(slice.bool == flag)
  case .number(let text):
    let value = Double(text)!
    precondition(slice.double == (value.isFinite ? value : nil))
    precondition(slice.int == tree.int)
  case .string(let text): precondition(slice.string == text)
  case .array(let items):
    var place = 0
    let isWhole = slice.eachElement {
      compare($0, items[place])
      place += 1
    }
    precondition(isWhole && place == items.count)
  case .object(let object):
    var place = 0
    let isWhole = slice.eachMember { _, value in
      compare(value, object.members[place].value)
      place += 1
    }
    precondition(isWhole && place == object.members.count)
  }
}

private func hasDoubledKeys(_ value: JSON) -> Bool {
  Set(value.members.map(\.key)).count < value.members.count
    || value.members.contains { hasDoubledKeys($0.value) }
    || value.array.contains { hasDoubledKeys($0) }
}
