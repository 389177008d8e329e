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
