/// In which order problems stand: the worst first, but while a person reads, nothing that is known changes places.
struct ProblemOrder {
  private(set) var ids: [String] = []

  /// - Parameters:
  ///   - wanted: all there are, the worst first.
  ///   - isHeld: keeps the known ones where they are; new ones come where they belong among them.
  mutating func update(_ wanted: [String], isHeld: Bool) {
    guard isHeld, !ids.isEmpty else {
      ids = wanted
      return
    }
    let alive = Set(wanted)
    var held = ids.filter(alive.contains)
    var known = Set(held)
    var previous: String?
    for id in wanted {
      if known.insert(id).inserted {
        let at = previous.flatMap { held.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        held.insert(id, at: at)
      }
      previous = id
    }
    ids = held
  }
}
