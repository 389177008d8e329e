import Cluster

/// What `?` and `:aliases` show: documents like any other, so they scroll and can be searched.
enum Help {
  /// - Parameters:
  ///   - namespaces: what the keys from 1 on lead to.
  ///   - own: keys that the person defined.
  ///   - keymap: what the keys are that the screens tell of.
  static func page(
    of screen: (any Screen)?, _ namespaces: [String], own: [KeyHint] = [], keymap: Keymap = Keymap()
  ) -> Page {
    var lines: [PageLine] = []
    let scope = KeyScope(screen)
    func add(_ title: String, _ hints: [KeyHint]) {
      guard !hints.isEmpty else { return }
      lines.append(PageLine([Span(title, .heading)]))
      lines += Self.lines(hints)
      lines.append(PageLine([]))
    }
    if let screen { add("On this screen", screen.keyHints.compactMap { keymap.shown($0, in: scope) }) }
    add("Your own keys", own)
    let digits = namespaces.enumerated().map { KeyHint("\($0 + 1)", $1) }
    let groups =
      [
        ("Namespaces", [KeyHint("0", "all")] + digits),
        (everywhere.0, everywhere.1.compactMap { keymap.shown($0, in: .global) }), ("Tables", tables),
        ("Commands", words),
      ] + signs
    for (title, hints) in groups { add(title, hints) }
    return Page(title: "help", lines: lines)
  }

  /// The keys of a group in one column, as wide as they need.
  private static func lines(_ hints: [KeyHint]) -> [PageLine] {
    let width = max(14, hints.map(\.key.count).max() ?? 0)
    return hints.map { hint in
      let pad = String(repeating: " ", count: width + 2 - hint.key.count)
      return PageLine(depth: 1, [Span("  \(hint.key)", .key), Span(pad), Span(hint.action)])
    }
  }

  /// Every command of the table.
  private static var words: [KeyHint] {
    CommandWord.all.map { KeyHint($0.usage, $0.summary) }
  }

  /// What names a table takes.
  private static let tables = [
    KeyHint(":pods", "a kind: plural, singular, short name, or plural.group"),
    KeyHint(":pods shop,data", "in these namespaces; all for all"),
    KeyHint(":pods /web", "filtered"), KeyHint(":pods -l app=web", "selected by labels at the server"),
    KeyHint(":pods @prod", "in another context"),
  ]

  private static let everywhere = (
    "Everywhere",
    [
      KeyHint(":", "command"), KeyHint("/", "filter, in documents search"),
      KeyHint("esc", "back, or clear the filter"),
      KeyHint("j k ↑ ↓", "move"), KeyHint("g G", "first, last"),
      KeyHint("ctrl-f ctrl-b", "a page on, back"),
      KeyHint("[ ] -", "the views before and after, the last one, each as it was left"),
      KeyHint("ctrl-t alt-w", "a tab beside this one, close it"), KeyHint("alt-1 .. alt-9", "choose a tab"),
      KeyHint("w T", "why it is so, and what happened: of whatever the cursor is on"),
      KeyHint("ctrl-a", "all commands and kinds"), KeyHint("ctrl-r", "ask the server for everything again"),
      KeyHint("ctrl-e ctrl-g", "without the first row, without the way there in it"),
      KeyHint("alt-m", "the mouse for the program, or for the terminal's own selection"),
      KeyHint("?", "this help; / searches in it"), KeyHint("ctrl-c", "quit"),
    ]
  )

  private static let signs: [(String, [KeyHint])] = [
    (
      "Filters",
      [
        KeyHint("/web", "a regular expression over all that a row shows"),
        KeyHint("/!web", "rows that do not match"),
        KeyHint("/-l app=web", "labels"), KeyHint("/-f wb7", "these letters in this order in the name"),
        KeyHint(
          "/status=Crash*", "a column: = != : (holds) ~ (expression) > >= < <=; its name may be cut short"),
        KeyHint(
          "/cpu>500m age<2h", "several terms: all must hold; 500m, 1Gi, 80%, 90s, 2h, 3d are understood"),
        KeyHint(
          "/!node:a web", "! turns a term around; a bare word is an expression, quotes keep it together"),
        KeyHint("/problem", "what is in trouble"),
      ]
    ),
    (
      "States",
      Tone.allNamed.map { KeyHint(String($0.0.glyph), $0.1) } + [
        KeyHint("X", "broken, and takes others with it"), KeyHint("i", "to be known; nothing fails by it"),
        KeyHint(">", "likely what set a problem off"),
      ]
    ),
  ]

  static func bookmarks(_ bookmarks: [Remembered.Bookmark]) -> Page {
    let lines = bookmarks.map { PageLine([Span($0.name.padded(to: 24), .key), Span($0.command)]) }
    let none = PageLine([Span("none yet: ':bookmark NAME' marks the view that is shown", .dim)])
    return Page(title: "bookmarks", lines: lines.isEmpty ? [none] : lines)
  }

  static func kinds(_ catalog: Catalog) -> Page {
    let kinds = catalog.all.sorted { ($0.group, $0.plural) < ($1.group, $1.plural) }
    let lines = kinds.map { kind in
      let name = kind.plural.padded(to: 34)
      let short = kind.shortNames.joined(separator: ",").padded(to: 12)
      let place = kind.group.isEmpty ? kind.version : "\(kind.group)/\(kind.version)"
      return PageLine([Span(name, .key), Span(short), Span(kind.name.padded(to: 34)), Span(place, .dim)])
    }
    let commands = CommandWord.all.map { word in
      let others = word.names.dropFirst().joined(separator: ",")
      return PageLine([
        Span(word.names[0].padded(to: 34), .key), Span(others.padded(to: 12)), Span(" \(word.summary)"),
      ])
    }
    let head = PageLine([
      Span("NAME".padded(to: 34) + "SHORT".padded(to: 12) + "KIND".padded(to: 34) + "GROUP", .heading)
    ])
    return Page(title: "kinds", lines: [head] + lines + commands)
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}

extension Tone {
  /// For the legend in help.
  static let allNamed: [(Tone, String)] = [
    (.good, "well"), (.starting, "starting"), (.pending, "waiting for something"), (.bad, "broken"),
    (.ending, "being deleted"), (.done, "done"), (.unknown, "not known"),
  ]
}
