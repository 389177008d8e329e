import Cluster
import Document

extension Rule {
  /// Quotas that are full, where that refuses somebody something.
  ///
  /// v1 ResourceQuota status; only full ones for which a controller has been refused pods are more than a notice.
  static let quota = Rule("quota", "resource quotas that are full", of: ["v1/resourcequotas"]) { subject in
    let (hard, used) = (subject.status["hard"], subject.status["used"])
    let full = hard.members.filter { member in
      guard let limit = member.value.string.flatMap({ Quantity($0) }),
        let amount = used[member.key].string.flatMap({ Quantity($0) }), !limit.isZero
      else { return false }
      return !(amount < limit)
    }
    if full.isEmpty { return [] }
    // Whoever was refused says more, and says it where it is missed.
    let isRefusing = subject.facts("apps/v1/replicasets")?.contains { fact in
      let failure = Conditions(fact.object["status"]["conditions"]).holding("ReplicaFailure")
      return failure?.message.contains("exceeded quota: \(subject.ref.name),") == true
    }
    if isRefusing == true { return [] }
    let names = full.map { Moment.plain($0.key) }.joined(separator: ", ")
    let finding = Finding(
      "quota-full", of: subject.ref, key: "quota-full", "full: \(names)".shortened(), .notice,
      .hopeless("whatever more is asked for is refused until something goes or it is raised")
    ).with(
      full.map { member in
        Evidence(
          .field("status.used.\(Moment.plain(member.key))"),
          "\(used[member.key].line) of \(member.value.line)")
      })
    return [finding.offering(Offer("look at the quota", .view(.describe(subject.ref))))]
  }
}
