import Document

// Numbers come from whoever may write an object: sums of them stop at the ends of their range.

extension Int64 {
  func bounded(plus other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  func bounded(minus other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }
}

extension JSON {
  /// A count or a length of time: a whole number from nothing to a thousand million, nil where this is no number.
  var smallCount: Int? { int.map { Swift.min(Swift.max(0, $0), 1_000_000_000) } }
}
