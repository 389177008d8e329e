/// The name of an image, taken apart: registry, repository, tag, digest.
///
/// Source: distribution/reference (grammar in reference.go, defaults in normalize.go).
struct ImageReference: Hashable {
  /// "docker.io", "registry.example.com:5000"
  var registry: String
  /// "library/nginx"
  var repository: String
  /// Empty where there is a digest alone; "latest" where there is neither.
  var tag: String
  /// "sha256:..."; empty without.
  var digest: String
  /// Whether the name itself says which registry.
  var namesRegistry: Bool

  /// nil for what is no name of an image.
  init?(_ text: String) {
    guard Self.problem(of: text) == nil else { return nil }
    let parts = Parts(text)
    registry = parts.domain ?? "docker.io"
    namesRegistry = parts.domain != nil
    repository =
      parts.domain == nil && !parts.path.contains("/") ? "library/\(parts.path)" : parts.path
    digest = parts.digest ?? ""
    tag = parts.tag ?? (digest.isEmpty ? "latest" : "")
  }

  /// What is wrong with a name, in half a sentence; nil when nothing is.
  static func problem(of text: String) -> String? {
    if text.isEmpty { return "it is empty" }
    if text.contains(where: \.isWhitespace) { return "it has a blank in it" }
    if text.hasPrefix("http://") || text.hasPrefix("https://") { return "it begins with the scheme of a URL" }
    let parts = Parts(text)
    if let digest = parts.digest, !isDigest(digest) { return "its digest \(digest) is none" }
    if let tag = parts.tag {
      if tag.isEmpty { return "there is no tag behind the colon" }
      if tag.utf8.count > 128 { return "its tag is longer than 128 characters" }
      if !isTag(tag) { return "its tag \(tag) has characters that no tag may have" }
    }
    if parts.path.isEmpty { return "it names no repository" }
    if parts.path.utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) {
      return "repository \(parts.path) has upper-case letters"
    }
    if parts.path.utf8.count + (parts.domain?.utf8.count ?? 0) > 255 {
      return "it is longer than 255 characters"
    }
    for component in parts.path.split(separator: "/", omittingEmptySubsequences: false)
    where !isComponent(component) {
      return component.isEmpty
        ? "it has a slash too many" : "\"\(component)\" in it is no part of a repository's name"
    }
    return nil
  }

  private struct Parts {
    var domain: String?
    var path: String
    var tag: String?
    var digest: String?

    init(_ text: String) {
      var name = Substring(text)
      if let at = name.firstIndex(of: "@") {
        digest = String(name[name.index(after: at)...])
        name = name[..<at]
      }
      // A colon behind the last slash begins the tag; one before belongs to the registry's port.
      let slash = name.lastIndex(of: "/") ?? name.startIndex
      if let colon = name[slash...].firstIndex(of: ":") {
        tag = String(name[name.index(after: colon)...])
        name = name[..<colon]
      }
      path = String(name)
      if let first = name.firstIndex(of: "/") {
        let head = name[..<first]
        let isDomain =
          head.contains(".") || head.contains(":") || head == "localhost"
          || head.contains(where: \.isUppercase)
        if isDomain {
          domain = String(head)
          path = String(name[name.index(after: first)...])
        }
      }
    }
  }

  private static func isDigest(_ digest: String) -> Bool {
    let parts = digest.split(separator: ":", omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && parts[1].utf8.count >= 32
      && parts[1].allSatisfy(\.isHexDigit)
  }

  private static func isTag(_ tag: String) -> Bool {
    guard let first = tag.utf8.first, isWord(first) else { return false }
    return tag.utf8.allSatisfy { isWord($0) || $0 == 0x2E || $0 == 0x2D }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == 0x5F
  }

  /// Lower-case letters and digits, joined by one dot, one or two underscores, or dashes.
  private static func isComponent(_ text: Substring) -> Bool {
    func isSolid(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || byte &- 0x61 < 26 }
    guard let first = text.utf8.first, let last = text.utf8.last, isSolid(first), isSolid(last) else {
      return false
    }
    let joints = text.utf8.split(whereSeparator: isSolid)
    return joints.allSatisfy { joint in
      let bytes = Array(joint)
      return bytes == [0x2E] || bytes == [0x5F] || bytes == [0x5F, 0x5F] || bytes.allSatisfy { $0 == 0x2D }
    }
  }

  /// As it is told in a sentence: without the registry where the whole is long, the digest cut.
  static func short(_ text: String) -> String {
    var text = text
    if let at = text.firstRange(of: "@sha256:") {
      text = String(text[..<at.upperBound]) + text[at.upperBound...].prefix(8) + "…"
    }
    if text.count <= 46 { return text }
    guard let reference = ImageReference(text.replacing("…", with: "")), reference.namesRegistry,
      let slash = text.firstIndex(of: "/")
    else { return Wording.shortened(text, to: 60) }
    return Wording.shortened(String(text[text.index(after: slash)...]), to: 60)
  }
}
