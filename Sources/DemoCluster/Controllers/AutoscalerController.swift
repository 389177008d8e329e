import Document

/// One look at a HorizontalPodAutoscaler: follows what the pods of its target use.
struct AutoscalerController {
  let world: World
  let key: ObjectKey
  let object: Object
  let spec: JSON

  init?(_ key: ObjectKey, _ world: World) {
    guard let object = world.store[.autoscalers][key], let spec = object.json("spec") else { return nil }
    self.world = world
    self.key = key
    self.object = object
    self.spec = spec
  }

  private static let intervalSeconds = 15.0

  /// A metric as it was measured, and how many pods it asks for.
  private struct Measure {
    let status: JSON
    let wanted: Int
    let name: String
  }

  private struct Problem: Error {
    let reason, message: String
  }

  func reconcile() {
    if object.meta.deletion != nil { return }
    // A look before its time is one too many: its own writing calls for it.
    if let next = world.lookouts[object.meta.uid], next > world.now { return }
    world.lookAgain(at: world.now + Self.intervalSeconds, .autoscaler, object)
    let old = object.json("status") ?? [:]
    var conditions = StatusConditions(old)
    guard let (resource, target) = target else {
      fail(&conditions, old)
      return
    }
    let current = target.json("spec")?["replicas"].int ?? 1
    conditions.set(
      "AbleToScale", "True", "SucceededGetScale",
      "the HPA controller was able to get the target's current scale", at: world.now.seconds)
    do throws(Problem) {
      let measures = try measure(target, current)
      guard let most = measures.max(by: { $0.wanted < $1.wanted }) else { return }
      let wanted = settle(most.wanted, current, &conditions)
      conditions.set(
        "ScalingActive", "True", "ValidMetricFound",
        "the HPA was able to successfully calculate a replica count from \(most.name)", at: world.now.seconds)
      write(old, measures.map(\.status), current: current, desired: wanted, conditions)
      if wanted != current { rescale(resource, target, current, wanted, most) }
    } catch {
      say(.warning, error.reason, error.message)
      say(
        .warning, "FailedComputeMetricsReplicas",
        "invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: \(error.message)"
      )
      conditions.set(
        "ScalingActive", "False", error.reason,
        "the HPA was unable to compute the replica count: \(error.message)", at: world.now.seconds)
      write(old, [], current: current, desired: 0, conditions)
    }
  }

  private var target: (StoreKey, Object)? {
    let ref = spec["scaleTargetRef"]
    let place = ObjectKey(namespace: key.namespace, name: ref["name"].string ?? "")
    let resource: StoreKey? =
      switch ref["kind"].string {
      case "Deployment": .deployments
      case "StatefulSet": .statefulSets
      case "ReplicaSet": .replicaSets
      default: nil
      }
    guard let resource, let found = world.store[resource][place] else { return nil }
    return (resource, found)
  }

  private func fail(_ conditions: inout StatusConditions, _ old: JSON) {
    let ref = spec["scaleTargetRef"]
    let plural = (ref["kind"].string ?? "").lowercased() + "s"
    let why = "\(plural)/scale.apps \"\(ref["name"].string ?? "")\" not found"
    say(.warning, "FailedGetScale", why)
    conditions.set(
      "AbleToScale", "False", "FailedGetScale",
      "the HPA controller was unable to get the target's current scale: \(why)", at: world.now.seconds)
    write(old, [], current: 0, desired: 0, conditions)
  }

  // MARK: Metrics

  private func measure(_ target: Object, _ current: Int) throws(Problem) -> [Measure] {
    let selector = LabelSelector(target.json("spec")?["selector"] ?? [:])
    let pods = world.pods(in: key.namespace, selector).filter {
      $0.state.isReady && $0.object.meta.deletion == nil
    }
    guard !pods.isEmpty else {
      throw Problem(
        reason: "FailedGetResourceMetric",
        message:
          "failed to get cpu utilization: did not receive metrics for targeted pods (pods might be unready)")
    }
    var measures: [Measure] = []
    let metrics = spec["metrics"].array
    let fallback: JSON = [
      "type": "Resource",
      "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80]],
    ]
    for metric in metrics.isEmpty ? [fallback] : metrics {
      guard metric["type"].string == "Resource" else {
        throw Problem(
          reason: "FailedGetExternalMetric",
          message:
            "unable to fetch metrics from external metrics API: the server could not find the requested "
            + "resource")
      }
      measures.append(try measure(metric["resource"], pods, current))
    }
    return measures
  }

