import Document

/// A HorizontalPodAutoscaler: follows the load of a Deployment, which comes in waves.
final class AutoscalerState {
  let key: ObjectKey
  var meta: Meta
  let deployment: DeploymentState
  let minReplicas, maxReplicas, targetPercent: Int
  /// The seconds from one wave to the next.
  let periodSeconds: Double
  private let spec: Bytes
  private(set) var percent = 0
  private var lastScale: Int64
  /// Fewer pods are only wanted once this many looks in a row wanted fewer.
  private var looksBelow = 0
  private let requestMilliCPU: Int

  init(_ meta: Meta, spec: JSON, deployment: DeploymentState, periodSeconds: Double, _ world: World) {
    self.meta = meta
    key = meta.key
    self.deployment = deployment
    minReplicas = spec["minReplicas"].int ?? 1
    maxReplicas = spec["maxReplicas"].int ?? 10
    targetPercent = spec.at("metrics[0].resource.target.averageUtilization").int ?? 70
    self.periodSeconds = periodSeconds
    self.spec = spec.encoded()
    lastScale = world.now.seconds - 1_260
    requestMilliCPU = deployment.current.template.milliCPU
  }

  func begin(_ world: World) { world.every(15) { [weak self] world in self?.look(world) } }

  /// What the pods do together, in percent of one pod's request.
  private func load(_ world: World) -> Double {
    let middle = Double(minReplicas + maxReplicas) / 2 * Double(targetPercent)
    let swing = Double(maxReplicas - minReplicas) / 2 * Double(targetPercent) * 0.9
    let phase = Double(world.now.nanoseconds % Int64(periodSeconds * 1e9)) / 1e9 / periodSeconds
    // A triangle wave: no sine without a math library.
    let wave = phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase
    return middle + swing * wave + Double(targetPercent) * (world.dice.fraction() - 0.5) * 0.4
  }

  /// Takes the pods' load as it is now.
  func measure(_ world: World) { percent = Int(load(world)) / max(1, deployment.current.family.count.ready) }

  private func look(_ world: World) {
    measure(world)
    let ready = max(1, deployment.current.family.count.ready)
    let ratio = Double(percent) / Double(targetPercent)
    // Within a tenth of the target nothing is done.
    var wanted = deployment.replicas
    if ratio > 1.1 { wanted = min(maxReplicas, Int((Double(ready) * ratio).rounded(.up))) }
    if ratio < 0.9 { wanted = max(minReplicas, Int((Double(ready) * ratio).rounded(.up))) }
    looksBelow = wanted < deployment.replicas ? looksBelow + 1 : 0
    if wanted > deployment.replicas || looksBelow >= 3 { rescale(to: wanted, world) }
    write(world)
  }

  private func rescale(to wanted: Int, _ world: World) {
    let isUp = wanted > deployment.replicas
    looksBelow = 0
    lastScale = world.now.seconds
    deployment.scale(to: wanted, world)
    guard let object = world.store[.autoscalers][key] else { return }
    let why =
      isUp ? "cpu resource utilization (percentage of request) above target" : "All metrics below target"
    world.record(
      .normal, "SuccessfulRescale", "New size: \(wanted); reason: \(why)", about: object,
      as: ("HorizontalPodAutoscaler", "autoscaling/v2"), by: .controller("horizontal-pod-autoscaler"))
  }

  func write(_ world: World) {
    let milli = requestMilliCPU * percent / 100
    let created = World.timestamp(meta.created + 20)
    let status: JSON = [
      "lastScaleTime": .string(World.timestamp(lastScale)),
      "currentReplicas": .int(deployment.replicaSets.reduce(0) { $0 + $1.family.count.active }),
      "desiredReplicas": .int(deployment.replicas),
      "currentMetrics": [
        [
          "type": "Resource",
          "resource": [
            "name": "cpu",
            "current": ["averageValue": .string("\(milli)m"), "averageUtilization": .int(percent)],
          ],
        ]
      ],
      "conditions": [
        [
          "type": "AbleToScale", "status": "True", "lastTransitionTime": .string(created),
          "reason": "ReadyForNewScale", "message": "recommended size matches current size",
        ],
        [
          "type": "ScalingActive", "status": "True", "lastTransitionTime": .string(created),
          "reason": "ValidMetricFound",
          "message":
            "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)",
        ],
        [
          "type": "ScalingLimited", "status": .string(deployment.replicas == maxReplicas ? "True" : "False"),
          "lastTransitionTime": .string(World.timestamp(lastScale)),
          "reason": .string(deployment.replicas == maxReplicas ? "TooManyReplicas" : "DesiredWithinRange"),
          "message": .string(
            deployment.replicas == maxReplicas
              ? "the desired replica count is more than the maximum replica count"
              : "the desired count is within the acceptable range"),
        ],
      ],
    ]
    meta.touch(manager: "kube-controller-manager", subresource: "status", time: world.now.seconds)
    world.put(
      .autoscalers, meta,
      .members([
        Object.Member(key: "spec", value: spec), Object.Member(key: "status", value: status.encoded()),
      ]))
  }
}
