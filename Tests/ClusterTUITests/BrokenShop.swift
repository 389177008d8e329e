import Cluster

@testable import ClusterTUI

/// Problems as a reader tells them, for screens to show.
enum BrokenShop {
  static let now: Int64 = 1_000_000

  static func deployment(_ name: String, _ namespace: String = "shop") -> ObjectRef {
    ObjectRef(kind: "apps/v1/deployments", namespace: namespace, name: name)
  }

  static func pod(_ name: String, _ namespace: String = "shop") -> ObjectRef {
    ObjectRef(kind: "v1/pods", namespace: namespace, name: name, uid: "\(namespace)/\(name)")
  }

  /// An image that is not there, since the rollout that brought it.
  static var api: Problem {
    var finding = Finding(
      "image-not-found", of: deployment("api"), part: "api", "image shop/api:v9 not found", .error,
      since: now - 240, .hopeless("the registry says there is no such tag; asking again is in vain"))
    finding.evidence = [
      Evidence(
        .event("Failed"), "Failed to pull image \"shop/api:v9\": manifest unknown", at: now - 240,
        in: pod("api-7c9d-x2k")),
      Evidence(.field("spec.template.spec.containers[api].image"), "shop/api:v9"),
    ]
    finding.offers = [
      Offer(
        "roll back to revision 11 (shop/api:v8)",
        .change(Change(.rollback(toRevision: 11), deployment("api")))),
      Offer("see the rollout", .view(.rollout(deployment("api")))),
      Offer("look for the tag", .command("crane ls shop/api")),
    ]
    finding.affected = [pod("api-7c9d-x2k"), pod("api-7c9d-z9z")]
    finding.affectedCount = 2
    var problem = Problem(id: "deployment shop/api", deployment("api"), kindName: "Deployment", finding)
    problem.tally = .init(ready: 3, wanted: 5)
    problem.trigger = rollout
    return problem
  }

  static var rollout: Happening {
    var happening = Happening(
      at: now - 260, .rollout, deployment("api"), "revision 12: image shop/api v8 -> v9", by: "kubectl",
      source: .field("spec.template"))
    happening.ground = "20s before the first failure, and it names the image"
    return happening
  }

  static var node: Problem {
    var finding = Finding(
      "node-gone", of: ObjectRef(kind: "v1/nodes", namespace: "", name: "worker-2"),
      "the kubelet stopped reporting", .critical, since: now - 700, .unclear("nothing tells why"))
    finding.affected = [pod("a-1", "data")]
    finding.affectedCount = 60
    var problem = Problem(id: "node worker-2", finding.subject, kindName: "Node", finding)
    problem.consequences = (1...14).map {
      .init(deployment("app-\($0)", "data"), kindName: "Deployment", "2 of 3 pods are on worker-2")
    }
    return problem
  }

  static var secret: Problem {
    let finding = Finding(
      "plain-password", of: ObjectRef(kind: "v1/configmaps", namespace: "shop", name: "settings"),
      "key DB_PASSWORD looks like a password", .notice, .hopeless("it stays there"))
    return Problem(id: "settings", finding.subject, kindName: "ConfigMap", finding)
  }

  static func plain(_ name: String, _ severity: Finding.Severity = .error) -> Problem {
    let finding = Finding(
      "x", of: deployment(name), "\(name) does not start", severity, since: now - 60, .unclear(""))
    var problem = Problem(id: name, deployment(name), kindName: "Deployment", finding)
    problem.tally = .init(ready: 0, wanted: 1)
    return problem
  }

  static func board(_ problems: [Problem], unseen: [String] = [], isWhole: Bool = true) -> ProblemBoard {
    var board = ProblemBoard()
    board.problems = problems
    board.checked = [
      .init("v1/pods", plural: "pods", count: 412),
      .init("apps/v1/deployments", plural: "deployments", count: 38),
      .init("v1/nodes", plural: "nodes", count: 5),
    ]
    board.unseen = unseen
    board.isWhole = isWhole
    return board
  }

  static var diagnosis: Diagnosis {
    var diagnosis = Diagnosis(deployment("api"), kindName: "Deployment", .broken)
    diagnosis.problem = api
    diagnosis.timeline.happenings = [
      Happening(
        at: now - 240, .began, deployment("api"), "image shop/api:v9 not found", source: .reckoned("")),
      rollout,
      Happening(
        at: now - 90_000, .scale, deployment("api"), "scaled 3 -> 5", by: "hpa",
        source: .field("spec.replicas")),
    ]
    diagnosis.checked = ["its 5 pods", "its 2 revisions"]
    diagnosis.unseen = ["events: forbidden"]
    diagnosis.isWhole = true
    return diagnosis
  }
}

extension Stage {
  static let nodes = Kind(id: "v1/nodes", name: "Node", short: ["no"], namespaced: false, role: .node)
  static let configMaps = Kind(id: "v1/configmaps", name: "ConfigMap", short: ["cm"], role: .config)
  static let brokenKinds = [Stage.pods, Stage.deployments, Stage.namespaces, Stage.nodes, Stage.configMaps]

  /// Opened on the problems of all namespaces.
  static func onProblems(_ problems: [Problem], unseen: [String] = [], isWhole: Bool = true) -> Stage {
    let stage = Stage(command: "", kinds: brokenKinds)
    stage.tell(problems, unseen: unseen, isWhole: isWhole)
    return stage
  }

  func tell(_ problems: [Problem], unseen: [String] = [], isWhole: Bool = true) {
    let query = ProblemsQuery()
    let board = BrokenShop.board(problems, unseen: unseen, isWhole: isWhole)
    reader.tell(
      .problems(query, board),
      .phase(.problems(query), isWhole ? .live : .listing(got: 1, of: nil)))
    session.takeIn()
  }

  func tell(_ diagnosis: Diagnosis, of ref: ObjectRef) {
    reader.tell(.diagnosis(ref, diagnosis), .phase(.diagnosis(ref), .live))
    session.takeIn()
  }

  func tell(_ query: TimelineQuery, _ happenings: [Happening], unseen: [String] = []) {
    var timeline = Timeline()
    timeline.happenings = happenings
    timeline.unseen = unseen
    reader.tell(.timeline(query, timeline), .phase(.timeline(query), .live))
    session.takeIn()
  }
}
