import Cluster
import Terminal

/// An event as a document.
struct EventPage {
  let event: EventDetail
  let about: ObjectRef
  let timeline: Timeline?
  let phase: Phase
  let kinds: Catalog
  let now: Int64
  let width: Int

  private static let maxHappenings = 60

  var page: Page {
    var lines = [
      PageLine([
        Span(event.isWarning ? "Warning " : "Normal ", event.isWarning ? .warning : .dim),
        Span(event.reason, .heading), Span(" of "),
        Span(event.object, .link, reference: about),
        Span(about.namespace.isEmpty ? "" : " in \(about.namespace)"),
      ]), PageLine([]),
    ]
    lines += TextWrap.lines(event.message, columns: max(20, width - 4)).map { PageLine([Span("  \($0)")]) }
    lines += [PageLine([]), field("Seen", seen)]
    if !event.source.isEmpty { lines.append(field("Told by", event.source)) }
    if !event.part.isEmpty { lines.append(field("Part", event.part)) }
    lines += [PageLine([]), PageLine([Span("What happened to it, the newest first:", .heading)])]
    return Page(title: event.reason, lines: lines + happenings)
  }

  private var seen: String {
    var text = event.count == "1" ? "once" : "\(event.count) times"
    if let last = event.last { text += ", last \(ago(last))" }
    if event.count != "1", let first = event.first { text += ", first \(ago(first))" }
    if !event.perHour.isEmpty { text += ", \(event.perHour) an hour" }
    return text
  }

  private func ago(_ moment: Int64) -> String { "\(Age.text(seconds: max(0, now - moment))) ago" }

  private func field(_ name: String, _ value: String) -> PageLine {
    PageLine([Span(name + String(repeating: " ", count: max(1, 9 - name.count)), .key), Span(value)])
  }

  private var happenings: [PageLine] {
    guard let timeline, !timeline.happenings.isEmpty else {
      let text: String =
        switch phase {
        case .refused(_, let why), .ended(let why), .stale(_, let why): why
        case .live, .partial: "nothing else, as far as the cluster remembers"
        case .connecting, .listing: "looking for what happened…"
        }
      return [PageLine([Span("  \(text)", .dim)])]
    }
    let shown = timeline.happenings.prefix(Self.maxHappenings)
    let ages = shown.map { Age.text(seconds: max(0, now - $0.at)) }
    let column = ages.map(\.count).max() ?? 0
    return zip(shown, ages).flatMap { happening, age in lines(happening, age, column) }
      + timeline.unseen.map { PageLine([Span("  ? not looked at: \($0)", .warning)]) }
  }

  private func lines(_ happening: Happening, _ age: String, _ column: Int) -> [PageLine] {
    let pad = String(repeating: " ", count: column - age.count)
    let name = happening.subject.name == about.name ? "" : "\(happening.subject.name): "
    let by = happening.by.isEmpty ? "" : " (\(happening.by))"
    let text = name + Moment.rendered(happening.text, now: now) + by
    let rows = TextWrap.lines(text, columns: max(20, width - column - 6))
    let isThis = happening.sort == .event && happening.text == "\(event.reason): \(event.message)"
    let meaning: Span.Meaning =
      isThis ? .heading : happening.isTrigger || happening.tone == .pending ? .warning : .plain
    return rows.enumerated().map { index, row in
      let head =
        index == 0 ? "\(isThis ? ">" : " ") \(pad)\(age)  " : String(repeating: " ", count: column + 4)
      return PageLine(depth: index == 0 ? 0 : 1, [Span(head, .dim), Span(row, meaning)])
    }
  }
}
