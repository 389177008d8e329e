import Terminal

/// Reads `keymap.yaml`:
///
///     preset: vim                # k9s, vim or emacs
///     global: {help: F1}
///     table:
///       logs: [L, ctrl-l]        # what these keys do; the usual one is free then
///       delete: none
struct KeymapFile {
  static func read(_ file: SettingsFile, into keymap: inout Keymap) {
    guard let members = file.root.members("wants 'preset' and screens with bindings below them") else {
      return
    }
    if let preset = file.root["preset"], let name = preset.choice(KeymapPreset.names) {
      keymap = KeymapPreset.named(name)
    }
    let scopes = KeyScope.allCases.map(\.rawValue)
    for (key, node) in members where key != "preset" {
      guard let scope = KeyScope(rawValue: key) else {
        node.unknown(among: scopes + ["preset"], what: "screen")
        continue
      }
      read(node, scope, into: &keymap)
    }
  }

  private struct Binding {
    var action: String
    var meant: Key
    var keys: [Key]
    var node: SettingsNode
  }

  private static func read(_ node: SettingsNode, _ scope: KeyScope, into keymap: inout Keymap) {
    let bindings = (node.members("wants actions with keys below it") ?? []).compactMap { read($0, $1, scope) }
    var taken: [Key: String] = [:]
    for binding in bindings {
      for key in binding.keys {
        if let other = taken[key] {
          binding.node.note("\(key) is bound to '\(other)' in '\(scope.rawValue)' already; that counts")
        } else {
          taken[key] = binding.action
        }
      }
      let keys = binding.keys.filter { taken[$0] == binding.action }
      keymap.bind(keys, to: binding.meant, in: scope)
    }
    let moved = Set(bindings.map(\.meant))
    for binding in bindings {
      for key in binding.keys
      where taken[key] == binding.action && key != binding.meant && !moved.contains(key) {
        guard
          let other = KeyAction.all.first(where: {
            $0.key == key && ($0.scope == scope || $0.scope == .global)
          })
        else { continue }
        if scope == .prompt, other.scope == .global { continue }
        binding.node.note(
          "\(key) was '\(other.name)', which has no key here now; bind that to another, or to none")
      }
    }
  }

  private static func read(_ name: String, _ node: SettingsNode, _ scope: KeyScope) -> Binding? {
    guard let meant = KeyAction.named(name, in: scope)?.key ?? Key(name: name) else {
      node.unknown(among: KeyAction.names(in: scope), what: "action")
      return nil
    }
    guard let texts = node.texts() else { return nil }
    let words = texts.flatMap { $0 == " " ? ["space"] : [$0] }
    if words == ["none"] || words.isEmpty { return Binding(action: name, meant: meant, keys: [], node: node) }
    var keys: [Key] = []
    for word in words {
      guard let key = Key(shortCut: word), !key.isMouse else {
        node.note("'\(Text.harmless(word))' is no key; write one as 'x', 'ctrl-x', 'alt-x', 'F5' or 'space'")
        continue
      }
      keys.append(key)
    }
    return keys.isEmpty ? nil : Binding(action: name, meant: meant, keys: keys, node: node)
  }
}

/// Keys as other programs have them.
enum KeymapPreset {
  static let names = ["k9s", "vim", "emacs"]

  static func named(_ name: String) -> Keymap {
    var keymap = Keymap()
    for (scope, text) in bindings[name] ?? [] {
      for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
        let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let action = KeyAction.named(parts[0], in: scope) else { continue }
        let keys = parts[1].split(separator: ",").compactMap { Key(name: String($0)) }
        keymap.bind(keys, to: action.key, in: scope)
      }
    }
    return keymap
  }

  private static let bindings: [String: [(KeyScope, String)]] = [
    // l and h go in and back, d and u go by pages; what they did before moves beside.
    "vim": [
      (.global, "page-down=ctrl-f,ctrl-d page-up=ctrl-b,ctrl-u"),
      (
        .table,
        "page-down=ctrl-f,ctrl-d page-up=ctrl-b,ctrl-u open=enter,l back=esc,h logs=L delete=ctrl-x clear-filter=ctrl-q"
      ),
      (.problems, "open=enter,l back=esc,h logs=L"),
    ],
    "emacs": [
      (
        .global,
        """
        down=ctrl-n,j up=ctrl-p,k page-down=ctrl-v,pgdn page-up=alt-v,pgup top=alt-<,g bottom=alt->,G back=ctrl-g,esc
        command=alt-x,: filter=ctrl-s,/ save=alt-s kinds=alt-a help=?,F1
        """
      ), (.table, "mark=space,alt-space wide=alt-w"),
    ],
  ]
}

extension Key {
  fileprivate var isMouse: Bool {
    switch self {
    case .mouse, .paste, .background: true
    default: false
    }
  }
}
