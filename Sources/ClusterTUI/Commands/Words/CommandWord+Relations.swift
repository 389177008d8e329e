import Cluster

extension CommandWord {
  @Sendable static func related(_ text: CommandText) -> Command? {
    text.object(wants: "related wants an object: related deploy/web, and perhaps its namespace") {
      kind, name, namespace in
      .run { shell, world in
        shell.withObject(kind, name, namespace, "related", world, onTable: false) { RelatedScreen($0) }
      }
    }
  }

  /// "diff deploy/web", "diff deploy/web deploy/api shop", "diff cm/a cm/b"
  @Sendable static func diff(_ text: CommandText) -> Command? {
    let wants = "diff wants one or two objects: diff deploy/web deploy/api, and perhaps a namespace"
    let named = text.words.filter { $0.contains("/") }
    let place = text.words.first { !$0.contains("/") }
    guard named.count == 1 || named.count == 2 else { return .misused(wants) }
    var found: [(kind: Kind, name: String)] = []
    for word in named {
      let parts = word.split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { return .misused(wants) }
      guard let kind = text.kinds.find(parts[0]) else { return .unknown("no kind '\(parts[0])'") }
      found.append((kind, parts[1]))
    }
    let (first, second) = (found[0], found.count > 1 ? found[1] : nil)
    return .run { shell, world in
      shell.withObject(first.kind, first.name, place, "diff", world, onTable: false) { ref in
        let other = second.map {
          ObjectRef(kind: $0.kind.id, namespace: $0.kind.namespaced ? ref.namespace : "", name: $0.name)
        }
        return DifferenceScreen(ref, other.map { .other($0) })
      }
    }
  }

  @Sendable static func xray(_ text: CommandText) -> Command? {
    guard let word = text.name else {
      return .misused("xray wants a kind: xray deploy, and perhaps a namespace")
    }
    guard let kind = text.kinds.find(word) else { return .unknown("no kind '\(word)'") }
    guard kind.canList, kind.abilities.contains(.describe) else {
      return .misused("there are no trees of \(kind.plural)")
    }
    let place = text.words.dropFirst().first { !$0.hasPrefix("/") }.map(Command.names)
    return .run { shell, world in
      let namespaces = kind.namespaced ? place ?? shell.namespaces : []
      return shell.showAbove(TreeScreen(kind: kind, namespaces: namespaces), world)
    }
  }
}
