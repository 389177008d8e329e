/// The bytes of a YAML stream with a place in them, and what is known so far: anchors, tag handles, problems.
///
/// A recursive descent that reads every byte a bounded number of times: a scalar is read first, and what
/// follows it on its line decides whether it was a key. `YAMLReader+Block.swift` has the block collections,
/// `+Flow` the flow collections, `+Scalars` and `+BlockScalar` the text.
struct YAMLReader {
  /// A value with what limits need to know of it.
  struct Node {
    var value: JSON
    /// Levels of nesting in the value, 0 for a scalar.
    var height = 0
    /// About what a copy of the value costs: one for each value in it and for each 16 bytes of text.
    var weight = 1
    /// An unquoted `<<`, which merges when it is a key.
    var isMerge = false
    /// Quoted, or a flow collection: a `:` behind it needs no blank in flow context (YAML 1.2.2, section
    /// 7.4.2).
    var isJSONLike = false

    init(_ value: JSON) { self.value = value }

    init(text: String) {
      value = .string(text)
      weight = 1 + text.utf8.count / 16
    }
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  var at = 0
  private(set) var line = 1
  private(set) var lineStart = 0
  var anchors: [String: Node] = [:]
  /// From handle ("!e!") to prefix.
  var tagHandles: [String: String] = [:]
  private(set) var problems: [SyntaxProblem] = []
  /// Where members stand, for who asked for that; the path leads to the value being read.
  var places: YAMLPlaces?
  var path: [String] = []
  /// What aliases have copied so far. A million is far above any real file and is built in a second.
  private var copiedWeight = 0
  private static let maxCopiedWeight = 1_000_000

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  // MARK: - The place

  var isAtEnd: Bool { at >= bytes.count }

  /// The byte `offset` ahead, 0 behind the end: NUL cannot be in the text.
  @inline(__always)
  func peek(_ offset: Int = 0) -> UInt8 {
    let index = at + offset
    return index < bytes.count ? bytes[index] : 0
  }

  /// Bytes since the line's start, from 0.
  var column: Int { at - lineStart }

  /// Whether a blank, a line break or the end is `offset` ahead.
  @inline(__always)
  func isBlank(_ offset: Int) -> Bool {
    let byte = peek(offset)
    return byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0
  }

  var isAtLineEnd: Bool { peek() == 0x0A || isAtEnd }

  /// `---` or `...` at the start of a line, alone or before a blank.
  var isAtDocumentMarker: Bool {
    guard at == lineStart, peek() == UInt8(ascii: "-") || peek() == UInt8(ascii: ".") else { return false }
    return peek(1) == peek() && peek(2) == peek() && isBlank(3)
  }

  /// The column of the content under the cursor; -1 at the end of the document, which is left of everything.
  var contentColumn: Int { isAtEnd || isAtDocumentMarker ? -1 : column }

  func bytes(from start: Int, to end: Int) -> Slice<UnsafeBufferPointer<UInt8>> { bytes[start..<end] }

  func text(from start: Int, to end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }

  /// Moves over a line break.
  mutating func takeLineBreak() {
    at += 1
    line += 1
    lineStart = at
  }

  /// Skips spaces and tabs. Says whether there was a tab.
  @discardableResult
  mutating func skipBlanks() -> Bool {
    var hasTab = false
    while peek() == 0x20 || peek() == 0x09 {
      hasTab = hasTab || peek() == 0x09
      at += 1
    }
    return hasTab
  }

  mutating func skipToLineEnd() {
    while !isAtLineEnd { at += 1 }
  }

  /// Skips a comment under the cursor. Behind a quote or a bracket it needs no blank before it, as for
  /// kubectl.
  mutating func skipComment() {
    if peek() == UInt8(ascii: "#") { skipToLineEnd() }
  }

  // MARK: - Faults

  func problem(_ message: String) -> SyntaxProblem { problem(message, at: at) }

