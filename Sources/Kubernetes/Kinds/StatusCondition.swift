import Cluster
import Document

/// One entry of `status.conditions`, read in place.
struct StatusCondition {
  private let slice: JSONSlice
  init(_ slice: JSONSlice) { self.slice = slice }

  var isTrue: Bool { slice["status"].has("True") }
  var isFalse: Bool { slice["status"].has("False") }
  var type: String { slice["type"].line }
  var status: String { slice["status"].line }
  var reason: String { slice["reason"].line }
  var message: String { slice["message"].line }
  /// When the condition took its present status, seconds since 1970.
  var since: Int64? { slice["lastTransitionTime"]?.epochSeconds }

  /// " 5m ago" with a blank before it, or nothing.
  var ago: String { since.map { " " + Moment.mark($0) } ?? "" }
  /// " for 5m" with a blank before it, or nothing.
  var lasting: String { since.map { " for " + Moment.lasting(since: $0) } ?? "" }
  /// The message, or the reason where there is none.
  var text: String { message.isEmpty ? reason : message }
}

/// An object's conditions, read in place. Looking one up reads them from the start.
struct StatusConditions {
  private let slice: JSONSlice?
  init(_ slice: JSONSlice?) { self.slice = slice }

  subscript(type: StaticString) -> StatusCondition? {
    var found: JSONSlice?
    slice?.eachElement { if found == nil, $0["type"].has(type) { found = $0 } }
    return found.map(StatusCondition.init)
  }

  var all: [StatusCondition] { slice.elements.map(StatusCondition.init) }

  /// The condition when its status is "True".
  func holding(_ type: StaticString) -> StatusCondition? { self[type].flatMap { $0.isTrue ? $0 : nil } }
  /// The condition when its status is "False".
  func failing(_ type: StaticString) -> StatusCondition? { self[type].flatMap { $0.isFalse ? $0 : nil } }
}
