/// One setting of `config.yaml`: its name, what it means, how it is read and told. The table of all of them makes the
/// reader, `clustertui config`, the example and the test of the documentation.
struct Setting {
  /// "log.tail": a key, or a key below another.
  var name: String
  /// "true or false", "a number from 1 to 9".
  var values: String
  var words: String
  /// The path of the same in k9s's config.yaml; empty where there is none.
  var k9s: String
  /// False, and noted, where the value is of no use.
  var read: (inout Settings, SettingsNode) -> Bool
  /// As it is written in YAML.
  var text: (Settings) -> String

  var group: String? { name.contains(".") ? String(name.prefix { $0 != "." }) : nil }

  static func flag(
    _ name: String, _ member: WritableKeyPath<Settings, Bool>, _ words: String, k9s: String = ""
  ) -> Setting {
    Setting(
      name: name, values: "true or false", words: words, k9s: k9s,
      read: { $1.bool().store(in: &$0, at: member) },
      text: { $0[keyPath: member] ? "true" : "false" })
  }

  static func number(
    _ name: String, _ member: WritableKeyPath<Settings, Int>, _ range: ClosedRange<Int>, _ words: String,
    k9s: String = ""
  ) -> Setting {
    Setting(
      name: name, values: "a number from \(range.lowerBound) to \(range.upperBound)", words: words, k9s: k9s,
      read: { $1.int(range).store(in: &$0, at: member) }, text: { "\($0[keyPath: member])" })
  }

  static func choice(
    _ name: String, _ member: WritableKeyPath<Settings, String>, _ choices: [String], _ words: String,
    k9s: String = ""
  ) -> Setting {
    Setting(
      name: name, values: choices.joined(separator: ", "), words: words, k9s: k9s,
      read: { $1.choice(choices).store(in: &$0, at: member) }, text: { $0[keyPath: member] })
  }

  static func text(
    _ name: String, _ member: WritableKeyPath<Settings, String>, _ values: String, _ words: String,
    k9s: String = ""
  ) -> Setting {
    Setting(
      name: name, values: values, words: words, k9s: k9s,
      read: { $1.text().store(in: &$0, at: member) }, text: { quoted($0[keyPath: member]) })
  }

  static func texts(
    _ name: String, _ member: WritableKeyPath<Settings, [String]>, _ values: String, _ words: String,
    k9s: String = ""
  ) -> Setting {
    Setting(
      name: name, values: values, words: words, k9s: k9s,
      read: { $1.texts().store(in: &$0, at: member) },
      text: { "[\($0[keyPath: member].map(quoted).joined(separator: ", "))]" })
  }

  /// Plain where YAML takes it for nothing else.
  private static func quoted(_ text: String) -> String {
    let isPlain =
      text.first?.isLetter == true && !["true", "false", "yes", "no", "on", "off", "null"].contains(text)
      && text.allSatisfy { $0.isLetter || $0.isNumber || "-_./ ".contains($0) } && text.last != " "
    return isPlain
      ? text : "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
  }
}

extension Optional {
  /// Puts what could be read in its place; false where nothing could.
  fileprivate func store(in settings: inout Settings, at member: WritableKeyPath<Settings, Wrapped>) -> Bool {
    guard let value = self else { return false }
    settings[keyPath: member] = value
    return true
  }
}
