import Cluster
import Document

extension Rule {
  /// Autoscalers that cannot scale, want more than they may, change their minds all the time, or fight with a manifest.
  ///
  /// pkg/controller/podautoscaler/horizontal.go: conditions AbleToScale, ScalingActive, ScalingLimited and their reasons.
  static let autoscaler = Rule(
    "autoscaler", "autoscalers: no metrics, no requests, no target, at the maximum, flapping, fights",
    of: ["autoscaling/v2/horizontalpodautoscalers"],
    reads: ["apiregistration.k8s.io/v1/apiservices"]
  ) { subject in
    if subject.isEnding { return [] }
    let trouble = AutoscalerTrouble(subject)
    if let unable = trouble.unable() { return [unable] }
    return [trouble.inactive(), trouble.limited(), trouble.flapping(), trouble.fights()].compactMap { $0 }
  }
}

private struct AutoscalerTrouble {
  /// Metrics of new pods take a minute (metrics-server's resolution, the initial readiness delay).
  static let settleSeconds: Int64 = 60
  /// At the maximum for so long is no peak any more.
  static let limitSeconds: Int64 = 300
  /// So many turns within so long are not a load that rises and falls.
  static let turns = 3
  static let flapSeconds: Int64 = 900
  /// A window below that follows each dip of a load.
  static let damperSeconds = 120
  /// --horizontal-pod-autoscaler-tolerance
  static let tolerance = 0.1

  let subject: Case
  init(_ subject: Case) { self.subject = subject }

  private var target: (kind: Kind.ID, name: String, noun: String) {
    let ref = subject.spec["scaleTargetRef"]
    let kind = Kinds.id(apiVersion: ref["apiVersion"].line, name: ref["kind"].line)
    return (kind, ref["name"].line, Case.noun(kind))
  }
  private var targetRef: ObjectRef {
    ObjectRef(
      kind: target.kind, namespace: subject.ref.namespace, name: target.name,
      uid: subject.fact(target.kind, target.name)?.ref.uid ?? "")
  }

  /// Its target is not there or cannot be scaled.
  func unable() -> Finding? {
    guard let condition = subject.conditions.failing("AbleToScale"),
      condition.reason.hasPrefix("Failed"), subject.hasLasted(Self.settleSeconds, since: condition.since)
    else { return nil }
    let isMissing = condition.message.contains("not found")
    return Finding(
      isMissing ? "autoscaler-target-missing" : "autoscaler-unable", of: subject.ref,
      key: "autoscaler-unable",
      isMissing
        ? "its target \(target.noun) \(target.name) is missing"
        : "it cannot scale \(target.noun) \(target.name): \(condition.text)".shortened(to: 110),
      since: condition.since, .hopeless("it scales nothing until scaleTargetRef names what can be scaled")
    ).with(condition.evidence).with(
      Evidence(.field("spec.scaleTargetRef"), "\(subject.spec["scaleTargetRef"]["kind"].line) \(target.name)")
    )
  }

  // MARK: Metrics

  func inactive() -> Finding? {
    guard let condition = subject.conditions.failing("ScalingActive"), condition.reason != "ScalingDisabled",
      subject.hasLasted(Self.settleSeconds, since: condition.since)
    else { return nil }
    let message = condition.message
    var finding: Finding
    if let name = message.part(after: "missing request for ", before: " ") {
      let container = message.part(after: "in container ", before: " ") ?? ""
      finding = Finding(
        "autoscaler-request-missing", of: subject.ref, key: "autoscaler-inactive",
        "it does not scale: container \(container) asks for no \(name), of which the target is a share",
        since: condition.since, .hopeless("a share can be reckoned only where every container has a request"))
    } else if message.contains("pods might be unready") || message.contains("no metrics returned") {
      finding = Finding(
        "autoscaler-pods-unready", of: subject.ref, key: "autoscaler-inactive",
        "it does not scale: no pod of \(target.noun) \(target.name) has metrics", .warning,
        since: condition.since,
        .unclear("it goes on as soon as its pods are ready and measured")
      ).asConsequence.causedBy(Finding.Cause(targetRef, "the pods of \(target.name) are not ready"))
    } else if let api = Self.api(message) {
      finding = noAPI(api, condition)
    } else if condition.reason == "InvalidSelector" {
      finding = Finding(
        "autoscaler-selector", of: subject.ref, key: "autoscaler-inactive",
        "it does not scale: the selector of its target cannot be used", since: condition.since,
        .hopeless("the target's scale has to tell a selector"))
    } else {
      let what = message.part(after: "unable to compute the replica count: ", before: "") ?? condition.text
      finding = Finding(
        "autoscaler-inactive", of: subject.ref, key: "autoscaler-inactive",
        "it does not scale: \(what)".shortened(to: 110), since: condition.since,
        .unclear("it tries again every 15 s"))
    }
    return finding.with(condition.evidence).offering(Offer("look at it", .view(.describe(subject.ref))))
  }

