import Cluster
import Document

@testable import ClusterTUI

/// Findings that use every member there is.
enum ReportSample {
  static let now: Int64 = 1_000_000
  static let deployment = ObjectRef(kind: "apps/v1/deployments", namespace: "shop", name: "api", uid: "u-1")
  static let pod = ObjectRef(kind: "v1/pods", namespace: "shop", name: "api-7c9d-x2k", uid: "u-2")
  static let node = ObjectRef(kind: "v1/nodes", namespace: "", name: "worker-2", uid: "u-3")
  /// What nobody may read.
  static let password = "tr0ub4dor3"

  static func problem(
    _ name: String = "api", severity: Finding.Severity = .error, verdict: Finding.Verdict? = nil
  ) -> Problem {
    var ref = deployment
    if name != ref.name { (ref.name, ref.uid) = (name, "u-\(name)") }
    var finding = Finding(
      "image-not-found", of: ref, part: "api", "image shop/\(name):v9 not found", severity, since: now - 240,
      verdict ?? .hopeless("the registry says so, last \(Moment.mark(now - 60))"))
    finding.evidence = [
      Evidence(
        .event("Failed"), "manifest unknown, password=\(password), pulled \(Moment.mark(now - 60))",
        at: now - 60,
        in: pod)
    ]
    finding.offers = [
      Offer("roll back to revision 11", .change(Change(.rollback(toRevision: 11), ref))),
      Offer("look at the log", .view(.log(LogQuery(namespace: "shop", pod: pod.name, uid: pod.uid)))),
      Offer("say so", .command("kubectl -n shop get pods")),
    ]
    finding.affected = [pod]
    finding.affectedCount = 2
    finding.cause = Finding.Cause(node, "node worker-2 is not ready for \(Moment.lasting(since: now - 90))")
    finding.unseen = ["you may not list secrets in shop"]
    var problem = Problem(id: "deployments shop/\(name)", ref, kindName: "Deployment", finding)
    problem.tally = Problem.Tally(ready: 3, wanted: 5)
    problem.consequences = [Problem.Consequence(node, kindName: "Node", "it waits")]
    problem.trigger = happening
    return problem
  }

  static var happening: Happening {
    var happening = Happening(
      at: now - 300, .rollout, deployment, "revision 12: image shop/api v8 -> v9", by: "kubectl",
      source: .field("metadata.managedFields"))
    happening.ground = "60 s before"
    return happening
  }

  static var timeline: Timeline {
    var timeline = Timeline()
    timeline.happenings = [happening]
    return timeline
  }

  static func diagnosis(_ state: Diagnosis.State = .broken, isWhole: Bool = true) -> Diagnosis {
    var diagnosis = Diagnosis(deployment, kindName: "Deployment", state)
    if case .broken = state { diagnosis.problem = problem() }
    diagnosis.timeline = timeline
    diagnosis.checked = ["its pods"]
    diagnosis.unseen = ["you may not list events in shop"]
    diagnosis.isWhole = isWhole
    return diagnosis
  }

  static func board(_ problems: [Problem] = [problem()], isWhole: Bool = true) -> ProblemBoard {
    var board = ProblemBoard()
    board.problems = problems
    board.checked = [ProblemBoard.Checked("v1/pods", plural: "pods", count: 42)]
    board.isWhole = isWhole
    return board
  }
}
