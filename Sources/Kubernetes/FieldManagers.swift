import Cluster
import Document

/// Who wrote each field of an object last, as its managedFields tell it (Kubernetes API Concepts, "Field management").
struct FieldManagers {
  struct Writer: Hashable {
    var name: String
    /// Seconds since 1970.
    var time: Int64?
  }

  private let object: JSON
  private let trees: [(writer: Writer, fields: JSON)]
  private static let columns = 26

  init(_ object: JSON) {
    self.object = object
    trees = object["metadata"]["managedFields"].array.map { entry in
      let time = entry["time"].string.flatMap { Timestamp($0)?.seconds }
      let part = entry["subresource"].string.map { "/\($0)" } ?? ""
      return (Writer(name: Moment.plain(entry["manager"].string ?? "") + part, time: time), entry["fieldsV1"])
    }
  }

  /// The latest to write what is at a path; nil where nobody is noted.
  func writer(of path: String) -> Writer? {
    let steps = JSONPath(path).steps
    return trees.filter { holds($0.fields, steps) }.map(\.writer).max { ($0.time ?? 0) < ($1.time ?? 0) }
  }

  private func holds(_ fields: JSON, _ steps: [JSONPath.Step]) -> Bool {
    var (fields, value) = (fields, object)
    for step in steps {
      // Whoever holds a field as a whole holds what is in it.
      if fields.members.isEmpty { return true }
      switch step {
      case .key(let key):
        guard let inner = fields.object?["f:\(key)"] else { return false }
        (fields, value) = (inner, value[key])
      case .index(let index):
        let element = value[index]
        guard let inner = fields.members.first(where: { Self.isKey($0.key, of: element) })?.value else {
          return false
        }
        (fields, value) = (inner, element)
      }
    }
    return fields.members.isEmpty || fields.members.allSatisfy { $0.key == "." }
  }

  /// `k:{"name":"web"}` and `v:"text"` name elements of lists.
  private static func isKey(_ key: String, of element: JSON) -> Bool {
    guard key.hasPrefix("k:") || key.hasPrefix("v:"),
      let wanted = JSON.parse(Array(key.utf8.dropFirst(2))).value
    else { return false }
    if key.hasPrefix("v:") { return wanted == element }
    return !wanted.members.isEmpty && wanted.members.allSatisfy { element[$0.key] == $0.value }
  }

  /// Puts the writer and how long ago that was in front of each line.
  func annotate(_ lines: inout [PageLine], now: Int64) {
    for index in lines.indices {
      let path = lines[index].path
      let writer = path.isEmpty ? nil : writer(of: path)
      let age = writer?.time.map { Lapse.short(max(0, now - $0)) } ?? ""
      let room = Self.columns - 6
      var name = writer?.name ?? ""
      if name.count > room { name = name.prefix(room - 1) + "…" }
      let text =
        name + String(repeating: " ", count: max(0, room - name.count)) + " "
        + String(repeating: " ", count: max(0, 4 - age.count)) + age + " "
      lines[index].spans.insert(Span(text + "│ ", .dim), at: 0)
    }
  }
}

extension Lapse {
  /// "5m", "3h", "12d"
  static func short(_ seconds: Int64) -> String {
    switch seconds {
    case ..<60: "\(seconds)s"
    case ..<3_600: "\(seconds / 60)m"
    case ..<86_400: "\(seconds / 3_600)h"
    default: "\(seconds / 86_400)d"
    }
  }
}
