import Cluster

extension CommandWord {
  /// "logs deploy/web shop", "logs web-7c9d-x2k", "logs -l app=web,tier=front shop"
  @Sendable static func logs(_ text: CommandText) -> Command? {
    var words = text.words[...]
    let wants = "logs wants an object or labels: logs deploy/web, logs -l app=web, and perhaps a namespace"
    guard let first = words.first else { return .misused(wants) }
    if first == "-l" {
      words.removeFirst()
      guard !words.isEmpty else { return .misused(wants) }
      let labels = Command.labels(&words)
      return .run { shell, world in
        shell.withNamespace(words.first, "logs -l \(labels)", world) {
          LogScreen(query: LogQuery(namespace: $0, selector: labels))
        }
      }
    }
    let pods = text.kinds["v1/pods"]
    if !first.contains("/"), words.count < 3, let pods, words.count == 1 || text.kinds.find(first) == nil {
      return log(pods, first, words.dropFirst().first)
    }
    return text.object(wants: wants) { kind, name, namespace in log(kind, name, namespace) }
  }

  private static func log(_ kind: Kind, _ name: String, _ namespace: String?) -> Command {
    guard kind.hasOwnLog || kind.hasLogsOfPods else { return .misused("\(kind.plural) have no logs") }
    return .run { shell, world in
      shell.withObject(kind, name, namespace, "logs", world) {
        LogScreen(query: LogQuery(of: $0, isPod: kind.hasOwnLog))
      }
    }
  }
}
