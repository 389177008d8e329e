import Cluster

extension CommandWord {
  /// All commands, in the order in which they are completed and told. What is none of these names a kind.
  static let all: [CommandWord] = ofClusters + ofSettings

  private static let ofClusters: [CommandWord] = [
    CommandWord("problems", "problem", "pb", does: "what is broken, why, and whether it heals") { shell, _ in
      shell.showProblems()
    },
    CommandWord(
      "credentials", "creds",
      does: "credentials in plain sight: config maps, variables, arguments, annotations"
    ) { $0.showAbove(ProblemsScreen(credentialsIn: $0.namespaces), $1) },
    CommandWord(
      "why", argument: "KIND/NAME [NAMESPACE]", completes: .objects, "why an object is in its state",
      read: why),
    CommandWord(
      "timeline", "tl", argument: "[KIND/NAME [NAMESPACE]]", completes: .objects,
      "what happened, the newest first; with an object, to that one", read: timeline),
    CommandWord(
      "rollout", argument: "KIND/NAME [NAMESPACE]", completes: .objects,
      "how far a workload is in replacing its pods", read: rollout),
    CommandWord(
      "related", argument: "KIND/NAME [NAMESPACE]", completes: .objects,
      "what belongs to an object: owners, what it uses and who uses it", read: related),
    CommandWord(
      "diff", argument: "KIND/NAME [KIND/NAME] [NAMESPACE]", completes: .objects,
      "how two objects differ; of one, from what was applied last", read: diff),
    CommandWord(
      "xray", "x", argument: "KIND [NAMESPACE]", completes: .kinds,
      "objects with all that belongs to them below each, and what is missing", read: xray),
    CommandWord(
      "can", "can-i", argument: "[u:USER | g:GROUP | s:NAMESPACE/ACCOUNT | VERB KIND [NAMESPACE]]",
      "what I may do, or somebody else; with a verb and a kind, who could allow it", read: can),
    CommandWord(
      "who-can", "whocan", argument: "VERB KIND [NAMESPACE]", "who may do something", read: whoCan),
    CommandWord("users", "usr", "user", argument: "", "whom bindings name", read: users),
    CommandWord("groups", "grp", "group", argument: "", "which groups bindings name", read: groups),
    CommandWord(
      "logs", "log", argument: "KIND/NAME | POD | -l LABELS [NAMESPACE]", completes: .objects,
      "the logs of all pods of an object, or of those with labels", read: logs),
    CommandWord("pulse", "pu", "hz", does: "the cluster at a glance: what is in trouble, and why") {
      $0.showAbove(PulseScreen(namespaces: $0.namespaces), $1)
    },
    CommandWord("heat", "hm", does: "the nodes by how full they are") { $0.showAbove(HeatScreen(), $1) },
    CommandWord(
      "chart", "query", argument: "[EXPRESSION]", completes: .metrics,
      "an expression over time; alone, the cluster"
    ) { chart($0.rest) },
    CommandWord(
      "metrics", argument: "[NAME]", completes: .metrics, "a metric over time; alone, all metrics"
    ) { $0.name == nil ? nil : chart($0.rest) },
    CommandWord("changes", "tray", does: "what was changed in this session, and the way back") { shell, _ in
      shell.stack.append(ChangesScreen())
      return .done([.readChanges])
    },
    CommandWord(
      "ctx", "context", "contexts", argument: "[NAME]", completes: .contexts, "the contexts, or another one"
    ) { text in
      text.name.map { name in .run { _, _ in .done([.switchContext(name, command: "")]) } }
    },
    CommandWord(
      "ns", "namespace", "namespaces", argument: "[NAME,NAME...]", completes: .namespaces,
      "the namespaces, or to show some of them"
    ) { text in
      text.name.map { name in .run { $0.use(namespaces: Command.names(name), kind: nil, $1) } }
    },
    CommandWord("find", argument: "TEXT", "objects of all kinds whose name holds the text") { text in
      guard !text.rest.isEmpty else { return .misused("find wants a part of a name: find web") }
      return .run { $0.showAbove(FindScreen(text.rest, namespaces: $0.namespaces), $1) }
    },
    CommandWord("tab", argument: "[NUMBER|new|close]", "another view beside this one", read: tab),
    CommandWord(
      "bookmark", argument: "NAME", "a name for the view that is shown; 'bookmark -d NAME' forgets it",
      read: bookmark),
    CommandWord(
      "bm", "bookmarks", argument: "[NAME]", completes: .bookmarks, "to a bookmark; alone, all of them"
    ) {
      text in
      let name = text.rest
      return .run { $0.goToBookmark(name.isEmpty ? nil : name, $1) }
    },
    CommandWord("aliases", "alias", "a", does: "all commands, all kinds and their names") {
      $0.push(PageScreen(.fixed(Help.kinds($1.kinds))))
    },
    CommandWord("help", "h", "?", does: "the keys of this screen and what else there is") { $0.showHelp($1) },
    CommandWord("quit", "q", "q!", "qa", "exit", does: "leave the program") { _, _ in .done([.quit]) },
  ]
}

