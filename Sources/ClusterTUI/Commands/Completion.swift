import Cluster

/// How the command line goes on: kinds and words first, then namespaces or contexts.
enum Completion {
  static func suggestions(for text: String, _ world: World, namespaces: [String]) -> [String] {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard let last = words.last, !text.isEmpty else { return [] }
    let head = words.dropLast().joined(separator: " ")
    func whole(_ candidates: [String]) -> [String] {
      candidates.filter { $0.hasPrefix(last) }.map { head.isEmpty ? $0 : "\(head) \($0)" }
    }
    if words.count == 1 {
      return whole(CommandWord.all.map { $0.names[0] } + world.kinds.names(startingWith: last))
    }
    if last.hasPrefix("@") { return whole(contexts(world).map { "@" + $0 }) }
    switch CommandWord.named(words[0])?.completes {
    case .metrics: return metrics(for: text, world)
    case .objects where words.count == 2: return whole(objects(startingWith: last, world))
    case .contexts: return whole(contexts(world))
    case .kinds where words.count == 2: return whole(world.kinds.names(startingWith: last))
    default: return whole(namespaces)
    }
  }

  /// "deployments/" and then the names of those that are known.
  private static func objects(startingWith text: String, _ world: World) -> [String] {
    guard let slash = text.firstIndex(of: "/") else {
      return world.kinds.names(startingWith: text).map { "\($0)/" }
    }
    let head = text[...slash]
    guard let kind = world.kinds.find(String(text[..<slash])) else { return [] }
    let found = world.stores.filter { $0.key.kind == kind.id }.values.flatMap { store in
      store.aliveSlots.lazy.map { store[$0].name }.filter { $0.hasPrefix(text[slash...].dropFirst()) }
    }
    return Set(found).sorted().prefix(50).map { head + $0 }
  }

  /// The table of all metrics that are read.
  static let metrics = Query("metrics")

  /// Whether names of metrics help to go on.
  static func takesMetrics(_ text: String) -> Bool {
    guard let end = text.firstIndex(of: " ") else { return false }
    return CommandWord.named(String(text[..<end]))?.completes == .metrics
  }

  /// The name that is being typed, wherever in an expression that is.
  private static func metrics(for text: String, _ world: World) -> [String] {
    func isOfName(_ character: Character) -> Bool {
      character.isLetter || character.isNumber || character == "_" || character == ":"
    }
    let name = String(text.reversed().prefix(while: isOfName).reversed())
    let head = text.dropLast(name.count)
    // Within braces stand labels and within quotes their values.
    guard !name.isEmpty, head.count(where: { $0 == "{" }) == head.count(where: { $0 == "}" }),
      let store = world.rows(metrics)
    else { return [] }
    let names = store.aliveSlots.lazy.map { store[$0].name }.filter { $0.hasPrefix(name) }
    return Set(names).sorted().prefix(50).map { head + $0 }
  }

  private static func contexts(_ world: World) -> [String] {
    guard let store = world.rows(Query(Catalog.contexts.id)) else { return [] }
    return store.aliveSlots.map { store[$0].name }
  }
}
