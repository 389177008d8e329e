import Cluster
import DemoCluster
import Document
import HTTP
import TestSupport
import Testing

@testable import Kubernetes

/// What a desk does beside finding things: what it could not see, what it asks for, when it is done.
@Suite(.serialized) struct DiagnosisDeskTests {
  @Test func whoMayLookIntoOneNamespaceIsToldWhatWasNotSeen() throws {
    let demo = try DiagnosisDemo(
      ["failing-hook"], leadSeconds: 60, user: ("fulfil-developer", "developers"))
    let query = ProblemsQuery(namespaces: ["fulfil"])
    demo.start(.problems(query))
    let isTold = demo.wait { demo in
      demo.board.problems.contains {
        $0.subject.name == "returns" && $0.finding.headline.contains("postStart")
      }
        && demo.board.unseen.contains { $0.hasPrefix("nodes") && $0.contains("forbidden") }
        && demo.phases[.problems(query)] == .live
    }
    #expect(isTold, "\(demo.text)\nunseen \(demo.board.unseen) \(demo.phases)")
  }

  @Test func nothingIsGuessedOfWhatMayNotBeReadAtAll() throws {
    let demo = try DiagnosisDemo(["failing-hook"], leadSeconds: 60, user: ("nobody", "nobodies"))
    demo.start(.problems(ProblemsQuery()))
    let isRefused = demo.wait { demo in
      if case .refused(403, _)? = demo.phases[.problems(ProblemsQuery())] { true } else { false }
    }
    #expect(isRefused, "\(demo.phases)")
    #expect(demo.board.problems == [])
    #expect(demo.board.checked == [])
  }

  @Test func aBrokenObjectWithoutEventsIsWholeAllTheSame() throws {
    // Its events are long gone: nothing comes, and that is an answer.
    let demo = try DiagnosisDemo(["volume-unknown"], leadSeconds: 5_000)
    let query = ProblemsQuery()
    demo.start(.problems(query))
    #expect(
      demo.wait { $0.phases[.problems(query)] == .live && !$0.board.problems.isEmpty }, "\(demo.phases)")
  }

  @Test func theDiagnosisOfAPodSpeaksOfItsDeploymentAndOffersTheWayBack() throws {
    let demo = try DiagnosisDemo(["bad-image"], leadSeconds: 60)
    let deployment = ObjectRef(kind: "apps/v1/deployments", namespace: "market", name: "storefront")
    demo.start(.diagnosis(deployment))
    #expect(
      demo.wait {
        $0.diagnoses[deployment]?.isWhole == true && $0.diagnoses[deployment]?.problem?.trigger != nil
      })
    let diagnosis = demo.diagnoses[deployment]
    #expect(diagnosis?.state == .broken)
    let offers = diagnosis?.problem?.finding.offers ?? []
    #expect(offers.first?.action == .change(Change(.rollback(toRevision: 2), diagnosis!.subject)))
    guard let pod = diagnosis?.problem?.finding.affected.first else {
      Issue.record("no pod is named")
      return
    }
    demo.start(.diagnosis(pod))
    #expect(demo.wait { $0.diagnoses[pod]?.state == .broken })
    #expect(demo.diagnoses[pod]?.problem?.subject.name == "storefront")
    let well = ObjectRef(kind: "apps/v1/deployments", namespace: "market", name: "basket")
    let missing = ObjectRef(kind: "apps/v1/deployments", namespace: "market", name: "basked")
    demo.start(.diagnosis(well), .diagnosis(missing))
    #expect(
      demo.wait { demo in
        if case .healthy? = demo.diagnoses[well]?.state, case .gone? = demo.diagnoses[missing]?.state {
          true
        } else {
          false
        }
      })
  }

  @Test func theTimeAxisOfAWorkloadMarksWhatSetItOff() throws {
    let demo = try DiagnosisDemo(["bad-config"], leadSeconds: 60)
    let query = TimelineQuery(ObjectRef(kind: "apps/v1/deployments", namespace: "market", name: "search-api"))
    let all = TimelineQuery()
    demo.start(.timeline(query), .problems(ProblemsQuery()), .timeline(all))
    let isMarked = demo.wait { demo in
      [query, all].allSatisfy { query in
        demo.timelines[query]?.happenings.contains { $0.isTrigger && $0.text.contains("search-settings") }
          ?? false
      }
    }
    #expect(isMarked, "\(demo.timelines[query]?.happenings.map(\.text) ?? [])")
    let moments = demo.timelines[all]?.happenings.map(\.at) ?? []
    #expect(moments == moments.sorted(by: >))
  }
}
