import Cluster
import Document

extension Rule {
  /// A claim without a volume, one whose volume is gone, one that cannot grow.
  ///
  /// Source: Kubernetes, "Persistent Volumes".
  static let claim = Rule(
    "claim", "Claims without a volume, with one that is gone, or unable to grow",
    of: ["v1/persistentvolumeclaims"],
    reads: ["storage.k8s.io/v1/storageclasses", "v1/persistentvolumes", "v1/pods"]
  ) { subject in
    if subject.isEnding { return [] }
    if let trouble = ClaimTrouble(subject.object, subject.ref, subject) {
      var finding = Finding(
        trouble.rule, of: subject.ref, trouble.headline, .error, since: trouble.since, trouble.verdict
      ).with(trouble.evidence)
      let name = subject.spec["storageClassName"].line
      if !name.isEmpty, trouble.rule != "storage-class-missing" {
        let storageClass = ObjectRef(kind: "storage.k8s.io/v1/storageclasses", namespace: "", name: name)
        finding.offers = [Offer("look at storage class \(name)", .view(.describe(storageClass)))]
      }
      if trouble.rule == "storage-class-missing" {
        finding.offers = [
          Offer("see which classes there are", .view(.rows(Query("storage.k8s.io/v1/storageclasses"))))
        ]
      }
      // One workload alone waits for it: then that is what a person looks at.
      let roots = waiting(for: subject.ref.name, subject)
      if roots.count == 1, let root = roots.first {
        finding.cause = Finding.Cause(root, trouble.headline)
        finding.isConsequence = true
      }
      return [finding]
    }
    return [growth(subject)].compactMap { $0 }
  }

  /// The workloads whose pods wait for a claim.
  static func waiting(for claim: String, _ subject: Case) -> Set<ObjectRef> {
    let pods = (subject.facts("v1/pods") ?? []).filter { $0.pod?.node.isEmpty == true }
    return Set(pods.filter { Case.claims(of: $0.object).contains(claim) }.map { subject.root(of: $0) })
  }

  private static func growth(_ subject: Case) -> Finding? {
    let states = subject.status["allocatedResourceStatuses"]["storage"].line
    let failing =
      subject.conditions.holding("ControllerResizeError") ?? subject.conditions.holding("NodeResizeError")
    guard states.hasSuffix("Infeasible") || failing != nil else { return nil }
    let wanted = subject.spec["resources"]["requests"]["storage"].amount
    return Finding(
      "claim-resize", of: subject.ref, "cannot be resized to \(wanted)", .warning, since: failing?.since,
      states.hasSuffix("Infeasible")
        ? .hopeless("the driver says that this size is not possible") : .unclear("the driver tries again")
    ).with(
      failing?.evidence,
      Evidence(.field("status.capacity.storage"), subject.status["capacity"]["storage"].amount))
  }
}
