import Cluster
import Terminal

/// The first row: where we are, what is wrong there, how much is asked of the server and how fresh the data is.
struct Header {
  let crumbs: String
  let tally: String
  let freshness: Freshness

  /// How old what is on the screen is.
  enum Freshness: Equatable {
    case none
    case live
    case loading(String)
    case stale(String)
    case refused(String)

    init(_ phase: Phase, now: Int64) {
      switch phase {
      case .connecting: self = .loading("connecting")
      case .listing(let got, let all): self = .loading(all.map { "loading \(got)/\($0)" } ?? "loading \(got)")
      case .live: self = .live
      case .stale(let since, _):
        self = .stale(since > 0 ? "data \(Self.words(max(0, now - since))) old" : "not connected")
      case .partial: self = .refused("not all of it")
      case .refused(let status, _): self = .refused("refused (\(status))")
      case .ended: self = .loading("ended")
      }
    }

    private static func words(_ seconds: Int64) -> String {
      seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min"
    }

    var text: String {
      switch self {
      case .none: ""
      case .live: "live"
      case .loading(let text), .stale(let text), .refused(let text): text
      }
    }

    var style: Style {
      switch self {
      case .none, .loading: Theme.barDim
      case .live: Theme.barGood
      case .stale: Theme.barBad
      case .refused: Theme.barWarning
      }
    }
  }

  func draw(on canvas: inout Canvas, world: World) {
    canvas.fill(Rect(x: 0, y: 0, width: canvas.width, height: 1), style: Theme.barDim)
    var right = canvas.width
    func putRight(_ text: String, _ style: Style) {
      let columns = Text.columns(text)
      guard !text.isEmpty, right - columns - 1 > canvas.width / 3 else { return }
      right -= columns + 1
      canvas.put(text, x: right, y: 0, style: style)
    }
    if canvas.width >= 60 { putRight(world.clock, Theme.barDim) }
    putRight(freshness.text.isEmpty ? "" : " \(freshness.text) ", freshness.style)
    if world.isReadOnly { putRight("RO", Theme.bar) }
    if world.isRedacted { putRight("redacted", Theme.bar) }
    if canvas.width >= 100 { putRight(Self.asked(world), Theme.barDim) }
    let room = max(0, right - 3)
    let tallyColumns = tally.isEmpty ? 0 : Text.columns(tally) + 2
    let shown = Text.truncatedHead(crumbs, columns: max(8, room - tallyColumns))
    let used = canvas.put(shown, x: 1, y: 0, style: Theme.bar, maxColumns: room)
    if used + tallyColumns <= room { canvas.put(tally, x: used + 3, y: 0, style: Theme.barDim) }
  }

  private static func asked(_ world: World) -> String {
    let watches = "\(world.traffic.openWatches) watch\(world.traffic.openWatches == 1 ? "" : "es")"
    let tenths = Int((world.requestRate * 10).rounded())
    return "\(watches) \(tenths / 10).\(tenths % 10) req/s"
  }
}

extension Text {
  /// Keeps the end, which says where one is now.
  static func truncatedHead(_ text: String, columns width: Int) -> String {
    guard columns(text) > width else { return text }
    var tail = ""
    var used = 1
    for character in text.reversed() {
      let next = columns(String(character))
      if used + next > width { break }
      used += next
      tail.insert(character, at: tail.startIndex)
    }
    return "…" + tail
  }
}
