import Cluster
import Terminal

/// What can be done to the object under the cursor or the marked ones, and why something can't.
struct ActionMenu: Screen {
  let targets: Targets
  private let offers: [ActionOffer]
  private var cursor = 0

  init(_ targets: Targets) {
    self.targets = targets
    offers = ActionOffer.offers(for: targets.kind)
  }

  var crumb: String { "actions" }

  func needs(_ world: World) -> Set<Need> {
    guard world.canChange else { return [] }
    return Set(targets.refs.map { .rights(RightsQuery(kind: targets.kind.id, namespace: $0.namespace)) })
  }

  var keyHints: [KeyHint] { [KeyHint("enter", "choose"), KeyHint("esc", "back")] }

  func draw(on canvas: inout Canvas, area: Rect, world: World) {
    var y = area.y
    func put(_ text: String, _ style: Style, x: Int = 1, at row: Int) {
      canvas.put(text, x: area.x + x, y: row, style: style, maxColumns: max(0, area.width - x))
    }
    put("Actions on \(targets.words)", Theme.span(.heading), at: y)
    y += area.height > offers.count + 2 ? 2 : 1
    if offers.isEmpty { put("nothing can be done to \(targets.kind.plural)", Theme.ghost, x: 3, at: y) }
    let visible = max(1, area.y + area.height - y)
    let top = max(0, min(cursor - visible + 1, offers.count - visible))
    for (index, offer) in offers.enumerated().dropFirst(top).prefix(visible) {
      let refusal = offer.refusal(targets, world)
      let isUnderCursor = index == cursor
      var (keyStyle, style) = (Theme.hintKey, refusal == nil ? Style() : Theme.ghost)
      if refusal != nil { keyStyle = Theme.ghost }
      if isUnderCursor {
        canvas.fill(Rect(x: area.x, y: y, width: area.width, height: 1), style: Style(reverse: true))
        (keyStyle.reverse, style.reverse) = (true, true)
      }
      put(String(offer.key), keyStyle, x: 3, at: y)
      put(offer.title, style, x: 6, at: y)
      if let refusal { put(refusal, style, x: 44, at: y) }
      y += 1
    }
  }

  mutating func handle(_ key: Key, world: World) -> Reaction {
    switch key {
    case .escape, .character("q"), .character("."): return .pop
    case .down, .character("j"): cursor = min(cursor + 1, max(0, offers.count - 1))
    case .up, .character("k"): cursor = max(0, cursor - 1)
    case .enter: if offers.indices.contains(cursor) { return choose(offers[cursor], world) }
    case .character(let letter):
      guard let index = offers.firstIndex(where: { $0.key == letter }) else { return .unhandled }
      cursor = index
      return choose(offers[index], world)
    default: return .unhandled
    }
    return .none
  }

  private func choose(_ offer: ActionOffer, _ world: World) -> Reaction {
    // What follows stands in the menu's place: esc leads back to the object.
    if case .push(let screen) = offer.start(targets, world) { return .replace(screen) }
    return offer.start(targets, world)
  }

  mutating func answered(
    _ question: ActionOffer.Question, _ text: String, _ targets: Targets?, world: World
  ) -> Reaction {
    self.targets.answered(question, text).inPlace
  }
}

extension Targets {
  /// The card of the change that an answer makes.
  func answered(_ question: ActionOffer.Question, _ text: String) -> Reaction {
    switch ActionOffer.change(question, text) {
    case .failure(let problem): .fail(problem.why)
    case .success(let action): .push(ActionCard(refs.map { Change(action, $0) }, kind: kind))
    }
  }
}

extension Reaction {
  /// The same, but a new screen takes the place of the one that led there.
  var inPlace: Reaction { if case .push(let screen) = self { .replace(screen) } else { self } }
}
