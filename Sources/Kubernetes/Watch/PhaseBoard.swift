import Cluster

/// The phases of the several lists that serve one need, and what they come to: the worst of them, as partial data
/// must not look whole.
struct PhaseBoard {
  private var phases: [Phase]
  /// Whether parts that can be read are worth something without those that can't.
  private let showsParts: Bool

  init(count: Int, showsParts: Bool = false) {
    phases = Array(repeating: .connecting, count: count)
    self.showsParts = showsParts
  }

  /// The common phase after part `index` changed.
  mutating func change(_ index: Int, to phase: Phase) -> Phase {
    phases[index] = phase
    return combined
  }

  var count: Int { phases.count }

  /// One more part.
  mutating func add() { phases.append(.connecting) }

  /// How it ended, where all parts from `first` on have.
  func ended(from first: Int) -> Phase? {
    let parts = phases.dropFirst(first)
    let areEnded = parts.allSatisfy { if case .ended = $0 { true } else { false } }
    return areEnded ? parts.last : nil
  }

  private var combined: Phase {
    let read = phases.filter { if case .refused = $0 { false } else { true } }
    guard showsParts, !read.isEmpty, read.count < phases.count else { return Self.worst(of: phases) }
    let common = Self.worst(of: read)
    // What can be read is worth showing, and that it is not all is told.
    guard common == .live, case .refused(_, let why) = Self.worst(of: phases) else { return common }
    return .partial(why: why)
  }

  private static func worst(of phases: [Phase]) -> Phase {
    phases.dropFirst().reduce(phases.first ?? .live, worse)
  }

  private static func worse(_ a: Phase, _ b: Phase) -> Phase {
    switch (a, b) {
    case (.refused(let status, let why), .refused(_, let other)):
      .refused(status: status, why: why == other ? why : "\(why); \(other)")
    case (.refused, _): a
    case (_, .refused): b
    case (.stale(let since, let why), .stale(let other, _)): .stale(since: min(since, other), why: why)
    case (.stale, _): a
    case (_, .stale): b
    case (.listing(let got, let of), .listing(let more, let ofMore)):
      .listing(got: got + more, of: of.flatMap { of in ofMore.map { of + $0 } })
    case (.listing(let got, _), _): .listing(got: got, of: nil)
    case (_, .listing(let got, _)): .listing(got: got, of: nil)
    case (.connecting, _): a
    case (_, .connecting): b
    case (.partial, _): a
    case (_, .partial): b
    case (.ended, _): b
    case (.live, _): a
    }
  }
}