  /// The aggregated API that a message misses.
  private static func api(_ message: String) -> String? {
    let isMissing =
      message.contains("could not find the requested resource")
      || message.contains("unable to handle the request")
      || message.contains("not registered") || message.contains(" registered") && message.contains("no ")
    guard isMissing else { return nil }
    if message.contains("external.metrics") || message.contains("external metrics API") {
      return "v1beta1.external.metrics.k8s.io"
    }
    if message.contains("custom.metrics") || message.contains("custom metrics API") {
      return "v1beta1.custom.metrics.k8s.io"
    }
    return message.contains("metrics.k8s.io") || message.contains("resource metrics API")
      ? "v1beta1.metrics.k8s.io" : nil
  }

  private func noAPI(_ name: String, _ condition: Conditions.Condition) -> Finding {
    let kind: Kind.ID = "apiregistration.k8s.io/v1/apiservices"
    let registration = subject.look(kind, name, in: "")
    let group = name.part(after: "v1beta1.", before: "") ?? name
    let isUnserved = registration.isAbsent || !condition.message.contains("unable to handle")
    let what =
      isUnserved ? "the cluster serves no metrics API (\(group))" : "the metrics API \(group) does not answer"
    let who = group == "metrics.k8s.io" ? "metrics-server" : "an adapter"
    let finding = Finding(
      "autoscaler-metrics-missing", of: subject.ref, key: "autoscaler-inactive", "it does not scale: \(what)",
      since: condition.since, .hopeless("nothing is measured until \(who) serves it")
    ).with(
      registration.isAbsent ? Evidence(.absence("API \(name)"), "the server has no such registration") : nil)
    return finding.causedBy(Finding.Cause(ObjectRef(kind: kind, namespace: "", name: name), what))
  }

  // MARK: Limits

  /// A metric as it is and as it is meant to be.
  private struct Reading {
    var text: String
    var ratio: Double
  }

  private func readings() -> [Reading] {
    zip(subject.spec["metrics"].array, subject.status["currentMetrics"].array).compactMap { metric, current in
      let type = metric["type"].string ?? ""
      let field = type.prefix(1).lowercased() + type.dropFirst()
      let (wanted, now) = (metric[field]["target"], current[field]["current"])
      let name = metric[field]["name"].string ?? metric[field]["metric"]["name"].string ?? type
      if let percent = wanted["averageUtilization"].int32, let used = now["averageUtilization"].int32,
        percent > 0
      {
        return Reading(
          text: "\(Moment.plain(name)) \(used)%, target \(percent)%", ratio: Double(used) / Double(percent))
      }
      for key in ["averageValue", "value"] {
        guard let limit = wanted[key].string.flatMap({ Quantity($0) }),
          let used = now[key].string.flatMap({ Quantity($0) }), limit.double > 0
        else { continue }
        return Reading(
          text: "\(Moment.plain(name)) \(used.text), target \(limit.text)", ratio: used.double / limit.double)
      }
      return nil
    }
  }

