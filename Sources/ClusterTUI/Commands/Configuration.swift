/// What a person wrote into `config.yaml`: settings, and which contexts want care.
///
///     ui: {skin: fjord}
///     contexts:
///       prod-*:            # a name; * stands for anything
///         protected: true  # a change wants the object's name typed
///         readOnly: true   # nothing that changes the cluster
///         color: red       # of the first row there
///         skin: ember
struct Configuration: Equatable {
  struct Rule: Equatable {
    var pattern: String
    var isProtected = false
    var isReadOnly = false
    var color: String?
    var skin: String?
  }

  private(set) var settings = Settings()
  private(set) var rules: [Rule] = []
  /// Which file each setting that was set comes from, by its name.
  private(set) var sources: [String: String] = [:]
  /// What could not be understood, with its place; the rest counts.
  private(set) var problems: [SettingsProblem] = []

  private static let ruleKeys = ["protected", "readOnly", "color", "skin"]

  init() {}

  /// The settings of a file over these.
  mutating func read(_ text: String, path: String) {
    let file = SettingsFile(text, path: path)
    defer { problems += file.problems }
    guard file.isReadable else { return beCareful(file.root) }
    guard let members = file.root.members("the file wants settings, such as 'ui: {skin: dark}'") else {
      return beCareful(file.root)
    }
    let all = Setting.all
    for (key, node) in members {
      if key == "contexts" {
        readRules(node)
      } else if let setting = all.first(where: { $0.name == key }) {
        take(setting, node)
      } else if all.contains(where: { $0.group == key }) {
        readGroup(node, all.filter { $0.group == key })
      } else if let setting = all.first(where: { $0.name.hasSuffix(".\(key)") }) {
        node.noteKey("'\(key)' is no setting; did you mean '\(setting.name)'?")
      } else {
        node.unknown(among: all.map { $0.group ?? $0.name } + ["contexts"])
      }
    }
  }

  /// What stands in the way of reading a file counts as a slip in it.
  mutating func read(file path: String) {
    if let text = TextFile.contents(path) { return read(text, path: path) }
    problems.append(.unreadable(path))
    beCareful(SettingsFile("", path: path).root)
  }

  /// What k9s's config.yaml says of things that are settings here, too.
  mutating func readK9s(_ text: String, path: String) {
    let file = SettingsFile(text, path: path)
    defer { problems += file.problems }
    for setting in Setting.all where !setting.k9s.isEmpty {
      var node: SettingsNode? = file.root
      for key in setting.k9s.split(separator: ".") { node = node?[String(key)] }
      if let node, !node.isNull { take(setting, node) }
    }
  }

  private mutating func take(_ setting: Setting, _ node: SettingsNode) {
    if setting.read(&settings, node) {
      sources[setting.name] = node.source
    } else if setting.name == "readOnly" {
      settings.isReadOnly = true
    }
  }

  private mutating func readGroup(_ group: SettingsNode, _ settings: [Setting]) {
    let names = settings.map { String($0.name.drop { $0 != "." }.dropFirst()) }
    for (key, node) in group.members("wants settings below it: \(SettingsNode.listed(names))") ?? [] {
      guard let index = names.firstIndex(of: key) else {
        node.unknown(among: names)
        continue
      }
      take(settings[index], node)
    }
  }

  // MARK: Contexts

  /// Who wanted care and can't be understood gets all of it.
  private mutating func beCareful(_ root: SettingsNode) {
    root.note("every context is read-only until this is mended")
    rules.append(Rule(pattern: "*", isProtected: true, isReadOnly: true))
  }

  private mutating func readRules(_ node: SettingsNode) {
    guard let contexts = node.members("wants names with settings below them") else { return beCareful(node) }
    for (name, context) in contexts {
      var rule = Rule(pattern: name)
      // Who meant to be careful must not be less so for a slip.
      func slip() { (rule.isProtected, rule.isReadOnly) = (true, true) }
      let keys = Self.ruleKeys
      guard !context.isNull, let members = context.members("wants \(SettingsNode.listed(keys)) below it")
      else {
        if context.isNull { context.note("contexts.\(name) wants \(SettingsNode.listed(keys)) below it") }
        slip()
        rules.append(rule)
        continue
      }
      for (key, setting) in members {
        switch key {
        case "protected": if let flag = setting.bool() { rule.isProtected = flag } else { slip() }
        case "readOnly": if let flag = setting.bool() { rule.isReadOnly = flag } else { slip() }
        case "color": rule.color = setting.text()
        case "skin": rule.skin = setting.text()
        default:
          setting.unknown(among: keys)
          slip()
        }
      }
      rules.append(rule)
    }
  }

  func isProtected(_ context: String) -> Bool { matching(context).contains(where: \.isProtected) }

  func isReadOnly(_ context: String) -> Bool {
    settings.isReadOnly || matching(context).contains(where: \.isReadOnly)
  }

  func color(of context: String) -> String? { matching(context).lazy.compactMap(\.color).first }
  func skin(of context: String) -> String? { matching(context).lazy.compactMap(\.skin).first }

  private func matching(_ context: String) -> [Rule] {
    rules.filter { Self.matches(context[...], $0.pattern[...]) }
  }

  /// `*` stands for any text.
  private static func matches(_ text: Substring, _ pattern: Substring) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == "*" {
      let rest = pattern.dropFirst()
      return matches(text, rest) || (!text.isEmpty && matches(text.dropFirst(), pattern))
    }
    return text.first == first && matches(text.dropFirst(), pattern.dropFirst())
  }
}
