/// All that a person configured, as it counts in one context: what `config.yaml` and the files beside it say, and what
/// in them could not be used.
struct Setup: Equatable {
  var configuration = Configuration()
  var aliases = Aliases()
  var hotkeys: [Hotkey] = []
  var plugins: [Plugin] = []
  var keymap = Keymap()
  var views: [ConfiguredView] = []
  /// Where this was read from; nil where nothing was.
  private(set) var folders: SettingsFolders?
  /// The files that were read.
  private(set) var files: [String] = []
  var problems: [SettingsProblem] = []

  var settings: Settings { configuration.settings }

  static func load(
    _ folders: SettingsFolders = SettingsFolders(), at place: SettingsFolders.Place = SettingsFolders.Place()
  ) -> Setup {
    var setup = Setup()
    setup.folders = folders
    setup.readConfiguration(folders)
    setup.readAll("aliases.yaml", folders, place) { $0.aliases.read($1) }
    setup.readAll("hotkeys.yaml", folders, place) { setup, file in
      setup.hotkeys = Self.over(setup.hotkeys, Hotkey.read(file), by: \.name)
    }
    setup.readAll("plugins.yaml", folders, place) { setup, file in
      setup.plugins = Self.over(setup.plugins, Plugin.read(file), by: \.name)
    }
    setup.readAll("views.yaml", folders, place) { setup, file in
      let read = ConfiguredView.read(file)
      setup.views =
        read
        + setup.views.filter { old in
          !read.contains { $0.kind == old.kind && $0.namespaces == old.namespaces }
        }
    }
    setup.readAll("keymap.yaml", folders, place) { KeymapFile.read($1, into: &$0.keymap) }
    setup.problems += setup.configuration.problems
    return setup
  }

  /// `config.yaml`: ours, or what of k9s's has a meaning here.
  private mutating func readConfiguration(_ folders: SettingsFolders) {
    let own = "\(folders.own)/config.yaml"
    if SettingsFolders.exists(own) {
      files.append(own)
      configuration.read(file: own)
    } else if let text = TextFile.contents("\(folders.k9s)/config.yaml") {
      files.append("\(folders.k9s)/config.yaml")
      configuration.readK9s(text, path: "\(folders.k9s)/config.yaml")
    }
  }

  private mutating func readAll(
    _ name: String, _ folders: SettingsFolders, _ place: SettingsFolders.Place,
    _ read: (inout Setup, SettingsFile) -> Void
  ) {
    for path in folders.files(name, at: place) {
      files.append(path)
      guard let text = TextFile.contents(path) else {
        problems.append(.unreadable(path))
        continue
      }
      let file = SettingsFile(text, path: path)
      if file.isReadable { read(&self, file) }
      problems += file.problems
    }
  }

  /// The ones of a context replace those of the same name.
  private static func over<T>(_ old: [T], _ new: [T], by name: KeyPath<T, String>) -> [T] {
    let names = Set(new.map { $0[keyPath: name] })
    return old.filter { !names.contains($0[keyPath: name]) } + new
  }
}
