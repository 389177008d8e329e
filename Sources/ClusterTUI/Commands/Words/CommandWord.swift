import Cluster

/// One command of `:`. Completion, `:aliases`, help and the manual are made of these; all there are stand in
/// `CommandWord.all`, so that a new command is a line there and a function.
struct CommandWord: Sendable {
  /// What helps to go on after the word.
  enum Completes: Sendable {
    case nothing
    /// "deployments/web", from the rows that are known.
    case objects
    case kinds
    case namespaces
    case contexts
    case bookmarks
    case skins
    /// The names of metrics, wherever in an expression.
    case metrics
  }

  /// The names it answers to; the first is the one that is told.
  let names: [String]
  /// What follows it, for people: "KIND/NAME [NAMESPACE]"; "" where nothing does.
  let argument: String
  /// What it does, in a few words without a full stop.
  let summary: String
  let completes: Completes
  /// Reads what was typed; nil where that names a kind after all, as "metrics" alone does.
  let read: @Sendable (CommandText) -> Command?

  init(
    _ names: String..., argument: String = "", completes: Completes = .nothing, _ summary: String,
    read: @escaping @Sendable (CommandText) -> Command?
  ) {
    self.names = names
    self.argument = argument
    self.summary = summary
    self.completes = completes
    self.read = read
  }

  /// A command that takes nothing.
  init(
    _ names: String..., does summary: String, run: @escaping @Sendable (inout Shell, World) -> CommandOutcome
  ) {
    self.names = names
    (argument, completes) = ("", .nothing)
    self.summary = summary
    read = { _ in .run(run) }
  }

  /// ":rollout KIND/NAME [NAMESPACE]"
  var usage: String { ":\(names[0])" + (argument.isEmpty ? "" : " \(argument)") }

  static func named(_ word: String) -> CommandWord? { all.first { $0.names.contains(word) } }
}

/// A command as it was typed, and the kinds it may name.
struct CommandText {
  let text: String
  /// What follows the first word.
  let words: [String]
  let kinds: Catalog

  init(_ text: String, _ kinds: Catalog) {
    self.text = text
    self.kinds = kinds
    words = text.split(separator: " ").dropFirst().map(String.init)
  }

  /// What follows the first word, as it was typed.
  var rest: String {
    let parts = text.split(separator: " ", maxSplits: 1)
    guard parts.count > 1 else { return "" }
    return String(parts[1].drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  /// The first word after the command that is no filter.
  var name: String? { words.first.flatMap { $0.hasPrefix("/") ? nil : $0 } }

  /// An object of "deploy/web shop" or "deploy web shop".
  ///
  /// - Parameters:
  ///   - wants: what is told where nothing like that was typed.
  ///   - found: gets the kind, the name, and the namespace where one was named.
  func object(wants: String, found: (Kind, String, String?) -> Command) -> Command {
    let parts = (words.first ?? "").split(separator: "/").map(String.init) + words.dropFirst()
    guard parts.count == 2 || parts.count == 3 else { return .misused(wants) }
    guard let kind = kinds.find(parts[0]) else { return .unknown("no kind '\(parts[0])'") }
    return found(kind, parts[1], parts.count > 2 ? parts[2] : nil)
  }
}
