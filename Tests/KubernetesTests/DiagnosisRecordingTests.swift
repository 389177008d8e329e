import Cluster
import Document
import Foundation
import Testing

@testable import Kubernetes

/// The recorded cluster as a whole: what is broken in it is named with its true cause, and of the rest nothing is said.
@Suite struct DiagnosisRecordingTests {
  /// What is broken, and words that its headline must hold. Everything else is well.
  static let broken: [String: [String]] = [
    "data/postgres": ["claim"],
    "data/reindex": ["exit 3"],
    "ops/bad-command": ["/no/such/binary", "not found"],
    "ops/bad-image-name": ["Ops/UPPER", "no valid image name"],
    "ops/deadline": ["deadline"],
    "ops/evict-me": ["evicted"],
    "ops/failed-once": ["42"],
    "ops/gated": ["gate"],
    "ops/init-broken": ["wait-for-db", "exit 2"],
    "ops/liveness-flap": ["liveness"],
    "ops/missing-secret-volume": ["secret", "missing"],
    "ops/never-pull": ["not on the node"],
    "ops/registry-unreachable": ["registry.invalid"],
    "ops/report-builder": ["quota compute"],
    "ops/sigkilled": ["SIGKILL"],
    "ops/stuck-finalizer": ["finalizer"],
    "ops/shop": ["sync failed"],
    "ops/infra": ["build failed", "no such directory"],
    "ops/apps": ["infra"],
    "shop/admin-tls": ["secret admin-tls does not exist"],
    "shop/cart": ["postStart"],
    "shop/catalog": ["/readyz", "503"],
    "shop/checkout": ["checkout:4.3.0", "not found"],
    "shop/notifier": ["config map notifier-config is missing"],
    "shop/payments": ["exit 1"],
    "shop/recommender": ["memory"],
    "shop/search": ["cpu"],
    "shop/orphan": ["no pod"],
    "shop/web (HorizontalPodAutoscaler)": ["no metrics API"],
    "shop/web (Ingress)": ["service missing-admin", "missing"],
    "node-2": ["stopped"],
    // They suffer from the node, and are told with it.
    "shop/legacy-report": [], "ops/logshipper": [], "shop/catalog (Service)": [],
    "data/pgdata-postgres-0": [],
  ]

  static func world() -> Examination {
    let world = Examination(now: KindsFixtures.listed)
    for (kind, file) in Examination.recordedKinds {
      world.takeList(kind, "Kinds/\(kind == "v1/pods" ? "pods" : file).list.json")
    }
    world.takeList("policy/v1/poddisruptionbudgets", "Kinds/poddisruptionbudgets.list.json")
    world.takeList("argoproj.io/v1alpha1/applications", "diagnosis/cr.applications.json")
    world.takeList("cert-manager.io/v1/certificates", "diagnosis/cr.certificates.json")
    world.takeList("kustomize.toolkit.fluxcd.io/v1/kustomizations", "diagnosis/cr.kustomizations.json")
    world.takeList("example.com/v1/widgets", "diagnosis/cr.widgets.json")
    world.takeList("apiregistration.k8s.io/v1/apiservices", "diagnosis/apiservices.json")
    for file in ["Kinds/events.core.shop.list.json", "diagnosis/events.core.ops.json"] {
      world.takeEvents(Examination.json(file))
    }
    for recording in DescribeRecording.all {
      for answer in recording.answers where answer["kind"].string == "EventList" { world.takeEvents(answer) }
    }
    return world
  }

  @Test func eachBrokenObjectIsNamedWithItsCauseAndNothingElseIs() {
    let board = Self.world().board()
    var named: Set<String> = []
    for problem in board {
      let names = [problem.subject] + problem.consequences.map(\.subject)
      for ref in names { named.insert(Self.name(ref)) }
      guard problem.severity > .notice, let words = Self.broken[Self.name(problem.subject)] else { continue }
      for word in words {
        #expect(
          problem.finding.headline.localizedCaseInsensitiveContains(word), "\(Self.name(problem.subject))")
      }
    }
    for name in Self.broken.keys.sorted() {
      let isNamed = named.contains(name)
      #expect(isNamed, Comment(rawValue: "nothing is said of \(name)"))
    }
    let serious = board.filter { $0.severity > .notice }
    for problem in serious where Self.broken[Self.name(problem.subject)] == nil {
      Issue.record("false alarm: \(Self.name(problem.subject)): \(problem.finding.headline)")
    }
    let text = board.map { problem in
      let finding = problem.finding
      let others = problem.others.map { "\n      also \($0.rule): \($0.headline)" }.joined()
      let follows = problem.consequences.map { "\n      then \(Self.name($0.subject)): \($0.headline)" }
        .joined()
      return
        "\(finding.severity.word) \(Self.name(problem.subject)) [\(finding.rule)] \(finding.headline) | \(finding.verdict.words): \(finding.verdict.ground)\(others)\(follows)"
    }
    print(Moment.rendered(text.joined(separator: "\n"), now: KindsFixtures.listed))
  }

  static func name(_ ref: ObjectRef) -> String {
    let name = ref.namespace.isEmpty ? ref.name : "\(ref.namespace)/\(ref.name)"
    let isShared = name == "shop/web" || ref.kind == "v1/services" && name == "shop/catalog"
    return isShared ? "\(name) (\(Folding.kindName(ref.kind)))" : name
  }
}
