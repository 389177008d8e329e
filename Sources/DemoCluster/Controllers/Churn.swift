/// Changes a set number of pods a second, for load: most lose and regain readiness, some restart, a few are
/// replaced.
final class Churn {
  private let perSecond: Double
  /// Only pods of namespaces that begin so; nil: the shop's.
  private let prefix: String?
  /// What is due beyond whole changes.
  private var due = 0.0
  private static let ticksPerSecond = 20.0

  init(perSecond: Double, prefix: String?) {
    self.perSecond = perSecond
    self.prefix = prefix
  }

  func begin(_ world: World) {
    if perSecond <= 0 { return }
    // Slow churn needs no ticks in between.
    let seconds = max(1 / Churn.ticksPerSecond, 1 / perSecond)
    world.every(seconds) { [weak self] in self?.tick($0, seconds) }
  }

  private func tick(_ world: World, _ seconds: Double) {
    due += perSecond * seconds
    while due >= 1 {
      due -= 1
      change(world)
    }
  }

  private func isFair(_ pod: Object) -> Bool {
    guard let prefix else { return ["market", "fulfil", "platform"].contains(pod.meta.namespace) }
    return pod.meta.namespace.hasPrefix(prefix)
  }

  private func change(_ world: World) {
    let pods = world.store[.pods].objects
    if pods.isEmpty { return }
    // A few tries find one: nearly all pods of a large cluster are fair.
    for _ in 0..<20 {
      let pod = pods[world.dice.below(pods.count)]
      guard isFair(pod), case .pod(let body) = pod.body, pod.meta.controller?.kind == "ReplicaSet",
        body.state.containers[0].runningSince != nil
      else { continue }
      change(ObjectHandle(pod), body.state.containers[0], world)
      return
    }
  }

  private func change(_ victim: ObjectHandle, _ state: ContainerState, _ world: World) {
    let chance = world.dice.fraction()
    let container = ContainerHandle(pod: victim, index: 0)
    if chance < 0.005 {
      world.delete(victim)
    } else if chance < 0.02 {
      world.end(container, state.id, code: 1, reason: "Error")
    } else {
      world.setReady(container, state.id, !state.isReady)
    }
  }
}
