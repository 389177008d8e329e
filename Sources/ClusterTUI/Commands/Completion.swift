import Cluster

/// How the command line goes on: commands and kinds first, then what the command takes.
struct Completion {
  let world: World
  /// Where namespaced kinds are shown; empty is everywhere.
  let shown: [String]
  let remembered: Remembered

  func suggestions(for text: String, namespaces: [String]) -> [Suggestion] {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard let last = words.last, !text.isEmpty else { return [] }
    let head = words.dropLast().joined(separator: " ")
    func whole(_ candidates: [Suggestion]) -> [Suggestion] {
      head.isEmpty
        ? candidates
        : candidates.map {
          Suggestion("\(head) \($0.text)", label: $0.label, detail: $0.detail, count: $0.count)
        }
    }
    func fitting(_ names: [String]) -> [Suggestion] {
      whole(names.filter { $0.hasPrefix(last) }.map { Suggestion($0) })
    }
    if words.count == 1 { return first(text) }
    if last.hasPrefix("@") { return fitting(contexts.map { "@" + $0 }) }
    switch CommandWord.named(words[0])?.completes {
    case .metrics: return metrics(for: text).map { Suggestion($0) }
    case .objects where words.count == 2: return whole(objects(startingWith: last))
    case .contexts: return fitting(contexts)
    case .skins: return fitting(["auto"] + skins)
    case .kinds where words.count == 2: return whole(kinds(world.kinds.words(startingWith: last)))
    case .bookmarks: return bookmarks(words[0]).filter { $0.text.hasPrefix(text) }
    default: return fitting(namespaces)
    }
  }

  private var skins: [String] { SkinShelf(folders: world.setup.folders).names }

  // MARK: The first word

  private static let maxFuzzy = 12
  private static let maxRecent = 4

  /// Commands and kinds that begin so, what was typed lately, and what has these letters in this order.
  private func first(_ text: String) -> [Suggestion] {
    let wanted = text.lowercased()
    var found = CommandWord.all.filter { $0.names[0].hasPrefix(wanted) }.map(Self.suggestion)
    found += world.setup.aliases.commands.filter { $0.key.hasPrefix(wanted) }.sorted { $0.key < $1.key }
      .map { Suggestion($0.key, detail: "alias: \($0.value)") }
    found += kinds(world.kinds.words(startingWith: wanted))
    found += bookmarks("bm").filter { $0.label.hasPrefix(wanted) }
    var known = Set(found.map(\.text))
    let recent = remembered.commands.reversed().filter { $0.hasPrefix(text) && !known.contains($0) }
    found += recent.prefix(Self.maxRecent).map { Suggestion($0, detail: "typed before") }
    guard wanted.count > 1 else { return found }
    known.formUnion(recent)
    let letters = Array(wanted.utf8)
    func fits(_ name: String) -> Bool {
      !name.hasPrefix(wanted) && Letters.contained(letters, inOrderIn: name.utf8.map(Letters.lower))
    }
    let others =
      CommandWord.all.filter { fits($0.names[0]) }.map(Self.suggestion)
      + kinds(world.kinds.words(where: fits))
      + bookmarks("bm").filter { fits($0.label) }
    // The closer together the letters stand, the likelier it is meant.
    let ranked = others.filter { !known.contains($0.text) }.enumerated()
      .map { (span: Self.span(letters, $0.element.label), index: $0.offset, suggestion: $0.element) }
      .sorted { ($0.span, $0.index) < ($1.span, $1.index) }
    return found + ranked.prefix(Self.maxFuzzy).map(\.suggestion)
  }

  /// How many letters lie between the first and the last that are wanted, and how far in they begin.
  private static func span(_ letters: [UInt8], _ name: String) -> Int {
    let bytes = Array(name.lowercased().utf8)
    var best = Int.max
    for start in bytes.indices where bytes[start] == letters.first {
      var (next, at) = (0, start)
      while at < bytes.count, next < letters.count {
        if bytes[at] == letters[next] { next += 1 }
        at += 1
      }
      if next == letters.count { best = min(best, (at - start) * 4 + start) }
    }
    return best
  }