  /// It would scale further, and may not.
  func limited() -> Finding? {
    let least = subject.spec["minReplicas"].int32 ?? 1
    guard let condition = subject.conditions.holding("ScalingLimited"), condition.reason == "TooManyReplicas",
      let most = subject.spec["maxReplicas"].int32, most > least,
      subject.hasLasted(Self.limitSeconds, since: condition.since)
    else { return nil }
    let readings = readings()
    let worst = readings.max { $0.ratio < $1.ratio }
    let current = subject.status["currentReplicas"].int32 ?? most
    let wanted = worst.map {
      abs($0.ratio - 1) <= Self.tolerance
        ? current : Int(min((Double(current) * $0.ratio).rounded(.up), Double(Int32.max)))
    }
    let more = wanted.flatMap { $0 > most ? ", \($0) are wanted" : nil } ?? ""
    return Finding(
      "autoscaler-maximum", of: subject.ref, key: "autoscaler-maximum",
      "at its maximum of \(most)\(more)" + (worst.map { ": \($0.text)" } ?? ""), .warning,
      since: condition.since,
      .unclear("it stays there until the load falls or maxReplicas is raised")
    ).with(condition.evidence).with(
      readings.map { Evidence(.metric("status.currentMetrics"), $0.text) }
    ).with(
      wanted.map { Evidence(.reckoned("ceil(\(current) pods × current ÷ target)"), "\($0) pods") }
    ).offering(Offer("see its chart", .view(.chart(subject.ref))))
  }

  // MARK: Flapping and fights

  func flapping() -> Finding? {
    let window = subject.spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"].int32
    // What it did before it was looked at is asked only where it scales without a damper.
    let scaled = subject.status["lastScaleTime"].seconds ?? 0
    let isSuspect = (window ?? 300) < Self.damperSeconds && subject.now - scaled < Self.flapSeconds
    let past = ScaleHistory(
      isSuspect ? subject.pastEvents() ?? [] : [], after: subject.now - Self.flapSeconds)
    let seen = subject.scales.filter { subject.now - $0.at < Self.flapSeconds }
    let steps = ScaleHistory.joined(past.steps, seen)
    let turns = ScaleHistory.turns(steps) + past.hiddenTurns
    guard turns >= Self.turns, let first = steps.first, let last = steps.last else { return nil }
    subject.review(at: steps[max(0, steps.count - Self.turns)].at + Self.flapSeconds)
    let sizes = steps.map(\.replicas)
    let why = window == 0 ? "scaleDown has no stabilization window" : "the load or its measure swings"
    return Finding(
      "autoscaler-flapping", of: subject.ref, key: "autoscaler-flapping",
      "flaps between \(sizes.min() ?? 0) and \(sizes.max() ?? 0) pods: \(why)", .warning, since: first.at,
      window == 0
        ? .hopeless("without a window it follows every dip at once") : .unclear("it may settle with the load")
    ).with(
      Evidence(
        .reckoned("sizes seen since \(Moment.mark(first.at))"),
        sizes.map(String.init).joined(separator: " → "), at: last.at),
      window.map { Evidence(.field("spec.behavior.scaleDown.stabilizationWindowSeconds"), "\($0)") }
    ).offering(
      window == 0
        ? Offer(
          "wait 5 min before scaling down",
          .command(
            "kubectl -n \(subject.ref.namespace) patch hpa \(subject.ref.name) -p "
              + "'{\"spec\":{\"behavior\":{\"scaleDown\":{\"stabilizationWindowSeconds\":300}}}}'")) : nil,
      Offer("see its chart", .view(.chart(subject.ref))))
  }

  /// The manifest of its target names a number of pods, too: whoever applies it sets it back.
  func fights() -> Finding? {
    guard let fact = subject.fact(target.kind, target.name) else { return nil }
    let object = fact.object
    let applied = object["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"].string
    let manifest = applied.flatMap { JSON.parse([UInt8]($0.utf8)).value }
    guard let written = manifest?["spec"]["replicas"].int32, let now = object["spec"]["replicas"].int32,
      written != now
    else { return nil }
    return Finding(
      "autoscaler-fight", of: subject.ref, key: "autoscaler-fight",
      "the manifest of \(target.noun) \(target.name) says replicas \(written), the autoscaler \(now)",
      .notice,
      since: nil, .hopeless("every apply sets it back to \(written) until the manifest leaves replicas out")
    ).with(
      Evidence(
        .field("metadata.annotations[last-applied-configuration].spec.replicas"), "\(written)", in: fact.ref),
      Evidence(.field("spec.replicas"), "\(now)", in: fact.ref))
  }
}
