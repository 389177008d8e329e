import Cluster
import Document

/// An object's document as `kubectl get -o yaml` prints it, as a page that folds and is coloured. Beside
/// kubectl's lines it holds comments only: one for managedFields that are hidden, one for values that are not
/// as they are stored.
package enum YAMLPage {
  /// The values of a secret are masked; with `maskSecrets` off they are decoded from base64.
  package static func page(
    of object: JSON, kind: Kind, showManagedFields: Bool = false, maskSecrets: Bool = true
  ) -> Page {
    let keys = maskSecrets ? [] : SecretMask.members.flatMap { object[$0].members.map(\.key) }
    return page(of: object, kind: kind, showManagedFields: showManagedFields, revealing: Set(keys))
  }

  /// A value as lines of YAML, without anything about an object.
  package static func lines(of value: JSON) -> [PageLine] {
    var markup = YAMLMarkup()
    for line in value.yaml(foldColumn: 80).unicodeScalars.split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      markup.append(line)
    }
    var lines = markup.lines
    if lines.last?.spans.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// The same with only the values of the `revealed` keys decoded and every other one masked.
  ///
  /// - Parameters:
  ///   - kinds: what the server serves, for names that open what they name.
  ///   - showManagers: puts in front of each line who wrote it last, and when; ages are counted to `now`.
  package static func page(
    of object: JSON, kind: Kind, showManagedFields: Bool = false, revealing revealed: Set<String>,
    kinds: [Kind] = [], showManagers: Bool = false, now: Int64 = 0
  ) -> Page {
    var shown = object
    var title = kind.name
    if let name = object["metadata"]["name"].string { title += " \(name)" }
    let managed = object["metadata"]["managedFields"].array.count
    if managed > 0, !showManagedFields {
      shown["metadata"]["managedFields"] = .string(YAMLMarkup.hidden(managed))
    }
    var lines: [PageLine] = []
    if kind.name == "Secret" || object["kind"].string == "Secret" {
      lines += SecretMask.apply(to: &shown, revealing: revealed)
    }
    var markup = YAMLMarkup()
    for line in shown.yaml(foldColumn: 80).unicodeScalars.split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      markup.append(line)
    }
    lines += markup.lines
    // What ends with a line break has an empty line behind it.
    if lines.last?.spans.isEmpty == true { lines.removeLast() }
    DocumentLinks.mark(&lines, object, kind: kind, kinds: kinds)
    if showManagers { FieldManagers(object).annotate(&lines, now: now) }
    return Page(title: Moment.plain(title), lines: lines)
  }
}
