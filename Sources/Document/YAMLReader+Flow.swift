extension YAMLReader {
  /// Moves over blanks, line breaks and comments between the parts of a flow collection.
  private mutating func skipFlowSpace() throws(Problem) {
    while true {
      skipBlanks()
      skipComment()
      guard peek() == 0x0A else { return }
      takeLineBreak()
      if isAtDocumentMarker { throw expected("the end of the flow collection") }
    }
  }

  /// An alias, a quoted scalar or a flow collection; inside one (`isIn`) also a plain scalar, with its properties.
  mutating func flowNode(depth: Int, isIn: Bool) throws(Problem) -> Node {
    try check(depth: depth)
    var own = Properties()
    if isIn {
      own = try properties()
      if !own.isEmpty { try skipFlowSpace() }
    }
    switch peek() {
    case UInt8(ascii: "*"):
      let place = at
      at += 1
      let name = try anchorName()
      if !own.isEmpty { throw problem("an alias takes no anchor and no tag", at: place) }
      return try node(anchored: name, depth: depth, at: place)
    case UInt8(ascii: "\""): return try finish(jsonLike(Node(text: doubleQuoted())), own)
    case UInt8(ascii: "'"): return try finish(jsonLike(Node(text: singleQuoted())), own)
    case UInt8(ascii: "["): return try finish(jsonLike(flowSequence(depth: depth + 1)), own)
    case UInt8(ascii: "{"): return try finish(jsonLike(flowMapping(depth: depth + 1)), own)
    case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"):
      if isIn && !own.isEmpty { return try empty(own) }
      throw expected("a value")
    default:
      if peek() == UInt8(ascii: "@") || peek() == UInt8(ascii: "`") || peek() == UInt8(ascii: "%") {
        throw problem("\(found) may not begin a value; put the value in quotes")
      }
      guard isIn else { throw expected("a value") }
      if isAtFlowColon { return try empty(own) }
      guard isAtPlainScalarInFlow else { throw expected("a value") }
      return try finish(plainNode(flowPlainScalar(), own.tag), own, isPlain: true)
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

  private mutating func flowSequence(depth: Int) throws(Problem) -> Node {
    let open = problem("this '[' is not closed")
    at += 1
    var sequence = Node(.null)
    var items: [JSON] = []
    try skipFlowSpace()
    while peek() != UInt8(ascii: "]") {
      if isAtEnd { throw open }
      let place = (line, column)
      let isPair = peek() == UInt8(ascii: "?") && isBlank(1)
      if isPair {
        at += 1
        try skipFlowSpace()
      }
      var item = Node(.null)
      if !isPair || !isAtEntryEnd { item = try flowNode(depth: depth, isIn: true) }
      let hasValue = try hasFlowValue(item)
      if isPair || hasValue {
        var members = YAMLMembers()
        add(item, try flowValue(after: item, depth: depth), to: &members, at: place)
        item = members.node()
      }
      items.append(item.value)
      sequence.add(item)
      try endFlowEntry(UInt8(ascii: "]"), "',' or ']'", open)
    }
    at += 1
    sequence.value = .array(items)
    return sequence
  }

  private mutating func flowMapping(depth: Int) throws(Problem) -> Node {
    let open = problem("this '{' is not closed")
    at += 1
    var members = YAMLMembers()
    try skipFlowSpace()
    while peek() != UInt8(ascii: "}") {
      if isAtEnd { throw open }
      let place = (line, column)
      if peek() == UInt8(ascii: "?"), isBlank(1) {
        at += 1
        try skipFlowSpace()
      }
      let key = try isAtEntryEnd ? Node(.null) : flowNode(depth: depth, isIn: true)
      add(key, try flowValue(after: key, depth: depth), to: &members, at: place)
      try endFlowEntry(UInt8(ascii: "}"), "',' or '}'", open)
    }
    at += 1
    return members.node()
  }

  private var isAtEntryEnd: Bool {
    peek() == UInt8(ascii: ",") || peek() == UInt8(ascii: "]") || peek() == UInt8(ascii: "}")
  }

  /// Whether a colon follows, so that the node was a key.
  private mutating func hasFlowValue(_ key: Node) throws(Problem) -> Bool {
    try skipFlowSpace()
    return isAtFlowColon || key.isJSONLike && peek() == UInt8(ascii: ":")
  }

  /// The value behind a key and its colon; null when there is no colon.
  private mutating func flowValue(after key: Node, depth: Int) throws(Problem) -> Node {
    guard try hasFlowValue(key) else { return Node(.null) }
    at += 1
    try skipFlowSpace()
    return try isAtEntryEnd ? Node(.null) : flowNode(depth: depth, isIn: true)
  }

  private mutating func endFlowEntry(_ close: UInt8, _ wanted: String, _ open: Problem) throws(Problem) {
    try skipFlowSpace()
    if peek() == UInt8(ascii: ",") {
      at += 1
      try skipFlowSpace()
    } else if peek() != close {
      throw isAtEnd ? open : expected(wanted)
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
