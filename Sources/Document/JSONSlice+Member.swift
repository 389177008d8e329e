extension JSONSlice {
  /// The first member with this key. What stands behind it is not read, so that what is near the start of a large
  /// object costs little.
  package func member(_ key: StaticString) -> JSONSlice? {
    var cursor = JSONCursor(start, count: count)
    guard case .items = cursor.enter(UInt8(ascii: "{"), UInt8(ascii: "}")) else { return nil }
    repeat {
      guard let found = cursor.memberKey() else { return nil }
      if isEqual(found.raw, key) { return cursor.value() }
      guard cursor.skipValue() else { return nil }
    } while cursor.takeComma()
    return nil
  }
}
