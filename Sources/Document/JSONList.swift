/// Splits a list's body into its items without parsing them, and reads the list's metadata.
///
/// For `{"metadata":{"resourceVersion":"7"},"items":[...]}` the items' key is "items", for a Table "rows".
/// The bytes must outlive the list.
package struct JSONList {
  private let itemsKey: StaticString
  private let body: JSONSlice
  private var items: [JSONSlice] = []
  /// Set when the body is truncated or malformed outside its items; items before the fault are still handed out.
  package private(set) var problem: Problem?

  package init(_ bytes: UnsafeRawBufferPointer, itemsKey: StaticString) {
    self.itemsKey = itemsKey
    body = JSONSlice(bytes)
    var found: [JSONSlice] = []
    if let array = body[itemsKey] { array.eachElement { found.append($0) } }
    items = found
    if !body.eachMember({ _, _ in }) { problem = Problem(line: 1, column: 1, message: "the list is cut off") }
  }

  package var count: Int { items.count }
  package func eachItem(_ body: (JSONSlice) -> Void) { items.forEach(body) }
  /// A member of the list itself, such as "columnDefinitions" of a Table.
  package func member(_ key: StaticString) -> JSONSlice? { body[key] }

  package var resourceVersion: String? { member("metadata")?["resourceVersion"]?.string }
  /// Nil when this page is the last.
  package var continueToken: String? {
    guard let token = member("metadata")?["continue"]?.string, !token.isEmpty else { return nil }
    return token
  }
  /// How many items the server holds after this page; it tells only for lists without a selector.
  package var remaining: Int? { member("metadata")?["remainingItemCount"]?.int }
}
