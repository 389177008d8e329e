/// One column of a table as a person wants it: where its text comes from, what it is called, how it is drawn.
package struct ViewColumn: Sendable, Hashable {
  package enum Source: Sendable, Hashable {
    /// A column that the kind has, by its title; NAMESPACE, NAME and AGE are such, too.
    case builtIn(String)
    /// A path into the object, in kubectl's JSONPath.
    case path(String)
    /// The value of a label.
    case label(String)
  }

  package enum Content: Sendable, Hashable { case text, number, time }
  package enum Side: Sendable, Hashable { case left, right }

  package var source: Source
  package var title: String
  /// nil draws a kind's own column as the kind does, and others as text.
  package var content: Content?
  /// nil puts numbers at the right and all else at the left.
  package var side: Side?
  /// Only in the wide form (ctrl-w).
  package var isWide = false
  /// In the narrow form, too, though the kind has it in the wide one.
  package var isAlwaysShown = false
  /// In neither form.
  package var isHidden = false

  package init(_ source: Source, title: String? = nil) {
    self.source = source
    switch source {
    case .builtIn(let name): self.title = title ?? name
    case .path(let path): self.title = title ?? Self.title(ofPath: path)
    case .label(let key):
      let name = key.split(separator: "/").last.map(String.init) ?? key
      self.title = title ?? name.uppercased()
    }
  }

  /// The last name of a path: "NODENAME" of ".spec.nodeName".
  private static func title(ofPath path: String) -> String {
    let word = path.split { ".[]'\"{}()?@=* ".contains($0) }.last.map(String.init) ?? path
    return word.uppercased()
  }

  package var extraCell: ExtraCell? {
    guard case .path(let path) = source, !isHidden else { return nil }
    let content: Column.Content =
      switch self.content {
      case .number: .number
      case .time: .age
      case .text, nil: .text
      }
    return ExtraCell(title, path: path, content: content)
  }
}

extension ViewColumn {
  /// k9s's way to write a column in views.yaml: "NAME", "IP|W", "NODE:.spec.nodeName|WR". The letters behind the bar are T
  /// time, N number, W wide, S shown, H hidden, L left, R right. "TIER:label=tier" reads a label, which k9s has no word for.
  ///
  /// - Returns: the column, or what is wrong with the text.
  package static func parse(k9s text: String) -> (column: ViewColumn?, problem: String?) {
    var rest = Substring(text)
    var flags: Substring = ""
    // A bar may stand in a path, within its quotes or parentheses; the flags are letters alone.
    if let bar = rest.lastIndex(of: "|"), rest[rest.index(after: bar)...].allSatisfy(\.isLetter) {
      flags = rest[rest.index(after: bar)...]
      rest = rest[..<bar]
    }
    let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let title = String(parts.first ?? "").trimmed
    guard !title.isEmpty else { return (nil, "'\(text)' names no column") }
    var column: ViewColumn
    if parts.count == 1 {
      column = ViewColumn(.builtIn(title))
    } else {
      let path = String(parts[1]).trimmed
      guard !path.isEmpty else { return (nil, "'\(text)' wants a path behind the colon") }
      column =
        path.hasPrefix("label=")
        ? ViewColumn(.label(String(path.dropFirst(6))), title: title)
        : ViewColumn(.path(path), title: title)
    }
    for flag in flags {
      switch flag {
      case "T", "t": column.content = .time
      case "N", "n": column.content = .number
      case "W", "w": column.isWide = true
      case "S", "s": column.isAlwaysShown = true
      case "H", "h": column.isHidden = true
      case "L", "l": column.side = .left
      case "R", "r": column.side = .right
      default: return (column, "'\(flag)' in '\(text)' is no sign for a column; there are T N W S H L R")
      }
    }
    return (column, nil)
  }

  /// As `parse` reads it.
  package var k9s: String {
    let flags =
      (content == .time ? "T" : content == .number ? "N" : "") + (isWide ? "W" : "")
      + (isAlwaysShown ? "S" : "") + (isHidden ? "H" : "")
      + (side == .left ? "L" : side == .right ? "R" : "")
    let source =
      switch source {
      case .builtIn(let name): name
      case .path(let path): "\(title):\(path)"
      case .label(let key): "\(title):label=\(key)"
      }
    return flags.isEmpty ? source : "\(source)|\(flags)"
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
