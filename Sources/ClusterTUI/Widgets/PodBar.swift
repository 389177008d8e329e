import Cluster
import Terminal

/// Pods as a bar: available, ready, not ready and missing ones, told apart without colour.
struct PodBar: Hashable {
  var available = 0
  var ready = 0
  var unready = 0
  var missing = 0

  static let legend = "█ available  ▓ ready  ▒ not ready  · missing"

  /// - Parameters:
  ///   - pods: those there are; so many of them are ready, so many of these available.
  init(wanted: Int, pods: Int, ready: Int, available: Int) {
    self.available = max(0, min(available, pods))
    self.ready = max(0, min(ready, pods) - self.available)
    unready = max(0, pods - self.available - self.ready)
    missing = max(0, wanted - pods)
  }

  private var parts: [(count: Int, sign: Character, style: Style)] {
    [
      (available, "█", Theme.span(.good)), (ready, "▓", Theme.row(.starting)),
      (unready, "▒", Theme.row(.pending)), (missing, "·", Theme.ghost),
    ]
  }

  /// So many columns stand for `scale` pods; what there is of a kind is never too little to be seen.
  func line(scale: Int, columns: Int) -> StyledLine {
    let perPod = scale > 0 ? min(4, columns / scale) : 0
    var room = columns
    let pieces = parts.map { part -> StyledLine.Piece in
      let exact = perPod > 0 ? part.count * perPod : part.count * columns / max(1, scale)
      let shown = min(room, part.count == 0 ? 0 : max(1, exact))
      room -= shown
      return (String(repeating: part.sign, count: shown), part.style)
    }
    return StyledLine(pieces)
  }

  /// "2 available, 1 not ready"
  var words: String {
    let told = [
      (available, "available"), (ready, "ready"), (unready, "not ready"), (missing, "missing"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return told.isEmpty ? "no pods" : told.joined(separator: ", ")
  }
}
