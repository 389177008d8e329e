import Document

extension JSON {
  /// A whole number within the bounds of the API's int32 fields, so that a few can be added or subtracted whatever
  /// somebody wrote there; nil when this is none.
  var int32: Int? {
    if let int { return Int(Int32(clamping: int)) }
    return double.flatMap { $0.isNaN ? nil : Int($0 > 0 ? Int32.max : Int32.min) }
  }
}
