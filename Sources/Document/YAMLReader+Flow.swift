extension YAMLReader {
  /// Moves over blanks, line breaks and comments between the parts of a flow collection.
  private mutating func skipFlowSpace() throws(SyntaxProblem) {
    while true {
      skipBlanks()
      skipComment()
      guard peek() == 0x0A else { return }
      takeLineBreak()
      if isAtDocumentMarker { throw expected("the end of the flow collection") }
    }
  }

  /// An alias, a quoted scalar or a flow collection in block context, whose properties are read already.
  mutating func flowNode(depth: Int, _ properties: Properties) throws(SyntaxProblem) -> Node {
    try check(depth: depth)
    switch peek() {
    case UInt8(ascii: "["): return try flowSequence(depth: depth + 1)
    case UInt8(ascii: "{"): return try flowMapping(depth: depth + 1)
    default:
      guard let node = try flowScalar(depth: depth, properties, isIn: false) else {
        throw expected("a value")
      }
      return node
    }
  }

  /// A value inside a flow collection.
  private mutating func flowNode(depth: Int) throws(SyntaxProblem) -> Node {
    try check(depth: depth)
    switch peek() {
    case UInt8(ascii: "["): return try flowSequence(depth: depth + 1)
    case UInt8(ascii: "{"): return try flowMapping(depth: depth + 1)
    case UInt8(ascii: "&"), UInt8(ascii: "!"): return try flowNodeWithProperties(depth: depth)
    default:
      guard let node = try flowScalar(depth: depth, Properties(), isIn: true) else {
        throw expected("a value")
      }
      return node
    }
  }

  private mutating func flowNodeWithProperties(depth: Int) throws(SyntaxProblem) -> Node {
    let own = try properties()
    try skipFlowSpace()
    if isAtEntryEnd || isAtFlowColon { return try empty(own) }
    if peek() == UInt8(ascii: "[") || peek() == UInt8(ascii: "{") {
      return try finish(flowNode(depth: depth), own)
    }
    let isPlain = isAtPlainScalarInFlow
    guard let node = try flowScalar(depth: depth, own, isIn: true) else { throw expected("a value") }
    return try finish(node, own, isPlain: isPlain)
  }

  /// Anything but a collection; nil when nothing of the kind begins here. The tag is not applied yet.
  @inline(never)
  private mutating func flowScalar(depth: Int, _ properties: Properties, isIn: Bool) throws(SyntaxProblem)
    -> Node?
  {
    switch peek() {
    case UInt8(ascii: "*"):
      let place = at
      if !properties.isEmpty { throw problem("an alias takes no anchor and no tag") }
      at += 1
      let name = try anchorName()
      return try node(anchored: name, depth: depth, at: place)
    case UInt8(ascii: "\""): return jsonLike(Node(text: try doubleQuoted()))
    case UInt8(ascii: "'"): return jsonLike(Node(text: try singleQuoted()))
    case UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: "%"):
      throw problem("\(found) may not begin a value; put the value in quotes")
    default:
      guard isIn else { return nil }
      if isAtFlowColon { return try empty(properties) }
      guard isAtPlainScalarInFlow else { return nil }
      return plainNode(try flowPlainScalar(), properties.tag)
    }
  }

  private func jsonLike(_ node: Node) -> Node {
    var node = node
    node.isJSONLike = true
    return node
  }

  /// A colon that separates: a blank or the end of an entry follows.
  private var isAtFlowColon: Bool {
    peek() == UInt8(ascii: ":") && (isBlank(1) || isFlowIndicator(peek(1)))
  }

  private mutating func flowSequence(depth: Int) throws(SyntaxProblem) -> Node {
    let open = (line, column)
    at += 1
    var sequence = Node(.null)
    var items: [JSON] = []
    try skipFlowSpace()
    while peek() != UInt8(ascii: "]") {
      let place = (line, column)
      let isPair = try skipExplicitKeySign()
      var item = Node(.null)
      enter(element: items.count)
      if !isPair || !isAtEntryEnd { item = try flowNode(depth: depth) }
      leave()
      let hasValue = try hasFlowValue(item)
      if isPair || hasValue {
        let value = try flowValue(after: item, depth: depth)
        var members = YAMLMembers()
        try add(item, value, to: &members, at: place)
        item = members.node()
      }
      items.append(item.value)
      sequence.add(item)
      try endFlowEntry(UInt8(ascii: "]"), open)
    }
    at += 1
    sequence.value = .array(items)
    return jsonLike(sequence)
  }

  private mutating func flowMapping(depth: Int) throws(SyntaxProblem) -> Node {
    let open = (line, column)
    at += 1
    var members = YAMLMembers()
    try skipFlowSpace()
    while peek() != UInt8(ascii: "}") {
      let place = (line, column)
      _ = try skipExplicitKeySign()
      var key = Node(.null)
      if !isAtEntryEnd { key = try flowNode(depth: depth) }
      enter(key, at: place)
      let value = try flowValue(after: key, depth: depth)
      leave()
      try add(key, value, to: &members, at: place)
      try endFlowEntry(UInt8(ascii: "}"), open)
    }
    at += 1
    return jsonLike(members.node())
  }

  /// Moves over the `? ` before a key, if one is there.
  private mutating func skipExplicitKeySign() throws(SyntaxProblem) -> Bool {
    guard peek() == UInt8(ascii: "?"), isBlank(1) else { return false }
    at += 1
    try skipFlowSpace()
    return true
  }

  private var isAtEntryEnd: Bool {
    peek() == UInt8(ascii: ",") || peek() == UInt8(ascii: "]") || peek() == UInt8(ascii: "}")
  }

  /// Whether a colon follows, so that the node was a key.
  private mutating func hasFlowValue(_ key: Node) throws(SyntaxProblem) -> Bool {
    try skipFlowSpace()
    return isAtFlowColon || key.isJSONLike && peek() == UInt8(ascii: ":")
  }

  /// The value behind a key and its colon; null when there is no colon.
  private mutating func flowValue(after key: Node, depth: Int) throws(SyntaxProblem) -> Node {
    guard try hasFlowValue(key) else { return Node(.null) }
    at += 1
    try skipFlowSpace()
    if isAtEntryEnd { return Node(.null) }
    return try flowNode(depth: depth)
  }

  /// Moves over the comma behind an entry, or to the bracket that closes the collection opened at `open`.
  private mutating func endFlowEntry(_ close: UInt8, _ open: (line: Int, column: Int)) throws(SyntaxProblem) {
    try skipFlowSpace()
    if peek() == UInt8(ascii: ",") {
      at += 1
      try skipFlowSpace()
    } else if peek() != close && !isAtEnd {
      throw expected("',' or '\(Unicode.Scalar(close))'")
    }
    if isAtEnd {
      let bracket = close == UInt8(ascii: "]") ? "[" : "{"
      throw SyntaxProblem(
        line: open.line, column: open.column + 1, message: "this '\(bracket)' is not closed")
    }
  }
}

@inline(__always)
func isFlowIndicator(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"): true
  default: false
  }
}
