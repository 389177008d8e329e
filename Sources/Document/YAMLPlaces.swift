/// A place in a text; line and column count from 1, columns in bytes.
package struct TextPlace: Hashable, Sendable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// Where the members and elements of a YAML document stand, for who tells a person what is wrong with a value.
package struct YAMLPlaces: Sendable {
  /// Where a member's key stands and where its value begins; an element has no key, both are the element's.
  package struct Member: Hashable, Sendable {
    package var key: TextPlace
    package var value: TextPlace
  }

  private var members: [[String]: Member] = [:]

  package init() {}

  /// The member at a path of keys and element numbers: `["plugins", "log", "args", "0"]`. What came through an alias or a
  /// merge has no place of its own and gets that of the nearest member around it; the root stands at the start.
  package subscript(path: [String]) -> Member {
    var path = path[...]
    while !path.isEmpty {
      if let member = members[Array(path)] { return member }
      path.removeLast()
    }
    let start = TextPlace(line: 1, column: 1)
    return Member(key: start, value: start)
  }

  mutating func note(_ path: [String], _ member: Member) { members[path] = member }
}

extension YAML {
  /// The first document with its places, for files that people write settings into.
  ///
  /// - Returns: null where there is no document or it has a fault of syntax, which is among the problems.
  package static func parseWithPlaces(
    _ bytes: [UInt8]
  ) -> (document: JSON, places: YAMLPlaces, problems: [SyntaxProblem]) {
    let text = YAMLInput.normalized(bytes)
    if let problem = YAMLInput.forbiddenCharacter(in: text) { return (.null, YAMLPlaces(), [problem]) }
    return text.withUnsafeBufferPointer { buffer in
      var reader = YAMLReader(buffer)
      reader.places = YAMLPlaces()
      let (document, places) = reader.firstDocument()
      return (document, places, reader.problems)
    }
  }
}

extension YAMLReader {
  /// Notes the place of the member whose key has just been read, and makes it what further places stand in.
  mutating func enter(_ key: Node?, at place: (line: Int, column: Int)) {
    guard places != nil else { return }
    let name: String
    switch key?.value {
    case .string(let text): name = text
    case .number(let text): name = GoNumber.key(text)
    case .bool(let flag): name = flag ? "true" : "false"
    default: name = "null"
    }
    enter(name, at: TextPlace(line: place.line, column: place.column + 1))
  }

  /// Notes the place of an element of a sequence.
  mutating func enter(element index: Int) {
    guard places != nil else { return }
    enter("\(index)", at: nil)
  }

  private mutating func enter(_ name: String, at key: TextPlace?) {
    var ahead = 0
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    while isBlank(peek(ahead)) { ahead += 1 }
    // The colon of a flow mapping is not read yet.
    if peek(ahead) == UInt8(ascii: ":") {
      ahead += 1
      while isBlank(peek(ahead)) { ahead += 1 }
    }
    let found = TextPlace(line: line, column: column + ahead + 1)
    let isEmpty = [0, 0x0A, UInt8(ascii: "#"), UInt8(ascii: "&"), UInt8(ascii: "!")].contains(peek(ahead))
    path.append(name)
    places?.note(path, YAMLPlaces.Member(key: key ?? found, value: isEmpty ? key ?? found : found))
  }

  mutating func leave() {
    if places != nil, !path.isEmpty { path.removeLast() }
  }

  mutating func firstDocument() -> (JSON, YAMLPlaces) {
    let documents = stream(onlyFirst: true)
    return (documents.first ?? .null, places ?? YAMLPlaces())
  }
}
