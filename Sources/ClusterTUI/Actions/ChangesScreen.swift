import Cluster
import Terminal

/// The changes of this session, the newest first: what was sent, what became of it, and the way back.
struct ChangesScreen: Screen {
  private var cursor = 0
  private var openID: Int?
  private var view = TextView(wraps: true)
  private var shown: Page?
  private var area = Rect(x: 0, y: 0, width: 0, height: 0)

  var crumb: String { "changes" }
  func needs(_ world: World) -> Set<Need> { [] }
  var secondsUntilChange: Int64 { 1 }

  var keyHints: [KeyHint] {
    [
      KeyHint("enter", openID == nil ? "open" : "close"), KeyHint("u", "undo"),
      KeyHint("e", "edit again", minor: true), KeyHint("c", "copy kubectl"),
      KeyHint("w", "why"), KeyHint("esc", "back"),
    ]
  }

  private func entries(_ world: World) -> [Ledger.Entry] { world.ledger.entries.reversed() }

  func tally(_ world: World) -> String {
    let failed = world.ledger.entries.count(where: \.isFailure)
    return failed > 0 ? "\(failed)!/\(world.ledger.entries.count)" : "\(world.ledger.entries.count)"
  }

  func remark(_ world: World) -> Remark? {
    guard let entry = entry(world) else { return nil }
    return Remark(text: entry.progress.text, tone: entry.tone, isWhy: entry.isFailure)
  }

  func targets(_ world: World) -> Targets? {
    guard let entry = entry(world), entry.context == world.place.context,
      let kind = world.kinds[entry.change.target.kind]
    else { return nil }
    return Targets(kind: kind, refs: [entry.change.target])
  }

  private func entry(_ world: World) -> Ledger.Entry? {
    if let openID { return world.ledger.entries.first { $0.id == openID } }
    let entries = entries(world)
    return entries.indices.contains(cursor) ? entries[cursor] : nil
  }

  mutating func prepare(_ world: World, area: Rect) {
    self.area = area
    cursor = max(0, min(cursor, world.ledger.entries.count - 1))
    guard openID != nil, let entry = entry(world) else { return }
    let page = Self.page(of: entry, world)
    if page != shown {
      shown = page
      view.show(page)
    }
    view.prepare(area: area)
  }

