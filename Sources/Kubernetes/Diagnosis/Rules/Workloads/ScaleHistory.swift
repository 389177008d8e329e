import Cluster

/// To what sizes an autoscaler scaled before it was looked at, as its events tell: each size is one event, with the first time, the
/// last and how often.
///
/// pkg/controller/podautoscaler/horizontal.go: SuccessfulRescale, "New size: 4; reason: ...".
struct ScaleHistory {
  private(set) var steps: [ScaleMemory.Step] = []
  /// Who came to one size so often has turned round between, at times that no event tells.
  private(set) var hiddenTurns = 0
  private let maxHidden = 1_000

  init(_ events: [EventFact], after begin: Int64) {
    for event in events where event.reason == "SuccessfulRescale" && event.last > begin {
      guard let size = event.message.part(after: "New size: ", before: ";").flatMap({ Int32($0) }) else {
        continue
      }
      steps.append(ScaleMemory.Step(at: event.last, replicas: Int(size)))
      guard event.count > 1, event.first > begin else { continue }
      steps.append(ScaleMemory.Step(at: event.first, replicas: Int(size)))
      hiddenTurns += min(event.count - 2, maxHidden) * 2
    }
    steps.sort { $0.at < $1.at }
  }

  /// Both in their order, without what is the same as the one before.
  static func joined(_ past: [ScaleMemory.Step], _ seen: [ScaleMemory.Step]) -> [ScaleMemory.Step] {
    var steps: [ScaleMemory.Step] = []
    for step in (past + seen).sorted(by: { $0.at < $1.at }) where steps.last?.replicas != step.replicas {
      steps.append(step)
    }
    return steps
  }

  /// How often the sizes go the other way.
  static func turns(_ steps: [ScaleMemory.Step]) -> Int {
    var (turns, direction) = (0, 0)
    for (before, after) in zip(steps, steps.dropFirst()) {
      let next = after.replicas > before.replicas ? 1 : -1
      if direction != 0, next != direction { turns += 1 }
      direction = next
    }
    return turns
  }
}
