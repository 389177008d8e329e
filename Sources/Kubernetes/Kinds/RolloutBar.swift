/// Pods of the newest template against those that are wanted, in five signs: available, there and not available yet, missing.
struct RolloutBar {
  private static let length = 5

  /// Pods of the newest template.
  let updated: Int
  /// Of all pods, old ones among them.
  let available: Int
  /// All that there are.
  let pods: Int
  let wanted: Int

  /// What a server could not mean is brought into bounds.
  init(updated: Int, available: Int, pods: Int, wanted: Int) {
    func bounded(_ count: Int) -> Int { max(0, min(count, 1 << 31)) }
    (self.updated, self.available) = (bounded(updated), bounded(available))
    (self.pods, self.wanted) = (bounded(pods), bounded(wanted))
  }

  /// Empty once all pods are of the newest template and available.
  var text: String {
    guard wanted > 0, updated < wanted || available < wanted || pods > wanted else { return "" }
    let new = min(updated, wanted)
    // Which of the available pods are new is not told: at least as many as there are not enough old ones for.
    let good = min(new, max(0, available - max(0, pods - updated)))
    let filled = share(good)
    let begun = max(filled, share(new))
    return String(repeating: "█", count: filled) + String(repeating: "▒", count: begun - filled)
      + String(repeating: "·", count: Self.length - begun)
  }

  /// So many signs; one pod is never too few to be seen, and one that lacks neither.
  private func share(_ count: Int) -> Int {
    if count <= 0 { return 0 }
    if count >= wanted { return Self.length }
    return min(Self.length - 1, max(1, Int(Double(count) / Double(wanted) * Double(Self.length))))
  }
}
