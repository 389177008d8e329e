extension Expression {
  /// The query in one spelling, which reads as the same query and which Prometheus takes.
  package var text: String { root.text }
}

extension Expression.Node {
  var text: String {
    switch self {
    case .number(let value): Self.text(value)
    case .selector(let selector): selector.text + selector.offsetText
    case .range(let selector, let milliseconds):
      "\(selector.text)[\(Self.duration(milliseconds))]\(selector.offsetText)"
    case .parentheses(let inner): "(\(inner.text))"
    case .signed(let isNegative, let inner): (isNegative ? "-" : "+") + inner.text
    case .call(let function, let arguments):
      "\(function.name)(\(arguments.map(\.text).joined(separator: ", ")))"
    case .binary(let binary): binary.text
    case .aggregation(let aggregation): aggregation.text
    }
  }

  private static func text(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return "Inf" }
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// "1h30m"; the units that PromQL reads without a change over the years.
  static func duration(_ milliseconds: Int64) -> String {
    if milliseconds == 0 { return "0s" }
    var rest = milliseconds
    var text = ""
    for (unit, length) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)]
      as [(String, Int64)]
    where rest >= length {
      text += "\(rest / length)\(unit)"
      rest %= length
    }
    return text
  }
}

extension Expression.Selector {
  var text: String {
    var rest = matchers
    var name = ""
    if let at = rest.firstIndex(where: { $0.name == Labels.metricName && $0.kind == .equal }),
      Self.isName(rest[at].value), rest.count(where: { $0.name == Labels.metricName }) == 1
    {
      name = rest.remove(at: at).value
    }
    if rest.isEmpty { return name }
    let list = rest.map { "\($0.name)\($0.kind.rawValue)\(Self.quoted($0.value))" }
    return "\(name){\(list.joined(separator: ","))}"
  }

  var offsetText: String {
    if offsetMilliseconds == 0 { return "" }
    let sign = offsetMilliseconds < 0 ? "-" : ""
    return " offset \(sign)\(Expression.Node.duration(abs(offsetMilliseconds)))"
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, QueryLexer.startsName(first) else { return false }
    let reserved = ["bool", "on", "ignoring", "group_left", "group_right", "inf", "nan"]
    return text.utf8.allSatisfy { QueryLexer.startsName($0) || QueryLexer.isDigit($0) }
      && !reserved.contains(text.lowercased())
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case _ where scalar.value < 32 || scalar.value == 127:
        quoted += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

extension Expression.Binary {
  var text: String {
    var words = [op.rawValue]
    if returnsBool { words.append("bool") }
    if let matching {
      words.append("\(matching.isOn ? "on" : "ignoring") (\(matching.labels.joined(separator: ", ")))")
      if let many = matching.many {
        words.append("\(many.rawValue) (\(matching.include.joined(separator: ", ")))")
      }
    }
    return "\(left.text) \(words.joined(separator: " ")) \(right.text)"
  }
}

extension Expression.Aggregation {
  var text: String {
    let grouping = labels.map { " \(isWithout ? "without" : "by") (\($0.joined(separator: ", "))) " } ?? ""
    return "\(kind.rawValue)\(grouping)(\(parameter.map { "\($0.text), " } ?? "")\(argument.text))"
  }
}
