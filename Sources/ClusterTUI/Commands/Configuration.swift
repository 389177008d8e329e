import Document

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a person wrote into `config.yaml`: so far, which contexts want care.
///
///     contexts:
///       prod-*:            # a name; * stands for anything
///         protected: true  # a change wants the object's name typed
///         readOnly: true   # nothing that changes the cluster
struct Configuration: Equatable {
  struct Rule: Equatable {
    var pattern: String
    var isProtected = false
    var isReadOnly = false
  }

  private(set) var rules: [Rule] = []
  /// What could not be understood, with its place; the rest counts.
  private(set) var problems: [String] = []

  /// $XDG_CONFIG_HOME/clustertui/config.yaml; a file that is not there says nothing.
  static var standard: Configuration {
    let home = getenv("HOME").map { String(cString: $0) } ?? ""
    let config = getenv("XDG_CONFIG_HOME").map { String(cString: $0) } ?? ""
    let path = (config.hasPrefix("/") ? config : home + "/.config") + "/clustertui/config.yaml"
    if access(path, F_OK) != 0, errno == ENOENT || errno == ENOTDIR { return Configuration() }
    return TextFile.contents(path).map { Configuration($0, path: path) }
      ?? Configuration(unreadable: "\(path): \(String(cString: strerror(errno)))")
  }

  init() {}

  /// Who wanted care and can't be understood gets all of it.
  private init(unreadable problem: String) {
    problems = ["\(problem); every context is read-only until that is mended"]
    rules = [Rule(pattern: "*", isProtected: true, isReadOnly: true)]
  }

  init(_ text: String, path: String) {
    let (documents, faults) = YAML.parse(Array(text.utf8))
    if let fault = faults.first {
      self = Configuration(unreadable: "\(path): \(fault.description)")
      return
    }
    guard let root = documents.first, !root.isNull else { return }
    guard root.object != nil, root["contexts"].isNull || root["contexts"].object != nil else {
      self = Configuration(unreadable: "\(path): contexts wants names with settings below them")
      return
    }
    for member in root.members where member.key != "contexts" {
      problems.append("\(path): '\(member.key)' is no setting; there is 'contexts'")
    }
    for context in root["contexts"].members {
      var rule = Rule(pattern: context.key)
      if context.value.object == nil {
        problems.append("\(path): contexts.\(context.key) wants 'protected' or 'readOnly' below it")
        (rule.isProtected, rule.isReadOnly) = (true, true)
      }
      for setting in context.value.members {
        let place = "\(path): contexts.\(context.key).\(setting.key)"
        guard let flag = setting.value.bool else {
          problems.append("\(place) wants true or false")
          // Who meant to be careful must not be less so for a slip.
          (rule.isProtected, rule.isReadOnly) = (true, true)
          continue
        }
        switch setting.key {
        case "protected": rule.isProtected = flag
        case "readOnly": rule.isReadOnly = flag
        default:
          problems.append("\(place) is no setting; there are 'protected' and 'readOnly'")
          (rule.isProtected, rule.isReadOnly) = (true, true)
        }
      }
      rules.append(rule)
    }
  }

  func isProtected(_ context: String) -> Bool {
    rules.contains { $0.isProtected && Self.matches(context[...], $0.pattern[...]) }
  }

  func isReadOnly(_ context: String) -> Bool {
    rules.contains { $0.isReadOnly && Self.matches(context[...], $0.pattern[...]) }
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
