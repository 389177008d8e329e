import Cluster

/// What `:` takes, in k9s's grammar: a kind, then in any order a namespace (or several with commas), `/filter`,
/// `-f fuzzy`, `-l labels` or `key=value`, `@context`.
enum Command {
  struct Table {
    var kind: Kind
    /// nil keeps the namespaces as they are.
    var namespaces: [String]?
    var filter = ""
    var labels = ""
    var context: String?
    /// The command without its context.
    var command = ""

    /// What is selected besides: an object must satisfy all of it.
    fileprivate mutating func select(_ more: String) { labels += labels.isEmpty ? more : ",\(more)" }
  }

  case nothing
  case quit
  case help
  case kinds
  /// What was changed in this session.
  case changes
  /// The rollout of a workload; nil takes the namespace that is shown.
  case rollout(Kind, name: String, namespace: String?)
  /// An expression as charts; "" draws the cluster.
  case chart(String)
  /// The nodes as a heat map.
  case heat
  /// What is broken.
  case problems
  /// Why an object is in its state; nil takes the namespace that is shown.
  case why(Kind, name: String, namespace: String?)
  /// What happened in the namespaces that are shown.
  case timeline
  case timelineOf(Kind, name: String, namespace: String?)
  /// The cluster at a glance.
  case pulse
  case context(String)
  case namespaces([String])
  case table(Table)
  /// The kind is none of those known so far.
  case unknown(String)
  /// Wrong whatever kinds there are.
  case misused(String)

  /// Why there is nothing to do.
  var problem: String? {
    switch self {
    case .unknown(let problem), .misused(let problem): problem
    default: nil
    }
  }

  static let words = [
    "problems", "why", "timeline", "quit", "help", "aliases", "changes", "rollout", "chart", "heat", "pulse",
    "ctx",
    "ns",
  ]

  static func parse(_ text: String, _ kinds: Catalog) -> Command {
    let words = text.split(separator: " ").map(String.init)
    guard let first = words.first else { return .nothing }
    switch first {
    case "q", "q!", "qa", "quit", "exit": return .quit
    case "?", "h", "help": return .help
    case "a", "alias", "aliases": return .kinds
    case "changes", "tray": return .changes
    case "problems", "problem", "pb": return .problems
    case "why": return words.count == 1 ? .problems : why(Array(words.dropFirst()), kinds)
    case "timeline", "tl": return words.count == 1 ? .timeline : timeline(Array(words.dropFirst()), kinds)
    case "rollout": return rollout(Array(words.dropFirst()), kinds)
    case "heat", "hm": return .heat
    case "pulse", "pu", "hz": return .pulse
    case "chart", "query": return .chart(rest(of: text))
    case "metrics":
      // The name of a metric, perhaps with labels; else the table of all.
      if words.count > 1, !words[1].hasPrefix("/") { return .chart(rest(of: text)) }
    case "ctx", "context", "contexts":
      if words.count > 1, !words[1].hasPrefix("/") { return .context(words[1]) }
    case "ns", "namespace", "namespaces":
      if words.count > 1, !words[1].hasPrefix("/") { return .namespaces(names(words[1])) }
    default: break
    }
    guard let kind = kinds.find(first) else {
      let nearest = kinds.nearest(to: first, among: Self.words).map { ": did you mean \($0)?" } ?? ""
      return .unknown("no kind or command '\(first)'\(nearest)")
    }
    guard kind.canList else {
      return .unknown(
        kind.role == .container
          ? "containers are shown from their pod: choose one of :pods and press enter"
          : "the server does not list \(kind.plural)")
    }
    return table(kind, words)
  }

  /// What follows the first word, as it was typed.
  private static func rest(of text: String) -> String {
    let parts = text.split(separator: " ", maxSplits: 1)
    guard parts.count > 1 else { return "" }
    var rest = parts[1]
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }

  /// "deploy/web shop" or "deploy web shop"
  private static func object(
    _ words: [String], _ kinds: Catalog, wants: String, _ found: (Kind, String, String?) -> Command
  ) -> Command {
    let parts = (words.first ?? "").split(separator: "/").map(String.init) + words.dropFirst()
    guard parts.count == 2 || parts.count == 3 else { return .misused(wants) }
    guard let kind = kinds.find(parts[0]) else { return .unknown("no kind '\(parts[0])'") }
    return found(kind, parts[1], parts.count > 2 ? parts[2] : nil)
  }

