import Cluster
import Document

extension Rule {
  /// A container that the runtime could not start: its command, its rights, its mounts, its devices.
  static let start = Rule(
    "start", "Commands, rights, mounts and devices that keep a container from starting", of: ["v1/pods"],
    reads: ["v1/nodes"]
  ) { subject in
    subject.troubles.filter { $0.trouble == .start }.map { StartRule.finding(subject, $0) }
  }
}

private enum StartRule {
  static func finding(_ subject: Case, _ troubled: TroubledContainer) -> Finding {
    let container = troubled.container
    let (message, source, at) = words(subject, container)
    let command = container.spec["command"].array.first?.line ?? ""
    let failure = StartFailure(message, command: command)
    let times = max(1, container.restarts)
    let ground =
      failure.ground + (times > 2 ? "; it has failed \(times) times" : "")
    var finding = Finding(
      failure.rule, of: subject.ref, part: container.name, subject.naming(container) + failure.headline,
      troubled.isFailing ? .error : .warning, since: subject.brokenSince(container),
      failure.mayHeal ? .unclear(ground) : .hopeless(ground))
    finding.evidence.append(Evidence(source, message, at: at, in: subject.ref))
    finding.evidence += details(subject, container, failure)
    return finding.offering(offer(failure, subject, container))
  }

  /// The runtime's own words: of the end of the last attempt, of now, or what was remembered.
  private static func words(_ subject: Case, _ container: ContainerCase) -> (String, Evidence.Source, Int64?)
  {
    if let end = container.end, !end.message.isEmpty {
      return (end.message, .exit(container.name), end.finished)
    }
    let waiting = container.waitingMessage
    if CauseMemory.isSpecific(container.waitingReason, waiting) {
      return (waiting, .field("status.\(container.name).state.waiting"), nil)
    }
    if let entry = container.remembered {
      return (Moment.plain(entry.message), .field("status.\(container.name).state.waiting"), entry.seen)
    }
    let event = subject.warnings(about: container).first { $0.reason == "Failed" }
    if let event { return (event.message, .event("Failed"), event.last) }
    return (waiting.isEmpty ? container.waitingReason : waiting, .field("status.\(container.name)"), nil)
  }

  private static func details(_ subject: Case, _ container: ContainerCase, _ failure: StartFailure)
    -> [Evidence]
  {
    switch failure.rule {
    case "command-not-found", "command-permission", "command-missing":
      let words = (container.spec["command"].array + container.spec["args"].array).map(\.line)
      return [
        words.isEmpty
          ? Evidence(.field("\(container.field).image"), "the command is the image's own: \(container.image)")
          : Evidence(
            .field("\(container.field).command"), Wording.shortened(words.joined(separator: " "), to: 160))
      ]
    case "image-platform":
      let architecture = subject.fact("v1/nodes", subject.node, in: "")?
        .object["status"]["nodeInfo"]["architecture"].line
      return [
        architecture.map {
          Evidence(
            .field("status.nodeInfo.architecture"), "node \(subject.node) is \($0)",
            in: ObjectRef(kind: "v1/nodes", namespace: "", name: subject.node))
        }
      ].compactMap { $0 }
    case "security-context":
      return [subject.spec["securityContext"], container.spec["securityContext"]].enumerated().compactMap {
        $0.element.members.isEmpty
          ? nil
          : Evidence(
            .field("\($0.offset == 0 ? "spec" : container.field).securityContext"), $0.element.summary)
      }
    case "memory-limit-start":
      return [
        Evidence(
          .field("\(container.field).resources.limits.memory"),
          container.spec["resources"]["limits"]["memory"].line)
      ]
    default: return []
    }
  }

  private static func offer(_ failure: StartFailure, _ subject: Case, _ container: ContainerCase) -> Offer? {
    switch failure.rule {
    case "command-not-found", "command-permission", "working-directory":
      return Offer(
        "look into the image", .command("docker run --rm -it --entrypoint sh \(container.image)"))
    case "disk-full", "runtime-slow", "device":
      guard !subject.node.isEmpty else { return nil }
      let node = ObjectRef(kind: "v1/nodes", namespace: "", name: subject.node)
      return Offer("look at node \(subject.node)", .view(.describe(node)))
    default: return Offer("look at its manifest", .view(.yaml(subject.ref)))
    }
  }
}

extension JSON {
  /// A small object in one line: "runAsNonRoot true, runAsUser 0".
  var summary: String {
    let parts = members.map { member in
      let value = member.value
      let text = value.string ?? value.bool.map(String.init) ?? value.int.map(String.init)
      return "\(member.key) \(text ?? "{\(value.summary)}")"
    }
    return Wording.shortened(Moment.plain(parts.joined(separator: ", ")), to: 160)
  }
}
