import Cluster
import Document

extension Case {
  /// The workload that a pod is of: the Deployment of its ReplicaSet, or who owns it directly; nil for a bare pod.
  var workload: ObjectRef? { owner.flatMap { Case.root(of: $0, in: ref.namespace, self) } }

  static func root(of owner: Fact.Owner, in namespace: String, _ subject: Case) -> ObjectRef? {
    let direct = ObjectRef(kind: owner.kind, namespace: namespace, name: owner.name, uid: owner.uid)
    guard owner.kind == "apps/v1/replicasets" || owner.kind == "batch/v1/jobs",
      let above = subject.owner(of: owner.kind, owner.name, in: namespace)
    else { return direct }
    return ObjectRef(kind: above.kind, namespace: namespace, name: above.name, uid: above.uid)
  }

  /// "-n shop deployment/api": what a kubectl line that changes the pod's template names; nil for a bare pod.
  var kubectlTarget: String? {
    guard let workload else { return nil }
    let plural = workload.kind.split(separator: "/").last ?? ""
    return
      "-n \(workload.namespace) \(plural.hasSuffix("s") ? String(plural.dropLast()) : String(plural))/\(workload.name)"
  }

  /// What becomes of a pod that has failed: whoever made it has made another, or gives up.
  enum Aftermath {
    /// It stays as it is.
    case none
    /// Another took its place.
    case replaced
    /// Its Job tries on.
    case retrying(String)
    /// Its Job has come to its end well in spite of it.
    case overcome
    /// Its Job has given up.
    case givenUp
  }

  var aftermath: Aftermath {
    guard let owner, owner.isController else { return .none }
    guard owner.kind == "batch/v1/jobs" else { return .replaced }
    guard let job = fact(owner.kind, owner.name) else { return .none }
    let object = job.object
    let conditions = Conditions(object["status"]["conditions"])
    if conditions.holding("Complete") != nil || conditions.holding("SuccessCriteriaMet") != nil {
      return .overcome
    }
    if let above = job.owner, above.kind == "batch/v1/cronjobs", let cron = fact(above.kind, above.name),
      let succeeded = cron.object["status"]["lastSuccessfulTime"].seconds, succeeded > job.created
    {
      return .overcome
    }
    if conditions.holding("Failed") != nil || conditions.holding("FailureTarget") != nil { return .givenUp }
    let limit = object["spec"]["backoffLimit"].int ?? 6
    return .retrying(
      "its Job tries again: \(object["status"]["failed"].int ?? 1) of \(limit) allowed failures")
  }
}
