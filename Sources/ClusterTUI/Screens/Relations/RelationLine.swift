import Cluster
import Terminal

/// How one object among related ones stands in a line: its state's sign, kind and name, then state and place in columns
/// that fit the width. The place gives way first, then the name in its middle; a state is never cut.
struct RelationLine {
  private let width: Int
  private var name = 0
  private var state = 0
  private static let minHow = 24

  /// - Parameter items: what is seen, with the columns in front of each.
  init(_ items: [(item: Relations.Item, indent: Int)], width: Int, _ kinds: Catalog) {
    self.width = width
    for (item, indent) in items {
      name = max(name, indent + Text.columns(Self.title(item, kinds)))
      state = max(state, Text.columns(Self.state(item)))
    }
    state = min(state, width / 3)
    name = max(8, min(name, width - (state > 0 ? state + 2 : 0)))
  }

  /// "deployment web"
  static func title(_ item: Relations.Item, _ kinds: Catalog) -> String {
    let word = kinds.word(for: item.ref, item.kindName, longest: 16)
    return item.ref.name.isEmpty ? "no \(word)" : "\(word) \(Text.harmless(item.ref.name))"
  }

  static func state(_ item: Relations.Item) -> String {
    let word = item.presence.word
    return word.isEmpty ? Text.harmless(item.state) : word
  }

  static func glyph(_ item: Relations.Item) -> Character {
    switch item.presence {
    case .present: item.tone.glyph
    case .missing: Tone.bad.glyph
    case .absent: Tone.done.glyph
    case .unseen: Tone.unknown.glyph
    }
  }

  static func style(_ item: Relations.Item) -> Style {
    switch item.presence {
    case .present: Theme.row(item.tone)
    case .missing: Theme.row(.bad)
    case .absent: Theme.row(.done)
    case .unseen: Theme.ghost
    }
  }

  /// - Parameters:
  ///   - lead: what stands in front of the name, of `indent` columns.
  ///   - note: what is said behind its state.
  func line(_ item: Relations.Item, lead: String, indent: Int, note: String = "", _ kinds: Catalog)
    -> StyledLine
  {
    let style = Self.style(item)
    var line = StyledLine([(lead, Theme.ghost)])
    let word = kinds.word(for: item.ref, item.kindName, longest: 16)
    let room = max(4, name - indent)
    let title = Text.truncated(Self.title(item, kinds), columns: room, keepTail: true)
    if title.hasPrefix("\(word) ") {
      line.append("\(word) ", Theme.ghost)
      line.append(String(title.dropFirst(word.count + 1)), style)
    } else {
      line.append(title, style)
    }
    var used = indent + Text.columns(title)
    func column(_ text: String, _ textStyle: Style, at start: Int) {
      line.append(String(repeating: " ", count: max(1, start - used)), Style())
      line.append(text, textStyle)
      used = max(used + 1, start) + Text.columns(text)
    }
    let words = [Self.state(item), note].filter { !$0.isEmpty }.joined(separator: "  ")
    if !words.isEmpty, used + 2 < width {
      column(
        Text.atWord(words, columns: max(1, width - name - 2)), note.isEmpty ? style : Theme.span(.warning),
        at: name + 2)
    }
    let start = max(used + 2, name + 2 + (state > 0 ? state + 2 : 0))
    let how = Text.harmless(item.how)
    if !how.isEmpty, width - start >= min(Self.minHow, Text.columns(how)) {
      column(Text.atWord(how, columns: width - start), Theme.ghost, at: start)
    }
    return line
  }
}
