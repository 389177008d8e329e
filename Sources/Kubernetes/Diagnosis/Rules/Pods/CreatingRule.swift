import Cluster
import Document

extension Rule {
  /// A pod that has a node and whose containers do not begin: its network, its volumes, an image that takes long, a kubelet that
  /// says nothing.
  static let creating = Rule(
    "creating", "Pods whose network, volumes or images are not ready", of: ["v1/pods"],
    reads: ["v1/secrets", "v1/configmaps", "v1/persistentvolumeclaims", "v1/nodes"]
  ) { subject in
    guard subject.stage == .creating else { return [] }
    return [CreatingFinding(subject).finding].compactMap { $0 }
  }
}

private struct CreatingFinding {
  let subject: Case
  private let since: Int64

  /// A pod's network and volumes are made in a few seconds; earlier nobody is asked.
  static let askSeconds: Int64 = 5
  /// What may be a hiccup is told when it lasts.
  static let patienceSeconds: Int64 = 30
  /// Big images take minutes.
  static let pullSeconds: Int64 = 180

  init(_ subject: Case) {
    self.subject = subject
    since = subject.conditions.holding("PodScheduled")?.since ?? subject.created
  }

  var finding: Finding? {
    guard subject.hasLasted(Self.askSeconds, since: since) else { return nil }
    let events = subject.events()
    let hasSandbox = subject.conditions.holding("PodReadyToStartContainers") != nil
    if !hasSandbox {
      let failures = events.compactMap { event in VolumeFailure(event).map { (event, $0) } }
      // The mount that times out says less than the one that tells why.
      let known = failures.first { !$0.1.isVague } ?? failures.first
      if let (event, failure) = known,
        failure.isHopeless || subject.hasLasted(Self.patienceSeconds, since: since)
      {
        return volume(event, failure)
      }
      if let event = events.first(where: {
        $0.reason == "FailedCreatePodSandBox" || $0.reason == "NetworkNotReady"
      }),
        subject.hasLasted(Self.patienceSeconds, since: since)
      {
        return sandbox(event)
      }
      if events.isEmpty, let missing = missingMount { return missing }
    }
    if subject.isWaiting { return nil }
    return pulling(hasSandbox) ?? silent
  }

  // MARK: Volumes

  private func volume(_ event: EventFact, _ failure: VolumeFailure) -> Finding {
    let name = failure.volume.isEmpty ? "a volume" : "volume \(failure.volume)"
    var finding = Finding(
      failure.rule, of: subject.ref, part: failure.volume, key: "\(failure.rule) \(failure.object)",
      failure.headline.isEmpty ? "\(name) cannot be mounted" : failure.headline, .error,
      since: min(since, event.first),
      failure.verdict
    ).with(event.evidence)
    let source = subject.spec["volumes"].array.first { $0["name"].line == failure.volume }
    if let source, let kind = source.members.first(where: { $0.key != "name" }) {
      finding.evidence.append(
        Evidence(.field("spec.volumes[\(failure.volume)]"), "\(kind.key): \(kind.value.summary)"))
    }
    guard let missing = failure.missing else {
      if failure.rule.hasSuffix("-missing"), failure.isHopeless,
        !subject.hasLasted(Arrival.seconds, since: since)
      {
        finding.verdict = .unclear("it may still be on its way")
      }
      if failure.rule == "volume-in-use" || failure.rule == "volume-attach" {
        finding.cause = elsewhere(failure)
      }
      return finding
    }
    let object = ObjectRef(kind: missing, namespace: subject.ref.namespace, name: failure.object)
    let noun = missing == "v1/secrets" ? "secret" : missing == "v1/configmaps" ? "config map" : "object"
    let look = subject.lookAtMetadata(missing, failure.object)
    if look.isAbsent {
      finding.evidence.append(
        Evidence(.absence("\(noun) \(failure.object)"), "the server has no such object"))
    }
    if case .found = look, failure.rule.hasSuffix("-missing") {
      finding.verdict = .heals("the \(noun) is there by now: the kubelet takes it at its next try")
    } else if case .hopeless(let ground) = failure.verdict {
      finding.verdict = Arrival.verdict(
        of: missing, failure.object, for: subject, since: since, hopeless: ground)
    }
    finding.cause = Finding.Cause(object, failure.headline)
    return finding
  }

