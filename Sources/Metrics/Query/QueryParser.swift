/// Reads a query by precedence climbing and checks the kinds of its parts as it goes.
struct QueryParser {
  typealias Node = Expression.Node
  typealias Token = QueryLexer.Token

  /// A part of the query with what a check needs to know of it.
  struct Term {
    var node: Node
    var kind: Expression.Kind
    var offset: Int
    /// How deep it is nested; bounded, so that walking the tree never runs out of stack.
    var height = 1
  }

  static let maxHeight = 100
  static let maxBytes = 65_536

  private var lexer: QueryLexer
  private(set) var token: Token
  private let isTooLong: Bool
  var depth = 0

  init(_ text: String) {
    isTooLong = text.utf8.count > Self.maxBytes
    lexer = QueryLexer(isTooLong ? "" : text)
    token = lexer.next()
  }

  mutating func whole() throws(QueryProblem) -> Term {
    if isTooLong { throw QueryProblem("a query of more than \(Self.maxBytes) bytes") }
    if token.kind == .end { throw QueryProblem("expected a query, got the end", at: 0) }
    let term = try expression()
    if token.kind != .end { throw expected("an operator or the end", after: "the expression") }
    return term
  }

  // MARK: Tokens

  mutating func step() { token = lexer.next() }

  func isSign(_ text: String) -> Bool { token.kind == .sign && token.text == text }
  func isWord(_ text: String) -> Bool { token.kind == .name && token.text.lowercased() == text }

  mutating func skip(_ sign: String) -> Bool {
    guard isSign(sign) else { return false }
    step()
    return true
  }

  mutating func skipWord(_ word: String) -> Bool {
    guard isWord(word) else { return false }
    step()
    return true
  }

  mutating func expect(_ sign: String, after place: String) throws(QueryProblem) {
    if !skip(sign) { throw expected("'\(sign)'", after: place) }
  }

  func expected(_ what: String, after place: String) -> QueryProblem {
    if case .wrong(let why) = token.kind {
      return QueryProblem("\(token.described) \(why)", at: token.offset)
    }
    return QueryProblem("expected \(what) after \(place), got \(token.described)", at: token.offset)
  }

  // MARK: Operators

  mutating func expression(_ least: Int = 1) throws(QueryProblem) -> Term {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.maxHeight { throw tooDeep(token.offset) }
    var left = try operand()
    while let op = infix, op.precedence >= least {
      let place = token.offset
      step()
      var binary = Expression.Binary(op: op, left: left.node, right: left.node)
      try modifiers(&binary)
      // `^` groups to the right, all others to the left.
      let right = try expression(op == .power ? op.precedence : op.precedence + 1)
      binary.right = right.node
      let kind = try check(binary, left, right, place)
      left = try Term(
        node: .binary(binary), kind: kind, offset: left.offset, height: max(left.height, right.height) + 1
      ).checked(self)
    }
    return left
  }

  func tooDeep(_ offset: Int) -> QueryProblem {
    QueryProblem("nested deeper than \(Self.maxHeight)", at: offset)
  }

  private var infix: Expression.Binary.Operator? {
    switch token.kind {
    case .sign: Expression.Binary.Operator(rawValue: token.text)
    case .name:
      switch token.text.lowercased() {
      case "and": .and
      case "or": .or
      case "unless": .unless
      default: nil
      }
    default: nil
    }
  }

  /// A sign binds as tightly as `*`, so that `-2^2` is -4.
  private mutating func operand() throws(QueryProblem) -> Term {
    guard isSign("-") || isSign("+") else { return try primary() }
    let (isNegative, offset) = (isSign("-"), token.offset)
    step()
    let term = try expression(6)
    guard term.kind != .range else {
      throw QueryProblem("a sign needs a scalar or an instant vector, got a range vector", at: term.offset)
    }
    return try Term(
      node: .signed(isNegative: isNegative, term.node), kind: term.kind, offset: offset,
      height: term.height + 1
    ).checked(self)
  }

  private mutating func modifiers(_ binary: inout Expression.Binary) throws(QueryProblem) {
    let op = "'\(binary.op.rawValue)'"
    if isWord("bool") {
      if !binary.op.isComparison {
        throw QueryProblem("'bool' is for comparisons, not for \(op)", at: token.offset)
      }
      step()
      binary.returnsBool = true
    }
    guard isWord("on") || isWord("ignoring") else { return }
    let word = token.text.lowercased()
    step()
    var matching = Expression.Matching(isOn: word == "on", labels: try labelList(after: "'\(word)'"))
    if isWord("group_left") || isWord("group_right") {
      let (place, side) = (token.offset, token.text.lowercased())
      if binary.op.isSet { throw QueryProblem("'\(side)' can't go with \(op)", at: place) }
      step()
      matching.many = Expression.Matching.Side(rawValue: side)
      if isSign("(") { matching.include = try labelList(after: "'\(side)'") }
      if matching.isOn, let both = matching.include.first(where: matching.labels.contains) {
        throw QueryProblem("'\(both)' stands both in 'on' and in '\(side)'", at: place)
      }
    }
    binary.matching = matching
  }

  private func check(
    _ binary: Expression.Binary, _ left: Term, _ right: Term, _ place: Int
  ) throws(QueryProblem) -> Expression.Kind {
    let op = "'\(binary.op.rawValue)'"
    for side in [left, right] where side.kind == .range {
      throw QueryProblem(
        "\(op) needs a scalar or an instant vector, got a range vector", at: side.offset)
    }
    if left.kind == .vector, right.kind == .vector { return .vector }
    let scalar = left.kind == .scalar ? left : right
    if binary.op.isSet {
      throw QueryProblem("\(op) needs an instant vector, got a scalar", at: scalar.offset)
    }
    if binary.matching != nil {
      throw QueryProblem(
        "'on' and 'ignoring' need instant vectors on both sides, got a scalar", at: scalar.offset)
    }
    if left.kind == .vector || right.kind == .vector { return .vector }
    if binary.op.isComparison, !binary.returnsBool {
      throw QueryProblem("a comparison of two scalars needs 'bool': \(binary.op.rawValue) bool", at: place)
    }
    return .scalar
  }
}

extension QueryParser.Term {
  func checked(_ parser: QueryParser) throws(QueryProblem) -> Self {
    if height > QueryParser.maxHeight { throw parser.tooDeep(offset) }
    return self
  }
}
