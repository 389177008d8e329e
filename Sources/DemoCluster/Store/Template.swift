/// Text that many objects share but for a few places: what a pod's spec is to the pods of a ReplicaSet.
final class Template: Sendable {
  private let text: Bytes
  /// Where a value goes in, in rising order, and which one.
  private let holes: [(at: Int, value: Int)]

  /// Cuts `text` at every mark; the marks' order gives the numbers of the values.
  init(_ text: Bytes, marks: [String]) {
    var shared = Bytes()
    var holes: [(at: Int, value: Int)] = []
    let marks = marks.map { Array($0.utf8) }
    var at = 0
    while at < text.count {
      let found = marks.firstIndex { !$0.isEmpty && text[at...].starts(with: $0) }
      if let found {
        holes.append((shared.count, found))
        at += marks[found].count
      } else {
        shared.append(text[at])
        at += 1
      }
    }
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
