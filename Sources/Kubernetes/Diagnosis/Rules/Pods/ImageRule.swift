import Cluster
import Document

extension Rule {
  /// An image that is not there for a container, and whose fault that is.
  ///
  /// Source: Kubernetes, "Images"; pkg/kubelet/images (reasons ErrImagePull, ImagePullBackOff, InvalidImageName, ...).
  static let image = Rule(
    "image", "Images that cannot be pulled, and why", of: ["v1/pods"],
    reads: ["v1/secrets", "v1/serviceaccounts", "v1/nodes"]
  ) { subject in
    subject.troubles.filter { $0.trouble == .image }.map { ImageFinding(subject, $0.container).finding }
  }
}

/// What is said of one container whose image is not there.
private struct ImageFinding {
  let subject: Case
  let container: ContainerCase
  private let image: String
  private let reference: ImageReference?
  private let said: Said
  private let failure: PullFailure

  private struct Said {
    var message: String
    var evidence: Evidence?
  }

  init(_ subject: Case, _ container: ContainerCase) {
    self.subject = subject
    self.container = container
    image = container.image
    reference = ImageReference(image)
    said = Self.said(subject, container)
    let (reason, message, image) = (container.waitingReason, said.message, image)
    // The pods of one workload were all told the same.
    failure = subject.once("pull \(reason) \(image) \(message)") {
      PullFailure(reason: reason, message: message, image: image)
    }
  }

  /// The most specific words: of now, of before the back-off, of an event.
  private static func said(_ subject: Case, _ container: ContainerCase) -> Said {
    let path = "status.\(container.name).state.waiting"
    let now = container.waitingMessage
    if CauseMemory.isSpecific(container.waitingReason, now) {
      return Said(message: now, evidence: Evidence(.field(path), now, in: subject.ref))
    }
    if let entry = container.remembered {
      let message = Moment.plain(entry.message)
      let text =
        "\(message) (seen \(Moment.mark(entry.seen)), before the kubelet wrote \"\(Wording.shortened(now, to: 40))\" over it)"
      return Said(message: message, evidence: Evidence(.field(path), text, at: entry.seen, in: subject.ref))
    }
    let event = subject.warnings(about: container).first {
      $0.reason == "Failed" && !$0.message.hasPrefix("Error: ") || $0.reason == "InspectFailed"
    }
    if let event { return Said(message: event.message, evidence: event.evidence) }
    return Said(
      message: now,
      evidence: now.isEmpty ? nil : Evidence(.field(path), now, in: subject.ref))
  }

  var finding: Finding {
    let short = ImageReference.short(image)
    var finding = Finding(
      failure.rawValue, of: subject.ref, part: container.name,
      key: "\(failure.rawValue) \(image)", subject.naming(container) + headline(short), .error,
      since: subject.conditions.failing("ContainersReady")?.since ?? subject.created, verdict)
    finding.evidence = [said.evidence].compactMap { $0 }
    finding.evidence += details
    if failure.isOfRegistry, let reference {
      let registry = ObjectRef(kind: "registry", namespace: "", name: reference.registry)
      finding.cause = Finding.Cause(
        registry, key: "\(failure.rawValue) \(reference.registry)", registryHeadline)
    }
    finding.offers = offers
    return finding
  }

  private var registry: String { reference?.registry ?? "the registry" }

  private func headline(_ short: String) -> String {
    switch failure {
    case .name:
      return
        "\(short) is no valid image name: \(ImageReference.problem(of: image) ?? KubeletMessage.cause(said.message))"
    case .neverPulled: return "image \(short) is not on the node, and is never to be pulled"
    case .notFound: return "image \(short) not found"
    case .hidden: return "image \(short) not found, or no right to pull it"
    case .credentials: return "no right to pull image \(short)"
    case .platform: return "image \(short) is not built for this node's processor"
    case .format: return "image \(short) has a format that the runtime no longer takes"
    case .shortName: return "image \(short) names no registry, and the node has no default one"
    case .signature: return "image \(short) is not signed as the node demands"
    case .disk: return "no room on the node's disk for image \(short)"
    case .held: return "image \(short) waits: the kubelet limits its pulls"
    case .rateLimit, .lookup, .unreachable, .trust, .plain, .failing: return registryHeadline
    case .unknown:
      let cause = KubeletMessage.cause(said.message, image: image)
      return "image \(short) cannot be pulled"
        + (cause.isEmpty ? "" : ": \(Wording.shortened(cause, to: 80))")
    }
  }

  private var registryHeadline: String {
    switch failure {
    case .rateLimit: "registry \(registry) limits how often is pulled"
    case .lookup: "registry \(registry): no such host"
    case .trust: "registry \(registry): its certificate is not trusted"
    case .plain: "registry \(registry) speaks plain HTTP, the node wants HTTPS"
    case .failing: "registry \(registry) fails"
    default: "registry \(registry) does not answer"
    }
  }

