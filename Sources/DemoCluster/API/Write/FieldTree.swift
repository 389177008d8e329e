import Document

/// A set of fields of one object: what `fieldsV1` holds.
struct FieldTree: Sendable, Hashable {
  /// One step into an object.
  enum Step: Hashable, Sendable {
    case field(String)
    /// An element of a list, by the values of its keys.
    case key([Pair2])
    /// An element of a set.
    case value(JSON)
  }

  /// The name and value of a key.
  struct Pair2: Hashable, Sendable {
    let name: String
    let value: JSON
  }

  /// Whether the place itself is in the set, not only what is below it.
  var isMember = false
  private(set) var children: [Step: FieldTree] = [:]

  var isEmpty: Bool { !isMember && children.isEmpty }

  mutating func insert(_ path: ArraySlice<Step>) {
    guard let first = path.first else {
      isMember = true
      return
    }
    children[first, default: FieldTree()].insert(path.dropFirst())
  }

  subscript(step: Step) -> FieldTree { children[step] ?? FieldTree() }

  func contains(_ path: ArraySlice<Step>) -> Bool {
    guard let first = path.first else { return isMember }
    return children[first]?.contains(path.dropFirst()) ?? false
  }

  private mutating func set(_ step: Step, _ tree: FieldTree) { children[step] = tree.isEmpty ? nil : tree }

  func union(_ other: FieldTree) -> FieldTree {
    var result = self
    result.isMember = isMember || other.isMember
    for (step, tree) in other.children { result.children[step] = self[step].union(tree) }
    return result
  }

  func intersection(_ other: FieldTree) -> FieldTree {
    var result = FieldTree()
    result.isMember = isMember && other.isMember
    for (step, tree) in children { result.set(step, tree.intersection(other[step])) }
    return result
  }

  func subtracting(_ other: FieldTree) -> FieldTree {
    var result = self
    if other.isMember { result.isMember = false }
    for (step, tree) in other.children { result.set(step, self[step].subtracting(tree)) }
    return result
  }

  /// Without the places of `other` and all that is below them.
  func removing(below other: FieldTree) -> FieldTree {
    if other.isMember { return FieldTree() }
    var result = self
    for (step, tree) in other.children { result.set(step, self[step].removing(below: tree)) }
    return result
  }

  /// Every place in the set, in a fixed order.
  var paths: [[Step]] {
    var found: [[Step]] = isMember ? [[]] : []
    for (step, tree) in children.sorted(by: { $0.key.text < $1.key.text }) {
      found += tree.paths.map { [step] + $0 }
    }
    return found
  }
}

extension FieldTree.Step {
  /// As `fieldsV1` names it.
  var text: String {
    switch self {
    case .field(let name): "f:" + name
    case .value(let value): "v:" + value.text
    case .key(let pairs):
      "k:" + JSON.object(JSONObject(pairs.map { JSONObject.Member(key: $0.name, value: $0.value) })).text
    }
  }

  init?(_ text: String) {
    let rest = String(text.dropFirst(2))
    switch text.prefix(2) {
    case "f:": self = .field(rest)
    case "v:":
      guard let value = JSON.parse(Array(rest.utf8)).value else { return nil }
      self = .value(value)
    case "k:":
      guard let value = JSON.parse(Array(rest.utf8)).value else { return nil }
      self = .key(
        value.members.map { FieldTree.Pair2(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name })
    default: return nil
    }
  }

  /// As messages name it: `.spec`, `[name="web"]`.
  var shown: String {
    switch self {
    case .field(let name): "." + name
    case .value(let value): "[=\(value.text)]"
    case .key(let pairs): "[" + pairs.map { "\($0.name)=\($0.value.text)" }.joined(separator: ",") + "]"
    }
  }
}

// MARK: fieldsV1

extension FieldTree {
  init(fieldsV1 json: JSON) {
    for member in json.members {
      if member.key == "." {
        isMember = true
      } else if let step = Step(member.key) {
        var child = FieldTree(fieldsV1: member.value)
        if member.value.members.isEmpty { child.isMember = true }
        children[step] = child
      }
    }
  }

  var fieldsV1: Bytes {
    var out = Bytes()
    write(to: &out)
    return out
  }

  private func write(to out: inout Bytes) {
    out.put("{")
    if isMember, !children.isEmpty { out.put("\".\":{},") }
    for (step, tree) in children.map({ ($0.key.text, $0.value) }).sorted(by: { $0.0 < $1.0 }) {
      out.put(quoted: step)
      out.put(":")
      tree.write(to: &out)
      out.put(",")
    }
    out.close("}")
  }
}
