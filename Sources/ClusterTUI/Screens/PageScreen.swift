import Cluster
import Kubernetes
import Terminal

/// A readable document: a description, an object's YAML, the reason of a state, or help.
struct PageScreen: Screen {
  enum Content: Hashable {
    case description(ObjectRef)
    case yaml(ObjectRef)
    case why(Subject)
    case fixed(Page)
  }

  let content: Content
  var view = TextView()
  private var shownRevision = -1
  private var shownAt: Int64 = -1
  private var showsManagedFields = false
  private var revealed: Set<String> = []
  private var showsManagers = false

  init(_ content: Content) { self.content = content }

  var crumb: String {
    switch content {
    case .description(let ref): "\(ref.name) > describe"
    case .yaml(let ref): "\(ref.name) > yaml"
    case .why(let subject): "\(subject.ref.name) > why"
    case .fixed(let page): page.title
    }
  }

  /// A reason tells times in seconds.
  var secondsUntilChange: Int64 { if case .why = content { 1 } else { 60 } }

  private var yamlRef: ObjectRef? { if case .yaml(let ref) = content { ref } else { nil } }

  var mainNeed: Need? {
    switch content {
    case .description(let ref): .description(ref)
    case .yaml(let ref): .object(ref)
    case .why, .fixed: nil
    }
  }

  func needs(_ world: World) -> Set<Need> { mainNeed.map { [$0] } ?? [] }
  var filterText: String? { view.searchText }
  /// Where a search stands, else where the cursor is: "spec > template > containers".
  func tally(_ world: World) -> String { view.tally.isEmpty && view.showsCursor ? view.trail : view.tally }
  func remark(_ world: World) -> Remark? { view.problem.map { Remark(text: $0, tone: .bad) } }

  var keyHints: [KeyHint] {
    var hints = [KeyHint("/", "search"), KeyHint("n N", "next, previous"), KeyHint("enter", "fold")]
    if case .yaml = content {
      hints += [
        KeyHint("D", "diff"), KeyHint("M", "who wrote what"),
        KeyHint("x X", "decode a secret value, all", minor: true),
        KeyHint("P V", "copy the path, the value", minor: true), KeyHint("m", "managed fields", minor: true),
      ]
    }
    if case .why(let subject) = content, subject.hasEvents { hints.insert(KeyHint("E", "events"), at: 0) }
    hints +=
      isOfObject
      ? [KeyHint("w", "why"), KeyHint("T", "timeline", minor: true), KeyHint("ctrl-w", "wrap", minor: true)]
      : [KeyHint("w", "wrap")]
    return hints + [
      KeyHint("c", "copy all", minor: true), KeyHint("ctrl-s", "save", minor: true),
      KeyHint("z Z", "fold, unfold all", minor: true), KeyHint("esc", "back"),
    ]
  }

  // MARK: Taking in changes

  mutating func prepare(_ world: World, area: Rect) {
    switch content {
    case .fixed(let page): if shownRevision < 0 { show(page, revision: 0) }
    case .why(let subject):
      if shownAt != world.now {
        show(Self.why(subject, width: area.width, world), revision: 0)
        shownAt = world.now
      }
    case .description(let ref):
      let revision = world.revisions[.description(ref)] ?? -1
      if let page = world.pages[ref], revision != shownRevision { show(page, revision: revision) }
    case .yaml(let ref):
      let revision = world.revisions[.object(ref)] ?? -1
      if let object = world.objects[ref], revision != shownRevision {
        let page = YAMLPage.page(
          of: object.json, kind: world.kinds[ref.kind] ?? Kind(id: ref.kind, name: ""),
          showManagedFields: showsManagedFields, revealing: revealed, kinds: world.kinds.all,
          showManagers: showsManagers, now: world.now)
        show(page, revision: revision)
      }
    }
    view.prepare(area: area)
  }

  private mutating func show(_ page: Page, revision: Int) {
    view.show(page)
    shownRevision = revision
  }

  /// The reason in full, which the line at the foot of a table may have had to cut.
  private static func why(_ subject: Subject, width: Int, _ world: World) -> Page {
    let name =
      subject.ref.namespace.isEmpty ? subject.ref.name : "\(subject.ref.namespace)/\(subject.ref.name)"
    var lines = [PageLine([Span(name, .heading)]), PageLine([])]
    let meaning: Span.Meaning =
      switch subject.tone {
      case .bad: .bad
      case .pending, .unknown: .warning
      case .good: .good
      default: .plain
      }
    lines += TextWrap.lines(subject.words(now: world.now), columns: max(20, width - 2)).map {
      PageLine([Span($0, meaning)])
    }
    return Page(title: "why", lines: lines)
  }

