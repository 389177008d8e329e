import Cluster

/// What `?` and `:aliases` show: documents like any other, so they scroll and can be searched.
enum Help {
  /// - Parameter namespaces: what the keys from 1 on lead to.
  static func page(of screen: (any Screen)?, _ namespaces: [String]) -> Page {
    var lines: [PageLine] = []
    if let screen {
      lines.append(PageLine([Span("On this screen", .heading)]))
      lines += screen.keyHints.map(line)
      lines.append(PageLine([]))
    }
    let digits = namespaces.enumerated().map { KeyHint("\($0 + 1)", $1) }
    for (title, hints) in [("Namespaces", [KeyHint("0", "all")] + digits)] + everywhere {
      lines.append(PageLine([Span(title, .heading)]))
      lines += hints.map(line)
      lines.append(PageLine([]))
    }
    return Page(title: "help", lines: lines)
  }

  private static func line(_ hint: KeyHint) -> PageLine {
    let pad = String(repeating: " ", count: max(1, 16 - hint.key.count))
    return PageLine(depth: 1, [Span("  \(hint.key)", .key), Span(pad), Span(hint.action)])
  }

  private static let everywhere: [(String, [KeyHint])] = [
    (
      "Everywhere",
      [
        KeyHint(":", "command"), KeyHint("/", "filter, in documents search"),
        KeyHint("esc", "back, or clear the filter"),
        KeyHint("j k ↑ ↓", "move"), KeyHint("g G", "first, last"),
        KeyHint("ctrl-f ctrl-b", "a page on, back"),
        KeyHint("[ ] -", "commands before and after, the last view"),
        KeyHint("w T", "why it is so, and what happened: of whatever the cursor is on"),
        KeyHint("ctrl-a", "all kinds"), KeyHint("?", "this help"), KeyHint("ctrl-c", "quit"),
      ]
    ),
    (
      "Commands",
      [
        KeyHint(":pods", "a kind: plural, singular, short name, or plural.group"),
        KeyHint(":pods shop,data", "in these namespaces; all for all"),
        KeyHint(":pods /web", "filtered"), KeyHint(":pods -l app=web", "selected by labels at the server"),
        KeyHint(":pods @prod", "in another context"), KeyHint(":ctx :ns", "contexts, namespaces"),
        KeyHint(":rollout deploy/web", "how far a workload is in replacing its pods"),
        KeyHint(":problems", "what is broken, why, and whether it heals"),
        KeyHint(":why deploy/web", "why an object is in its state"),
        KeyHint(":timeline", "what happened, the newest first; timeline deploy/web to one object"),
        KeyHint(":pulse", "the cluster at a glance: what is in trouble, and why"),
        KeyHint(":heat", "the nodes by how full they are"),
        KeyHint(":chart sum(rate(x[5m]))", "an expression over time; alone, the cluster"),
        KeyHint(":metrics up{job=\"x\"}", "a metric over time; alone, all metrics"),
        KeyHint(":targets", "what is scraped, and whether that works"),
        KeyHint(":aliases", "all kinds and their names"), KeyHint(":q", "quit"),
      ]
    ),
    (
      "Filters",
      [
        KeyHint("/web", "a regular expression over all that a row shows"),
        KeyHint("/!web", "rows that do not match"),
        KeyHint("/-l app=web", "labels"), KeyHint("/-f wb7", "these letters in this order in the name"),
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

  static func kinds(_ catalog: Catalog) -> Page {
    let kinds = catalog.all.sorted { ($0.group, $0.plural) < ($1.group, $1.plural) }
    let lines = kinds.map { kind in
      let name = kind.plural.padded(to: 34)
      let short = kind.shortNames.joined(separator: ",").padded(to: 12)
      let place = kind.group.isEmpty ? kind.version : "\(kind.group)/\(kind.version)"
      return PageLine([Span(name, .key), Span(short), Span(kind.name.padded(to: 34)), Span(place, .dim)])
    }
    let head = PageLine([
      Span("NAME".padded(to: 34) + "SHORT".padded(to: 12) + "KIND".padded(to: 34) + "GROUP", .heading)
    ])
    return Page(title: "kinds", lines: [head] + lines)
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
