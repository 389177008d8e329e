import Cluster
import Document

extension Rule {
  /// A container that can't be configured: a ConfigMap, a Secret or a key of them is missing, or a value is no good.
  ///
  /// The kubelet's words: pkg/kubelet/kuberuntime, CreateContainerConfigError.
  static let configuration = Rule(
    "configuration", "ConfigMaps, Secrets and keys that containers need", of: ["v1/pods"],
    reads: ["v1/configmaps", "v1/secrets"]
  ) { subject in
    subject.containers.compactMap { container in
      guard container.waitingReason == "CreateContainerConfigError" else { return nil }
      return Configuration.finding(subject, container)
    }
  }
}

private enum Configuration {
  static func finding(_ subject: Case, _ container: ContainerCase) -> Finding {
    let message = container.waitingMessage
    let since = subject.conditions.failing("ContainersReady")?.since ?? subject.created
    let said = Evidence(.field("status.\(container.name).state.waiting"), message, at: since, in: subject.ref)
    guard let missing = Missing(message) else {
      if let known = EnvironmentFailure(message) {
        return Finding(
          known.rule, of: subject.ref, part: container.name, subject.naming(container) + known.headline,
          since: since,
          known.verdict
        ).with(said)
      }
      return Finding(
        "container-config", of: subject.ref, part: container.name,
        "\(container.title) cannot be configured: \(message)",
        since: since, .unclear("the kubelet tries again, what it says does not tell whether that can help")
      ).with(said)
    }
    let object = ObjectRef(kind: missing.kind, namespace: subject.ref.namespace, name: missing.name)
    let isThere = subject.lookAtMetadata(missing.kind, missing.name)
    let headline =
      missing.key.map { "key \($0) is missing in \(missing.noun) \(missing.name)" }
      ?? "\(missing.noun) \(missing.name) is missing"
    let isBack = missing.key == nil && isThere.object != nil
    let verdict =
      isBack
      ? .heals("the \(missing.noun) is there by now: the kubelet takes it at its next try")
      : Arrival.verdict(
        of: missing.kind, missing.name, for: subject, since: since,
        hopeless: "the kubelet tries again for ever, and nothing makes the \(missing.noun) by itself")
    var finding = Finding(
      missing.key == nil ? "\(missing.rule)-missing" : "\(missing.rule)-key-missing", of: subject.ref,
      part: container.name, headline, since: since, verdict
    ).with(
      said,
      isThere.isAbsent
        ? Evidence(.absence("\(missing.noun) \(missing.name)"), "the server has no such object") : nil)
    finding.cause = Finding.Cause(object, headline)
    if missing.key != nil {
      let there = missing.isSecret ? nil : subject.look(missing.kind, missing.name).object
      if let there {
        let keys = (there["data"].members + there["binaryData"].members).map { Moment.plain($0.key) }.sorted()
        let names =
          keys.isEmpty ? "it has no keys at all" : "its keys are \(keys.prefix(12).joined(separator: ", "))"
        finding.evidence.append(Evidence(.field("data"), names, in: object))
      }
      finding = finding.offering(Offer("look at \(missing.noun) \(missing.name)", .view(.describe(object))))
    }
    return finding
  }

  /// What a message says is missing: `configmap "x" not found`, `secret "x" not found`, `couldn't find key k in ConfigMap ns/x`.
  private struct Missing {
    var kind: Kind.ID
    var name: String
    var key: String?
    var isSecret: Bool { kind == "v1/secrets" }
    var noun: String { isSecret ? "secret" : "config map" }
    var rule: String { isSecret ? "secret" : "configmap" }

    init?(_ message: String) {
      let lower = message.lowercased()
      guard lower.contains("configmap") || lower.contains("secret") else { return nil }
      kind = lower.contains("secret") && !lower.contains("configmap") ? "v1/secrets" : "v1/configmaps"
      let words = message.split(separator: " ").map(String.init)
      if let place = words.firstIndex(of: "key"), lower.contains("couldn't find key"), place + 3 < words.count
      {
        key = words[place + 1]
        kind = words[place + 3].lowercased() == "secret" ? "v1/secrets" : "v1/configmaps"
        guard let path = words.dropFirst(place + 4).first else { return nil }
        name = String(path.split(separator: "/").last ?? "")
        return
      }
      guard lower.hasSuffix("not found"), let open = message.firstIndex(of: "\""),
        let close = message[message.index(after: open)...].firstIndex(of: "\"")
      else { return nil }
      name = String(message[message.index(after: open)..<close])
    }
  }
}

/// What a container's environment cannot be made of, other than objects that are missing.
private struct EnvironmentFailure {
  let rule: String
  let headline: String
  let verdict: Finding.Verdict

  init?(_ message: String) {
    let said = Wording(message)
    if said.has("failed to sync", "not registered", "have not yet been read") {
      rule = "container-config"
      headline = "waits for the kubelet to read what configures it"
      verdict = .heals("the kubelet has not read it yet, and tries again")
    } else if said.has(
      "fieldpath", "field label not supported", "fieldref", "invalid resource",
      "unsupported container resource")
    {
      rule = "env-field"
      headline = "a variable refers to a field that there is not: \(Wording.shortened(message, to: 70))"
      verdict = .hopeless("the reference stays as it is")
    } else if said.has("invalid variable names", "invalid environment variable") {
      rule = "env-name"
      headline = "a key is no name for a variable: \(Wording.shortened(message, to: 70))"
      verdict = .hopeless("the keys stay as they are")
    } else if said.has("is forbidden", "forbidden:") {
      rule = "container-config"
      headline = "the node may not read what configures it: \(Wording.shortened(message, to: 70))"
      verdict = .unclear("the node's rights have to be mended")
    } else {
      return nil
    }
  }
}
