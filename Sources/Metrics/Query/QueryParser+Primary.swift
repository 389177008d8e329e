extension QueryParser {
  /// A number, a selector, a call, an aggregation or something in parentheses, with a range and an offset behind it.
  mutating func primary() throws(QueryProblem) -> Term {
    let start = token
    switch token.kind {
    case .number(let value):
      step()
      return try postfix(Term(node: .number(value), kind: .scalar, offset: start.offset))
    case .name: return try postfix(named())
    case .sign where start.text == "{":
      return try postfix(selector(nil, start.offset))
    case .sign where start.text == "(":
      step()
      if isSign(")") { throw QueryProblem("expected an expression after '(', got ')'", at: token.offset) }
      let inner = try expression()
      try expect(")", after: "the expression")
      return try postfix(
        try Term(
          node: .parentheses(inner.node), kind: inner.kind, offset: start.offset, height: inner.height + 1
        )
        .checked(self))
    case .string: throw QueryProblem("a text is no query", at: start.offset)
    case .duration:
      throw QueryProblem(
        "a duration stands in brackets or behind 'offset': x[\(start.text)]", at: start.offset)
    case .wrong(let why): throw QueryProblem("\(start.described) \(why)", at: start.offset)
    case .sign, .end:
      throw QueryProblem(
        "expected a metric, a function, a number or '(', got \(start.described)", at: start.offset)
    }
  }

  private mutating func named() throws(QueryProblem) -> Term {
    let start = token
    let word = start.text.lowercased()
    step()
    if word == "inf" || word == "nan" {
      return Term(node: .number(word == "inf" ? .infinity : .nan), kind: .scalar, offset: start.offset)
    }
    if ["bool", "on", "ignoring", "group_left", "group_right"].contains(word) {
      throw QueryProblem(
        "expected a metric, a function or a number, got the key word '\(start.text)'", at: start.offset)
    }
    if let kind = Expression.Aggregation.Kind(rawValue: word),
      isSign("(") || isWord("by") || isWord("without")
    {
      return try aggregation(kind, start.offset)
    }
    if isSign("(") { return try call(start) }
    return try selector(start.text, start.offset)
  }

  // MARK: Selectors

  private mutating func selector(_ name: String?, _ offset: Int) throws(QueryProblem) -> Term {
    var matchers: [Matcher] = []
    if let name { matchers.append(.equal(Labels.metricName, name)) }
    if skip("{") {
      while !isSign("}") {
        let place = token.offset
        let matcher = try matcher()
        if name != nil, matcher.name == Labels.metricName {
          throw QueryProblem("the metric's name is given twice", at: place)
        }
        matchers.append(matcher)
        if !skip(",") { break }
      }
      try expect("}", after: matchers.count > (name == nil ? 0 : 1) ? "the matcher" : "'{'")
    }
    if matchers.allSatisfy({ $0.accepts("") }) {
      throw QueryProblem(
        "a selector needs a name or a matcher that does not accept an empty label: all series are too many",
        at: offset)
    }
    return Term(node: .selector(.init(matchers: matchers)), kind: .vector, offset: offset)
  }

  private mutating func matcher() throws(QueryProblem) -> Matcher {
    guard token.kind == .name, !token.text.contains(":") else {
      throw expected("a label's name", after: "'{' or ','")
    }
    let name = token.text
    step()
    let kind = token.kind == .sign ? Matcher.Kind(rawValue: token.text) : nil
    guard let kind else { throw expected("=, !=, =~ or !~", after: "the label '\(name)'") }
    step()
    guard case .string(let value) = token.kind else {
      throw expected("a text in quotes", after: "'\(kind.rawValue)'")
    }
    let place = token.offset
    step()
    do {
      return try Matcher(name, kind, value)
    } catch {
      throw QueryProblem("the regular expression can't be read: \(error.text)", at: place)
    }
  }

  private mutating func postfix(_ term: Term) throws(QueryProblem) -> Term {
    var term = term
    while true {
      if isSign("[") {
        term = try range(of: term)
      } else if isWord("offset") {
        term = try offset(of: term)
      } else if isSign("@") {
        throw QueryProblem("'@' is not supported here", at: token.offset)
      } else {
        return term
      }
    }
  }

  private mutating func range(of term: Term) throws(QueryProblem) -> Term {
    let place = token.offset
    guard case .selector(let selector) = term.node else {
      throw QueryProblem("a range needs a selector before it (subqueries are not supported here)", at: place)
    }
    if selector.offsetMilliseconds != 0 { throw QueryProblem("'offset' goes behind the range", at: place) }
    step()
    let length = try duration(after: "'['")
    if length == 0 { throw QueryProblem("a range must be longer than nought", at: place + 1) }
    if token.kind == .name, token.text.hasPrefix(":") {
      throw QueryProblem("subqueries are not supported here", at: token.offset)
    }
    try expect("]", after: "the duration")
    return Term(node: .range(selector, milliseconds: length), kind: .range, offset: term.offset)
  }

  private mutating func offset(of term: Term) throws(QueryProblem) -> Term {
    let place = token.offset
    step()
    let isNegative = isSign("-")
    if isNegative || isSign("+") { step() }
    let length = try duration(after: "'offset'") * (isNegative ? -1 : 1)
    var result = term
    switch term.node {
    case .selector(var selector) where selector.offsetMilliseconds == 0:
      selector.offsetMilliseconds = length
      result.node = .selector(selector)
    case .range(var selector, let milliseconds) where selector.offsetMilliseconds == 0:
      selector.offsetMilliseconds = length
      result.node = .range(selector, milliseconds: milliseconds)
    case .selector, .range: throw QueryProblem("a second 'offset'", at: place)
    default: throw QueryProblem("'offset' needs a selector before it", at: place)
    }
    return result
  }

  private mutating func duration(after place: String) throws(QueryProblem) -> Int64 {
    guard case .duration(let milliseconds) = token.kind else {
      throw expected("a duration such as 5m", after: place)
    }
    step()
    return milliseconds
  }

  // MARK: Calls

  private mutating func call(_ name: Token) throws(QueryProblem) -> Term {
    guard let function = QueryFunction(rawValue: name.text) else { throw unknown(name) }
    step()
    var arguments: [Term] = []
    if !isSign(")") {
      repeat { arguments.append(try expression()) } while skip(",")
    }
    let place = token.offset
    try expect(")", after: arguments.isEmpty ? "'('" : "the argument")
    let takes = function.takes
    let least = function == .round ? 1 : takes.count
    if arguments.count < least || arguments.count > takes.count {
      let wanted =
        takes.count == 1 ? "1 argument" : "\(least == takes.count ? "" : "1 or ")\(takes.count) arguments"
      throw QueryProblem(
        "'\(function.name)' takes \(wanted), got \(arguments.count)",
        at: arguments.count > takes.count ? arguments[takes.count].offset : place)
    }
    for (argument, kind) in zip(arguments, takes) where argument.kind != kind {
      throw QueryProblem(Self.wrongKind("'\(function.name)'", kind, argument.kind), at: argument.offset)
    }
    return try Term(
      node: .call(function, arguments.map(\.node)), kind: function.gives, offset: name.offset,
      height: (arguments.map(\.height).max() ?? 0) + 1
    ).checked(self)
  }

  private static func wrongKind(_ who: String, _ wanted: Expression.Kind, _ got: Expression.Kind) -> String {
    let advice =
      switch (wanted, got) {
      case (.range, .vector): ": add a range, as in x[5m]"
      case (.vector, .scalar): ": vector(...) makes one of a scalar"
      case (.scalar, .vector): ": scalar(...) makes one of a vector"
      default: ""
      }
    let article = wanted == .vector ? "an" : "a"
    return
      "\(who) needs \(article) \(wanted.rawValue), got \(got == .vector ? "an" : "a") \(got.rawValue)\(advice)"
  }

  private func unknown(_ name: Token) -> QueryProblem {
    if QueryFunction.foreign.contains(name.text) {
      return QueryProblem("the function '\(name.text)' is not supported here", at: name.offset)
    }
    let hint = QueryFunction.nearest(to: name.text).map { ", did you mean '\($0)'?" } ?? ""
    return QueryProblem("there is no function \(name.described)\(hint)", at: name.offset)
  }

  private mutating func aggregation(
    _ kind: Expression.Aggregation.Kind, _ offset: Int
  ) throws(QueryProblem) -> Term {
    var result = Expression.Aggregation(kind: kind, argument: .number(0))
    try grouping(&result)
    try expect("(", after: "'\(kind.rawValue)'")
    var height = 0
    if kind.takesParameter {
      let parameter = try expression()
      guard parameter.kind == .scalar else {
        throw QueryProblem(
          Self.wrongKind("'\(kind.rawValue)'", .scalar, parameter.kind), at: parameter.offset)
      }
      result.parameter = parameter.node
      height = parameter.height
      try expect(",", after: "the first argument of '\(kind.rawValue)'")
    }
    let argument = try expression()
    guard argument.kind == .vector else {
      throw QueryProblem(Self.wrongKind("'\(kind.rawValue)'", .vector, argument.kind), at: argument.offset)
    }
    result.argument = argument.node
    try expect(")", after: "the argument")
    if result.labels == nil { try grouping(&result) }
    return try Term(
      node: .aggregation(result), kind: .vector, offset: offset, height: max(height, argument.height) + 1
    ).checked(self)
  }

  private mutating func grouping(_ result: inout Expression.Aggregation) throws(QueryProblem) {
    guard isWord("by") || isWord("without") else { return }
    let word = token.text.lowercased()
    result.isWithout = word == "without"
    step()
    result.labels = try labelList(after: "'\(word)'")
  }

  /// `(a, b)`; a comma behind the last is allowed.
  mutating func labelList(after place: String) throws(QueryProblem) -> [String] {
    try expect("(", after: place)
    var labels: [String] = []
    while !isSign(")") {
      guard token.kind == .name, !token.text.contains(":") else {
        throw expected("a label's name", after: labels.isEmpty ? "'('" : "','")
      }
      labels.append(token.text)
      step()
      if !skip(",") { break }
    }
    try expect(")", after: labels.isEmpty ? "'('" : "the label '\(labels[labels.count - 1])'")
    return labels
  }
}
