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

  /// Does it; a screen is opened through the shell's own functions.
  typealias Run = (inout Shell, World) -> CommandOutcome

  case nothing
  case run(Run)
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

  static func parse(_ text: String, _ kinds: Catalog) -> Command {
    let words = text.split(separator: " ").map(String.init)
    guard let first = words.first else { return .nothing }
    if let command = CommandWord.named(first)?.read(CommandText(text, kinds)) { return command }
    guard let kind = kinds.find(first) else {
      let nearest = kinds.nearest(to: first, among: CommandWord.all.map { $0.names[0] })
      return .unknown("no kind or command '\(first)'\(nearest.map { ": did you mean \($0)?" } ?? "")")
    }
    guard kind.canList else {
      return .unknown(
        kind.role == .container
          ? "containers are shown from their pod: choose one of :pods and press enter"
          : "the server does not list \(kind.plural)")
    }
    return table(kind, words)
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
  static func labels(_ rest: inout ArraySlice<String>) -> String {
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

/// What became of a command.
enum CommandOutcome {
  /// A view that `[`, `]` and `-` find again.
  case shown
  case done([Effect])
  /// Nothing was done; why has been told.
  case failed
}