  private static func suggestion(_ word: CommandWord) -> Suggestion {
    Suggestion(
      word.names[0], label: word.argument.isEmpty ? word.names[0] : "\(word.names[0]) \(word.argument)",
      detail: word.summary)
  }

  private func bookmarks(_ word: String) -> [Suggestion] {
    remembered.bookmarks.map {
      Suggestion("\(word) \($0.name)", label: $0.name, detail: "bookmark: \($0.command)")
    }
  }

  private func kinds(_ words: [(word: String, kind: Kind)]) -> [Suggestion] {
    words.map { word, kind in
      let place = kind.group.isEmpty ? kind.version : "\(kind.group)/\(kind.version)"
      let short = kind.shortNames.isEmpty ? "" : " (\(kind.shortNames.joined(separator: ", ")))"
      let isOurs = kind.version.isEmpty
      return Suggestion(
        word, detail: isOurs ? "\(kind.name)\(short)" : "\(kind.name) \(place)\(short)",
        count: count(of: kind))
    }
  }

  /// How many rows are known of what the command would show; nothing is asked for it.
  private func count(of kind: Kind) -> String {
    let query = Query(kind.id, namespaces: kind.namespaced ? shown : [])
    let found = world.stores.first { $0.key.kind == kind.id && $0.key.sameObjects(as: query) }
    guard let found, world.phase(.rows(found.key)).isSettled else { return "" }
    let store = found.value
    return store.troubled > 0 ? "\(store.troubled)!/\(store.count)" : "\(store.count)"
  }

  /// "deployments/" and then the names of those that are known.
  private func objects(startingWith text: String) -> [Suggestion] {
    guard let slash = text.firstIndex(of: "/") else {
      return kinds(world.kinds.words(startingWith: text)).map {
        Suggestion($0.text + "/", detail: $0.detail, count: $0.count)
      }
    }
    let head = text[...slash]
    guard let kind = world.kinds.find(String(text[..<slash])) else { return [] }
    let found = world.stores.filter { $0.key.kind == kind.id }.values.flatMap { store in
      store.aliveSlots.lazy.map { store[$0].name }.filter { $0.hasPrefix(text[slash...].dropFirst()) }
    }
    return Set(found).sorted().prefix(50).map { Suggestion(head + $0, label: $0) }
  }

  /// The table of all metrics that are read.
  static let metrics = Query("metrics")

  /// Whether names of metrics help to go on.
  static func takesMetrics(_ text: String) -> Bool {
    guard let end = text.firstIndex(of: " ") else { return false }
    return CommandWord.named(String(text[..<end]))?.completes == .metrics
  }

  /// The name that is being typed, wherever in an expression that is.
  private func metrics(for text: String) -> [String] {
    func isOfName(_ character: Character) -> Bool {
      character.isLetter || character.isNumber || character == "_" || character == ":"
    }
    let name = String(text.reversed().prefix(while: isOfName).reversed())
    let head = text.dropLast(name.count)
    // Within braces stand labels and within quotes their values.
    guard !name.isEmpty, head.count(where: { $0 == "{" }) == head.count(where: { $0 == "}" }),
      let store = world.rows(Self.metrics)
    else { return [] }
    let names = store.aliveSlots.lazy.map { store[$0].name }.filter { $0.hasPrefix(name) }
    return Set(names).sorted().prefix(50).map { head + $0 }
  }

  private var contexts: [String] {
    guard let store = world.rows(Query(Catalog.contexts.id)) else { return [] }
    return store.aliveSlots.map { store[$0].name }
  }
}

extension Query {
  /// Whether the same objects are meant, whatever is read of them.
  func sameObjects(as other: Query) -> Bool {
    var one = self
    one.extraCells = other.extraCells
    return one == other
  }
}
