import Cluster
import Document

extension Rule {
  /// Volumes that could not be reclaimed, or that keep a claim which is gone.
  ///
  /// pkg/controller/volume/persistentvolume: phases Failed and Released.
  static let volume = Rule(
    "volume", "volumes that failed or keep a claim that is gone", of: ["v1/persistentvolumes"]
  ) { subject in
    if subject.isEnding { return [] }
    let since = subject.status["lastPhaseTransitionTime"].seconds
    let claim = subject.spec["claimRef"]
    let name = "\(claim["namespace"].line)/\(claim["name"].line)"
    switch subject.status["phase"].string {
    case "Failed":
      let why = subject.status["message"].line
      return [
        Finding(
          "volume-failed", of: subject.ref, key: "volume-failed",
          "could not be reclaimed after claim \(name)" + (why.isEmpty ? "" : ": \(why)").shortened(),
          .warning, since: since, .hopeless("a failed volume is not tried again by itself")
        ).with(Evidence(.field("status.phase"), "Failed", at: since), Evidence(.field("status.message"), why))
      ]
    case "Released" where subject.spec["persistentVolumeReclaimPolicy"].string == "Retain":
      // People keep them on purpose; for a day that is nothing to speak of.
      guard since != nil, subject.hasLasted(86_400, since: since) else { return [] }
      return [
        Finding(
          "volume-released", of: subject.ref, key: "volume-released",
          "kept after claim \(name) was deleted: nobody else gets it", .notice, since: since,
          .hopeless(
            "a retained volume stays bound to its old claim until somebody clears claimRef or deletes it")
        ).with(
          Evidence(.field("spec.persistentVolumeReclaimPolicy"), "Retain"),
          Evidence(.field("spec.claimRef"), name)
        ).offering(
          Offer(
            "free it for another claim",
            .command("kubectl patch pv \(subject.ref.name) -p '{\"spec\":{\"claimRef\":null}}'")))
      ]
    default: return []
    }
  }
}
