import Cluster
import Terminal

/// How what happened stands in a width: one line each, of which only the text is cut, at a word.
struct HappeningLine {
  private let kinds: Catalog
  let now: Int64?
  private let zoneOffsetSeconds: Int
  private var clock = 0
  private var sort = 0
  private var subject = 0
  private var text = 0
  private var by = 0
  private static let ageColumns = 6

  static let none = HappeningLine()

  private init() { (kinds, now, zoneOffsetSeconds) = (Catalog(), nil, 0) }

  /// - Parameter subject: whose timeline it is: the names of others need to stand there only where there are any.
  init(
    _ all: [HappeningFold], _ kinds: Catalog, now: Int64, zoneOffsetSeconds: Int, width: Int,
    subject: ObjectRef?
  ) {
    (self.kinds, self.now, self.zoneOffsetSeconds) = (kinds, now, zoneOffsetSeconds)
    let folds = all.prefix(500)
    let first = folds.map(\.happening)
    func longest(_ title: String, _ words: (Happening) -> String) -> Int {
      first.reduce(title.count) { max($0, Text.columns(words($1))) }
    }
    clock = longest("TIME", clockText)
    // Its sign tells as much where there is little room.
    isNarrow = width < 100
    if !isNarrow { sort = longest("WHAT", \.sort.word) }
    let others = first.contains { happening in subject.map { !$0.isSame(as: happening.subject) } ?? true }
    showsNamespace = !isNarrow && subject == nil && Set(first.map(\.subject.namespace)).count > 1
    if others {
      let longest = folds.reduce(6) { max($0, Text.columns(objectText($1))) }
      self.subject = min(longest, max(18, width * 3 / 10))
    }
    let columns = [clock, Self.ageColumns, sort, self.subject].filter { $0 > 0 }
    let fixed = columns.reduce(2) { $0 + $1 + 1 }
    text = max(0, width - fixed)
    let wanted = min(longest("BY", byText), 24)
    if text - wanted - 1 >= 40, first.contains(where: { !$0.by.isEmpty }) {
      by = wanted
      text -= wanted + 1
    }
  }

  private var showsNamespace = false
  private var isNarrow = false

  private func clockText(_ happening: Happening) -> String {
    ClockWords.text(happening.at, now: now ?? 0, zoneOffsetSeconds: zoneOffsetSeconds)
  }

  private func objectText(_ fold: HappeningFold) -> String {
    let name = Text.harmless(fold.name)
    let place = fold.happening.subject.namespace
    let whole = showsNamespace && !place.isEmpty ? "\(Text.harmless(place))/\(name)" : name
    return isNarrow ? whole : "\(kinds.word(for: fold.happening.subject)) \(whole)"
  }

  private func byText(_ happening: Happening) -> String { Text.harmless(happening.by) }

  var titles: StyledLine {
    let cells = [
      ("TIME", clock), ("AGE", Self.ageColumns), ("WHAT", sort), ("OBJECT", subject), ("", text), ("BY", by),
    ]
    let row = cells.filter { $0.1 > 0 }.map { $0.0.padding($0.1) }.joined(separator: " ")
    return StyledLine([("  ", Style()), (row, Theme.columnTitle)])
  }

  func line(_ fold: HappeningFold) -> StyledLine {
    let happening = fold.happening
    let now = now ?? happening.at
    let state = happening.isTrigger ? Theme.span(.warning) : happening.style
    var line = StyledLine([(happening.isTrigger ? "> " : "\(happening.glyph) ", state)])
    func add(_ text: String, _ columns: Int, _ style: Style, keepTail: Bool = false) {
      guard columns > 0 else { return }
      line.append(Text.truncated(text, columns: columns, keepTail: keepTail).padding(columns) + " ", style)
    }
    add(clockText(happening), clock, Theme.ghost)
    add(Age.text(seconds: max(0, now - happening.at)), Self.ageColumns, Style())
    add(happening.sort.word, sort, state)
    add(objectText(fold), subject, Style(), keepTail: true)
    let count = happening.count > 1 ? " x\(happening.count)" : ""
    let words = Text.harmless(Moment.rendered(happening.text, now: now))
    let shown = Text.atWord(words, columns: max(0, text - count.count))
    line.append(shown, happening.isTrigger ? state : Style())
    line.append(count, Theme.ghost)
    if by > 0 {
      line.append(
        String(repeating: " ", count: max(0, text - Text.columns(shown) - count.count) + 1), Style())
      line.append(Text.truncated(byText(happening), columns: by), Theme.ghost)
    }
    return line
  }
}

extension Happening.Sort {
  /// As a column says it.
  var word: String {
    switch self {
    case .configuration: "config"
    case .autoscaler: "autoscale"
    case .certificate: "cert"
    case .began: "BROKE"
    default: rawValue
    }
  }
}

extension Happening {
  /// Colour is never the only sign.
  var glyph: Character {
    switch sort {
    case .began: "x"
    case .event: tone == .bad || tone == .pending ? "!" : " "
    default: "*"
    }
  }

  var style: Style { sort == .began ? Theme.row(.bad) : Theme.row(tone == .unknown ? .good : tone) }

  /// Somebody or something changed what is wanted; all else came of that.
  var isChange: Bool { sort != .event && sort != .began }

  /// An event that tells of nothing amiss.
  var isUsual: Bool { sort == .event && tone != .bad && tone != .pending && !isTrigger }

  func searchable(_ kinds: Catalog) -> String {
    "\(sort.word) \(sort.rawValue) \(subject.namespace) \(kinds.word(for: subject)) \(subject.name) \(text) \(by)"
  }
}
