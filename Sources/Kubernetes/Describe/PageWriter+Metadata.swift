import Cluster
import Document

/// What many kinds print alike: labels, annotations, tolerations.
extension PageWriter {
  mutating func field(_ name: String, _ value: JSON) { field(name, value.marked) }
  mutating func field(_ name: String, ifPresent value: JSON) {
    if !value.isBlank { field(name, value.marked) }
  }
  mutating func field(_ name: String, ifPresent value: Marked) { if !value.isEmpty { field(name, value) } }

  mutating func name(_ subject: Subject, namespace: Bool = true) {
    field("Name", subject.metadata["name"])
    if namespace { field("Namespace", subject.link("v1/namespaces", subject.metadata["namespace"])) }
  }

  mutating func labelsAndAnnotations(_ metadata: JSON) {
    labels("Labels", metadata["labels"])
    annotations("Annotations", metadata["annotations"])
  }

  mutating func labels(_ name: String, _ map: JSON) {
    field(name, list: map.sortedMembers.map { "\(Marked($0.key + "="))\($0.value.words)" })
  }

  /// Long and many-lined values stand below their key, each line cut at 140 characters. What `kubectl apply`
  /// noted for itself is left out.
  mutating func annotations(_ name: String, _ map: JSON) {
    var values: [Marked] = []
    for member in map.sortedMembers where member.key != Annotation.lastApplied {
      var text = member.value.words
      if text.hasSuffix("\n") { text.removeLast() }
      if text.utf8.count + member.key.utf8.count + 2 > Annotation.maxBytes || text.contains("\n") {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        values.append("\(member.key):")
        values += lines.map { Marked("  " + Annotation.shortened(String($0), to: Annotation.maxBytes - 2)) }
      } else {
        values.append("\(member.key): \(text)")
      }
    }
    field(name, list: values)
  }

  mutating func tolerations(_ name: String, _ tolerations: JSON) {
    let sorted = tolerations.array.stableSorted { $0["key"].words < $1["key"].words }
    field(name, list: sorted.map { Marked(Self.words(toleration: $0)) })
  }

  mutating func taints(_ name: String, _ taints: JSON) {
    let sorted = taints.array.stableSorted {
      $0["effect"].words + "," + $0["key"].words < $1["effect"].words + "," + $1["key"].words
    }
    field(name, list: sorted.map { Marked(Self.words(taint: $0), .warning) })
  }

  private static func words(toleration: JSON) -> String {
    let value = toleration["value"].words
    let effect = toleration["effect"].words
    var text = toleration["key"].words
    if !value.isEmpty { text += "=" + value }
    if !effect.isEmpty { text += ":" + effect }
    if toleration["operator"].string == "Exists", value.isEmpty {
      text += (text.isEmpty ? "" : " ") + "op=Exists"
    }
    if let seconds = toleration["tolerationSeconds"].int { text += " for \(seconds)s" }
    return text
  }

  private static func words(taint: JSON) -> String {
    let value = taint["value"].words
    let effect = taint["effect"].words
    return taint["key"].words + (value.isEmpty ? "" : "=" + value) + (effect.isEmpty ? "" : ":" + effect)
  }
}

/// What is special about some annotations.
enum Annotation {
  static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
  static let maxBytes = 140

  /// Cut at a number of bytes, never inside a character.
  static func shortened(_ text: String, to maxBytes: Int) -> String {
    guard text.utf8.count > maxBytes else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: maxBytes)
    while end.samePosition(in: text) == nil { end = text.utf8.index(before: end) }
    return text[..<end] + "..."
  }
}

extension JSON {
  var sortedMembers: [JSONObject.Member] { members.stableSorted { $0.key < $1.key } }
}

extension Sequence {
  /// Equal elements keep their order, which `sorted` does not promise.
  func stableSorted(by isLess: (Element, Element) -> Bool) -> [Element] {
    enumerated().sorted {
      isLess($0.element, $1.element) || !isLess($1.element, $0.element) && $0.offset < $1.offset
    }.map(\.element)
  }
}
