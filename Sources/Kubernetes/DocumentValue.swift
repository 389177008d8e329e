import Cluster
import Document

/// What stands at a place of a document, as a person wants to have it.
package enum DocumentValue {
  /// The key of a Secret's value that a place is in: "tls.crt" of `data['tls.crt']`; nil anywhere else.
  package static func secretKey(_ path: String, of object: JSON) -> String? {
    guard object["kind"].string == "Secret" else { return nil }
    let steps = JSONPath(path).steps
    guard steps.count == 2, case .key(let member) = steps[0], SecretMask.members.contains(member),
      case .key(let key) = steps[1]
    else { return nil }
    return key
  }

  /// All keys of a Secret's values.
  package static func secretKeys(of object: JSON) -> Set<String> {
    guard object["kind"].string == "Secret" else { return [] }
    return Set(SecretMask.members.flatMap { object[$0].members.map(\.key) })
  }

  /// The text at a path: of a Secret's value what it decodes to, of an object or a list its YAML; nil where there is
  /// nothing, or nothing that is text.
  package static func text(at path: String, of object: JSON) -> String? {
    let value = object.at(path)
    if value.isNull { return nil }
    if secretKey(path, of: object) != nil {
      guard path.hasPrefix("data"), let bytes = Base64.decode(value.words) else { return value.string }
      return String(validating: bytes, as: UTF8.self)
    }
    switch value {
    case .object, .array: return value.yaml()
    default: return value.words
    }
  }
}
