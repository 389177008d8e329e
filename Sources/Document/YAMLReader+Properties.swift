extension YAMLReader {
  /// Anchor and tag under the cursor, in either order; the cursor is left behind the last and its blanks.
  mutating func properties() throws(SyntaxProblem) -> Properties {
    var result = Properties()
    while true {
      if peek() == UInt8(ascii: "&"), result.anchor == nil {
        if result.isEmpty { (result.line, result.column) = (line, column) }
        at += 1
        result.anchor = try anchorName()
      } else if peek() == UInt8(ascii: "!"), result.tag == nil {
        if result.isEmpty { (result.line, result.column) = (line, column) }
        result.tag = try tag()
      } else {
        return result
      }
      guard isBlank(0) || isFlowIndicator(peek()) else { throw expected("a blank after an anchor or a tag") }
      let behind = at
      skipBlanks()
      if peek() != UInt8(ascii: "&") && peek() != UInt8(ascii: "!") { at = behind }
    }
  }

  /// The name of an anchor or alias.
  mutating func anchorName() throws(SyntaxProblem) -> String {
    let start = at
    while !isBlank(0), !isFlowIndicator(peek()) {
      if peek() == UInt8(ascii: ":"), isBlank(1) { break }
      at += 1
    }
    if at == start { throw expected("the name of an anchor") }
    return text(from: start, to: at)
  }

  /// A tag in its long form: "tag:yaml.org,2002:str" for `!!str`, "!name" for a local one, "!" alone.
  private mutating func tag() throws(SyntaxProblem) -> String {
    let start = at
    if peek(1) == UInt8(ascii: "<") {
      while !isBlank(0), peek() != UInt8(ascii: ">") { at += 1 }
      guard peek() == UInt8(ascii: ">") else { throw expected("'>' at the end of a tag") }
      at += 1
      return text(from: start + 2, to: at - 1)
    }
    at += 1
    while !isBlank(0), !isFlowIndicator(peek()) { at += 1 }
    let written = text(from: start, to: at)
    guard let second = written.dropFirst().firstIndex(of: "!") else {
      return (tagHandles["!"] ?? "!") + written.dropFirst()
    }
    let handle = String(written[...second])
    guard let prefix = tagHandles[handle] ?? (handle == "!!" ? YAMLScalar.tagPrefix : nil) else {
      throw problem("the tag handle '\(handle)' is not declared", at: start)
    }
    return prefix + written[written.index(after: second)...]
  }

  /// Properties of one node on two lines.
  func combined(_ outer: Properties, _ inner: Properties) throws(SyntaxProblem) -> Properties {
    if outer.anchor != nil && inner.anchor != nil { throw problem("a value takes one anchor only") }
    if outer.tag != nil && inner.tag != nil { throw problem("a value takes one tag only") }
    var result = outer.isEmpty ? inner : outer
    result.anchor = inner.anchor ?? outer.anchor
    result.tag = inner.tag ?? outer.tag
    return result
  }

  /// A node without content: null, or the empty text of its tag.
  mutating func empty(_ properties: Properties) throws(SyntaxProblem) -> Node {
    try finish(plainNode("", properties.tag), properties, isPlain: true)
  }

  /// A plain scalar: what it is follows from its text, unless a tag says it.
  mutating func plainNode(_ text: String, _ tag: String?) -> Node {
    if tag != nil { return Node(text: text) }
    var node = Node(text: text)
    node.value = YAMLScalar.value(ofPlain: text)
    node.isMerge = text == "<<"
    if YAMLScalar.isNotFinite(text) { note(problem("JSON has no number '\(text)'; it is kept as text")) }
    return node
  }

  /// Applies the tag to a node and remembers its anchor.
  mutating func finish(_ node: Node, _ properties: Properties, isPlain: Bool = false) throws(SyntaxProblem)
    -> Node
  {
    var node = node
    if let tag = properties.tag {
      if let value = YAMLScalar.value(node.value, tagged: tag, isPlain: isPlain) {
        node.value = value
      } else {
        let message = "the value is no \(YAMLScalar.shortTag(tag)); it is kept as it is written"
        note(SyntaxProblem(line: properties.line, column: properties.column + 1, message: message))
      }
      node.isMerge = tag == YAMLScalar.tagPrefix + "merge"
    }
    if let anchor = properties.anchor { anchors[anchor] = node }
    return node
  }
}
