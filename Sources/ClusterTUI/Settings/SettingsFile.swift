import Document

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Something in a file of settings that could not be used, with its place; the rest of the file counts.
struct SettingsProblem: Hashable {
  var file: String
  var line: Int
  var column: Int
  var message: String

  /// "config.yaml:3:9: …", as compilers and editors write places.
  var text: String { "\(file):\(line):\(column): \(message)" }

  /// A file that is there and can't be read; `errno` says why.
  static func unreadable(_ path: String) -> SettingsProblem {
    SettingsProblem(file: path, line: 1, column: 1, message: String(cString: strerror(errno)))
  }
}

/// A YAML file that a person wrote, and what was wrong in it, noted while it is read.
final class SettingsFile {
  let path: String
  private(set) var problems: [SettingsProblem] = []
  /// False after a fault of syntax: nothing of the file is known then.
  let isReadable: Bool
  private let document: JSON
  private let places: YAMLPlaces
  /// Who writes thousands of wrong lines mends them in the order of their file.
  private static let maxProblems = 100

  init(_ text: String, path: String) {
    self.path = path
    let (document, places, faults) = YAML.parseWithPlaces(Array(text.utf8))
    (self.document, self.places) = (document, places)
    isReadable = faults.isEmpty || !document.isNull
    for fault in faults { note(fault.message, at: TextPlace(line: fault.line, column: fault.column)) }
  }

  var root: SettingsNode { SettingsNode(value: document, path: [], file: self) }

  fileprivate func note(_ message: String, path: [String], atKey: Bool) {
    let member = places[path]
    note(message, at: atKey ? member.key : member.value)
  }

  private func note(_ message: String, at place: TextPlace) {
    let problem = SettingsProblem(file: path, line: place.line, column: place.column, message: message)
    if problems.count < Self.maxProblems, !problems.contains(problem) { problems.append(problem) }
  }
}

/// A value in a file of settings. What is asked of it and it can't give is noted with its place.
struct SettingsNode {
  let value: JSON
  fileprivate(set) var path: [String]
  fileprivate let file: SettingsFile

  /// "log.tail"
  var name: String { path.joined(separator: ".") }
  var isNull: Bool { value.isNull }
  var source: String { file.path }

  subscript(key: String) -> SettingsNode? {
    value.object?[key].map { SettingsNode(value: $0, path: path + [key], file: file) }
  }

  /// The members; nil, noted, where this is no mapping. Nothing at all is a mapping without members.
  func members(_ wants: String) -> [(key: String, node: SettingsNode)]? {
    if value.isNull { return [] }
    guard let object = value.object else { return fail(wants) }
    var seen = Set<String>()
    return object.members.reversed().filter { seen.insert($0.key).inserted }.reversed().map {
      ($0.key, SettingsNode(value: $0.value, path: path + [$0.key], file: file))
    }
  }

  var elements: [SettingsNode]? {
    guard case .array(let items) = value else { return nil }
    return items.enumerated().map { SettingsNode(value: $1, path: path + ["\($0)"], file: file) }
  }

  /// Notes that the value is not what it should be; the answer is nil for use in a return.
  @discardableResult
  func fail<T>(_ message: String) -> T? {
    file.note(path.isEmpty ? message : "\(name) \(message)", path: path, atKey: false)
    return nil
  }

  func note(_ message: String) { file.note(message, path: path, atKey: false) }
  func noteKey(_ message: String) { file.note(message, path: path, atKey: true) }

  /// Notes a key that means nothing here, with the one that was likely meant.
  func unknown(among known: [String], what: String = "setting") {
    let key = path.last ?? ""
    let nearest = Nearest.word(to: key, among: known)
    let hint =
      nearest.map { "did you mean '\($0)'?" }
      ?? (known.count > 12 ? "see 'clustertui config'" : "there is \(Self.listed(known))")
    noteKey("'\(name)' is no \(what); \(hint)")
  }

  static func listed(_ words: [String]) -> String {
    let quoted = words.map { "'\($0)'" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "none" }
    return quoted.dropLast().joined(separator: ", ") + " and \(last)"
  }

  // MARK: Values

  func bool() -> Bool? { value.bool ?? fail("wants true or false") }

  func text() -> String? { scalar ?? fail("wants a text") }

  private var scalar: String? {
    switch value {
    case .string(let text), .number(let text): text
    case .bool(let flag): flag ? "true" : "false"
    default: nil
    }
  }

  /// A list of texts, or a single one.
  func texts() -> [String]? {
    if value.isNull { return [] }
    guard let elements else { return scalar.map { [$0] } ?? fail("wants a list of texts") }
    return elements.compactMap { $0.text() }
  }

  func int(_ range: ClosedRange<Int>) -> Int? {
    guard let number = value.int, range.contains(number) else {
      return fail("wants a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func choice(_ words: [String]) -> String? {
    guard let text = scalar, words.contains(text) else { return fail("wants one of \(Self.listed(words))") }
    return text
  }
}
