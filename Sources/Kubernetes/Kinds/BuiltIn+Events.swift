import Cluster
import Document

extension BuiltIn {
  static let events = events("v1/events", .core)
  /// The same events through their newer API.
  static let groupedEvents = events("events.k8s.io/v1/events", .events)

  private static func events(_ id: Kind.ID, _ names: EventPaths) -> BuiltIn {
    var kind = Kind(
      id: id, name: "Event", short: ["ev"], role: .event, abilities: [.describe, .yaml, .delete, .edit],
      children: .event)
    kind.showsName = false
    // Ages sort the youngest first.
    kind.sortColumn = "LAST SEEN"
    let times = names.times
    return BuiltIn(
      kind,
      [
        Cell("LAST SEEN", .age, times) { $1.cell(moment: EventTimes($0).last) }.priority(9),
        .text("TYPE", "type").priority(5),
        .text("REASON", "reason").priority(7),
        .computed("OBJECT", names.about) { objectName($0[0]) }.priority(8),
        Cell("COUNT", .number, [names.count, "series.count"]) { fields, row in
          row.cell(fields[1]?.int ?? max(1, fields[0].count))
        }.priority(7),
        Cell("PER HOUR", .number, [names.count, "series.count"] + times) { fields, row in
          let (first, last) = EventTimes(fields, from: 2).span
          row.cell(EventRate.perHour(fields[1]?.int ?? fields[0].count, first: first, last: last))
        }.priority(3),
        .text("MESSAGE", names.message).priority(8),
        .text("SUBOBJECT", "\(names.about).fieldPath").wide,
        .computed(
          "SOURCE", "\(names.source).component", names.controller, "\(names.source).host", "reportingInstance"
        ) { fields in
          let component = fields[0].isPresent ? fields[0].line : fields[1].line
          let instance = fields[2].isPresent ? fields[2].line : fields[3].line
          return instance.isEmpty ? component : "\(component), \(instance)"
        }.wide,
        Cell("FIRST SEEN", .age, times) { $1.cell(moment: EventTimes($0).first) }.wide,
      ],
      drill: Drill(names.about) { fields in
        guard let object = fields[0] else { return "" }
        let kind = Kinds.id(apiVersion: object["apiVersion"].line, name: object["kind"].line)
        return "\(kind) \(object["namespace"].line) \(object["name"].line)"
      },
      health: .reading("type", names.message) { fields in
        fields[0].has("Warning") ? Health(.pending, fields[1].line) : Health(.good, fields[1].line)
      })
  }

  /// "pod/web-0"
  private static func objectName(_ object: JSONSlice?) -> String {
    let kind = object?["kind"].line.lowercased() ?? ""
    let name = object?["name"].line ?? ""
    return name.isEmpty ? kind : "\(kind)/\(name)"
  }
}

/// Where the two event APIs keep the same things.
private struct EventPaths {
  let about: String
  let message: String
  let count: String
  let source: String
  let controller: String
  let first: String
  let last: String

  var times: [String] { [first, last, "eventTime", "series.lastObservedTime", "metadata.creationTimestamp"] }

  static let core = EventPaths(
    about: "involvedObject", message: "message", count: "count", source: "source",
    controller: "reportingComponent", first: "firstTimestamp", last: "lastTimestamp")
  static let events = EventPaths(
    about: "regarding", message: "note", count: "deprecatedCount", source: "deprecatedSource",
    controller: "reportingController", first: "deprecatedFirstTimestamp", last: "deprecatedLastTimestamp")
}

/// When an event was seen: old events have two stamps and a count, newer ones a time and perhaps a series.
private struct EventTimes {
  let first: Int64?
  let last: Int64?

  var span: (first: Int64?, last: Int64?) { (first, last) }

  init(_ fields: Fields, from start: Int = 0) {
    let times = (0..<5).map { fields[start + $0]?.epochSeconds }
    first = times[0] ?? times[2] ?? times[4]
    last = times[3] ?? times[1] ?? first
  }
}
