import Cluster

/// The text of an action card, and of a change in the list of changes.
struct CardPage {
  let changes: [Change]
  let previews: [Preview?]
  let kind: Kind
  let place: Place

  var page: Page {
    var lines: [PageLine] = []
    if changes.count == 1, let change = changes.first {
      lines += one(change, previews.first ?? nil)
    } else {
      lines += many()
    }
    return Page(title: "change", lines: lines)
  }

  // MARK: One object

  private func one(_ change: Change, _ preview: Preview?) -> [PageLine] {
    var lines = [heading(preview?.title ?? "\(kind.singular) \(change.target.name)"), PageLine([])]
    lines += head(change, preview)
    guard let preview else { return lines + [PageLine([]), PageLine([Span("  asking the server…", .dim)])] }
    return lines + Self.body(of: preview)
  }

  private func head(_ change: Change, _ preview: Preview?) -> [PageLine] {
    let name =
      change.target.namespace.isEmpty
      ? change.target.name : "\(change.target.namespace)/\(change.target.name)"
    var fields = [("object", "\(kind.singular) \(name)"), ("in", origin)]
    fields += Self.options(change).map { ("option", $0) }
    if let preview {
      fields += [("kubectl", preview.command)]
      if !preview.request.isEmpty { fields += [("request", preview.request)] }
    }
    return fields.map(Self.field)
  }

  private var origin: String {
    let context = place.context.isEmpty ? "" : "context \(place.context), "
    return "\(context)cluster \(place.cluster)" + (place.user.isEmpty ? "" : ", as \(place.user)")
  }

  private static func options(_ change: Change) -> [String] {
    switch change.action {
    case .delete(let deletion):
      let owned =
        switch deletion.propagation {
        case .background: "what it owns goes after it (Background)"
        case .foreground: "what it owns goes before it (Foreground)"
        case .orphan: "what it owns stays (Orphan)"
        }
      let grace = deletion.graceSeconds.map { ["grace period \($0) s"] } ?? []
      return [owned] + (deletion.isForced ? ["by force, without waiting for the node"] : grace)
    case .drain(let draining):
      return [
        draining.deletesLocalData ? "local data (emptyDir) may be lost" : "pods with local data are kept",
        draining.deletesUnmanaged
          ? "pods without a controller may be lost" : "pods without a controller are kept",
      ]
    default: return []
    }
  }

  /// What the server says, what has changed since, and what to know before.
  static func body(of preview: Preview) -> [PageLine] {
    var lines: [PageLine] = [PageLine([])]
    if !preview.changedSince.isEmpty {
      lines.append(PageLine([Span("It changed since it was previewed", .bad)]))
      lines += indented(preview.changedSince) + [PageLine([])]
    }
    // Before the difference, which may be longer than the screen.
    if !preview.notes.isEmpty {
      lines += [heading("Before you send it")] + preview.notes.map(note) + [PageLine([])]
    }
    switch preview.verdict {
    case .ready:
      lines.append(
        heading(preview.change.isDrain ? "What becomes of its pods" : "What the server would do (dry run)"))
    case .untried(let why):
      lines.append(PageLine([Span("The server can't try it without doing it: ", .warning), Span(why)]))
    case .nothing(let why): lines.append(PageLine([Span("Nothing would change: ", .warning), Span(why)]))
    case .refused(let why):
      lines.append(PageLine([Span("The server would refuse it: ", .bad), Span(why, .bad)]))
    }
    lines += indented(preview.difference)
    return lines
  }

  static func note(_ note: Preview.Note) -> PageLine {
    PageLine(
      depth: 1, [Span("  \(note.tone.glyph) ", meaning(note.tone)), Span(note.text, meaning(note.tone))])
  }

  private static func meaning(_ tone: Tone) -> Span.Meaning {
    switch tone {
    case .bad: .bad
    case .pending, .unknown: .warning
    case .good: .good
    case .done, .ending: .dim
    case .starting: .plain
    }
  }

  private static func heading(_ text: String) -> PageLine { PageLine([Span(text, .heading)]) }
  private func heading(_ text: String) -> PageLine { Self.heading(text) }

  static func field(_ name: String, _ value: String) -> PageLine {
    PageLine(
      depth: 1,
      [Span("  \(name)" + String(repeating: " ", count: max(1, 9 - name.count)), .key), Span(value)])
  }

  private static func indented(_ lines: [PageLine]) -> [PageLine] {
    lines.map { PageLine(depth: $0.depth + 1, [Span("  ")] + $0.spans) }
  }

  // MARK: Several objects

  private func many() -> [PageLine] {
    let targets = Targets(kind: kind, refs: changes.map(\.target))
    let verb =
      previews.compactMap { $0?.title }.first?.split(separator: " ").first.map(String.init) ?? "Change"
    var lines = [heading("\(verb) \(targets.words)"), PageLine([]), Self.field("in", origin)]
    if let first = changes.first { lines += Self.options(first).map { Self.field("option", $0) } }
    lines.append(PageLine([]))
    for (change, preview) in zip(changes, previews) { lines += summary(change, preview) }
    return lines
  }

  private func summary(_ change: Change, _ preview: Preview?) -> [PageLine] {
    let name =
      change.target.namespace.isEmpty
      ? change.target.name : "\(change.target.namespace)/\(change.target.name)"
    guard let preview else { return [PageLine([Span("  ~ \(name)", .dim)])] }
    let (glyph, meaning, words): (Character, Span.Meaning, String) =
      switch preview.verdict {
      case .ready: (".", .plain, "")
      case .untried(let why): ("!", .warning, ": can't be tried: \(why)")
      case .nothing(let why): ("o", .dim, ": left out, \(why)")
      case .refused(let why): ("x", .bad, ": left out, \(why)")
      }
    var lines = [PageLine([Span("  \(glyph) \(name)\(words)", meaning)])]
    if preview.isSendable {
      if !preview.change.isRemoval { lines += Self.indented(preview.difference) }
      lines += preview.notes.filter { $0.tone == .bad || $0.tone == .pending }.map(Self.note)
    }
    if !preview.changedSince.isEmpty {
      lines.append(PageLine(depth: 1, [Span("    it changed since it was previewed", .bad)]))
      lines += Self.indented(preview.changedSince)
    }
    return lines
  }
}

extension Change {
  var isDrain: Bool { if case .drain = action { true } else { false } }

  /// Its difference is that the object is gone.
  fileprivate var isRemoval: Bool {
    switch action {
    case .delete, .evict: true
    default: false
    }
  }
}
