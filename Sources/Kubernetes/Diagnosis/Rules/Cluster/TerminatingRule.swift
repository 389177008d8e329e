import Cluster
import Document

extension Rule {
  /// Objects that were deleted and do not go: which finalizer holds them, and who should take it away.
  ///
  /// metadata.finalizers: "Finalizers" in the Kubernetes concepts; pods have their own rules, namespaces the next one.
  static let terminating = Rule(
    "terminating", "objects that were deleted and are held by a finalizer", of: [Rule.everyKind]
  ) { subject in
    guard subject.isEnding, subject.ref.kind != "v1/pods", subject.ref.kind != "v1/namespaces" else {
      return []
    }
    return [Terminating.finding(subject)].compactMap { $0 }
  }

  /// Namespaces that do not go: what is left in them, and why.
  ///
  /// pkg/controller/namespace/deletion/status_condition_utils.go.
  static let namespaceTerminating = Rule(
    "namespace-terminating", "namespaces that were deleted and do not go", of: ["v1/namespaces"],
    reads: ["apiregistration.k8s.io/v1/apiservices"]
  ) { subject in
    guard subject.isEnding else { return [] }
    return [Terminating.namespace(subject)].compactMap { $0 }
  }
}

private enum Terminating {
  /// Controllers take their finalizers away within seconds; outside systems take longer.
  static let patienceSeconds: Int64 = 60

  static func since(_ subject: Case) -> Int64? { subject.metadata["deletionTimestamp"].seconds }

  static func finding(_ subject: Case) -> Finding? {
    let since = since(subject)
    // deletionTimestamp already lies the grace period behind the request.
    guard subject.hasLasted(patienceSeconds, since: since) else { return nil }
    let finalizers = subject.metadata["finalizers"].array.map(\.line)
    guard let first = finalizers.first else { return nil }
    let holder = Finalizer(first, subject)
    let more = finalizers.count > 1 ? " and \(finalizers.count - 1) more" : ""
    let evidence = finalizers.map {
      Evidence(.field("metadata.finalizers"), Finalizer($0, subject).sentence, at: since)
    }
    return Finding(
      "stuck-terminating", of: subject.ref, key: "stuck-terminating",
      "deleted, but held by finalizer \(first)\(more)".shortened(to: 110),
      first.hasSuffix("c-protection") || first.hasSuffix("pv-protection") ? .notice : .warning, since: since,
      holder.verdict
    ).with(evidence).with(holder.evidence).offering(
      Offer("look at it", .view(.yaml(subject.ref)))
    ).causedBy(goingNamespace(subject))
  }

  /// The namespace of an object, where that is what was deleted.
  private static func goingNamespace(_ subject: Case) -> Finding.Cause? {
    let namespace = subject.ref.namespace
    guard !namespace.isEmpty, let object = subject.look("v1/namespaces", namespace, in: "").object,
      !object["metadata"]["deletionTimestamp"].isNull
    else { return nil }
    let ref = ObjectRef(
      kind: "v1/namespaces", namespace: "", name: namespace, uid: object["metadata"]["uid"].line)
    return Finding.Cause(ref, "namespace \(namespace) was deleted")
  }

  static func namespace(_ subject: Case) -> Finding? {
    let since = since(subject)
    guard subject.hasLasted(patienceSeconds, since: since) else { return nil }
    let conditions = subject.conditions
    let told = [
      "NamespaceDeletionDiscoveryFailure", "NamespaceDeletionGroupVersionParsingFailure",
      "NamespaceDeletionContentFailure", "NamespaceFinalizersRemaining", "NamespaceContentRemaining",
    ].compactMap { conditions.holding($0) }
    let rest =
      conditions.holding("NamespaceContentRemaining")?.message
      .part(after: "Some resources are remaining: ", before: "") ?? ""
    let kinds = rest.components(", ").compactMap(left)
    let held =
      conditions.holding("NamespaceFinalizersRemaining")?.message
      .part(after: "finalizers remaining: ", before: "") ?? ""
    var finding: Finding
    if let failure = conditions.holding("NamespaceDeletionDiscoveryFailure") {
      finding = Finding(
        "namespace-discovery", of: subject.ref, key: "namespace-stuck",
        "deleted, but an API of the cluster does not answer: what is left cannot be listed", .error,
        since: since,
        .hopeless("nothing is removed until that API answers again or its registration is deleted"))
      finding.cause = deadAPI(subject, failure.message)
    } else if let finalizer = held.part(before: " in ") {
      let what = kinds.first.map { " in \($0)" } ?? ""
      finding = Finding(
        "namespace-finalizer", of: subject.ref, key: "namespace-stuck",
        "deleted, but finalizer \(finalizer) holds what is left\(what)".shortened(to: 110), .warning,
        since: since,
        .hopeless("its controller has to take the finalizer away; nothing else does"))
    } else if !kinds.isEmpty {
      finding = Finding(
        "namespace-content", of: subject.ref, key: "namespace-stuck",
        "deleted, but not empty: \(kinds.joined(separator: ", "))".shortened(to: 110), .warning, since: since,
        .unclear("what is left is being deleted too"))
    } else {
      let own = (subject.spec["finalizers"].array + subject.metadata["finalizers"].array).map(\.line)
      finding = Finding(
        "namespace-stuck", of: subject.ref, key: "namespace-stuck",
        "deleted, but it does not go" + (own.isEmpty ? "" : ": held by \(own.joined(separator: ", "))"),
        .warning,
        since: since, .unclear("the namespace controller has not said what is left"))
    }
    return finding.with(told.map(\.evidence)).offering(
      Offer(
        "list what is left",
        .command(
          "kubectl api-resources --verbs=list --namespaced -o name | xargs -n1 kubectl get -n \(subject.ref.name) --ignore-not-found --show-kind"
        )))
  }

  /// "promotions.shop.example has 1 resource instances"
  private static func left(_ text: String) -> String? {
    guard let at = text.firstRange(of: " has ") else { return nil }
    let name =
      text[..<at.lowerBound].hasSuffix(".") ? text[..<at.lowerBound].dropLast() : text[..<at.lowerBound]
    let count = text[at.upperBound...].split(separator: " ").first.map(String.init) ?? "?"
    return "\(count) \(name)"
  }

  private static func deadAPI(_ subject: Case, _ message: String) -> Finding.Cause? {
    guard let services = subject.facts("apiregistration.k8s.io/v1/apiservices", in: "") else { return nil }
    let dead = services.first { fact in
      guard Conditions(fact.object["status"]["conditions"]).failing("Available") != nil else { return false }
      let spec = fact.object["spec"]
      return message.contains("\(spec["group"].string ?? "")/\(spec["version"].string ?? "")")
    }
    return dead.map { Finding.Cause($0.ref, "API \($0.ref.name) does not answer") }
  }
}

extension String {
  /// The parts between a text.
  fileprivate func components(_ separator: String) -> [String] {
    var (parts, rest): ([String], Substring) = ([], self[...])
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
