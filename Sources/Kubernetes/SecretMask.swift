import Cluster
import Document

/// How values of secrets are kept from the screen: of each only its size is left.
enum SecretMask {
  /// What holds values in a Secret.
  static let members = ["data", "stringData"]
  private static let dots = "••••"

  /// What `apply` writes in place of a value.
  static func isMask(_ text: some StringProtocol) -> Bool { text.hasPrefix(dots) }

  /// "24 bytes" for each value.
  static func sizes(_ data: JSON) -> JSON {
    guard let object = data.object else { return data.isNull ? data : "<hidden>" }
    return .object(
      JSONObject(object.members.map { .init(key: $0.key, value: .string("\(size($0.value)) bytes")) }))
  }

  /// In bytes, decoded where the value is base64 as `data` has it.
  static func size(_ value: JSON) -> Int {
    let text = value.words
    return Base64.decode(text)?.count ?? text.utf8.count
  }

  /// Masks the values of a secret, or decodes those of the revealed keys. What `kubectl apply` noted holds
  /// all values too and is masked with them. Gives the comment that says so.
  static func apply(to secret: inout JSON, revealing revealed: Set<String>) -> [PageLine] {
    for member in members {
      guard let object = secret[member].object else {
        if !secret[member].isNull { secret[member] = .string(dots) }
        continue
      }
      secret[member] = .object(
        JSONObject(
          object.members.map { entry in
            let value = revealed.contains(entry.key) ? decoded(entry.value) : masked(entry.value)
            return .init(key: entry.key, value: value)
          }))
    }
    let applied = secret["metadata"]["annotations"][Annotation.lastApplied]
    if !applied.isNull {
      secret["metadata"]["annotations"][Annotation.lastApplied] = .string(
        "\(dots) \(applied.words.utf8.count) bytes")
    }
    let comment = revealed.isEmpty ? "# values are masked" : "# revealed values are decoded"
    return [PageLine([Span(comment, .dim)])]
  }

  private static func masked(_ value: JSON) -> JSON {
    // On a shared screen it came masked.
    isMask(value.string ?? "") ? value : .string("\(dots) \(size(value)) bytes")
  }

  /// A value as text; what is no text stays hidden, for there is nothing to read in it.
  private static func decoded(_ value: JSON) -> JSON {
    guard let bytes = Base64.decode(value.words) else { return value }
    guard let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains("\0") else {
      return .string("\(dots) \(bytes.count) bytes, no text")
    }
    return .string(text)
  }
}

extension SecretMask {
  /// The difference of two states of an object, without the values where it is a Secret: which of them changed is told.
  static func difference(_ old: JSON, _ new: JSON) -> [PageLine] {
    guard old["kind"].string == "Secret" || new["kind"].string == "Secret" else {
      return DifferencePage.lines(from: old, to: new)
    }
    var (before, after) = (old, new)
    _ = apply(to: &before, revealing: [])
    _ = apply(to: &after, revealing: [])
    for member in members {
      for entry in new[member].members {
        let had = old[member][entry.key]
        if !had.isNull, had != entry.value { after[member][entry.key] = .string("\(dots) another value") }
      }
    }
    return DifferencePage.lines(from: before, to: after)
  }
}
