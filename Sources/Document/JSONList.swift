/// Splits a list's body into its items without parsing them, and reads the list's metadata.
///
/// For `{"metadata":{"resourceVersion":"7"},"items":[...]}` the items' key is "items", for a Table "rows".
/// One pass finds where every item ends (16 bytes of memory an item); the bytes must outlive the list and its
/// slices.
package struct JSONList {
  private let body: JSONSlice
  private var items: [JSONSlice] = []
  private var members: [(key: UnsafeRawBufferPointer, value: JSONSlice)] = []
  /// Set when the body is truncated or malformed outside its items; the items before the fault are still
  /// there.
  package private(set) var problem: SyntaxProblem?

  package init(_ bytes: UnsafeRawBufferPointer, itemsKey: StaticString) {
    body = JSONSlice(bytes)
    var cursor = JSONCursor(body.start, count: body.count)
    var isWhole = false
    switch cursor.enter(UInt8(ascii: "{"), UInt8(ascii: "}")) {
    case .nothing: break
    case .empty: isWhole = true
    case .items:
      repeat {
        guard readMember(&cursor, itemsKey) else { break }
        cursor.skipSpace()
        isWhole = cursor.byte == UInt8(ascii: "}")
      } while cursor.takeComma()
      if isWhole { isWhole = cursor.take(UInt8(ascii: "}")) && cursor.remaining == 0 }
    }
    if !isWhole { problem = JSONList.problem(in: body, at: cursor) }
  }

  package var count: Int { items.count }

  /// An item by its place in the list.
  package subscript(index: Int) -> JSONSlice { items[index] }

  package func eachItem(_ body: (JSONSlice) -> Void) { items.forEach(body) }

  /// A member of the list itself, such as "columnDefinitions" of a Table; not its items.
  package func member(_ key: StaticString) -> JSONSlice? { members.last { isEqual($0.key, key) }?.value }

  /// The version a watch starts from.
  package var resourceVersion: String? { member("metadata")?["resourceVersion"]?.string }

  /// What to ask for the next page with; nil when this page is the last.
  package var continueToken: String? {
    guard let token = member("metadata")?["continue"]?.string, !token.isEmpty else { return nil }
    return token
  }

  /// How many items the server holds behind this page. It tells only for lists without a selector.
  package var remaining: Int? { member("metadata")?["remainingItemCount"]?.int }

  /// Reads the member under the cursor. False when it does not end.
  private mutating func readMember(_ cursor: inout JSONCursor, _ itemsKey: StaticString) -> Bool {
    guard let key = cursor.memberKey() else { return false }
    if isEqual(key.raw, itemsKey), cursor.byte == UInt8(ascii: "[") { return readItems(&cursor) }
    guard let value = cursor.value() else { return false }
    members.append((key.raw, value))
    return true
  }

  private mutating func readItems(_ cursor: inout JSONCursor) -> Bool {
    items.removeAll()
    if cursor.enter(UInt8(ascii: "["), UInt8(ascii: "]")) == .empty { return true }
    repeat {
      cursor.skipSpace()
      guard let item = cursor.value() else { return false }
      items.append(item)
    } while cursor.takeComma()
    return cursor.take(UInt8(ascii: "]"))
  }

  private static func problem(in body: JSONSlice, at cursor: JSONCursor) -> SyntaxProblem {
    let read = UnsafeRawBufferPointer(rebasing: body.bytes[..<(cursor.position - body.start)])
    let line = read.count { $0 == 0x0A } + 1
    let lineStart = read.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let message = cursor.remaining == 0 ? "the list is cut off" : "the list is no JSON from here on"
    return SyntaxProblem(line: line, column: read.count - lineStart + 1, message: message)
  }
}
