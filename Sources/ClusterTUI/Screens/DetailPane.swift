import Cluster
import Terminal

/// The right side of a wide screen: the object under the cursor, seen through one of several tabs. It follows the
/// cursor only after that rested a moment, so that scrolling asks the server nothing.
struct DetailPane {
  enum Tab: String, CaseIterable {
    case why = "Why"
    case events = "Events"
    case logs = "Logs"
    case yaml = "YAML"
    case describe = "Describe"
    case related = "Related"
    case metrics = "Metrics"
  }

  static let restMilliseconds: Int64 = 150

  /// How what is shown begins, by the settings.
  var views: Views?
  private(set) var tab = Tab.why
  private var subject: Subject?
  private var coming: Subject?
  private var settlesAt: Int64 = 0
  private var screen: (any Screen)?
  private var area = Rect(x: 0, y: 0, width: 0, height: 0)

  var wakeAt: Int64? { coming == nil ? nil : settlesAt }

  var secondsUntilChange: Int64 { screen?.secondsUntilChange ?? 60 }

  func needs(_ world: World) -> Set<Need> { screen?.needs(world) ?? [] }

  mutating func prepare(_ current: Subject?, _ world: World, area: Rect) {
    self.area = area
    guard let current else {
      (subject, coming, screen) = (nil, nil, nil)
      return
    }
    if current.ref == subject?.ref {
      coming = nil
      if current != subject {
        subject = current
        if tab == .why { open(current, world) }
      }
    } else if current.ref != coming?.ref {
      coming = current
      settlesAt = world.milliseconds + (subject == nil ? 0 : Self.restMilliseconds)
    }
    if let next = coming, world.milliseconds >= settlesAt {
      (subject, coming) = (next, nil)
      open(next, world)
    }
    let inner = inner
    screen?.prepare(world, area: inner)
  }

  private var inner: Rect {
    Rect(x: area.x, y: area.y + 1, width: area.width, height: max(0, area.height - 1))
  }

  mutating func turn(_ step: Int) -> Reaction {
    guard area.width > 0, let subject else { return .unhandled }
    let all = Tab.allCases
    let at = (all.firstIndex(of: tab) ?? 0) + step
    tab = all[(at + all.count) % all.count]
    screen = nil
    coming = subject
    self.subject = nil
    settlesAt = 0
    return .none
  }

  private mutating func open(_ subject: Subject, _ world: World) {
    screen = Self.screen(tab, subject, world)
    if let views { screen?.opened(views) }
  }

  private static func screen(_ tab: Tab, _ subject: Subject, _ world: World) -> (any Screen)? {
    switch tab {
    // Only what is in trouble is worth a closer look of its own accord.
    case .why: subject.isInTrouble ? WhyScreen(subject).beside : PageScreen(.why(subject))
    case .events: world.kinds[Events.kind].map { TableScreen(eventsOf: subject.ref, kind: $0) }
    case .logs: subject.log.map { LogScreen(query: $0) }
    case .metrics: subject.hasCharts ? ChartScreen(of: subject.ref) : nil
    case .yaml where subject.isOfReleases:
      ReleaseScreen(subject.ref, name: subject.ref.name, part: .manifest)
    case .describe where subject.isOfReleases: ReleaseScreen(subject.ref, name: subject.ref.name)
    case .yaml: PageScreen(.yaml(subject.ref))
    case .describe: PageScreen(.description(subject.ref))
    case .related: RelatedScreen(subject.ref)
    }
  }

  func draw(on canvas: inout Canvas, world: World) {
    guard area.width > 0 else { return }
    var x = area.x + 1
    for each in Tab.allCases {
      let style = each == tab ? Theme.tab : Theme.ghost
      x += canvas.put(
        " \(each.rawValue) ", x: x, y: area.y, style: style, maxColumns: area.x + area.width - x)
    }
    guard let screen else {
      let text =
        switch tab {
        case .logs where subject != nil: "this object has no log of its own"
        case .metrics where subject != nil: "this object has no metrics of its own"
        default: ""
        }
      canvas.put(text, x: area.x + 1, y: area.y + 2, style: Theme.ghost, maxColumns: area.width - 2)
      return
    }
    if let related = screen as? RelatedScreen {
      return related.draw(on: &canvas, area: inner, world, false)
    }
    screen.draw(on: &canvas, area: inner, world: world)
  }
}