  /// The fault at a place on the current line.
  func problem(_ message: String, at place: Int) -> SyntaxProblem {
    SyntaxProblem(line: line, column: place - lineStart + 1, message: message)
  }

  func expected(_ what: String) -> SyntaxProblem { problem("expected \(what), found \(found)") }

  var found: String {
    if isAtEnd { return "the end" }
    if peek() == 0x0A { return "the end of the line" }
    if isAtDocumentMarker { return "'\(text(from: at, to: at + 3))'" }
    return (0x21..<0x7F).contains(peek()) ? "'\(Unicode.Scalar(peek()))'" : "byte \(peek())"
  }

  /// Notes a fault that does not end its document.
  mutating func note(_ problem: SyntaxProblem) {
    if problems.count < 100 { problems.append(problem) }
  }

  // MARK: - Limits

  func check(depth: Int) throws(SyntaxProblem) {
    if depth > YAML.maxDepth { throw problem("nested deeper than \(YAML.maxDepth)") }
  }

  /// The node an alias stands for. Copies share their storage, but whoever walks the value walks all of it.
  mutating func node(anchored name: String, depth: Int, at place: Int) throws(SyntaxProblem) -> Node {
    guard let node = anchors[name] else { throw problem("no anchor '\(name)' before this alias", at: place) }
    copiedWeight += node.weight
    guard copiedWeight <= YAMLReader.maxCopiedWeight else {
      throw problem("aliases expand to too much", at: place)
    }
    try check(depth: depth + node.height)
    return node
  }

  // MARK: - The stream

  /// Documents up to the end of the stream, or up to the first one or fault.
  mutating func stream(onlyFirst: Bool = false) -> [JSON] {
    var documents: [JSON] = []
    while true {
      do {
        guard let document = try document() else { return documents }
        documents.append(document)
        if onlyFirst { return documents }
      } catch {
        note(error)
        if onlyFirst { return documents }
        skipToNextDocument()
      }
    }
  }

  /// The next document; nil at the end of the stream.
  private mutating func document() throws(SyntaxProblem) -> JSON? {
    anchors = [:]
    tagHandles = [:]
    let hasDirectives = try prologue()
    let isExplicit = isAtDocumentMarker
    if hasDirectives && !(isExplicit && peek() == UInt8(ascii: "-")) {
      throw expected("'---' after a directive")
    }
    if isAtEnd { return nil }
    if isExplicit { at += 3 }
    let node = try blockNode(right: -1, depth: 0, as: isExplicit ? .markerLine : .line)
    guard isAtEnd || isAtDocumentMarker else { throw expected("the end of the document") }
    return node.value
  }

  /// Moves over directives, and over the `...` of the document before. Says whether there were directives.
  private mutating func prologue() throws(SyntaxProblem) -> Bool {
    var hasDirectives = false
    while true {
      try skipToContent()
      if peek() == UInt8(ascii: "%"), at == lineStart {
        directive()
        hasDirectives = true
      } else if isAtDocumentMarker, peek() == UInt8(ascii: "."), !hasDirectives {
        try documentEnd()
      } else {
        return hasDirectives
      }
    }
  }

  private mutating func documentEnd() throws(SyntaxProblem) {
    at += 3
    skipBlanks()
    skipComment()
    guard isAtLineEnd else { throw expected("the end of the line after '...'") }
  }

  /// `%TAG` is kept; `%YAML` of any version and unknown directives are read over.
  private mutating func directive() {
    let start = at
    skipToLineEnd()
    let words = text(from: start, to: at).split { $0 == " " || $0 == "\t" }
    if words.count >= 3, words[0] == "%TAG" { tagHandles[String(words[1])] = String(words[2]) }
  }

  /// Moves to the marker of the next document. Every document takes its own marker before it can fail, so
  /// this may stay where it is.
  private mutating func skipToNextDocument() {
    while !isAtDocumentMarker {
      skipToLineEnd()
      if isAtEnd { return }
      takeLineBreak()
    }
  }
}
