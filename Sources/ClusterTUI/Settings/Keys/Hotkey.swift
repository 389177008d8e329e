import Terminal

/// A key of `hotkeys.yaml` that runs a command, in k9s's format.
struct Hotkey: Equatable {
  var name: String
  var key: Key
  var words: String
  /// As it is typed after the colon; may hold `$NAMESPACE` and the like.
  var command: String
  /// Counts also where the screen has a meaning of its own for the key.
  var overrides = false
  /// Whether esc leads back to where the key was pressed.
  var keepsHistory = false

  private static let keys = ["shortCut", "description", "command", "override", "keepHistory"]

  /// hotKeys: {NAME: {shortCut, description, command, override, keepHistory}}
  static func read(_ file: SettingsFile) -> [Hotkey] {
    guard let root = file.root.members("wants 'hotKeys' with names below it") else { return [] }
    var found: [Hotkey] = []
    for (key, node) in root {
      guard key == "hotKeys" || key == "hotkeys" || key == "hotKey" else {
        node.unknown(among: ["hotKeys"])
        continue
      }
      for (name, node) in node.members("wants names with keys and commands below them") ?? [] {
        if let hotkey = read(name, node) { found.append(hotkey) }
      }
    }
    return found
  }

  private static func read(_ name: String, _ node: SettingsNode) -> Hotkey? {
    guard let members = node.members("wants \(SettingsNode.listed(keys)) below it") else { return nil }
    for (key, member) in members where !keys.contains(key) { member.unknown(among: keys) }
    guard let key = Key.read(node), let command = node.required("command")?.text() else { return nil }
    var hotkey = Hotkey(
      name: name, key: key, words: node["description"]?.text() ?? command, command: command)
    hotkey.overrides = node["override"]?.bool() ?? false
    hotkey.keepsHistory = node["keepHistory"]?.bool() ?? false
    return hotkey
  }
}

extension SettingsNode {
  /// The member; noted where it is missing.
  func required(_ key: String) -> SettingsNode? {
    if let member = self[key], !member.isNull { return member }
    noteKey("\(name) wants '\(key)'")
    return nil
  }
}

extension Key {
  /// The `shortCut` of a hotkey or plug-in.
  static func read(_ node: SettingsNode) -> Key? {
    guard let member = node.required("shortCut"), let text = member.text() else { return nil }
    guard let key = Key(shortCut: text) else {
      member.note("'\(Text.harmless(text))' is no key; write one as 'Ctrl-L', 'Shift-S', 'F5' or 'a'")
      return nil
    }
    return key
  }
}
