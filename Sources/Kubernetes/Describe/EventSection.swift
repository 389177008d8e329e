import Cluster
import Document
import HTTP

/// The events of an object, oldest first, as kubectl lists them at the end of a description.
enum EventSection {
  /// The key of the request that asks for them.
  static let key = "events"
  /// The kubelet names a node by its name where a UID belongs; this request finds those.
  static let nodeKey = "events of the kubelet"

  static func request(for subject: Subject, uid: String? = nil, key: String = key) -> RelatedRequest {
    var selector = [
      "involvedObject.name=\(subject.name)", "involvedObject.namespace=\(subject.namespace)",
    ]
    // Events of pods are looked for without a kind: that is how kubectl finds those of mirror pods too.
    if subject.kind.id != "v1/pods" { selector.append("involvedObject.kind=\(subject.kind.name)") }
    // The kubelet's events about a static pod carry the UID of its file, which the mirror pod notes.
    let mirrored = subject.metadata["annotations"]["kubernetes.io/config.mirror"].string
    selector.append("involvedObject.uid=\(uid ?? mirrored ?? subject.uid)")
    let path = subject.namespace.isEmpty ? "/api/v1/events" : "/api/v1/namespaces/\(subject.namespace)/events"
    return RelatedRequest(
      key: key, path: path,
      query: [.init("fieldSelector", selector.joined(separator: ",")), .init("limit", "500")])
  }

  static func write(_ subject: Subject, to page: inout PageWriter) {
    guard let found = subject.related.lists[key] else {
      page.field("Events", missing(subject))
      return
    }
    let events = (found + (subject.related.lists[nodeKey] ?? [])).map(Occurrence.init)
    if events.isEmpty {
      page.field("Events", .none)
      return
    }
    page.section("Events") { page in
      page.titles(
        ["Type", "Reason", "Age", "From", "Message"], dashes: ["----", "------", "----", "----", "-------"])
      for event in events.stableSorted(by: { $0.last.seconds < $1.last.seconds }) {
        page.row(event.cells(subject))
      }
    }
  }

  static func newestFirst(_ subject: Subject) -> [Occurrence] {
    (subject.related.lists[key] ?? []).map(Occurrence.init).stableSorted { $1.last.seconds < $0.last.seconds }
  }

  private static func missing(_ subject: Subject) -> Marked {
    if let why = subject.related.failures[key] { return Marked("<error: \(why)>", .bad) }
    return Marked("<not read>", .dim)
  }
}

/// One event of core/v1, old style (count, first and last time) or new (event time and series).
struct Occurrence {
  let reason: String
  let message: String
  let isWarning: Bool
  /// When it was seen last: the order of the list.
  let last: Timestamp
  private let type: String
  private let source: Marked
  private let field: String
  private let first: Timestamp?
  private let count: Int
  private let isRepeated: Bool

  init(_ json: JSON) {
    func moment(_ value: JSON) -> Timestamp? { value.string.flatMap { Timestamp($0) } }
    type = json["type"].words
    isWarning = type == "Warning"
    reason = json["reason"].words
    message = Self.trimmed(json["message"].words)
    source = json["source"]["component"].marked.or(json["reportingComponent"].marked)
    field = json["involvedObject"]["fieldPath"].words
    let eventTime = moment(json["eventTime"])
    let series = json["series"]
    first = eventTime ?? moment(json["firstTimestamp"])
    count = series.isNull ? json["count"].count : series["count"].count
    isRepeated = !series.isNull || count > 1
    let seen = series.isNull ? moment(json["lastTimestamp"]) : moment(series["lastObservedTime"])
    last = seen ?? first ?? Timestamp(seconds: 0)
  }

  func cells(_ subject: Subject) -> [Marked] {
    [
      Marked(type, isWarning ? .warning : .plain), Marked(reason, isWarning ? .warning : .plain),
      Marked(span(subject.clock)), source, Marked(field.isEmpty ? message : "\(field): \(message)"),
    ]
  }

  /// "67s (x12 over 11m)"
  private func span(_ clock: PageClock) -> String {
    let firstAge = first.map { clock.age($0) } ?? "<unknown>"
    return isRepeated ? "\(clock.age(last)) (x\(count) over \(firstAge))" : firstAge
  }

  /// "67s ago, 12 times"
  func age(_ clock: PageClock) -> String { clock.age(last) + " ago" + (count > 1 ? ", \(count) times" : "") }

  private static func trimmed(_ text: String) -> String {
    var text = Substring(text)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text.drop { $0.isWhitespace })
  }
}
