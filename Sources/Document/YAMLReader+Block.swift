extension YAMLReader {
  /// Where a block node begins, which decides what it may be.
  enum Place {
    /// On a line of its own.
    case line
    /// On the line of `---`: no block collection may follow there.
    case markerLine
    /// Behind `- `, `? ` or an explicit `: `: a collection may begin on this line.
    case compact
    /// Behind `key:`: a collection needs a new line, and a sequence may stand under the key itself.
    case value
  }

  /// `&anchor` and `!tag` before a node.
  struct Properties {
    var anchor: String?
    var tag: String?
    /// Where the first of them stands.
    var line = 0
    var column = 0
    var isEmpty: Bool { anchor == nil && tag == nil }
  }

  /// Moves to the next content: over blanks, comments and empty lines. Says whether that began a new line.
  @discardableResult
  mutating func skipToContent() throws(SyntaxProblem) -> Bool {
    var isNewLine = false
    while true {
      let mayIndent = at == lineStart
      while peek() == 0x20 { at += 1 }
      let tab = at
      skipBlanks()
      skipComment()
      guard peek() == 0x0A else {
        if mayIndent && at > tab && !isAtEnd { throw problem("a tab may not indent; use spaces", at: tab) }
        return isNewLine
      }
      takeLineBreak()
      isNewLine = true
    }
  }

  /// What a block node turns out to be once its first line is looked at.
  private enum Beginning {
    /// A scalar, an alias, a flow collection or nothing, read to its end.
    case node(Node)
    case sequence(column: Int, Properties)
    /// `first` is the first key when that is read already; the cursor then stands on its colon.
    case mapping(column: Int, first: Node?, Properties)
  }

  /// Reads the node that belongs right of column `indent` and leaves the cursor at the content behind it.
  ///
  /// What recursion passes through (this, `blockMapping`, `blockSequence` and the flow collections) is kept
  /// apart from the rest, so that a level of nesting takes little stack.
  mutating func blockNode(right indent: Int, depth: Int, as place: Place) throws(SyntaxProblem) -> Node {
    try check(depth: depth)
    switch try beginning(right: indent, depth: depth, as: place) {
    case .node(let node): return node
    case .sequence(let column, let properties):
      return try finish(blockSequence(at: column, depth: depth + 1), properties)
    case .mapping(let column, let first, let properties):
      return try finish(blockMapping(at: column, depth: depth + 1, first: first), properties)
    }
  }

  @inline(never)
  private mutating func beginning(
    right indent: Int, depth: Int, as place: Place
  ) throws(SyntaxProblem) -> Beginning {
    var outer = Properties()
    let hasTab = peek() == 0x09 || peek() == 0x20 && peek(1) == 0x09
    var isNewLine = try skipToContent()
    while true {
      let isSequence = peek() == UInt8(ascii: "-") && isBlank(1) && !isAtDocumentMarker
      let isUnderKey = place == .value && isSequence && column == indent
      if contentColumn <= indent, !(isUnderKey && isNewLine) { return .node(try empty(outer)) }
      let mayNest = isNewLine || !hasTab && (place == .compact || place == .line)
      let start = column
      if isSequence {
        if !mayNest || !isNewLine && !outer.isEmpty { throw nesting("a sequence", hasTab: hasTab) }
        return .sequence(column: start, outer)
      }
      if peek() == UInt8(ascii: "?"), isBlank(1) {
        if !mayNest { throw nesting("a mapping", hasTab: hasTab) }
        return .mapping(column: start, first: nil, outer)
      }
      let inner = try properties()
      if !inner.isEmpty {
        let began = try skipToContent()
        if began || isAtEnd {
          outer = try combined(outer, inner)
          isNewLine = true
          continue
        }
      }
      if peek() == UInt8(ascii: "|") || peek() == UInt8(ascii: ">") {
        return .node(try blockScalar(right: indent, combined(outer, inner)))
      }
      let mayBeKey = mayNest && (outer.isEmpty || isNewLine)
      return try text(right: indent, start: start, depth: depth, mayBeKey: mayBeKey, outer, inner)
    }
  }

  /// What begins with text: a scalar, an alias, a flow collection, or a mapping whose first key it is.
  private mutating func text(
    right indent: Int, start: Int, depth: Int, mayBeKey: Bool, _ outer: Properties, _ inner: Properties
  ) throws(SyntaxProblem) -> Beginning {
    let firstLine = line
    let isPlain = isAtPlainScalar
    let isEmpty = isAtColon
    let plainStart = at
    var node = Node(.null)
    if isPlain {
      skipPlainLine(inFlow: false)
    } else if !isEmpty {
      node = try flowNode(depth: depth, inner)
    }
    let end = at
    skipBlanks()
    if isAtColon {
      if !mayBeKey { throw problem("a mapping is not allowed here; is the value missing quotes?") }
      if line != firstLine { throw problem("a key may not span lines") }
      if isPlain || isEmpty { node = plainNode(text(from: plainStart, to: end), inner.tag) }
      let key = try finish(node, inner, isPlain: isPlain || isEmpty)
      return .mapping(column: start, first: key, outer)
    }
    let properties = try combined(outer, inner)
    if isPlain {
      at = end
      node = plainNode(try plainScalar(from: plainStart, right: indent), properties.tag)
    }
    try endLine()
    return .node(try finish(node, properties, isPlain: isPlain))
  }

  /// A colon behind a key: a blank follows.
  var isAtColon: Bool { peek() == UInt8(ascii: ":") && isBlank(1) }

  private mutating func blockScalar(right indent: Int, _ properties: Properties) throws(SyntaxProblem) -> Node
  {
    let text = try blockScalar(right: indent)
    try skipToContent()
    return try finish(text, properties)
  }

  /// Nothing but a comment may follow on the line.
  private mutating func endLine() throws(SyntaxProblem) {
    skipBlanks()
    skipComment()
    guard isAtLineEnd || isAtDocumentMarker || at == lineStart + indentOfLine else {
      throw expected("the end of the line")
    }
    try skipToContent()
  }

  /// Spaces at the start of the current line.
  private var indentOfLine: Int {
    var offset = 0
    while offset < column, peek(lineStart - at + offset) == 0x20 { offset += 1 }
    return offset
  }

  private func nesting(_ what: String, hasTab: Bool) -> SyntaxProblem {
    problem(hasTab ? "a tab may not indent; use spaces" : "\(what) is not allowed on this line")
  }

  private mutating func blockSequence(at start: Int, depth: Int) throws(SyntaxProblem) -> Node {
    var items: [JSON] = []
    var sequence = Node(.null)
    while contentColumn == start, peek() == UInt8(ascii: "-"), isBlank(1) {
      at += 1
      enter(element: items.count)
      let item = try blockNode(right: start, depth: depth, as: .compact)
      leave()
      items.append(item.value)
      sequence.add(item)
    }
    if contentColumn > start { throw expected("'- ' at column \(start + 1)") }
    sequence.value = .array(items)
    return sequence
  }

  /// A mapping whose keys stand at column `start`. `first` is its first key when that is read already; the
  /// cursor then stands on the colon.
  private mutating func blockMapping(at start: Int, depth: Int, first: Node?) throws(SyntaxProblem) -> Node {
    var members = YAMLMembers()
    var key = first
    repeat {
      let place = (line, start)
      let isExplicit = key == nil && peek() == UInt8(ascii: "?") && isBlank(1)
      if isExplicit {
        at += 1
        key = try blockNode(right: start, depth: depth, as: .compact)
      } else if key == nil {
        key = try implicitKey(depth: depth)
      }
      var value = Node(.null)
      if !isExplicit || contentColumn == start && isAtColon {
        at += 1
        enter(key, at: place)
        value = try blockNode(right: start, depth: depth, as: isExplicit ? .compact : .value)
        leave()
      }
      if let key { try add(key, value, to: &members, at: place) }
      key = nil
    } while contentColumn == start
    if contentColumn > start { throw expected("a key at column \(start + 1)") }
    return members.node()
  }

  /// A key and the blanks behind it; the cursor is left on its colon.
  @inline(never)
  private mutating func implicitKey(depth: Int) throws(SyntaxProblem) -> Node {
    let inner = try properties()
    if !inner.isEmpty { skipBlanks() }
    let firstLine = line
    let start = at
    if isAtColon { return try empty(inner) }
    switch peek() {
    case UInt8(ascii: "-") where isBlank(1), UInt8(ascii: "|"), UInt8(ascii: ">"): throw expected("a key")
    default: break
    }
    var key: Node
    let isPlain = isAtPlainScalar
    if isPlain {
      skipPlainLine(inFlow: false)
      key = plainNode(text(from: start, to: at), inner.tag)
    } else {
      key = try flowNode(depth: depth, inner)
    }
    skipBlanks()
    if line != firstLine { throw problem("a key may not span lines") }
    guard isAtColon else {
      skipComment()
      throw expected("':' and a blank after the key")
    }
    return try finish(key, inner, isPlain: isPlain)
  }

  /// Adds a member; `<<` merges. A doubled key or a null one is told and does not end the document; a
  /// collection as a key does, since JSON has no place for it.
  mutating func add(
    _ key: Node, _ value: Node, to members: inout YAMLMembers, at place: (line: Int, column: Int)
  ) throws(SyntaxProblem) {
    func problem(_ message: String) -> SyntaxProblem {
      SyntaxProblem(line: place.line, column: place.column + 1, message: message)
    }
    if key.isMerge {
      if !members.merge(value) { note(problem("'<<' takes a mapping or a list of mappings")) }
      return
    }
    let name: String
    switch key.value {
    case .string(let text): name = text
    case .number(let text): name = GoNumber.key(text)
    case .bool(let flag): name = flag ? "true" : "false"
    case .null:
      name = "null"
      note(problem("a key may not be null"))
    case .array, .object: throw problem("a key must be a scalar")
    }
    if !members.add(name, value) { note(problem("the key '\(name)' is there already; the last one counts")) }
  }
}
