/// `clustertui config`: the settings as they count, each with where it comes from, and what is wrong in the files.
enum ConfigCommand {
  static func run(_ arguments: Arguments) -> Int32 {
    if arguments.wantsExample { return Run.say(example) }
    let place = SettingsFolders.Place(cluster: arguments.cluster ?? "", context: arguments.context ?? "")
    let preferences = Preferences()
    preferences.enter(place)
    for line in lines(preferences) { print(line) }
    for problem in preferences.problems { Run.complain(problem.text) }
    return preferences.problems.isEmpty ? 0 : 1
  }

  /// Every setting as YAML that could be written into the file, the source behind it.
  static func lines(_ preferences: Preferences) -> [String] {
    let setup = preferences.setup
    let (settings, sources) = (setup.settings, setup.configuration.sources)
    let texts = Setting.all.map { "\($0.name): \($0.text(settings))" }
    let width = min(44, texts.map(\.count).max() ?? 0)
    var lines = zip(Setting.all, texts).map { setting, text in
      let pad = String(repeating: " ", count: max(2, width + 2 - text.count))
      return "\(text)\(pad)# \(sources[setting.name] ?? "default")"
    }
    if !setup.configuration.rules.isEmpty {
      lines.append("contexts:")
      lines += setup.configuration.rules.map { "  \($0.text)" }
    }
    lines.append("")
    lines.append(
      "# skin: \(preferences.look.skin.name); there are \(preferences.shelf.names.joined(separator: ", "))")
    lines.append(
      "# aliases: \(setup.aliases.commands.count), hotkeys: \(setup.hotkeys.count), plug-ins: \(setup.plugins.count)"
    )
    lines +=
      setup.files.isEmpty ? ["# no files in \(preferences.folders.own)"] : setup.files.map { "# read: \($0)" }
    return lines
  }

  /// A file that says what holds anyway, with a sentence on each setting.
  static var example: String {
    let defaults = Settings()
    var lines = [
      "# Settings of clustertui: ~/.config/clustertui/config.yaml. What is not said here holds as it stands here."
    ]
    var group: String?
    for setting in Setting.all {
      if let next = setting.group {
        if next != group { lines += ["", "\(next):"] }
        let key = setting.name.drop { $0 != "." }.dropFirst()
        lines += ["  # \(setting.words): \(setting.values)", "  \(key): \(setting.text(defaults))"]
      } else {
        lines += ["", "# \(setting.words): \(setting.values)", "\(setting.name): \(setting.text(defaults))"]
      }
      group = setting.group
    }
    lines += [
      "", "# What holds in some contexts; * stands for anything in a name.",
      "# contexts:", "#   prod-*:", "#     protected: true   # a change wants the object's name typed",
      "#     readOnly: true    # nothing that changes the cluster",
      "#     color: red        # of the first row", "#     skin: ember",
    ]
    return lines.joined(separator: "\n")
  }
}

extension Configuration.Rule {
  /// As it is written: "prod-*: {protected: true, color: red}".
  var text: String {
    var parts: [String] = []
    if isProtected { parts.append("protected: true") }
    if isReadOnly { parts.append("readOnly: true") }
    if let color { parts.append("color: '\(color)'") }
    if let skin { parts.append("skin: '\(skin)'") }
    return "'\(pattern)': {\(parts.joined(separator: ", "))}"
  }
}
