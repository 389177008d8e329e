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
    var place = 0
    var isEmpty: Bool { anchor == nil && tag == nil }
  }

  /// Moves to the next content: over blanks, comments and empty lines. Says whether that began a new line.
  @discardableResult
  mutating func skipToContent() throws(Problem) -> Bool {
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

  /// Reads the node that belongs right of column `indent` and leaves the cursor at the content behind it.
  mutating func blockNode(right indent: Int, depth: Int, as place: Place) throws(Problem) -> Node {
    try check(depth: depth)
    var outer = Properties()
    let hasTab = peek() == 0x09 || peek() == 0x20 && peek(1) == 0x09
    var isNewLine = try skipToContent()
    while true {
      let isSequence = peek() == UInt8(ascii: "-") && isBlank(1) && !isAtDocumentMarker
      let isUnderKey = place == .value && isSequence && column == indent
      if contentColumn <= indent, !(isUnderKey && isNewLine) { return try empty(outer) }
      let mayNest = (isNewLine || place == .compact || place == .line) && (isNewLine || !hasTab)
      let start = column
      if isSequence {
        if !mayNest || !isNewLine && !outer.isEmpty { throw nesting("a sequence", hasTab: hasTab) }
        return try finish(blockSequence(at: start, depth: depth + 1), outer)
      }
      if peek() == UInt8(ascii: "?"), isBlank(1) {
        if !mayNest { throw nesting("a mapping", hasTab: hasTab) }
        return try finish(blockMapping(at: start, depth: depth + 1, first: nil), outer)
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
      return try content(
        right: indent, start: start, depth: depth, mayNest: mayNest && (outer.isEmpty || isNewLine), outer,
        inner)
    }
  }

  /// What begins with text: a scalar, an alias, a flow collection, or a mapping whose first key it is.
  private mutating func content(
    right indent: Int, start: Int, depth: Int, mayNest: Bool, _ outer: Properties, _ inner: Properties
  ) throws(Problem) -> Node {
    if peek() == UInt8(ascii: "|") || peek() == UInt8(ascii: ">") {
      let text = try blockScalar(right: indent)
      try skipToContent()
      return try finish(text, combined(outer, inner))
    }
    let firstLine = line
    if peek() == UInt8(ascii: ":"), isBlank(1) {
      if !mayNest { throw problem("a mapping is not allowed here; is the value above missing quotes?") }
      let key = try empty(inner)
      return try finish(blockMapping(at: start, depth: depth + 1, first: key), outer)
    }
    let isPlain = isAtPlainScalar
    let plainStart = at
    var node = isPlain ? Node(.null) : try flowNode(depth: depth, isIn: false)
    if isPlain { skipPlainLine(inFlow: false) }
    let end = at
    skipBlanks()
    if peek() == UInt8(ascii: ":"), isBlank(1) {
      if !mayNest { throw problem("a mapping is not allowed here; is the value missing quotes?") }
      if line != firstLine { throw problem("a key may not span lines") }
      if isPlain { node = plainNode(text(from: plainStart, to: end), inner.tag) }
      let key = try finish(node, inner, isPlain: isPlain)
      return try finish(blockMapping(at: start, depth: depth + 1, first: key), outer)
    }
    let properties = try combined(outer, inner)
    if isPlain {
      at = end
      let text = try plainScalar(from: plainStart, right: indent)
      node = plainNode(text, properties.tag)
    }
    try endLine()
    return try finish(node, properties, isPlain: isPlain)
  }

  /// Nothing but a comment may follow on the line.
  private mutating func endLine() throws(Problem) {
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

  private func nesting(_ what: String, hasTab: Bool) -> Problem {
    problem(hasTab ? "a tab may not indent; use spaces" : "\(what) is not allowed on this line")
  }

  private mutating func blockSequence(at start: Int, depth: Int) throws(Problem) -> Node {
    var items: [JSON] = []
    var sequence = Node(.null)
    while contentColumn == start, peek() == UInt8(ascii: "-"), isBlank(1) {
      at += 1
      let item = try blockNode(right: start, depth: depth, as: .compact)
      items.append(item.value)
      sequence.add(item)
    }
    if contentColumn > start { throw expected("'- ' at column \(start + 1)") }
    sequence.value = .array(items)
    return sequence
  }

  /// A mapping whose keys stand at column `start`. `first` is its first key when that is read already; the cursor
  /// then stands on the colon.
  private mutating func blockMapping(at start: Int, depth: Int, first: Node?) throws(Problem) -> Node {
    var members = YAMLMembers()
    var key = first
    var keyPlace = (line, start)
    repeat {
      keyPlace = key == nil ? (line, column) : keyPlace
      var value = Node(.null)
      if key == nil, peek() == UInt8(ascii: "?"), isBlank(1) {
        at += 1
        key = try blockNode(right: start, depth: depth, as: .compact)
        if contentColumn == start, peek() == UInt8(ascii: ":"), isBlank(1) {
          at += 1
          value = try blockNode(right: start, depth: depth, as: .compact)
        }
      } else {
        if key == nil { key = try implicitKey(depth: depth) }
        at += 1
        value = try blockNode(right: start, depth: depth, as: .value)
      }
      if let key { add(key, value, to: &members, at: keyPlace) }
      key = nil
    } while contentColumn == start
    if contentColumn > start { throw expected("a key at column \(start + 1)") }
    return members.node()
  }

  /// A key and the blanks behind it; the cursor is left on its colon.
  private mutating func implicitKey(depth: Int) throws(Problem) -> Node {
    let inner = try properties()
    if !inner.isEmpty { skipBlanks() }
    let firstLine = line
    let start = at
    var key: Node
    let isPlain = isAtPlainScalar
    if peek() == UInt8(ascii: ":"), isBlank(1) {
      return try empty(inner)
    } else if peek() == UInt8(ascii: "-"), isBlank(1) {
      throw expected("a key")
    } else if isPlain {
      skipPlainLine(inFlow: false)
      key = plainNode(text(from: start, to: at), inner.tag)
    } else {
      key = try flowNode(depth: depth, isIn: false)
    }
    skipBlanks()
    if line != firstLine { throw problem("a key may not span lines") }
    guard peek() == UInt8(ascii: ":"), isBlank(1) else {
      skipComment()
      throw expected("':' and a blank after the key")
    }
    return try finish(key, inner, isPlain: isPlain)
  }

  /// Adds a member; `<<` merges. What is wrong with a key is told and does not end the document.
  mutating func add(
    _ key: Node, _ value: Node, to members: inout YAMLMembers, at place: (line: Int, column: Int)
  ) {
    func tell(_ message: String) {
      note(Problem(line: place.line, column: place.column + 1, message: message))
    }
    if key.isMerge {
      if !members.merge(value) { tell("'<<' takes a mapping or a list of mappings") }
      return
    }
    let name: String
    switch key.value {
    case .string(let text): name = text
    case .number(let text): name = GoNumber.key(text)
    case .bool(let flag): name = flag ? "true" : "false"
    case .null:
      name = "null"
      tell("a key may not be null")
    case .array, .object:
      name = key.value.text
      tell("a key must be a scalar")
    }
    if !members.add(name, value) { tell("the key '\(name)' is there already; the last one counts") }
  }
}
