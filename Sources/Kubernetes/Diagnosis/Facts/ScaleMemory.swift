import Cluster
import Document

/// How often autoscalers change their minds: the last few sizes that each was seen to give its target. Its status tells only
/// the last, and its events are no warnings.
struct ScaleMemory {
  struct Step: Hashable {
    /// Seconds since 1970.
    var at: Int64
    var replicas: Int
  }

  static let maxSteps = 20
  private var steps: [String: [Step]] = [:]

  subscript(uid: String) -> [Step] { steps[uid] ?? [] }

  /// Takes in what an autoscaler says now.
  mutating func note(_ autoscaler: Fact, now: Int64) {
    let status = autoscaler.object["status"]
    guard let replicas = status["desiredReplicas"].int32, replicas > 0 else { return }
    let uid = autoscaler.ref.uid
    let last = steps[uid]?.last
    guard last?.replicas != replicas else { return }
    let scaled = status["lastScaleTime"].seconds ?? 0
    // The first may be long ago, the others were just made.
    let at = last == nil && scaled > 0 ? scaled : now
    steps[uid, default: []].append(Step(at: at, replicas: replicas))
    if steps[uid, default: []].count > Self.maxSteps { steps[uid]?.removeFirst() }
  }

  mutating func forget(_ uid: String) { steps[uid] = nil }
}
