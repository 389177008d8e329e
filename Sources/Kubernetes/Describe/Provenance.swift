import Cluster
import Document

/// What stands below kubectl's text: where the object comes from and who changed it last.
enum Provenance {
  static func write(_ subject: Subject, to page: inout PageWriter) {
    let metadata = subject.metadata
    if metadata.isBlank { return }
    page.blank()
    page.section("Origin") { page in
      let created = metadata["creationTimestamp"]
      if !created.isNull {
        page.field("Created", "\(subject.clock.date(created)) (\(Marked(subject.clock.age(created))) ago)")
      }
      page.field("UID", ifPresent: metadata["uid"])
      let owners = metadata["ownerReferences"].array
      if !owners.isEmpty { page.field("Owned By", list: owners.map { subject.link(to: $0) }) }
      let changes = changes(subject)
      if !changes.isEmpty { page.field("Changed By", list: changes) }
    }
  }

  /// The writers that managedFields names, the latest first, each once per part of the object.
  private static func changes(_ subject: Subject) -> [Marked] {
    var latest: [String: Timestamp] = [:]
    for entry in subject.metadata["managedFields"].array {
      guard let time = entry["time"].string.flatMap({ Timestamp($0) }) else { continue }
      let part = entry["subresource"].string.map { " (\($0))" } ?? ""
      let writer = entry["manager"].words + part
      if latest[writer].map({ $0.seconds < time.seconds }) ?? true { latest[writer] = time }
    }
    return latest.sorted {
      $0.value.seconds == $1.value.seconds ? $0.key < $1.key : $0.value.seconds > $1.value.seconds
    }
    .map { "\($0.key), \(Marked(subject.clock.age($0.value))) ago" }
  }
}