  // MARK: Drawing and keys

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    if view.isEmpty, let need = mainNeed {
      let text: String =
        switch world.phase(need) {
        case .refused(_, let why), .ended(let why), .stale(_, let why): why
        default: "loading…"
        }
      canvas.put(text, x: area.x + 2, y: area.y + 1, style: Theme.ghost, maxColumns: area.width - 3)
      return
    }
    view.draw(on: &canvas, area: area)
    if isDeleted(world) {
      canvas.put(
        " deleted: this is how it was last seen ", x: area.x, y: area.y + area.height - 1, style: Theme.error,
        maxColumns: area.width)
    }
  }

  private func isDeleted(_ world: World) -> Bool {
    if let need = mainNeed, case .ended = world.phase(need) { true } else { false }
  }

  mutating func handle(_ key: Key, world: World) -> Reaction {
    if isOfObject, key == .character("w") { return .unhandled }
    if key == .control("w"), view.handle(.character("w")) { return .none }
    if key == .enter, let ref = view.link { return .push(PageScreen(.description(ref))) }
    if view.handle(key) { return .none }
    switch key {
    case .escape:
      if !view.searchText.isEmpty {
        view.search("")
        return .none
      }
      return .pop
    case .character("/"), .character("f"): return .prompt(.find)
    case .character("c"): return .copy(view.plainText, what: "the document")
    case .control("s"): return .save(name: crumb, text: view.plainText + "\n")
    case .character("m"):
      showsManagedFields.toggle()
      shownRevision = -1
      return .none
    case .character("x") where yamlRef != nil: return reveal(world)
    case .character("X") where !secretKeys(world).isEmpty:
      let keys = secretKeys(world)
      revealed = revealed == keys ? [] : keys
      shownRevision = -1
      return .none
    case .character("M") where yamlRef != nil:
      showsManagers.toggle()
      shownRevision = -1
      return .none
    case .character("D"):
      guard isOfObject, let ref = targets(world)?.refs.first else { return .unhandled }
      return .push(DifferenceScreen(ref))
    case .character("P") where yamlRef != nil:
      return view.path.isEmpty ? .inform("j and k move to a line first") : .copy(view.path, what: "the path")
    case .character("V") where yamlRef != nil: return copyValue(world)
    case .character("E"): return events(world)
    case .character("q"): return .pop
    default: return .unhandled
    }
  }

  // MARK: Values

  private func secretKeys(_ world: World) -> Set<String> {
    guard let object = yamlRef.flatMap({ world.objects[$0] }) else { return [] }
    return DocumentValue.secretKeys(of: object.json)
  }

  /// The value under the cursor alone: the others stay masked.
  private mutating func reveal(_ world: World) -> Reaction {
    guard let object = yamlRef.flatMap({ world.objects[$0] })?.json, !secretKeys(world).isEmpty else {
      return .inform("there are no secret values in it")
    }
    guard let key = DocumentValue.secretKey(view.path, of: object) else {
      return .inform("x decodes the value of data that the cursor is on, X all of them")
    }
    if revealed.remove(key) == nil { revealed.insert(key) }
    shownRevision = -1
    return .none
  }

  private func copyValue(_ world: World) -> Reaction {
    guard let object = yamlRef.flatMap({ world.objects[$0] })?.json, !view.path.isEmpty else {
      return .inform("j and k move to a line first")
    }
    guard let text = DocumentValue.text(at: view.path, of: object) else {
      return .inform("what is there is no text")
    }
    let key = DocumentValue.secretKey(view.path, of: object)
    return .copy(text, what: key.map { "the decoded value of \($0)" } ?? "the value")
  }

  private func events(_ world: World) -> Reaction {
    guard case .why(let subject) = content, subject.hasEvents, let kind = world.kinds[Events.kind] else {
      return .unhandled
    }
    return .push(TableScreen(eventsOf: subject.ref, kind: kind))
  }

  /// Not of a text that stands for no object.
  private var isOfObject: Bool {
    switch content {
    case .description, .yaml: true
    case .why, .fixed: false
    }
  }

  mutating func search(_ text: String, find: Bool, world: World) { view.search(text) }
}

extension PageScreen {
  func targets(_ world: World) -> Targets? {
    let ref: ObjectRef
    switch content {
    case .description(let it), .yaml(let it): ref = it
    case .why(let subject): ref = subject.ref
    case .fixed: return nil
    }
    return world.kinds[ref.kind].map { Targets(kind: $0, refs: [ref]) }
  }
}
