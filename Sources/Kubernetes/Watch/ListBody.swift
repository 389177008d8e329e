import Document

/// A page of a list as it came: a List of objects or a Table of rows. A view of bytes that live as long as the call.
struct ListBody {
  let whole: JSONSlice
  let isTable: Bool
  let page: WatchState.Page
  /// Why this is no list; nil when it is one.
  private(set) var problem: String?
  private let kind: String
  private var items: [JSONSlice] = []

  init(_ bytes: UnsafeRawBufferPointer) {
    whole = JSONSlice(bytes)
    kind = whole.isObject ? whole.member("kind")?.string ?? "" : ""
    isTable = kind == "Table"
    var found: [JSONSlice] = []
    var isWhole = true
    if isTable || kind.hasSuffix("List") {
      // A list without items is null or not there.
      if let list = whole.member(isTable ? "rows" : "items"), !list.isNull {
        isWhole = list.eachElement { found.append($0) }
      }
      if whole.bytes.last != UInt8(ascii: "}") || !isWhole { problem = "the list is cut off" }
    } else {
      problem = "expected a list, the server sent '\(String(decoding: bytes.prefix(60), as: UTF8.self))'"
    }
    items = found
    let metadata = whole.isObject ? whole.member("metadata") : nil
    let token = metadata?["continue"]?.string ?? ""
    page = WatchState.Page(
      version: metadata?["resourceVersion"]?.string ?? "", continueToken: token.isEmpty ? nil : token,
      remaining: metadata?["remainingItemCount"]?.int, count: items.count)
  }

  /// "Pod" of a PodList: items of built-in lists do not tell their kind.
  var itemKind: String { String(kind.dropLast("List".count)) }
  var apiVersion: String { whole.member("apiVersion")?.string ?? "" }

  func eachItem(_ body: (JSONSlice) -> Void) { items.forEach(body) }
}
