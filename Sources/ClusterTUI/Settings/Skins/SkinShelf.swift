import Terminal

/// The skins that can be had: ours, and the files of skins/.
struct SkinShelf {
  var folders: SettingsFolders?

  /// A skin and what was wrong in its file; a file goes before one of ours of the same name.
  func skin(_ name: String) -> (skin: Skin?, problems: [SettingsProblem]) {
    guard let path = folders?.skin(name) else { return (Skin.own(name), []) }
    guard let text = TextFile.contents(path) else { return (Skin.own(name), [.unreadable(path)]) }
    let file = SettingsFile(text, path: path)
    let skin = SkinFile.read(file, name: name)
    return (skin ?? Skin.own(name), file.problems)
  }

  var names: [String] {
    let own = Skin.own.map(\.name)
    return own + (folders?.skinNames ?? []).filter { !own.contains($0) }
  }
}

/// How frames look on the terminal: what is no part of a canvas.
struct Look: Equatable {
  var skin = Skin.terminal
  var scheme = Skin.terminal.scheme()
  var isASCII = false
  var hasMouse = true
}