  /// A volume that a lost node still holds.
  private func elsewhere(_ failure: VolumeFailure) -> Finding.Cause? {
    let lost = (subject.facts("v1/nodes", in: "") ?? []).filter {
      Conditions($0.object["status"]["conditions"])["Ready"]?.json["status"].string == "Unknown"
    }
    guard failure.rule == "volume-in-use", lost.count == 1, let node = lost.first else { return nil }
    return Finding.Cause(node.ref, "node \(node.ref.name) does not answer and still holds the volume")
  }

  /// Where there are no events to tell: config maps and secrets that are mounted and not there.
  private var missingMount: Finding? {
    guard subject.hasLasted(15, since: since) else { return nil }
    for volume in subject.spec["volumes"].array {
      let sources: [(Kind.ID, String, JSON)] = [
        ("v1/secrets", "secret", volume["secret"]), ("v1/configmaps", "config map", volume["configMap"]),
      ]
      for (kind, noun, source) in sources where source["optional"].bool != true {
        let name = (source["secretName"].string ?? source["name"].string).map { Moment.plain($0) } ?? ""
        guard !name.isEmpty, subject.lookAtMetadata(kind, name).isAbsent else { continue }
        let headline = "\(noun) \(name) is missing"
        var finding = Finding(
          kind == "v1/secrets" ? "secret-missing" : "configmap-missing", of: subject.ref,
          part: volume["name"].line,
          key: "\(kind == "v1/secrets" ? "secret-missing" : "configmap-missing") \(name)", headline, .error,
          since: since,
          Arrival.verdict(
            of: kind, name, for: subject, since: since,
            hopeless: "the kubelet tries again for ever, and nothing makes the \(noun) by itself")
        ).with(
          Evidence(.field("spec.volumes[\(volume["name"].line)]"), "\(noun) \(name)"),
          Evidence(.absence("\(noun) \(name)"), "the server has no such object"))
        finding.cause = Finding.Cause(
          ObjectRef(kind: kind, namespace: subject.ref.namespace, name: name), headline)
        return finding
      }
    }
    return nil
  }

  // MARK: Network

  private func sandbox(_ event: EventFact) -> Finding {
    let failure = SandboxFailure(event.message)
    let node = ObjectRef(kind: "v1/nodes", namespace: "", name: subject.node)
    var finding = Finding(
      failure.rule, of: subject.ref, key: failure.rule, failure.headline, .error,
      since: min(since, event.first),
      failure.isHopeless ? .hopeless(failure.ground) : .unclear(failure.ground)
    ).with(event.evidence)
    if failure.isOfNode {
      finding.cause = Finding.Cause(node, "node \(subject.node): \(failure.headline)")
    }
    return finding.offering(Offer("look at node \(subject.node)", .view(.describe(node))))
  }

  // MARK: Images that take long, and silence

  private func pulling(_ hasSandbox: Bool) -> Finding? {
    guard hasSandbox else { return nil }
    let begun = subject.conditions.holding("PodReadyToStartContainers")?.since ?? since
    let waiting = subject.containers.first {
      $0.waitingReason == "ContainerCreating"
        || ($0.waitingReason == "PodInitializing" && $0.role != .regular)
    }
    guard let waiting, subject.hasLasted(Self.pullSeconds, since: begun) else { return nil }
    return Finding(
      "image-slow", of: subject.ref, part: waiting.name, key: "image-slow \(waiting.image)",
      "image \(ImageReference.short(waiting.image)) takes long to be pulled", .warning, since: begun,
      .unclear("the kubelet is still at it; the image is big, or the registry or the network is slow")
    ).with(
      Evidence(.field("\(waiting.field).image"), waiting.image),
      Evidence(
        .condition("PodReadyToStartContainers"),
        "its network and volumes are ready, only the container is not there",
        at: begun))
  }

  private var silent: Finding? {
    guard subject.hasLasted(120, since: since) else { return nil }
    let hasStatus = subject.containers.contains { !$0.status.isNull }
    let node = ObjectRef(kind: "v1/nodes", namespace: "", name: subject.node)
    let headline =
      hasStatus
      ? "its network or its volumes are not ready, and nothing says why"
      : "the kubelet of node \(subject.node) does not take it up"
    var finding = Finding(
      "not-created", of: subject.ref, headline, .error, since: since,
      .unclear("no event tells what the kubelet is waiting for"))
    finding.evidence = [
      subject.conditions["PodReadyToStartContainers"]?.evidence,
      Evidence(.field("spec.nodeName"), subject.node),
    ].compactMap { $0 }
    return finding.offering(Offer("look at node \(subject.node)", .view(.describe(node))))
  }
}
