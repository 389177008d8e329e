/// One term of a filter: a test of one column, a pattern over all of a row, a selector, letters of the name, or whether the
/// row is in trouble.
struct FilterTerm {
  enum Comparison: String, CaseIterable {
    case atLeast = ">="
    case atMost = "<="
    case unequal = "!="
    case equal = "="
    case more = ">"
    case less = "<"
    /// Contains.
    case holds = ":"
    /// Matches a regular expression.
    case matches = "~"

    var isOrder: Bool {
      switch self {
      case .atLeast, .atMost, .more, .less: true
      case .equal, .unequal, .holds, .matches: false
      }
    }
  }

  enum Test {
    case pattern(Pattern)
    case labels(Selector)
    case fuzzy([UInt8])
    case trouble
    case column(FilterColumn, Comparison, FilterValue)
  }

  var test: Test
  var isInverse = false

  /// Tones that a person should look at.
  package static let troubled: Set<Tone> = [.bad, .pending, .unknown]

  func passes(_ row: Row, _ context: FilterContext) -> Bool {
    let isSo =
      switch test {
      case .pattern(let pattern): pattern.matches(row.searchable)
      case .labels(let selector): selector.matches(labels: row.labelBytes)
      case .fuzzy(let letters): Letters.contained(letters, inOrderIn: row.nameBytes)
      case .trouble: Self.troubled.contains(row.tone)
      case .column(let column, let comparison, let value):
        Self.compare(column, comparison, value, row, context)
      }
    return isSo != isInverse
  }

  private static func compare(
    _ column: FilterColumn, _ comparison: Comparison, _ value: FilterValue, _ row: Row,
    _ context: FilterContext
  ) -> Bool {
    switch column.source {
    case .namespace: return value.compares(row.namespaceBytes, comparison, isNumber: false)
    case .name: return value.compares(row.nameBytes, comparison, isNumber: false)
    case .created: return value.compares(age: row.created == 0 ? nil : context.now - row.created, comparison)
    case .cell(let index): return value.compares(row.cellBytes(index), comparison, isNumber: column.isNumber)
    case .moment(let index, let cell):
      let text = row.cellBytes(cell)
      if !text.isEmpty { return value.compares(text, comparison, isNumber: false) }
      return value.compares(age: row.moment(index).map { context.now - $0 }, comparison)
    case .measure(let measure):
      return value.compares(number: context.measure(row, measure), comparison, of: measure)
    case .labels: return value.compares(row.labelBytes, comparison, isNumber: false)
    case .label(let key):
      return value.compares(
        row.label(key) ?? UnsafeRawBufferPointer(start: nil, count: 0), comparison, isNumber: false)
    }
  }
}

/// What a filter needs beside the row: the time, for ages, and what the row uses.
package struct FilterContext {
  /// Seconds since 1970.
  package var now: Int64
  package var measure: (Row, Measure) -> Double?

  package init(now: Int64 = 0, measure: @escaping (Row, Measure) -> Double? = { _, _ in nil }) {
    self.now = now
    self.measure = measure
  }
}

/// Letters in their order, whatever is between them.
package enum Letters {
  /// - Parameter letters: in lower case.
  package static func contained(_ letters: [UInt8], inOrderIn text: some Sequence<UInt8>) -> Bool {
    var next = 0
    for byte in text where next < letters.count && lower(byte) == letters[next] { next += 1 }
    return next == letters.count
  }

  package static func lower(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte + 32 : byte }
}

extension Row {
  /// The value of a label; nil where the row has none of this key.
  package func label(_ key: String) -> UnsafeRawBufferPointer? {
    let labels = labelBytes
    var start = 0
    while start < labels.count {
      var end = start
      while end < labels.count, labels[end] != UInt8(ascii: ",") { end += 1 }
      let from = start + key.utf8.count
      if from < end, labels[from] == UInt8(ascii: "="), labels[start..<from].elementsEqual(key.utf8) {
        return UnsafeRawBufferPointer(rebasing: labels[from + 1..<end])
      }
      start = end + 1
    }
    return nil
  }
}
