/// Commands to go back and forth through: `[`, `]` and `-`.
struct CommandHistory {
  private var commands: [String] = []
  private var at = -1

  mutating func add(_ command: String) {
    if commands.indices.contains(at), commands[at] == command { return }
    commands = Array(commands.prefix(at + 1)) + [command]
    at = commands.count - 1
  }

  mutating func step(_ by: Int) -> String? {
    guard commands.indices.contains(at + by) else { return nil }
    at += by
    return commands[at]
  }

  /// The command before this one; asked twice it comes back.
  mutating func last() -> String? {
    guard at > 0 else { return nil }
    commands.swapAt(at, at - 1)
    return commands[at]
  }
}
