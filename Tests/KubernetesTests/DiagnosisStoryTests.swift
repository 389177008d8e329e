import Cluster
import DemoCluster
import TestSupport
import Testing

@testable import Kubernetes

/// Each story of the demo cluster is one problem with its true cause and its true trigger, and nothing else is said.
@Suite(.serialized) struct DiagnosisStoryTests {
  struct Told: Sendable, CustomTestStringConvertible {
    var story: String
    /// How long the story plays before it is looked at.
    var seconds: Int
    /// Or one of several, with | between them: one refused pod more or less makes another of them the subject.
    var subject: String
    var words: [String]
    /// What its trigger says; nil where nothing that can be seen set it off.
    var trigger: String?
    var testDescription: String { story }
  }

  static let stories = [
    Told(
      story: "bad-image", seconds: 60, subject: "storefront", words: ["storefront:3.16.0", "not found"],
      trigger: "3.16.0"),
    Told(story: "crash-loop", seconds: 60, subject: "reviews", words: ["exit", "78"], trigger: "1.5.0"),
    Told(story: "oom-after-release", seconds: 160, subject: "basket", words: ["memory"], trigger: "1.24.0"),
    Told(
      story: "slow-probe", seconds: 240, subject: "catalogue", words: ["gives no answer within 2s"],
      trigger: "2026.11.0"),
    Told(
      story: "liveness-kill", seconds: 200, subject: "shipping-rates", words: ["liveness"],
      trigger: "revision"),
    Told(story: "failing-hook", seconds: 60, subject: "returns", words: ["postStart"], trigger: "revision"),
    Told(story: "init-blocked", seconds: 120, subject: "pricing", words: ["pricing-db"], trigger: nil),
    Told(story: "bad-config", seconds: 60, subject: "search-api", words: ["exit"], trigger: "config map"),
    Told(
      story: "missing-secret", seconds: 60, subject: "returns", words: ["secret", "missing"],
      trigger: "revision"),
    Told(
      story: "missing-config", seconds: 60, subject: "courier-widget", words: ["config map", "missing"],
      trigger: "revision"),
    Told(story: "wrong-selector", seconds: 30, subject: "basket", words: ["no pod"], trigger: nil),
    Told(story: "too-big", seconds: 30, subject: "packing-planner", words: ["memory"], trigger: "revision"),
    Told(story: "node-down", seconds: 120, subject: "harbour-4", words: ["stopped"], trigger: nil),
    Told(story: "memory-pressure", seconds: 40, subject: "harbour-3", words: ["memory"], trigger: nil),
    Told(
      story: "tainted", seconds: 60, subject: "maintenance=true:NoSchedule|basket", words: ["taint"],
      trigger: nil),
    Told(
      story: "drain-blocked", seconds: 60, subject: "harbour-3", words: ["disruption budget sessions"],
      trigger: nil),
    Told(
      story: "quota-full", seconds: 60, subject: "platform|batch-worker", words: ["quota platform", "cpu"],
      trigger: "scaled"),
    Told(story: "volume-pending", seconds: 400, subject: "ledger", words: ["volume"], trigger: nil),
    Told(story: "volume-unknown", seconds: 60, subject: "ledger", words: ["class"], trigger: nil),
    Told(story: "dns-outage", seconds: 60, subject: "coredns", words: ["Corefile"], trigger: nil),
    Told(story: "hpa-flapping", seconds: 400, subject: "storefront", words: ["flap"], trigger: nil),
    Told(story: "cert-expiring", seconds: 20, subject: "market", words: ["expire"], trigger: nil),
    Told(
      story: "cronjob-pileup", seconds: 400, subject: "price-refresh", words: ["runs at once"], trigger: nil),
    Told(story: "namespace-stuck", seconds: 120, subject: "sandbox", words: ["finalizer"], trigger: nil),
  ]

  @Test(arguments: stories) func aStoryIsOneProblem(_ told: Told) throws {
    let demo = try DiagnosisDemo([told.story], leadSeconds: told.seconds)
    demo.start(.problems(ProblemsQuery()))
    let isTold = demo.wait { demo in
      let serious = demo.board.problems.filter { $0.severity > .notice }
      guard demo.board.isWhole, serious.count == 1, let problem = serious.first,
        told.subject.split(separator: "|").contains(Substring(problem.subject.name))
      else { return false }
      let trigger = problem.trigger?.text ?? ""
      return told.words.allSatisfy { problem.finding.headline.lowercased().contains($0.lowercased()) }
        && (told.trigger.map(trigger.contains) ?? true)
    }
    #expect(isTold, "\(told.story):\n\(demo.text)\nunseen \(demo.board.unseen)")
  }

  @Test func aQuietClusterHasNoProblems() throws {
    let demo = try DiagnosisDemo(["cert-expiring"], leadSeconds: 3)
    demo.start(.problems(ProblemsQuery()))
    #expect(demo.wait { $0.board.isWhole && $0.phases[.problems(ProblemsQuery())] == .live })
    #expect(demo.board.problems.filter { $0.severity > .notice && $0.subject.name != "market" } == [])
  }
}