  private var verdict: Finding.Verdict {
    switch failure {
    case .name: .hopeless("the name has to be another, no pull is even tried")
    case .neverPulled: .hopeless("the pull policy is Never, so somebody has to bring the image to the node")
    case .notFound: .hopeless("the registry says that there is none; it would have to be pushed")
    case .hidden:
      .hopeless("the registry shows it to nobody without the right to see it, if it is there at all")
    case .credentials: .hopeless("the registry refuses the credentials, or there are none")
    case .platform: .hopeless("the image has no variant for this processor")
    case .format: .hopeless("the image has to be pushed again in a newer format")
    case .shortName: .hopeless("the name has to say which registry is meant")
    case .signature: .hopeless("the node's policy refuses it each time")
    case .plain: .hopeless("it stays so until the node is told that this registry has no TLS")
    case .trust: .hopeless("it stays so until the node trusts the certificate, or the registry has another")
    case .rateLimit: .heals("the registry lets more through after a while, and the kubelet tries again")
    case .held: .heals("the kubelet tries again when its own limit allows")
    case .failing: .heals("the kubelet tries again until the registry has recovered")
    case .lookup: .unclear("the name is wrong, or DNS of the node fails; the kubelet tries again")
    case .unreachable: .unclear("it heals when the registry can be reached again; the kubelet tries on")
    case .disk: .unclear("the kubelet clears away unused images; whether that is enough is not to be seen")
    case .unknown: .unclear("the kubelet tries again, at most every five minutes")
    }
  }

  // MARK: Evidence

  private var details: [Evidence] {
    var found = [Evidence(.field("\(container.field).image"), image)]
    switch failure {
    case .neverPulled: found.append(Evidence(.field("\(container.field).imagePullPolicy"), "Never"))
    case .hidden, .credentials: found += credentials
    case .platform:
      let architecture = subject.fact("v1/nodes", subject.node, in: "")?.object["status"]["nodeInfo"][
        "architecture"]
      if let text = architecture?.line, !text.isEmpty {
        let node = ObjectRef(kind: "v1/nodes", namespace: "", name: subject.node)
        found.append(
          Evidence(.field("status.nodeInfo.architecture"), "node \(subject.node) is \(text)", in: node))
      }
    default: break
    }
    return found
  }

  /// Which pull secrets are named, and whether they are there.
  private var credentials: [Evidence] {
    let names = subject.spec["imagePullSecrets"].array.map { $0["name"].line }.filter { !$0.isEmpty }
    if names.isEmpty {
      return [Evidence(.field("spec.imagePullSecrets"), "the pod names no pull secret, nor does its account")]
    }
    return names.map { name in
      switch subject.lookAtMetadata("v1/secrets", name) {
      case .absent: Evidence(.absence("secret \(name)"), "the pull secret \(name) does not exist")
      case .found(let secret):
        Evidence(
          .field("spec.imagePullSecrets"),
          "pull secret \(name) is there"
            + (secret["metadata"]["creationTimestamp"].seconds.map { ", made \(Moment.mark($0))" } ?? ""))
      case .unknown:
        Evidence(.field("spec.imagePullSecrets"), "pull secret \(name), not known whether it is there")
      }
    }
  }

  // MARK: Offers

  private var offers: [Offer] {
    var offers: [Offer] = []
    switch failure {
    case .hidden, .credentials:
      offers.append(
        Offer(
          "make a pull secret for \(registry)",
          .command(
            "kubectl -n \(subject.ref.namespace) create secret docker-registry pull --docker-server=\(registry) "
              + "--docker-username=USER --docker-password=PASSWORD")))
    case .notFound, .name, .platform, .format, .shortName:
      if failure == .notFound || failure == .platform {
        offers.append(
          Offer("ask the registry what there is", .command("skopeo inspect --raw docker://\(image)")))
      }
      if let owner = subject.owner, owner.kind == "apps/v1/statefulsets" || owner.kind == "apps/v1/daemonsets"
      {
        offers.append(
          Offer(
            "name another image",
            .command(
              "kubectl -n \(subject.ref.namespace) set image \(owner.kind.split(separator: "/").last ?? "")/\(owner.name) "
                + "\(container.name)=IMAGE")))
      }
    case .disk, .trust, .plain, .lookup, .unreachable:
      if !subject.node.isEmpty {
        let node = ObjectRef(kind: "v1/nodes", namespace: "", name: subject.node)
        offers.append(Offer("look at node \(subject.node)", .view(.describe(node))))
      }
    default: break
    }
    return offers
  }
}
