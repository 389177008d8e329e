/// Where a binding of `keymap.yaml` counts: everywhere, or on screens of one form.
enum KeyScope: String, CaseIterable {
  case global, table, log, page, chart, problems, prompt

  init(_ screen: (any Screen)?) {
    switch screen {
    case is TableScreen: self = .table
    case is LogScreen: self = .log
    case is PageScreen: self = .page
    case is ChartScreen: self = .chart
    case is ProblemsScreen, is WhyScreen, is TimelineScreen: self = .problems
    default: self = .global
    }
  }
}
