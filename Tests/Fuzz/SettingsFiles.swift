// sources Sources/Document seeds Tests/DocumentTests/Fixtures/*.yaml

/// Whatever a file of settings holds: the values are those of the usual reader, and every place is within the text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSettingsFiles(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let read = YAML.parseWithPlaces(bytes)
  let usual = YAML.parse(bytes)
  if read.problems.isEmpty, let first = usual.documents.first { precondition(read.document == first) }
  let lines = YAMLInput.normalized(bytes).split(separator: 0x0A, omittingEmptySubsequences: false)
  func check(_ value: JSON, _ path: [String]) {
    for place in [read.places[path].key, read.places[path].value] {
      precondition(place.line >= 1 && place.line <= max(1, lines.count), "\(path) \(place)")
      precondition(place.column >= 1 && place.column <= (lines.isEmpty ? 0 : lines[place.line - 1].count) + 1)
    }
    guard path.count < 6 else { return }
    for member in value.members { check(member.value, path + [member.key]) }
    for (index, item) in value.array.prefix(50).enumerated() { check(item, path + ["\(index)"]) }
  }
  check(read.document, [])
  return 0
}
