import Cluster
import Document

/// The difference of two objects, or parts of them, as coloured lines of their YAML.
package enum DifferencePage {
  /// Lines begin with "- ", "+ " or two blanks. What the server keeps for itself is left out: status, managedFields,
  /// resourceVersion and generation differ with every change. Equal documents give nothing.
  package static func lines(from old: JSON, to new: JSON) -> [PageLine] {
    Difference.lines(from: text(old), to: text(new)).map { line in
      switch line.kind {
      case .same: PageLine([Span("  " + line.text, .plain)])
      case .removed: PageLine([Span("- " + line.text, .bad)])
      case .added: PageLine([Span("+ " + line.text, .good)])
      case .skipped(let count):
        PageLine([Span("  ... \(count) \(count == 1 ? "line" : "lines") unchanged", .dim)])
      }
    }
  }

  private static func text(_ document: JSON) -> [String] {
    if document.isNull { return [] }
    let yaml = told(document).yaml()
    return yaml.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map { Moment.plain(String($0)) }
  }

  /// Without the members that the server keeps.
  private static func told(_ document: JSON) -> JSON {
    guard case .object(var object) = document else { return document }
    object["status"] = nil
    guard case .object(var metadata) = object["metadata"] else { return .object(object) }
    for key in ["managedFields", "resourceVersion", "generation"] { metadata[key] = nil }
    object["metadata"] = .object(metadata)
    return .object(object)
  }
}
