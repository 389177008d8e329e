import Document

/// What a person did to an object in an editor.
package enum ObjectEditor {
  /// The object as an editor shows it: YAML without what only the server writes.
  package static func text(of object: JSON) -> String { shown(object).yaml(foldColumn: 80) }

  private static func shown(_ object: JSON) -> JSON {
    var shown = object
    shown["metadata"] = shown["metadata"].without("managedFields")
    // Only controllers write it, and through a door of its own.
    return shown.without("status")
  }

  /// The JSON merge patch (RFC 7386) of what differs between the two texts.
  static func patch(from old: String, to new: String) throws(ChangeRequest.Impossible) -> JSON {
    let (before, after) = (try object(old), try object(new))
    for place in ["apiVersion", "kind"] where before[place] != after[place] {
      throw ChangeRequest.Impossible(why: "\(place) can't be changed")
    }
    for place in ["name", "namespace", "uid"] where before["metadata"][place] != after["metadata"][place] {
      throw ChangeRequest.Impossible(why: "metadata.\(place) can't be changed")
    }
    var patch = mergePatch(from: before, to: after) ?? .object(JSONObject())
    patch["metadata"] = patch["metadata"].without("resourceVersion")
    if patch["metadata"].members.isEmpty { patch = patch.without("metadata") }
    if patch.members.isEmpty { throw ChangeRequest.Impossible(why: "nothing was changed", isDone: true) }
    return patch
  }

  private static func object(_ text: String) throws(ChangeRequest.Impossible) -> JSON {
    let (documents, problems) = YAML.parse(Array(text.utf8))
    if let problem = problems.first {
      throw ChangeRequest.Impossible(
        why: "line \(problem.line), column \(problem.column): \(problem.message)")
    }
    guard documents.count == 1, documents[0].object != nil else {
      throw ChangeRequest.Impossible(why: "this is not one object")
    }
    return documents[0]
  }

  /// nil where the two are equal.
  static func mergePatch(from old: JSON, to new: JSON) -> JSON? {
    if old == new { return nil }
    guard let before = old.object, let after = new.object else { return new }
    var patch = JSON.object(JSONObject())
    for key in before.keys where after[key] == nil { patch[key] = .null }
    for member in after.members {
      if let value = before[member.key] {
        if let inner = mergePatch(from: value, to: member.value) { patch[member.key] = inner }
      } else {
        patch[member.key] = member.value
      }
    }
    // The order of members is no difference.
    return patch.members.isEmpty ? nil : patch
  }
}
