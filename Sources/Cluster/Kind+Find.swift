/// A word for a kind, as kubectl takes it: `pods`, `deploy.apps`, `widgets.v1.example.com`.
struct KindName: Hashable {
  var resource: String
  var version: String?
  var group: String?

  /// The ways to read a word, the most exact first: of two dots the first may part a version from the group.
  static func readings(_ word: String) -> [KindName] {
    let parts = word.lowercased().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let rest = parts.dropFirst()
    guard let resource = parts.first, !rest.isEmpty else { return [KindName(resource: word.lowercased())] }
    var readings: [KindName] = []
    if rest.count >= 2 {
      let group = rest.dropFirst().joined(separator: ".")
      readings.append(KindName(resource: resource, version: rest.first, group: group))
    }
    readings.append(KindName(resource: resource, group: rest.joined(separator: ".")))
    return readings
  }
}

extension Sequence where Element == Kind {
  /// The kind that kubectl would mean by a word. The kinds stand in the order of their priority, so that the first
  /// of several wins; a plural or singular counts more than another's short name, and a whole group more than the
  /// beginning of one.
  ///
  /// - Parameter extraNames: names that no server knows, lower case; they count least.
  package func named(_ word: String, extraNames: [Kind.ID: [String]] = [:]) -> Kind? {
    if let exact = first(where: { $0.id == word }) { return exact }
    for name in KindName.readings(word) {
      let found =
        first { name.isResource(of: $0) && name.isGroup(of: $0) }
        ?? first { name.isShort(of: $0) && name.isGroup(of: $0) }
        ?? first { name.isResource(of: $0) && name.startsGroup(of: $0) }
        ?? first { name.isShort(of: $0) && name.startsGroup(of: $0) }
        ?? first { name.isKind($0) && name.startsGroup(of: $0) }
        ?? first { extraNames[$0.id, default: []].contains(name.resource) && name.startsGroup(of: $0) }
      if let found { return found }
    }
    return nil
  }
}

extension KindName {
  fileprivate func isResource(of kind: Kind) -> Bool { kind.plural == resource || kind.singular == resource }
  fileprivate func isShort(of kind: Kind) -> Bool { kind.shortNames.contains(resource) }
  fileprivate func isKind(_ kind: Kind) -> Bool { kind.name.lowercased() == resource }

  fileprivate func isGroup(of kind: Kind) -> Bool {
    (group == nil || group == kind.group) && (version == nil || version == kind.version)
  }

  fileprivate func startsGroup(of kind: Kind) -> Bool {
    guard version == nil else { return isGroup(of: kind) }
    return group.map { kind.group.hasPrefix($0) } ?? true
  }
}
