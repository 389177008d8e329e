/// Words for commands, from `aliases.yaml`: a kind ("v1/pods", "pods") or a whole command ("pod shop app=web").
struct Aliases: Equatable {
  private(set) var commands: [String: String] = [:]

  /// aliases: {WORD: COMMAND}; k9s wrote `alias` once.
  mutating func read(_ file: SettingsFile) {
    for (key, node) in file.root.members("wants 'aliases' with words below it") ?? [] {
      guard key == "aliases" || key == "alias" else {
        node.unknown(among: ["aliases"])
        continue
      }
      for (word, command) in node.members("wants words with commands below it") ?? [] {
        guard !word.isEmpty, !word.contains(" ") else {
          command.noteKey("'\(word)' is no word: an alias has no blanks in it")
          continue
        }
        if let text = command.text(), !text.isEmpty { commands[word.lowercased()] = text }
      }
    }
    for word in commands.keys.sorted() where expanded(word) == nil {
      file.root["aliases"]?[word]?.note("the alias '\(word)' leads back to itself")
      commands[word] = nil
    }
  }

  /// A command with its first word replaced, as often as that is an alias; what followed the word stays behind. nil
  /// where that never ends. "v1/pods" and "apps/v1/deployments" are kinds in k9s's spelling.
  func expanded(_ text: String) -> String? {
    var text = text
    var seen = Set<String>()
    while true {
      let parts = text.split(separator: " ", maxSplits: 1)
      guard let first = parts.first.map({ $0.lowercased() }), let command = commands[first] else {
        return text
      }
      guard seen.insert(first).inserted else { return nil }
      // A word for itself with more behind it is fine: pods: pods shop.
      let next = command.split(separator: " ").first.map { $0.lowercased() }
      text = parts.count > 1 ? "\(command) \(parts[1])" : command
      if next == first { return text }
    }
  }
}