  private func measure(
    _ resource: JSON, _ pods: [(object: Object, state: PodState)], _ current: Int
  ) throws(Problem) -> Measure {
    let name = resource["name"].string ?? "cpu"
    let isCPU = name == "cpu"
    let usages = pods.map { world.usage($0.object, $0.state) }
    let sum = usages.reduce(0.0) { $0 + (isCPU ? $1.milliCPU : Double($1.memoryBytes)) }
    let average = sum / Double(pods.count)
    let text = isCPU ? "\(Int(average))m" : "\(Int(average))"
    if let target = resource["target"]["averageUtilization"].int {
      let request = pods.reduce(0) {
        $0 + (isCPU ? $1.state.template.milliCPU : $1.state.template.memoryBytes)
      }
      if request == 0 {
        let plan = pods[0].state.template.containers.first?.name ?? ""
        throw Problem(
          reason: "FailedGetResourceMetric",
          message:
            "failed to get \(name) utilization: missing request for \(name) in container \(plan) of Pod "
            + pods[0].object.meta.name)
      }
      let percent = Int(sum * 100 / Double(request))
      return Measure(
        status: metricStatus(name, ["averageUtilization": .int(percent), "averageValue": .string(text)]),
        wanted: wanted(Double(percent) / Double(max(1, target)), pods.count, current),
        name: "\(name) resource utilization (percentage of request)")
    }
    let goal = resource["target"]["averageValue"].string
    let limit = isCPU ? Double(Amount.milliCPU(goal)) : Double(Amount.bytes(goal))
    return Measure(
      status: metricStatus(name, ["averageValue": .string(text)]),
      wanted: wanted(average / max(1, limit), pods.count, current), name: "\(name) resource")
  }

  private func metricStatus(_ name: String, _ current: JSON) -> JSON {
    ["type": "Resource", "resource": ["name": .string(name), "current": current]]
  }

  /// Within a tenth of the target nothing is done.
  private func wanted(_ ratio: Double, _ ready: Int, _ current: Int) -> Int {
    ratio > 1.1 || ratio < 0.9 ? Int((Double(ready) * ratio).rounded(.up)) : current
  }

  // MARK: Scaling

  /// Keeps within the limits, and goes down only to the highest of what was wanted lately.
  private func settle(_ asked: Int, _ current: Int, _ conditions: inout StatusConditions) -> Int {
    let least = spec["minReplicas"].int ?? 1
    let most = spec["maxReplicas"].int ?? 1
    let window = Double(spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"].int ?? 300)
    var recent = (world.recommendations[object.meta.uid] ?? []).filter { world.now - $0.at < window }
    recent.append((world.now, asked))
    world.recommendations[object.meta.uid] = recent
    var wanted = asked
    let time = world.now.seconds
    if asked < current {
      wanted = min(current, recent.map(\.count).max() ?? asked)
    }
    if wanted > asked {
      conditions.set(
        "AbleToScale", "True", "ScaleDownStabilized",
        "recent recommendations were higher than current one, applying the highest recent recommendation",
        at: time)
    } else {
      conditions.set(
        "AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size", at: time)
    }
    if wanted > most {
      conditions.set(
        "ScalingLimited", "True", "TooManyReplicas",
        "the desired replica count is more than the maximum replica count", at: time)
      return most
    }
    if wanted < least {
      conditions.set(
        "ScalingLimited", "True", "TooFewReplicas",
        "the desired replica count is less than the minimum replica count", at: time)
      return least
    }
    conditions.set(
      "ScalingLimited", "False", "DesiredWithinRange",
      "the desired count is within the acceptable range", at: time)
    // At most twice as many, or four more, at a time.
    return min(wanted, max(current * 2, current + 4))
  }

  private func rescale(
    _ resource: StoreKey, _ target: Object, _ current: Int, _ wanted: Int, _ measure: Measure
  ) {
    world.scale(resource, target.meta.key, to: wanted, by: "kube-controller-manager")
    let why = wanted > current ? "\(measure.name) above target" : "All metrics below target"
    say(.normal, "SuccessfulRescale", "New size: \(wanted); reason: \(why)")
    guard let now = world.store[.autoscalers][key], var status = now.json("status") else { return }
    status["lastScaleTime"] = .string(World.timestamp(world.now.seconds))
    var conditions = StatusConditions(status)
    conditions.set(
      "AbleToScale", "True", "SucceededRescale",
      "the HPA controller was able to update the target scale to \(wanted)", at: world.now.seconds)
    write(status, status["currentMetrics"].array, current: current, desired: wanted, conditions)
  }

  private func say(_ kind: EventBody.Kind, _ reason: String, _ message: String) {
    world.record(
      kind, reason, message, about: object, as: ("HorizontalPodAutoscaler", "autoscaling/v2"),
      by: .controller("horizontal-pod-autoscaler"))
  }

  private func write(
    _ old: JSON, _ metrics: [JSON], current: Int, desired: Int, _ conditions: StatusConditions
  ) {
    guard let now = world.store[.autoscalers][key] else { return }
    var out = Bytes()
    out.put("{")
    if let generation = old["observedGeneration"].int { out.put(member: "observedGeneration", generation) }
    out.put(member: "lastScaleTime", old["lastScaleTime"].string)
    out.put(member: "currentReplicas", current)
    out.put(member: "desiredReplicas", desired)
    if !metrics.isEmpty {
      out.put("\"currentMetrics\":")
      out.append(contentsOf: JSON.array(metrics).encoded())
      out.put(",")
    }
    conditions.write(to: &out)
    out.close("}")
    world.rewrite(.autoscalers, now, status: out)
  }
}
