#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Evaluation {
  mutating func combine(_ binary: Expression.Binary, _ left: Value, _ right: Value) throws(QueryProblem)
    -> Value
  {
    switch (left, right) {
    case (.scalar(let a), .scalar(let b)):
      return .scalar(
        (0..<steps).map { i in
          let result = Self.compute(binary.op, a[i], b[i])
          return binary.op.isComparison ? (result.holds ? 1 : 0) : result.value
        })
    case (.vector(let rows), .scalar(let values)):
      return .vector(try combine(binary, rows, values, isSwapped: false))
    case (.scalar(let values), .vector(let rows)):
      return .vector(try combine(binary, rows, values, isSwapped: true))
    case (.vector(let a), .vector(let b)):
      return .vector(binary.op.isSet ? try combineSets(binary, a, b) : try join(binary, a, b))
    }
  }

  /// The value, and for a comparison whether it holds; the value then is the left side's.
  private static func compute(_ op: Expression.Binary.Operator, _ a: Double, _ b: Double) -> (
    value: Double, holds: Bool
  ) {
    switch op {
    case .add: (a + b, true)
    case .subtract: (a - b, true)
    case .multiply: (a * b, true)
    case .divide: (a / b, true)
    case .modulo: (fmod(a, b), true)
    case .power: (pow(a, b), true)
    case .equal: (a, a == b)
    case .notEqual: (a, a != b)
    case .less: (a, a < b)
    case .lessOrEqual: (a, a <= b)
    case .greater: (a, a > b)
    case .greaterOrEqual: (a, a >= b)
    case .and, .or, .unless: (a, true)
    }
  }

  /// A vector with a scalar: of a comparison the vector's own values stay, whichever side it is on.
  private mutating func combine(
    _ binary: Expression.Binary, _ rows: [Row], _ values: [Double], isSwapped: Bool
  ) throws(QueryProblem) -> [Row] {
    try spend(rows.count * steps)
    var result = rows
    for at in result.indices {
      for i in 0..<steps where !Staleness.isMarker(rows[at].values[i]) {
        let own = rows[at].values[i]
        let (value, holds) =
          isSwapped ? Self.compute(binary.op, values[i], own) : Self.compute(binary.op, own, values[i])
        if binary.returnsBool {
          result[at].values[i] = holds ? 1 : 0
        } else if binary.op.isComparison {
          result[at].values[i] = holds ? own : Self.absent
        } else {
          result[at].values[i] = value
        }
      }
    }
    return binary.op.isComparison && !binary.returnsBool ? result : try withoutName(result)
  }

  /// What of the labels two series must share.
  private static func key(_ labels: Labels, _ matching: Expression.Matching?) -> Labels {
    let listed = matching?.labels ?? []
    if matching?.isOn == true { return Labels(sorted: labels.all.filter { listed.contains($0.name) }) }
    return Labels(sorted: labels.all.filter { $0.name != Labels.metricName && !listed.contains($0.name) })
  }

  private mutating func combineSets(
    _ binary: Expression.Binary, _ left: [Row], _ right: [Row]
  ) throws(QueryProblem) -> [Row] {
    try spend((left.count + right.count) * steps)
    let (kept, others) = binary.op == .or ? (right, left) : (left, right)
    /// At which steps the other side has such labels.
    var present: [Labels: [Bool]] = [:]
    for row in others {
      let key = Self.key(row.labels, binary.matching)
      var steps = present[key] ?? Array(repeating: false, count: self.steps)
      for i in steps.indices where !Staleness.isMarker(row.values[i]) { steps[i] = true }
      present[key] = steps
    }
    var result = kept
    for at in result.indices {
      let met = present[Self.key(result[at].labels, binary.matching)]
      for i in 0..<steps where (met?[i] ?? false) != (binary.op == .and) {
        result[at].values[i] = Self.absent
      }
    }
    return binary.op == .or ? try unique(left + result) : result
  }

  /// Two vectors, series by series with the same key.
  private mutating func join(
    _ binary: Expression.Binary, _ left: [Row], _ right: [Row]
  ) throws(QueryProblem) -> [Row] {
    let isSwapped = binary.matching?.many == .right
    let (many, one) = isSwapped ? (right, left) : (left, right)
    try spend((many.count + one.count) * steps)
    var ones: [Labels: [Int]] = [:]
    for (number, row) in one.enumerated() {
      ones[Self.key(row.labels, binary.matching), default: []].append(number)
    }
    try checkUnique(ones, one, many, left: left, right: right, binary)
    var result: [Row] = []
    /// Steps at which a key has met already, where it may only once.
    var met: [Labels: [Bool]] = [:]
    for row in many {
      let key = Self.key(row.labels, binary.matching)
      for number in ones[key] ?? [] {
        try spend(steps)
        var values = Array(repeating: Self.absent, count: steps)
        var taken = met[key] ?? Array(repeating: false, count: steps)
        for i in 0..<steps {
          let (a, b) = (row.values[i], one[number].values[i])
          if Staleness.isMarker(a) || Staleness.isMarker(b) { continue }
          let (value, holds) = Self.compute(binary.op, isSwapped ? b : a, isSwapped ? a : b)
          if binary.op.isComparison, !holds, !binary.returnsBool { continue }
          if binary.matching?.many == nil, taken[i] {
            throw QueryProblem(
              "several series on the left meet one on the right for \(key.described): say group_left or group_right"
            )
          }
          taken[i] = true
          values[i] = binary.returnsBool ? (holds ? 1 : 0) : value
        }
        met[key] = taken
        result.append(Row(labels: labels(row.labels, one[number].labels, binary), values: values))
      }
    }
    return try unique(
      result, "several matches have the same labels, group_left or group_right must make them differ")
  }

  /// On the one side of a match no two series may have the same key at the same step.
  private func checkUnique(
    _ ones: [Labels: [Int]], _ one: [Row], _ many: [Row], left: [Row], right: [Row],
    _ binary: Expression.Binary
  ) throws(QueryProblem) {
    for (key, numbers) in ones where numbers.count > 1 {
      for i in 0..<steps where numbers.count(where: { !Staleness.isMarker(one[$0].values[i]) }) > 1 {
        // A step at which the other side is empty is not looked at.
        guard many.contains(where: { !Staleness.isMarker($0.values[i]) }) else { continue }
        throw QueryProblem(
          "several series of the \(binary.matching?.many == .right ? "left" : "right") side have the labels "
            + "\(key.described), which must be unique there")
      }
    }
  }

  private func labels(_ many: Labels, _ one: Labels, _ binary: Expression.Binary) -> Labels {
    var labels = many
    if !binary.op.isComparison || binary.returnsBool { labels[Labels.metricName] = "" }
    guard let matching = binary.matching else { return labels }
    if matching.many == nil {
      let listed = matching.labels
      labels = Labels(sorted: labels.all.filter { listed.contains($0.name) == matching.isOn })
    }
    for name in matching.include { labels[name] = one[name] }
    return labels
  }
}
