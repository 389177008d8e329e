import Cluster
import Document

extension Case {
  /// The claims that a pod mounts, those made for it alone included.
  var claims: [String] { Self.claims(of: object) }

  static func claims(of pod: JSON) -> [String] {
    pod["spec"]["volumes"].array.compactMap { volume in
      if let name = volume["persistentVolumeClaim"]["claimName"].string { return name }
      return volume["ephemeral"].isNull ? nil : "\(pod["metadata"]["name"].line)-\(volume["name"].line)"
    }
  }
}

/// What is wrong with a claim that has no volume: class, binding, provisioner, told apart once for the claim itself and for the
/// pods that wait for it.
///
/// Source: Kubernetes, "Persistent Volumes", "Storage Classes" (binding mode), "Dynamic Volume Provisioning".
struct ClaimTrouble {
  let rule: String
  let headline: String
  let verdict: Finding.Verdict
  private(set) var evidence: [Evidence] = []
  let since: Int64?

  /// How long a provisioner may take before anybody is told of it.
  static let provisionSeconds: Int64 = 30

  /// nil for a claim that is well, or that waits for its first pod as it should.
  init?(_ claim: JSON, _ ref: ObjectRef, _ subject: Case) {
    let created = claim["metadata"]["creationTimestamp"].seconds
    switch claim["status"]["phase"].line {
    case "Lost":
      let volume = claim["spec"]["volumeName"].line
      self.init(
        "claim-lost", "its volume \(volume) is gone",
        .hopeless("what was on the volume is lost with it, or has to be restored"),
        [Evidence(.field("status.phase"), "Lost")], since: nil)
    case "Bound": return nil
    default:
      guard let found = Self.pending(claim, ref, subject, since: created) else { return nil }
      self = found
    }
  }

  private init(
    _ rule: String, _ headline: String, _ verdict: Finding.Verdict, _ evidence: [Evidence], since: Int64?
  ) {
    self.rule = rule
    self.headline = headline
    self.verdict = verdict
    self.evidence = evidence
    self.since = since
  }

  // MARK: Pending, stage by stage

  private static func pending(_ claim: JSON, _ ref: ObjectRef, _ subject: Case, since: Int64?)
    -> ClaimTrouble?
  {
    let field = Evidence(.field("status.phase"), "Pending", at: since, in: ref)
    let volume = claim["spec"]["volumeName"].line
    if !volume.isEmpty { return named(volume, claim, ref, subject, since, field) }
    let name = className(claim)
    guard let name, !name.isEmpty else {
      guard subject.hasLasted(provisionSeconds, since: since) else { return nil }
      return ClaimTrouble(
        "claim-unmatched",
        name == nil ? "it names no storage class, and there is no default one" : "no volume fits it",
        .hopeless("without a storage class nobody makes a volume; somebody has to offer one that fits"),
        [
          field,
          Evidence(
            .field("spec.storageClassName"), name == nil ? "not set" : "\"\": only volumes made by hand"),
        ],
        since: since)
    }
    switch subject.look("storage.k8s.io/v1/storageclasses", name, in: "") {
    case .absent:
      return ClaimTrouble(
        "storage-class-missing", "storage class \(name) does not exist",
        .hopeless("without the class nobody makes a volume"),
        [
          field, Evidence(.field("spec.storageClassName"), name, in: ref),
          Evidence(.absence("storage class \(name)"), "the server has none of that name"),
        ],
        since: since)
    case .unknown: return provisioning(claim, nil, ref, subject, since, field)
    case .found(let storageClass): return provisioning(claim, storageClass, ref, subject, since, field)
    }
  }

  private static func className(_ claim: JSON) -> String? {
    claim["spec"]["storageClassName"].string.map { _ in claim["spec"]["storageClassName"].line }
      ?? claim["metadata"]["annotations"]["volume.beta.kubernetes.io/storage-class"].string
  }

  /// It asks for one volume by name.
  private static func named(
    _ volume: String, _ claim: JSON, _ ref: ObjectRef, _ subject: Case, _ since: Int64?, _ field: Evidence
  ) -> ClaimTrouble? {
    guard subject.hasLasted(provisionSeconds, since: since) else { return nil }
    let wanted = Evidence(.field("spec.volumeName"), volume, in: ref)
    switch subject.look("v1/persistentvolumes", volume, in: "") {
    case .absent:
      return ClaimTrouble(
        "claim-volume-missing", "volume \(volume) does not exist",
        .hopeless("it waits for this volume alone"),
        [field, wanted], since: since)
    case .found(let object):
      let holder = object["spec"]["claimRef"]
      let isOther =
        !holder["name"].isNull
        && (holder["name"].line != ref.name || holder["namespace"].line != ref.namespace)
      guard isOther else { return nil }
      return ClaimTrouble(
        "claim-volume-taken",
        "volume \(volume) belongs to claim \(holder["namespace"].line)/\(holder["name"].line)",
        .hopeless("a volume belongs to one claim only"), [field, wanted], since: since)
    case .unknown: return nil
    }
  }

