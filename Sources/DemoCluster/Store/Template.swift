/// Text that many objects share but for a few places: what a pod's spec is to the pods of a ReplicaSet.
final class Template: Sendable {
  private let text: Bytes
  /// Where a value goes in, in rising order, and which one.
  private let holes: [(at: Int, value: Int)]

  /// Where a value goes: a name in private-use brackets, and what around it goes away with it.
  struct Mark {
    var before = ""
    let name: String
    var after = ""
  }

  /// The character that every mark begins with; no text of ours has it otherwise.
  static let sign: Character = "\u{E000}"
  private static let signBytes: Bytes = [0xee, 0x80, 0x80]

  /// Cuts `text` at every mark; their order gives the numbers of the values.
  init(_ text: Bytes, marks: [Mark]) {
    let names = marks.map { Template.signBytes + $0.name.utf8 }
    var shared = Bytes()
    shared.reserveCapacity(text.count)
    var holes: [(at: Int, value: Int)] = []
    var start = 0
    while let at = text[start...].firstIndex(of: Template.signBytes[0]) {
      shared += text[start..<at]
      start = at + 1
      guard let value = names.firstIndex(where: { text[at...].starts(with: $0) }) else {
        shared.append(text[at])
        continue
      }
      // What stands around the mark was written with it.
      shared.removeLast(marks[value].before.utf8.count)
      holes.append((shared.count, value))
      start = at + names[value].count + marks[value].after.utf8.count
    }
    shared += text[start...]
    self.text = shared
    self.holes = holes
  }

  /// Appends the text with its holes filled.
  func write(to out: inout Bytes, fill: (_ value: Int, _ out: inout Bytes) -> Void) {
    var start = 0
    for hole in holes {
      out.append(contentsOf: text[start..<hole.at])
      fill(hole.value, &out)
      start = hole.at
    }
    out.append(contentsOf: text[start...])
  }
}

extension String {
  /// The text with every occurrence of a mark replaced.
  func replacingMark(_ mark: String, with text: String) -> String {
    guard !mark.isEmpty, contains(mark) else { return self }
    var out = ""
    var rest = Substring(self)
    while let found = rest.firstRange(of: mark) {
      out += rest[..<found.lowerBound]
      out += text
      rest = rest[found.upperBound...]
    }
    return out + rest
  }
}
