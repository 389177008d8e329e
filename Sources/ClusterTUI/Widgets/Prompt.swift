import Terminal

/// The line at the foot where a person types: a command, a filter, or a text to find.
struct Prompt {
  enum Mode: Equatable {
    case command, filter, find
    case answer(ActionOffer.Question)
  }

  enum Outcome {
    case stays
    /// The text changed: filters act at once.
    case changed
    case accepted(String)
    /// Put back what was there before.
    case cancelled(String)
  }

  let mode: Mode
  private(set) var text: String
  private let before: String
  private var label = ""
  private let history: [String]
  private var historyAt: Int
  /// Ways to go on from what is typed; the first is shown as a ghost.
  var suggestions: [Suggestion] = [] {
    didSet { if suggestions.map(\.text) != oldValue.map(\.text) { (chosen, isChosen) = (0, false) } }
  }
  private var chosen = 0
  /// Whether the person went to a suggestion: enter means that one then.
  private var isChosen = false

  /// - Parameter before: what is put back when the person gives up; else the text it begins with.
  init(_ mode: Mode, text: String = "", before: String? = nil, history: [String] = []) {
    self.mode = mode
    self.text = text
    self.before = before ?? text
    self.history = history
    historyAt = history.count
  }

  init(_ asked: ActionOffer.Asked, _ question: ActionOffer.Question) {
    self.init(.answer(question), text: asked.initial, before: "")
    label = asked.label
    suggestions = asked.suggestions.map { Suggestion($0) }
  }

  private var ghost: String? {
    guard suggestions.indices.contains(chosen), suggestions[chosen].text != text else { return nil }
    return suggestions[chosen].text
  }

  mutating func handle(_ key: Key) -> Outcome {
    switch key {
    case .enter,
      .control("e") where mode == .command:
      return .accepted(isChosen ? ghost ?? text : text)
    case .escape, .control("c"), .control("g"): return .cancelled(before)
    case .character(let character): text.append(character)
    case .paste(let pasted): text += pasted.filter { !$0.isNewline }
    case .backspace:
      if text.isEmpty {
        if case .answer = mode { return .stays }
        return .cancelled(before)
      }
      text.removeLast()
    case .control("u"): text = ""
    case .control("w"): eraseWord()
    case .tab, .right, .control("f"):
      guard let ghost else { return .stays }
      text = ghost
    case .up: recall(-1)
    case .down: recall(1)
    default: return .stays
    }
    return .changed
  }

  private mutating func eraseWord() {
    while text.last == " " { text.removeLast() }
    while let last = text.last, last != " " { text.removeLast() }
  }

  /// Suggestions where there are several, else what was typed before.
  private mutating func recall(_ step: Int) {
    if suggestions.count > 1, !text.isEmpty {
      // The first step chooses what is shown as a ghost already.
      if isChosen || step < 0 { chosen = (chosen + step + suggestions.count) % suggestions.count }
      isChosen = mode == .command
      return
    }
    guard !history.isEmpty else { return }
    historyAt = max(0, min(history.count, historyAt + step))
    text = historyAt < history.count ? history[historyAt] : ""
  }

  func draw(on canvas: inout Canvas, y: Int) {
    let sign =
      switch mode {
      case .command: ":"
      case .filter: "/"
      case .find: "find "
      case .answer: " \(label)"
      }
    var x = canvas.put(sign, x: 0, y: y, style: Theme.prompt)
    x += canvas.put(text, x: x, y: y)
    canvas.cursor = (min(x, canvas.width - 1), y)
    if let ghost, ghost.hasPrefix(text) {
      x += canvas.put(String(ghost.dropFirst(text.count)), x: x, y: y, style: Theme.ghost)
    } else if let ghost {
      x += canvas.put("  \(ghost)", x: x, y: y, style: Theme.ghost)
    }
    if mode == .command {
      PromptMenu(suggestions: suggestions, chosen: chosen).draw(on: &canvas, above: y)
      return
    }
    let others = suggestions.filter { $0.text != ghost }.prefix(8).map(\.label).joined(separator: "  ")
    if !others.isEmpty { canvas.put(others, x: x + 4, y: y, style: Theme.ghost) }
  }
}
