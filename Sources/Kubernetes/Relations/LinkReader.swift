import Cluster
import Document

/// Finds every place in an object that names another one: by the conventions that all kinds follow, so that it knows
/// those of custom resources as well. Owner references are not among them, nor what stands in metadata and status.
///
/// Source: Kubernetes API conventions, "Object references".
struct LinkReader {
  /// A link with the place of the name, for documents: "spec.volumes[0].secret.secretName".
  struct Found {
    var link: Link
    var path: String
  }

  private struct Step {
    /// The raw key; empty for an element.
    var key: UnsafeRawBufferPointer
    var index: Int
    /// The element's own name.
    var name: JSONSlice?
  }

  private let finder: KindFinder
  private let owner: Kind.ID
  private let namespace: String
  private var steps: [Step] = []
  private var found: [Found] = []
  private var meanings: [String: LinkWords.Meaning?] = [:]
  private let wantsPaths: Bool
  private let isBuiltIn: Bool
  /// Deeper than any object is, shallow enough for a hostile one.
  private static let maxDepth = 40
  private static let maxLinks = 2_000

  init(_ finder: KindFinder, kind: Kind.ID, namespace: String, wantsPaths: Bool = false) {
    self.finder = finder
    owner = kind
    self.namespace = namespace
    self.wantsPaths = wantsPaths
    isBuiltIn = Kinds.builtIn(kind) != nil
  }

  /// In the order of the object.
  static func links(
    of object: JSONSlice, kind: Kind.ID, namespace: String, finder: KindFinder, wantsPaths: Bool = false
  ) -> [Found] {
    var reader = LinkReader(finder, kind: kind, namespace: namespace, wantsPaths: wantsPaths)
    object.eachMember { key, value in
      for word in skipped where isKey(key, word) { return }
      reader.visit(key, value)
    }
    return reader.found
  }

  private static let skipped: [StaticString] = [
    "metadata", "status", "apiVersion", "kind", "data", "binaryData", "stringData",
  ]

  private mutating func visit(_ key: UnsafeRawBufferPointer, _ value: JSONSlice) {
    guard steps.count < Self.maxDepth, found.count < Self.maxLinks else { return }
    steps.append(Step(key: key, index: -1))
    defer { steps.removeLast() }
    if value.isString { return visitText(key, value) }
    if value.isObject { return visitObject(key, value) }
    guard value.isArray else { return }
    var index = 0
    value.eachElement { element in
      defer { index += 1 }
      guard element.isObject || element.isString else { return }
      steps.append(Step(key: key, index: index, name: element.isObject ? element.member("name") : nil))
      if element.isObject { visitObject(key, element) }
      steps.removeLast()
    }
  }

  /// `secretName: x`
  private mutating func visitText(_ key: UnsafeRawBufferPointer, _ value: JSONSlice) {
    guard key.count > 4, key[key.count - 4] == UInt8(ascii: "N") || isKey(key, "existingSecret"),
      value.bytes.count > 2, let meaning = meaning(key)
    else { return }
    let word = String(decoding: key, as: UTF8.self)
    // A volume by that name is one of the cluster's only where a claim names it.
    if word == "volumeName", owner != "v1/persistentvolumeclaims" { return }
    if word == "nodeName", owner != "v1/pods" { return }
    guard let kind = finder.id(name: meaning.kind) else { return }
    add(
      kind, value.line, namespace: nil, key: word, isOptional: !isBuiltIn && meaning.kind == "Service",
      isObject: false)
  }

