/// What a person looked at, to go back and forth through with `[`, `]` and `-`: each view comes back as it was left.
struct ViewHistory {
  struct Visit {
    /// What led there.
    var command: String
    /// As it was left; nil as long as it is what one looks at.
    var stack: [any Screen]?
    var namespaces: [String] = []
  }

  private var visits: [Visit] = []
  private var at = -1
  /// Where one was before.
  private var before = -1
  private static let maxVisits = 20

  /// What led to the view that is shown.
  var command: String? { visits.indices.contains(at) ? visits[at].command : nil }

  /// Notes how the view is left that is shown now.
  mutating func leave(_ stack: [any Screen], _ namespaces: [String]) {
    guard visits.indices.contains(at) else { return }
    (visits[at].stack, visits[at].namespaces) = (stack, namespaces)
  }

  /// A new view: what one had gone back from is forgotten.
  mutating func come(by command: String) {
    before = at
    visits = Array(visits.prefix(at + 1)) + [Visit(command: command)]
    if visits.count > Self.maxVisits {
      let surplus = visits.count - Self.maxVisits
      visits.removeFirst(surplus)
      before = max(-1, before - surplus)
    }
    at = visits.count - 1
  }

  /// nil where there is none; a view that is stepped to must have been left before.
  mutating func step(_ by: Int) -> Visit? { go(to: at + by) }

  /// The view before this one; asked twice it comes back.
  mutating func last() -> Visit? { go(to: before) }

  private mutating func go(to place: Int) -> Visit? {
    guard place != at, visits.indices.contains(place) else { return nil }
    (before, at) = (at, place)
    return visits[at]
  }
}
