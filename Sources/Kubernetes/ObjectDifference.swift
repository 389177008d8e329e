import Cluster
import Document

/// The difference of an object with another state of it or with another object, as a page. Values of Secrets are never
/// in it: which of them differ is told.
package enum ObjectDifference {
  private static let lastApplied = Annotation.lastApplied

  /// What `kubectl apply` sent last; nil where it did not make the object.
  package static func applied(_ object: JSON) -> JSON? {
    guard let text = object["metadata"]["annotations"][lastApplied].string else { return nil }
    return JSON.parse(Array(text.utf8)).value
  }

  /// From what was applied last to what is there now: of the fields that were applied alone, since the server and
  /// controllers add others.
  package static func sinceApplied(_ object: JSON) -> [PageLine]? {
    guard var applied = applied(object) else { return nil }
    if var annotations = applied["metadata"]["annotations"].object {
      annotations[lastApplied] = nil
      applied["metadata"]["annotations"] = .object(annotations)
    }
    return SecretMask.difference(applied, limited(object, to: applied))
  }

  /// From an earlier state to a later one.
  package static func lines(from old: JSON, to new: JSON) -> [PageLine] {
    SecretMask.difference(withoutBooks(old), withoutBooks(new))
  }

  /// From one object to another: what each has by itself, such as its UID, is left out.
  package static func lines(of first: JSON, and second: JSON) -> [PageLine] {
    func bare(_ object: JSON) -> JSON {
      var object = withoutBooks(object)
      for key in ["uid", "creationTimestamp", "selfLink", "ownerReferences"] {
        object["metadata"].remove(key)
      }
      return object
    }
    return SecretMask.difference(bare(first), bare(second))
  }

  /// Without what kubectl keeps for itself, which repeats all that is seen anyway.
  private static func withoutBooks(_ object: JSON) -> JSON {
    var object = object
    if var annotations = object["metadata"]["annotations"].object, annotations[lastApplied] != nil {
      annotations[lastApplied] = nil
      object["metadata"]["annotations"] = .object(annotations)
    }
    return object
  }

  /// Only the members that a shape has; elements of lists go by their names where they have some.
  static func limited(_ value: JSON, to shape: JSON) -> JSON {
    switch (value, shape) {
    case (.object(let object), .object(let wanted)):
      return .object(
        JSONObject(
          wanted.members.compactMap { member in
            object[member.key].map { .init(key: member.key, value: limited($0, to: member.value)) }
          }))
    case (.array(let items), .array(let wanted)):
      let names = wanted.compactMap { $0["name"].string }
      guard names.count == wanted.count, !names.isEmpty else {
        return .array(
          items.enumerated().map {
            wanted.indices.contains($0.offset) ? limited($0.element, to: wanted[$0.offset]) : $0.element
          })
      }
      return .array(
        items.map { item in
          wanted.first { $0["name"] == item["name"] }.map { limited(item, to: $0) } ?? item
        })
    default: return value
    }
  }
}
