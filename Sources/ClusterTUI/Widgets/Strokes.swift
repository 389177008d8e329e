import Cluster

/// The points of a line within a span of time, each with whether it is joined to the one before: readings that are missing
/// leave a gap.
struct Strokes: Sequence {
  struct Stroke {
    var point: Chart.Point
    var beginsAnew: Bool
    /// Joined to no other.
    var isAlone: Bool
  }

  private let strokes: [Stroke]
  /// So many times the usual distance between two points is a gap.
  private static let gap = 3

  init(_ points: [Chart.Point], from: Int64, to: Int64) {
    let inside = points.filter { $0.at >= from && $0.at <= to }
    let widest = Self.usualDistance(inside) * Int64(Self.gap)
    var strokes: [Stroke] = []
    var isBroken = true
    for point in inside {
      guard point.value.isFinite else {
        isBroken = true
        continue
      }
      if let last = strokes.last, point.at - last.point.at > widest { isBroken = true }
      if !isBroken { strokes[strokes.count - 1].isAlone = false }
      strokes.append(Stroke(point: point, beginsAnew: isBroken, isAlone: isBroken))
      isBroken = false
    }
    self.strokes = strokes
  }

  /// The middle one of the first distances.
  private static func usualDistance(_ points: [Chart.Point]) -> Int64 {
    let some = points.prefix(100)
    let distances = zip(some, some.dropFirst()).map { $1.at - $0.at }.filter { $0 > 0 }.sorted()
    return distances.isEmpty ? Int64.max / 16 : distances[distances.count / 2]
  }

  func makeIterator() -> IndexingIterator<[Stroke]> { strokes.makeIterator() }
}