  private mutating func visitObject(_ key: UnsafeRawBufferPointer, _ object: JSONSlice) {
    var (kind, name, space, version, group): (JSONSlice?, JSONSlice?, JSONSlice?, JSONSlice?, JSONSlice?)
    var optional = false
    object.eachMember { key, value in
      switch key.count {
      case 4:
        if isKey(key, "name") { name = value } else if isKey(key, "kind") { kind = value }
      case 5: if isKey(key, "group") { group = value }
      case 8:
        if isKey(key, "apiGroup") {
          group = value
        } else if isKey(key, "optional") {
          optional = value.bool == true
        }
      case 9: if isKey(key, "namespace") { space = value }
      case 10: if isKey(key, "apiVersion") { version = value }
      default: break
      }
    }
    if let name, name.isString, name.bytes.count > 2 {
      refer(key, kind: kind, name, space, version: version, group: group, optional)
    }
    object.eachMember { key, value in
      // What is embedded has a name of its own, which is none of another object.
      if isKey(key, "metadata") { return }
      let isOptionalVolume = optional && isKey(key, "secretName")
      let count = found.count
      visit(key, value)
      if isOptionalVolume, found.count > count { found[count].link.isOptional = true }
    }
  }

  private mutating func refer(
    _ key: UnsafeRawBufferPointer, kind: JSONSlice?, _ name: JSONSlice, _ space: JSONSlice?,
    version: JSONSlice?, group: JSONSlice?, _ optional: Bool
  ) {
    let word = String(decoding: key, as: UTF8.self)
    let namespace = space.line.isEmpty ? nil : space.line
    if let kind, kind.isString, !kind.line.isEmpty {
      // Neither is an object of the cluster.
      if word == "subjects", kind.has("User") || kind.has("Group") { return }
      let id = finder.id(
        name: kind.line, apiVersion: version.line, group: version == nil ? group?.line : nil)
      if let id { add(id, name.line, namespace: namespace, key: word, isOptional: optional) }
      return
    }
    guard let meaning = meaning(key), let id = finder.id(name: meaning.kind, apiVersion: version.line)
    else { return }
    let isSure = isBuiltIn || meaning.isReference
    add(id, name.line, namespace: namespace, key: word, isOptional: optional || !isSure)
  }

  private mutating func meaning(_ key: UnsafeRawBufferPointer) -> LinkWords.Meaning? {
    let word = String(decoding: key, as: UTF8.self)
    if let known = meanings[word] { return known }
    let meaning = LinkWords.meaning(ofKey: word)
    meanings[word] = .some(meaning)
    return meaning
  }

  private mutating func add(
    _ kind: Kind.ID, _ name: String, namespace: String?, key: String, isOptional: Bool, isObject: Bool = true
  ) {
    guard !name.isEmpty else { return }
    let space = finder.isNamespaced(kind) ? namespace ?? self.namespace : ""
    var link = Link(
      kind: kind, namespace: space, name: name, sort: LinkWords.sort(key: key, kind: kind, of: owner),
      how: "", isOptional: isOptional)
    (link.how, link.part) = words(key)
    found.append(Found(link: link, path: wantsPaths ? path() + (isObject ? ".name" : "") : ""))
  }

  // MARK: Where

  /// The place in a person's words, and the container it is in.
  private func words(_ key: String) -> (how: String, part: String) {
    var part = ""
    var how: String?
    for step in steps where step.index >= 0 {
      if isKey(step.key, "containers") || isKey(step.key, "initContainers") { part = step.name.line }
      if isKey(step.key, "env") { how = "env \(step.name.line)" }
      if isKey(step.key, "envFrom") { how = "envFrom" }
      if isKey(step.key, "imagePullSecrets") { how = "image pull secret" }
      if isKey(step.key, "volumes") {
        let name = step.name.line
        how = name.hasPrefix("kube-api-access-") ? "service account token" : "volume \(name)"
      }
    }
    if let how { return (how, part) }
    switch key {
    case "serviceAccountName": return ("account", part)
    case "nodeName", "scaleTargetRef", "roleRef", "claimRef", "volumeName", "targetRef", "subjects":
      return ("", part)
    default: return (path(), part)
    }
  }

  /// "spec.rules[0].http.paths[1].backend.service"
  private func path() -> String {
    var text = ""
    for step in steps {
      if step.index >= 0 {
        text += "[\(step.index)]"
      } else {
        let key = String(decoding: step.key, as: UTF8.self)
        text += text.isEmpty ? key : ".\(key)"
      }
    }
    return text
  }
}
