/// Changes a set number of pods a second, for load: most lose and regain readiness, some restart, a few are
/// replaced.
final class Churn {
  private let perSecond: Double
  private let crowd: [DeploymentState]
  /// What is due beyond whole changes.
  private var due = 0.0
  private static let ticksPerSecond = 20.0

  init(perSecond: Double, crowd: [DeploymentState]) {
    self.perSecond = perSecond
    self.crowd = crowd
  }

  func begin(_ world: World) {
    if perSecond <= 0 || crowd.isEmpty { return }
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

  private func change(_ world: World) {
    let deployment = world.dice.pick(crowd)
    guard let victim = deployment.current.family.anyMember(world.dice.next()),
      let (_, state) = world.pod(victim)
    else { return }
    let chance = world.dice.fraction()
    let container = ContainerHandle(pod: victim, index: 0)
    if chance < 0.005 {
      world.delete(victim)
    } else if chance < 0.02, state.containers[0].runningSince != nil {
      world.end(container, state.containers[0].id, code: 1, reason: "Error")
    } else if state.containers[0].runningSince != nil {
      world.setReady(container, state.containers[0].id, !state.containers[0].isReady)
    }
  }
}
