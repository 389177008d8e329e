import Cluster

extension ChartBoard {
  /// Spans of time for what has been read for a short while only, in seconds.
  private static let spans: [Int64] = [60, 120, 300, 600, 900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400]

  /// Narrowed to the time in which something was read, where that is the smaller part: who just started the program wants to
  /// see minutes, not the hour before it. All charts keep one axis of time.
  ///
  /// - Returns: how long something was read, in seconds; nil where nothing was narrowed.
  func narrowed() -> (board: ChartBoard, seconds: Int64?) {
    guard let from = charts.map(\.from).min(), let to = charts.map(\.to).max(), to > from,
      charts.allSatisfy({ $0.from == from && $0.to == to })
    else { return (self, nil) }
    var earliest: Int64?
    for chart in charts {
      for line in chart.lines {
        if let first = line.points.first(where: { $0.at >= from && $0.value.isFinite }) {
          earliest = min(earliest ?? to, first.at)
        }
      }
    }
    guard let earliest else { return (self, nil) }
    let (span, whole) = ((to - earliest) / 1_000, (to - from) / 1_000)
    guard span >= 0, span <= whole / 2, let fitting = Self.spans.first(where: { $0 >= span }), fitting < whole
    else { return (self, nil) }
    var board = self
    for index in board.charts.indices { board.charts[index].from = to - fitting * 1_000 }
    return (board, span)
  }
}
