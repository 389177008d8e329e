import Document

/// A page of a list as it came: a List of objects or a Table of rows. A view of bytes that live as long as the call.
struct ListBody {
  let whole: JSONSlice
  let isTable: Bool
  let page: WatchState.Page
  /// Why this is no list; nil when it is one.
  let problem: String?
  private let items: JSONList

  init(_ bytes: UnsafeRawBufferPointer) {
    whole = JSONSlice(bytes)
    let kind = whole["kind"]?.string ?? ""
    isTable = kind == "Table"
    items = JSONList(bytes, itemsKey: isTable ? "rows" : "items")
    page = WatchState.Page(
      version: items.resourceVersion ?? "", continueToken: items.continueToken, remaining: items.remaining,
      count: items.count)
    if !isTable, !kind.hasSuffix("List") {
      let start = String(decoding: bytes.prefix(60), as: UTF8.self)
      problem = "expected a list, the server sent '\(start)'"
    } else {
      problem = items.problem.map { "the list is unreadable: \($0.message)" }
    }
  }

  /// "Pod" of a PodList: items of built-in lists do not tell their kind.
  var itemKind: String { String((whole["kind"]?.string ?? "").dropLast("List".count)) }
  var apiVersion: String { whole["apiVersion"]?.string ?? "" }

  func eachItem(_ body: (JSONSlice) -> Void) { items.eachItem(body) }
}
