/// A query in the part of PromQL that this program speaks, read and checked; what it answers over a store is PromQL's.
///
/// Selectors with matchers, ranges and `offset`; numbers; arithmetic, comparisons and `and or unless` with `on`, `ignoring`,
/// `group_left` and `group_right`; the functions of `QueryFunction` and the aggregations of `Aggregation.Kind`.
/// Not here: subqueries, `@`, native histograms.
package struct Expression: Sendable {
  /// What a query's answer is.
  package enum Kind: String, Sendable {
    case scalar
    case vector = "instant vector"
    case range = "range vector"
  }

  let root: Node
  package let kind: Kind

  /// Throws the first mistake with its place.
  package init(_ text: String) throws(QueryProblem) {
    var parser = QueryParser(text)
    let term = try parser.whole()
    root = term.node
    kind = term.kind
  }

  /// The names of the metrics that are asked for with `=`, each once, in the order of the text.
  package var metricNames: [String] {
    var names: [String] = []
    root.eachSelector { selector in
      for matcher in selector.matchers where matcher.name == Labels.metricName && matcher.kind == .equal {
        if !names.contains(matcher.value) { names.append(matcher.value) }
      }
    }
    return names
  }

  struct Selector: Sendable, Hashable {
    var matchers: [Matcher]
    var offsetMilliseconds: Int64 = 0
  }

  indirect enum Node: Sendable {
    case number(Double)
    case selector(Selector)
    case range(Selector, milliseconds: Int64)
    case parentheses(Node)
    case signed(isNegative: Bool, Node)
    case call(QueryFunction, [Node])
    case binary(Binary)
    case aggregation(Aggregation)

    var withoutParentheses: Node {
      var node = self
      while case .parentheses(let inner) = node { node = inner }
      return node
    }

    func eachSelector(_ body: (Selector) -> Void) {
      switch self {
      case .number: break
      case .selector(let selector), .range(let selector, _): body(selector)
      case .parentheses(let inner), .signed(_, let inner): inner.eachSelector(body)
      case .call(_, let arguments): for argument in arguments { argument.eachSelector(body) }
      case .binary(let binary):
        binary.left.eachSelector(body)
        binary.right.eachSelector(body)
      case .aggregation(let aggregation):
        aggregation.parameter?.eachSelector(body)
        aggregation.argument.eachSelector(body)
      }
    }
  }

  struct Binary: Sendable {
    enum Operator: String, Sendable {
      case or, and, unless
      case equal = "=="
      case notEqual = "!="
      case less = "<"
      case lessOrEqual = "<="
      case greater = ">"
      case greaterOrEqual = ">="
      case add = "+"
      case subtract = "-"
      case multiply = "*"
      case divide = "/"
      case modulo = "%"
      case power = "^"

      var precedence: Int {
        switch self {
        case .or: 1
        case .and, .unless: 2
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: 3
        case .add, .subtract: 4
        case .multiply, .divide, .modulo: 5
        case .power: 6
        }
      }

      var isSet: Bool { precedence <= 2 }
      var isComparison: Bool { precedence == 3 }
    }

    var op: Operator
    var left: Node
    var right: Node
    var returnsBool = false
    var matching: Matching?
  }

  /// Which labels must agree for two series to meet.
  struct Matching: Sendable {
    enum Side: String, Sendable {
      case left = "group_left"
      case right = "group_right"
    }
    var isOn: Bool
    var labels: [String]
    /// The side with many series to one of the other.
    var many: Side?
    var include: [String] = []
  }

  struct Aggregation: Sendable {
    enum Kind: String, Sendable, CaseIterable {
      case sum, avg, min, max, count, topk, bottomk, quantile, group, stddev, stdvar

      var takesParameter: Bool { self == .topk || self == .bottomk || self == .quantile }
    }

    var kind: Kind
    var isWithout = false
    var labels: [String]?
    var parameter: Node?
    var argument: Node
  }
}
