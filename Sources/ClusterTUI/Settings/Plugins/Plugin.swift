import Terminal

/// A program of the person's own behind a key, from `plugins.yaml`, in k9s's format. `safe` is ours: the plug-in changes
/// nothing, so it may run in a read-only session.
struct Plugin: Equatable {
  /// A line of text that is asked for before the program runs.
  struct Input: Equatable {
    enum Form: String, CaseIterable { case string, number, bool, dropdown }
    var name: String
    var label: String
    var form = Form.string
    var isRequired = false
    var initial = ""
    var options: [String] = []
  }

  var name: String
  var key: Key
  var words: String
  /// Kinds by any of their names; "all" is everywhere.
  var scopes: [String] = []
  var command: String
  var arguments: [String] = []
  /// Programs that the output passes through, each with its arguments.
  var pipes: [String] = []
  var runsInBackground = false
  var asksFirst = false
  var isDangerous = false
  var isSafe = false
  var overrides = false
  /// The output is told in the last row in place of a sentence of ours.
  var tellsOutput = false
  var inputs: [Input] = []
  var file = ""

  private static let keys = [
    "shortCut", "description", "scopes", "command", "args", "pipes", "background", "confirm", "dangerous",
    "override", "overwriteOutput", "inputs", "safe",
  ]
  private static let inputKeys = ["name", "label", "type", "required", "default", "options"]
  private static let maxInputs = 5

  /// plugins: {NAME: {…}}
  static func read(_ file: SettingsFile) -> [Plugin] {
    var found: [Plugin] = []
    for (key, node) in file.root.members("wants 'plugins' with names below it") ?? [] {
      guard key == "plugins" || key == "plugin" else {
        node.unknown(among: ["plugins"])
        continue
      }
      for (name, node) in node.members("wants names with keys and programs below them") ?? [] {
        if let plugin = read(name, node) { found.append(plugin) }
      }
    }
    return found
  }

  private static func read(_ name: String, _ node: SettingsNode) -> Plugin? {
    guard let members = node.members("wants \(SettingsNode.listed(keys)) below it") else { return nil }
    for (key, member) in members where !keys.contains(key) { member.unknown(among: keys) }
    guard let key = Key.read(node), let command = node.required("command")?.text(), !command.isEmpty else {
      return nil
    }
    var plugin = Plugin(name: name, key: key, words: node["description"]?.text() ?? name, command: command)
    plugin.file = node.source
    plugin.scopes = node["scopes"]?.texts()?.map { $0.lowercased() } ?? []
    if plugin.scopes.isEmpty { node.noteKey("\(node.name) wants 'scopes': kinds such as pods, or all") }
    plugin.arguments = node["args"]?.texts() ?? []
    plugin.pipes = node["pipes"]?.texts() ?? []
    func flag(_ key: String, otherwise: Bool = false) -> Bool {
      guard let member = node[key], !member.isNull else { return otherwise }
      return member.bool() ?? false
    }
    plugin.runsInBackground = flag("background")
    plugin.overrides = flag("override")
    plugin.tellsOutput = flag("overwriteOutput")
    plugin.isSafe = flag("safe")
    // A slip makes it more careful, not less.
    plugin.isDangerous = node["dangerous"].map { $0.isNull ? false : $0.bool() ?? true } ?? false
    plugin.asksFirst = node["confirm"].map { $0.isNull ? false : $0.bool() ?? true } ?? false
    if plugin.isSafe, plugin.isDangerous {
      node["safe"]?.note("\(node.name) can't be safe and dangerous; dangerous counts")
      plugin.isSafe = false
    }
    let inputs = node["inputs"]?.elements ?? []
    if inputs.count > maxInputs {
      node["inputs"]?.note("\(node.name) asks for more than \(maxInputs) inputs")
    }
    plugin.inputs = inputs.prefix(maxInputs).compactMap(readInput)
    return plugin
  }

  private static func readInput(_ node: SettingsNode) -> Input? {
    guard let members = node.members("wants \(SettingsNode.listed(inputKeys)) below it") else { return nil }
    for (key, member) in members where !inputKeys.contains(key) { member.unknown(among: inputKeys) }
    guard let name = node.required("name")?.text(), !name.isEmpty else { return nil }
    var input = Input(name: name, label: node["label"]?.text() ?? name)
    let forms = Input.Form.allCases.map(\.rawValue)
    input.form = node["type"]?.choice(forms).flatMap(Input.Form.init) ?? .string
    input.isRequired = node["required"]?.bool() ?? false
    input.options = node["options"]?.texts() ?? []
    if input.form == .dropdown, input.options.isEmpty {
      node.noteKey("\(node.name) wants 'options' to choose from")
      return nil
    }
    input.initial = node["default"]?.text() ?? (input.form == .bool ? "false" : input.options.first ?? "")
    return input
  }

  /// Whether the key counts where objects of a kind are shown; `names` are all names of that kind.
  func applies(to names: [String]) -> Bool {
    scopes.contains("all") || scopes.contains { names.contains($0) }
  }
}
