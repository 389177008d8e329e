import Cluster

extension CommandWord {
  private static let wantsCan =
    "can takes nothing, u:USER, g:GROUP, s:NAMESPACE/ACCOUNT, or VERB KIND [NAMESPACE]: can list secrets shop"

  /// What I, or somebody else, may do; with a verb and a kind, who could allow it.
  @Sendable static func can(_ text: CommandText) -> Command? {
    guard let first = text.words.first else {
      return .run { shell, world in
        let namespace = shell.namespaces.first ?? world.place.namespace ?? "default"
        return shell.showAbove(AccessScreen(.own(namespace: namespace)), world)
      }
    }
    if let subject = subject(first) {
      return .run { $0.showAbove(AccessScreen(.subject(subject, namespaces: [])), $1) }
    }
    guard text.words.count >= 2 else { return .misused(wantsCan) }
    return action(text) { action in
      .run { $0.showAbove(AccessScreen(.grant(action, to: AccessSubject(.user, ""))), $1) }
    }
  }

  @Sendable static func whoCan(_ text: CommandText) -> Command? {
    guard text.words.count >= 2 else {
      return .misused("who-can wants a verb and a kind: who-can delete pods, and perhaps a namespace")
    }
    return action(text) { action in .run { $0.showAbove(AccessScreen(.who(action)), $1) } }
  }

  @Sendable static func users(_ text: CommandText) -> Command? { subjects(.user, text) }
  @Sendable static func groups(_ text: CommandText) -> Command? { subjects(.group, text) }

  /// nil where the server has a kind of that name.
  private static func subjects(_ sort: AccessSubject.Sort, _ text: CommandText) -> Command? {
    if let word = text.text.split(separator: " ").first, text.kinds.find(String(word)) != nil { return nil }
    return .run { $0.showAbove(AccessScreen(.subjects(sort, namespaces: [])), $1) }
  }

  /// "u:jane", "g:devs", "s:shop/web"
  private static func subject(_ word: String) -> AccessSubject? {
    guard word.utf8.count > 2, word.dropFirst().first == ":" else { return nil }
    let name = String(word.dropFirst(2))
    switch word.first {
    case "u": return AccessSubject(.user, name)
    case "g": return AccessSubject(.group, name)
    case "s":
      let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { return nil }
      return AccessSubject(.account, parts[1], namespace: parts[0])
    default: return nil
    }
  }

  /// "delete pods shop", "get pods/log", "patch deployments.apps/scale"
  private static func action(_ text: CommandText, _ found: (AccessAction) -> Command) -> Command {
    let parts = text.words[1].split(separator: "/", maxSplits: 1).map(String.init)
    let (verb, word) = (text.words[0].lowercased(), parts.first ?? "")
    guard let kind = text.kinds.find(word) else { return .unknown("no kind '\(word)'") }
    let resource = parts.count > 1 ? "\(kind.plural)/\(parts[1])" : kind.plural
    let place = kind.namespaced ? text.words.dropFirst(2).first : nil
    let isEverywhere = place.map { Command.names($0).isEmpty } ?? true
    return found(
      AccessAction(verb, resource, group: kind.group, namespace: isEverywhere ? "" : place ?? ""))
  }
}
