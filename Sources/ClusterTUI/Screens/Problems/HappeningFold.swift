import Cluster

/// A line of a timeline: something that happened once, or an event that came again and again, perhaps to several pods
/// that were made from one template.
struct HappeningFold {
  /// Who a line is while more of the same is added to it.
  struct Key: Hashable {
    var sort: Happening.Sort
    var subject: ObjectRef
    var text: String
    var by: String
    /// Only what is no event: each stands alone.
    var at: Int64
  }

  let key: Key
  /// The newest of them, with the number of all.
  private(set) var happening: Happening
  private var subjects: Set<ObjectRef>

  var subjectCount: Int { subjects.count }

  /// - Parameter happenings: the newest first; so are the lines, each where its newest is.
  static func lines(_ happenings: [Happening], _ kinds: Catalog) -> [HappeningFold] {
    var lines: [HappeningFold] = []
    var places: [Key: Int] = [:]
    for happening in happenings {
      let key = Self.key(happening, kinds)
      if let at = places[key] {
        lines[at].happening.count += happening.count
        lines[at].subjects.insert(happening.subject)
      } else {
        places[key] = lines.count
        lines.append(HappeningFold(key: key, happening: happening, subjects: [happening.subject]))
      }
    }
    return lines
  }

  private static func key(_ happening: Happening, _ kinds: Catalog) -> Key {
    var subject = happening.subject
    let isEvent = happening.sort == .event && !happening.isTrigger
    if isEvent, kinds[subject.kind]?.role == .instance {
      (subject.name, subject.uid) = (stem(subject.name), "")
    }
    return Key(
      sort: happening.sort, subject: subject, text: happening.text, by: happening.by,
      at: isEvent ? 0 : happening.at)
  }

  /// What pods of one template have in common: "web-5d9c7b8f6d-" of "web-5d9c7b8f6d-x2v9k".
  private static func stem(_ name: String) -> String {
    name.lastIndex(of: "-").map { String(name[...$0]) } ?? name
  }

  /// "web-5d9c7b8f6d-x2v9k"; of several what they have in common: "web-5d9c7b8f6d-*".
  var name: String { subjects.count > 1 ? "\(key.subject.name)*" : happening.subject.name }
}