  private static func page(of entry: Ledger.Entry, _ world: World) -> Page {
    var lines = [PageLine([Span(entry.preview.title, .heading)]), PageLine([])]
    lines += [
      CardPage.field("sent", "\(entry.age(world)) ago in context \(entry.context), as \(entry.user)"),
      CardPage.field("state", "\(entry.word): \(entry.progress.text)"),
      CardPage.field("kubectl", entry.preview.command),
    ]
    if let undo = entry.preview.undo { lines.append(CardPage.field("undo", "u: \(UndoWords.text(undo))")) }
    if !entry.progress.parts.isEmpty {
      lines +=
        [PageLine([]), PageLine([Span("Its parts", .heading)])] + entry.progress.parts.map(CardPage.note)
    }
    // What a plan said of each part, the parts say better.
    if entry.progress.parts.isEmpty { lines += CardPage.body(of: entry.preview) }
    return Page(title: "change", lines: lines)
  }

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    if openID != nil { return view.draw(on: &canvas, area: area) }
    let entries = entries(world)
    if entries.isEmpty {
      canvas.put("nothing was changed in this session", x: area.x + 2, y: area.y + 1, style: Theme.ghost)
    }
    let top = max(0, min(cursor - area.height + 1, entries.count - area.height))
    for (row, index) in (top..<min(entries.count, top + max(0, area.height))).enumerated() {
      let entry = entries[index]
      let y = area.y + row
      var style = Theme.row(entry.tone)
      if index == cursor {
        style.reverse = true
        canvas.fill(Rect(x: area.x, y: y, width: area.width, height: 1), style: style)
      }
      let text =
        "\(entry.tone.glyph) \(entry.age(world)) ago  \(entry.preview.title): \(entry.word), \(entry.progress.text)"
      canvas.put(
        Text.truncated(Text.harmless(text), columns: max(1, area.width - 1), keepTail: false), x: area.x,
        y: y,
        style: style, maxColumns: area.width)
    }
  }

  mutating func handle(_ key: Key, world: World) -> Reaction {
    switch key {
    case .character("u"): return undo(world)
    case .character("e"): return editAgain(world)
    case .character("c"):
      return entry(world).map { .copy($0.preview.command, what: "the kubectl command") } ?? .none
    case .escape, .character("q"):
      guard openID != nil else { return .pop }
      openID = nil
    case .enter: openID = openID == nil ? entry(world)?.id : nil
    case .character("j"),
      .down where openID == nil:
      cursor = min(cursor + 1, max(0, world.ledger.entries.count - 1))
    case .character("k"),
      .up where openID == nil:
      cursor = max(0, cursor - 1)
    default: if openID == nil || !view.handle(key) { return .unhandled }
    }
    return .none
  }

  /// What was written is not lost when the server did not take it.
  private func editAgain(_ world: World) -> Reaction {
    guard let entry = entry(world), case .edit(let original, let text) = entry.change.action,
      let kind = world.kinds[entry.change.target.kind]
    else { return .inform("this was no edit") }
    guard world.canChange, entry.context == world.place.context else { return .fail("not in this context") }
    return .push(EditScreen(entry.change.target, kind: kind, original: original, text: text))
  }

  private func undo(_ world: World) -> Reaction {
    guard let entry = entry(world) else { return .none }
    guard entry.context == world.place.context else {
      return .fail("it was sent in context \(entry.context): go there first")
    }
    guard world.canChange else {
      return .fail(world.isReadOnly ? "this session is read-only" : "there is no connection")
    }
    if [.refused, .overtaken].contains(entry.progress.state) {
      return .fail("it was not made: there is nothing to undo")
    }
    guard let undo = entry.preview.undo else { return .fail("there is no way to take that back") }
    guard let kind = world.kinds[undo.target.kind] else {
      return .fail("the server serves no \(undo.target.kind)")
    }
    return .push(ActionCard([undo], kind: kind))
  }
}

/// What an undo does, in a few words.
enum UndoWords {
  static func text(_ change: Change) -> String {
    switch change.action {
    case .scale(let replicas): "back to \(replicas) replicas"
    case .setImage(let container, let image): "\(container) back to \(image)"
    case .rollback(let revision): "back to revision \(revision)"
    case .pause: "pause it again"
    case .resume: "resume it"
    case .cordon: "cordon it again"
    case .uncordon: "uncordon it"
    case .suspend: "suspend it again"
    case .unsuspend: "let it run again"
    case .label(let key, let value): value.map { "label \(key)=\($0) again" } ?? "take label \(key) away"
    case .annotate(let key, let value):
      value.map { "annotation \(key)=\($0) again" } ?? "take annotation \(key) away"
    case .edit: "the text as it was"
    default: "take it back"
    }
  }
}

extension Ledger.Entry {
  var tone: Tone {
    switch progress.state {
    case .sending, .following: .starting
    case .done: .good
    case .stuck, .undone, .refused, .overtaken, .unknown: .bad
    }
  }

  var word: String {
    switch progress.state {
    case .sending: "being sent"
    case .following: "under way"
    case .done: "done"
    case .stuck: "STUCK"
    case .undone: "UNDONE"
    case .refused: "REFUSED"
    case .overtaken: "NOT SENT"
    case .unknown: "UNKNOWN"
    }
  }

  /// "scale deployments/web"
  var shortTitle: String {
    let verb =
      switch change.action {
      case .scale: "scale"
      case .restart: "restart"
      case .pause: "pause"
      case .resume: "resume"
      case .rollback: "roll back"
      case .setImage: "set image of"
      case .delete: "delete"
      case .evict: "evict"
      case .cordon: "cordon"
      case .uncordon: "uncordon"
      case .drain: "drain"
      case .trigger: "run"
      case .suspend: "suspend"
      case .unsuspend: "resume"
      case .label: "label"
      case .annotate: "annotate"
      case .edit: "edit"
      }
    let kind = change.target.kind.split(separator: "/").last.map(String.init) ?? ""
    return "\(verb) \(kind)/\(change.target.name)"
  }

  func age(_ world: World) -> String { Age.text(seconds: max(0, world.now - sentAt)) }
}
