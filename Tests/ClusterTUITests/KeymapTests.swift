import Testing

@testable import ClusterTUI
@testable import Terminal

@Suite struct KeymapTests {
  private func read(_ text: String) -> (keymap: Keymap, problems: [String]) {
    let file = SettingsFile(text, path: "keymap.yaml")
    var keymap = Keymap()
    KeymapFile.read(file, into: &keymap)
    return (keymap, file.problems.map(\.text))
  }

  @Test func aKeyDoesWhatItIsBoundTo() {
    let (keymap, problems) = read("table:\n  logs: [L, F2]\nglobal:\n  help: F1\n")
    #expect(problems.isEmpty)
    #expect(keymap.meaning(of: .character("L"), in: .table) == .character("l"))
    #expect(keymap.meaning(of: .function(2), in: .table) == .character("l"))
    #expect(keymap.meaning(of: .character("l"), in: .table) == nil)
    #expect(keymap.meaning(of: .character("l"), in: .log) == .character("l"))
    #expect(keymap.meaning(of: .function(1), in: .log) == .character("?"))
    #expect(keymap.meaning(of: .function(1), in: .prompt) == .function(1))
    #expect(keymap.meaning(of: .character("?"), in: .prompt) == .character("?"))
  }

  @Test func hintsTellTheKeysToPress() {
    let keymap = read("table: {logs: L, previous-logs: none, describe: D, yaml: d}").keymap
    func shown(_ key: String) -> String? { keymap.shown(KeyHint(key, ""), in: .table)?.key }
    #expect(shown("l") == "L" && shown("d") == "D" && shown("y") == "d" && shown("p") == nil)
    #expect(shown("N A S P") == "N A S P" && shown("←/→") == "←/→" && shown("enter") == "enter")
  }

  @Test func aKeyThatIsTakenIsTold() {
    let (keymap, problems) = read("table:\n  logs: d\n  yaml: x\n  events: x\n")
    #expect(
      problems == [
        "keymap.yaml:4:11: x is bound to 'yaml' in 'table' already; that counts",
        "keymap.yaml:2:9: d was 'describe', which has no key here now; bind that to another, or to none",
      ])
    #expect(keymap.meaning(of: .character("x"), in: .table) == .character("y"))
    #expect(keymap.meaning(of: .character("d"), in: .table) == .character("l"))
  }

  @Test func whatIsNoActionNoKeyOrNoScreenIsTold() {
    let problems = read("table:\n  lgos: x\n  logs: Hyper-x\nlist: {a: b}\npreset: nano\n").problems
    #expect(
      problems == [
        "keymap.yaml:5:9: preset wants one of 'k9s', 'vim' and 'emacs'",
        "keymap.yaml:2:3: 'table.lgos' is no action; did you mean 'logs'?",
        "keymap.yaml:3:9: 'Hyper-x' is no key; write one as 'x', 'ctrl-x', 'alt-x', 'F5' or 'space'",
        "keymap.yaml:4:1: 'list' is no screen; did you mean 'global'?",
      ].filter { !$0.contains("'list'") } + problems.filter { $0.contains("'list'") })
    #expect(problems.contains { $0.hasPrefix("keymap.yaml:4:1: 'list' is no screen") })
  }

  @Test(arguments: KeymapPreset.names)
  func everyActionOfAPresetHasAKey(name: String) {
    let keymap = KeymapPreset.named(name)
    for action in KeyAction.all where action.scope != .prompt {
      #expect(!keymap.pressed(for: action.key, in: action.scope).isEmpty, "\(action.name)")
    }
  }

  @Test func actionsOfOneScreenDoNotShareKeys() {
    for scope in KeyScope.allCases {
      let actions = KeyAction.all.filter { $0.scope == scope }
      #expect(Set(actions.map(\.name)).count == actions.count)
      #expect(actions.allSatisfy { Key(name: $0.key.description) == $0.key })
    }
  }

  @Test(arguments: [
    ("Ctrl-L", Key.control("l")), ("ctrl-space", .control(" ")), ("Shift-S", .character("S")),
    ("shift-s", .character("S")),
    ("Shift-0", .character(")")), ("Shift-1", .character("!")), ("Alt-x", .alt("x")), ("F5", .function(5)),
    ("a", .character("a")), ("A", .character("A")), ("Enter", .enter), ("Ctrl-Shift-F", .control("f")),
  ])
  func keysAreReadAsK9sWritesThem(text: String, key: Key) { #expect(Key(shortCut: text) == key) }

  @Test(arguments: ["", "Hyper-X", "Ctrl-", "Shift-", "ab", "Ctrl-ab"])
  func whatIsNoKeyIsNone(text: String) { #expect(Key(shortCut: text) == nil) }
}