  private static func provisioning(
    _ claim: JSON, _ storageClass: JSON?, _ ref: ObjectRef, _ subject: Case, _ since: Int64?,
    _ field: Evidence
  ) -> ClaimTrouble? {
    let annotations = claim["metadata"]["annotations"]
    let selected = annotations["volume.kubernetes.io/selected-node"].line
    let waits = storageClass?["volumeBindingMode"].string == "WaitForFirstConsumer"
    if waits, selected.isEmpty { return nil }
    let name = className(claim) ?? ""
    var evidence = [field, Evidence(.field("spec.storageClassName"), name, in: ref)]
    if !selected.isEmpty {
      evidence.append(Evidence(.field("metadata.annotations"), "to be made for node \(selected)", in: ref))
    }
    let provisioner =
      storageClass?["provisioner"].line ?? annotations["volume.kubernetes.io/storage-provisioner"].line
    let events = subject.events(of: ref)
    if let event = events.first(where: {
      $0.reason == "ProvisioningFailed" || $0.reason == "VolumeFailedDelete"
    }) {
      return failed(event, provisioner, evidence, since)
    }
    if provisioner == "kubernetes.io/no-provisioner" {
      return ClaimTrouble(
        "claim-unmatched", "no volume of class \(name) fits it",
        .hopeless("the class has no provisioner: somebody has to make a volume that fits"), evidence,
        since: since)
    }
    guard subject.hasLasted(provisionSeconds, since: since) else { return nil }
    evidence.append(
      Evidence(.field("storageClass.provisioner"), provisioner.isEmpty ? "not known" : provisioner))
    return ClaimTrouble(
      "claim-not-provisioned",
      "\(provisioner.isEmpty ? "its provisioner" : "provisioner \(provisioner)") makes no volume for it",
      .unclear("the provisioner says nothing: it is not running, or slow"), evidence, since: since)
  }

  private static func failed(
    _ event: EventFact, _ provisioner: String, _ evidence: [Evidence], _ since: Int64?
  ) -> ClaimTrouble {
    let said = Wording(event.message)
    let cause = Wording.shortened(KubeletMessage.cause(event.message), to: 90)
    let isClass = said.has("storageclass.storage.k8s.io") && said.has("not found")
    if isClass {
      let name = said.quoted(behind: "storageclass.storage.k8s.io") ?? ""
      return ClaimTrouble(
        "storage-class-missing", "storage class \(name) does not exist",
        .hopeless("without the class nobody makes a volume"), [event.evidence] + evidence, since: since)
    }
    let isFull = said.has(
      "quota", "resourceexhausted", "exceeded", "out of capacity", "not enough", "no space")
    return ClaimTrouble(
      "provisioning-failed", "no volume can be made: \(cause)",
      isFull
        ? .hopeless("there is no room for it, until something is given back or a limit is raised")
        : .unclear("the provisioner tries again"), [event.evidence] + evidence, since: since)
  }

  // MARK: For pods

  /// A class or a provisioner that others may want, too; or the claim itself where several workloads share it.
  private static func cause(_ ref: ObjectRef, _ claim: JSON, _ trouble: ClaimTrouble, _ subject: Case)
    -> Finding.Cause?
  {
    let name = className(claim) ?? ""
    if trouble.rule == "storage-class-missing" || trouble.rule == "claim-not-provisioned", !name.isEmpty {
      let storageClass = ObjectRef(kind: "storage.k8s.io/v1/storageclasses", namespace: "", name: name)
      return Finding.Cause(
        storageClass, key: "\(trouble.rule) \(name)",
        trouble.rule == "storage-class-missing"
          ? "storage class \(name) does not exist" : "no volumes of class \(name) are made")
    }
    return Rule.waiting(for: ref.name, subject).count > 1 ? Finding.Cause(ref, trouble.headline) : nil
  }

  /// What a pod waits for that the scheduler says has unbound claims; nil when it is something else.
  static func unbound(_ subject: Case, _ said: SchedulerMessage) -> Finding? {
    let words = Wording(said.general + said.reasons.map(\.text).joined(separator: " "))
    guard words.has("persistentvolumeclaim", "available persistent volumes to bind") else { return nil }
    for name in subject.claims {
      let ref = ObjectRef(kind: "v1/persistentvolumeclaims", namespace: subject.ref.namespace, name: name)
      switch subject.look("v1/persistentvolumeclaims", name) {
      case .absent:
        let headline = "claim \(name) does not exist"
        var finding = Finding(
          "claim-missing", of: subject.ref, key: "claim", headline, .error, since: subject.created,
          Arrival.verdict(
            of: ref.kind, name, for: subject, since: subject.created,
            hopeless: "nobody makes the claim by itself")
        ).with(Evidence(.absence("claim \(name)"), "the namespace has no such claim"))
        finding.cause = Finding.Cause(ref, headline)
        return finding
      case .found(let claim):
        guard let trouble = ClaimTrouble(claim, ref, subject) else { continue }
        var finding = Finding(
          "claim-pending", of: subject.ref, key: "claim", "waits for claim \(name): \(trouble.headline)",
          .error,
          since: trouble.since, trouble.verdict
        ).with(trouble.evidence)
        finding.cause = cause(ref, claim, trouble, subject)
        return finding
      case .unknown: continue
      }
    }
    return nil
  }
}