  private static func rollout(_ words: [String], _ kinds: Catalog) -> Command {
    let wants = "rollout wants a workload: rollout deploy/web, and perhaps its namespace"
    return object(words, kinds, wants: wants) { kind, name, namespace in
      guard kind.abilities.contains(.rollout) else { return .misused("\(kind.plural) have no rollouts") }
      return .rollout(kind, name: name, namespace: namespace)
    }
  }

  private static func why(_ words: [String], _ kinds: Catalog) -> Command {
    object(words, kinds, wants: "why wants an object: why deploy/web, and perhaps its namespace") {
      .why($0, name: $1, namespace: $2)
    }
  }

  private static func timeline(_ words: [String], _ kinds: Catalog) -> Command {
    object(words, kinds, wants: "timeline wants an object or nothing: timeline deploy/web") {
      .timelineOf($0, name: $1, namespace: $2)
    }
  }

  private static func table(_ kind: Kind, _ words: [String]) -> Command {
    var table = Table(kind: kind)
    var rest = words.dropFirst()
    while let word = rest.popFirst() {
      if word.hasPrefix("@") {
        table.context = String(word.dropFirst())
        continue
      }
      if word.hasPrefix("/") {
        // A filter may hold blanks: all that follows belongs to it, but for a context.
        let words = [String(word.dropFirst())] + rest.filter { !$0.hasPrefix("@") }
        table.context = rest.last { $0.hasPrefix("@") }.map { String($0.dropFirst()) } ?? table.context
        table.filter = words.joined(separator: " ")
        break
      }
      switch word {
      case "-f": table.filter = rest.popFirst().map { "-f \($0)" } ?? ""
      case "-l":
        let labels = labels(&rest)
        if labels.isEmpty { return .misused("-l wants labels, such as app=web or 'tier in (web, api)'") }
        table.select(labels)
      case "-A", "all", "*": table.namespaces = []
      case "-n": table.namespaces = rest.popFirst().map(names)
      default:
        if word.contains("=") { table.select(word) } else { table.namespaces = names(word) }
      }
    }
    table.command = words.filter { !$0.hasPrefix("@") }.joined(separator: " ")
    return .table(table)
  }

  /// A selector may hold blanks: "tier in (web, api),app", "tier notin (web)", "app == web".
  private static func labels(_ rest: inout ArraySlice<String>) -> String {
    var words: [String] = []
    while let word = rest.first {
      let text = words.joined(separator: " ")
      let isOpen = text.count { $0 == "(" } > text.count { $0 == ")" }
      let operators = ["in", "notin", "=", "==", "!="]
      let goesOn =
        words.isEmpty || isOpen || operators.contains(word) || operators.contains(words.last ?? "")
        || text.hasSuffix(",") || text.hasSuffix("=") || word.hasPrefix("(") || word.hasPrefix(",")
      guard goesOn else { break }
      words.append(word)
      rest.removeFirst()
    }
    return words.joined(separator: " ").filter { !"'\"".contains($0) }
  }

  /// "a,b" names two namespaces; "all" and "-" none in particular.
  static func names(_ word: String) -> [String] {
    word == "all" || word == "-" || word == "*" ? [] : word.split(separator: ",").map(String.init)
  }
}

/// How the command line goes on: kinds and words first, then namespaces or contexts.
enum Completion {
  static func suggestions(for text: String, _ world: World, namespaces: [String]) -> [String] {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard let last = words.last, !text.isEmpty else { return [] }
    let head = words.dropLast().joined(separator: " ")
    func whole(_ candidates: [String]) -> [String] {
      candidates.filter { $0.hasPrefix(last) }.map { head.isEmpty ? $0 : "\(head) \($0)" }
    }
    if words.count == 1 { return whole(Command.words + world.kinds.names(startingWith: last)) }
    if takesMetrics(text) { return metrics(for: text, world) }
    if ["why", "timeline", "tl", "rollout"].contains(words[0]), words.count == 2 {
      return whole(objects(startingWith: last, world))
    }
    if ["ctx", "context", "contexts"].contains(words[0]) || last.hasPrefix("@") {
      let sign = last.hasPrefix("@") ? "@" : ""
      return whole(contexts(world).map { sign + $0 })
    }
    return whole(namespaces)
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
    ["metrics ", "chart ", "query "].contains { text.hasPrefix($0) }
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