// MARK: Objects

extension CommandWord {
  @Sendable private static func why(_ text: CommandText) -> Command? {
    if text.words.isEmpty { return .run { shell, _ in shell.showProblems() } }
    return text.object(wants: "why wants an object: why deploy/web, and perhaps its namespace") {
      kind, name, namespace in
      .run { shell, world in
        shell.withObject(kind, name, namespace, "why", world, onTable: false) { WhyScreen($0) }
      }
    }
  }

  @Sendable private static func timeline(_ text: CommandText) -> Command? {
    if text.words.isEmpty { return .run { $0.showTimeline($1) } }
    return text.object(wants: "timeline wants an object or nothing: timeline deploy/web") {
      kind, name, namespace in
      .run { shell, world in
        shell.withObject(kind, name, namespace, "timeline", world, onTable: false) { TimelineScreen(of: $0) }
      }
    }
  }

  @Sendable private static func rollout(_ text: CommandText) -> Command? {
    let wants = "rollout wants a workload: rollout deploy/web, and perhaps its namespace"
    return text.object(wants: wants) { kind, name, namespace in
      guard kind.abilities.contains(.rollout) else { return .misused("\(kind.plural) have no rollouts") }
      return .run { shell, world in
        shell.withObject(kind, name, namespace, "rollout", world) { RolloutScreen($0) }
      }
    }
  }
}

// MARK: Bookmarks and tabs

extension CommandWord {
  @Sendable private static func tab(_ text: CommandText) -> Command? {
    switch text.words.first {
    case nil, "new":
      return .run {
        $0.openTab($1)
        return .done([])
      }
    case "close":
      return .run {
        $0.closeTab($1)
        return .done([])
      }
    case let word?:
      guard let number = Int(word) else { return .misused("tab takes a number, new or close") }
      return .run {
        $0.chooseTab(number, $1)
        return .done([])
      }
    }
  }

  @Sendable private static func bookmark(_ text: CommandText) -> Command? {
    var words = text.words
    let forgets = words.first == "-d"
    if forgets { words.removeFirst() }
    let name = words.joined(separator: " ")
    guard !name.isEmpty else { return .misused("bookmark wants a name: bookmark web") }
    return .run { forgets ? $0.forgetBookmark(name, $1) : $0.bookmark(name, $1) }
  }
}

// MARK: Charts

extension CommandWord {
  private static func chart(_ expression: String) -> Command {
    .run {
      $0.showAbove(
        expression.isEmpty
          ? ChartScreen(ChartQuery(.cluster), crumb: "cluster")
          : ChartScreen(ChartQuery(.expression(expression)), crumb: expression), $1)
    }
  }
}
