import Document
import Testing

@testable import Kubernetes

@Suite struct LogSuccessionTests {
  private func pod(
    _ name: String, uid: String? = nil, owner: String = "rs-1", kind: String = "ReplicaSet",
    node: String = "n1",
    phase: String = "Running"
  ) -> LogPod {
    LogPod(
      JSON.parse(
        Array(
          #"{"metadata":{"name":"\#(name)","uid":"\#(uid ?? name)","ownerReferences":[{"kind":"\#(kind)","uid":"\#(owner)","controller":true}]},"spec":{"nodeName":"\#(node)"},"status":{"phase":"\#(phase)"}}"#
            .utf8)
      ).value ?? .null)
  }

  @Test func aPodThatIsDeletedIsFollowedByTheNextOfItsSet() {
    var succession = LogSuccession()
    succession.leaves(pod("a"))
    #expect(succession.joined(pod("b")) == "a")
    #expect(succession.successor(of: "a") == "b")
    #expect(succession.joined(pod("c")) == nil, "one takes one place")
  }

  @Test func aPodThatCameForMoreReplicasTakesNobodysPlace() {
    var succession = LogSuccession()
    #expect(succession.joined(pod("b")) == nil)
    succession.leaves(pod("a"))
    #expect(succession.successor(of: "a") == nil)
    #expect(succession.joined(pod("c")) == "a")
  }

  @Test func inARolloutTheNewOneComesFirst() {
    var succession = LogSuccession()
    #expect(succession.joined(pod("new-1", owner: "rs-2")) == nil)
    succession.leaves(pod("old-1"))
    #expect(succession.successor(of: "old-1") == "new-1")
  }

  @Test func namesCountInAStatefulSetAndNodesInADaemonSet() {
    var succession = LogSuccession()
    succession.leaves(pod("db-0", uid: "1", owner: "s", kind: "StatefulSet"))
    succession.leaves(pod("db-1", uid: "2", owner: "s", kind: "StatefulSet"))
    #expect(succession.joined(pod("db-1", uid: "3", owner: "s", kind: "StatefulSet")) == "db-1")
    #expect(succession.successor(of: "1") == nil)
    succession.leaves(pod("agent-a", owner: "d", kind: "DaemonSet", node: "n1"))
    succession.leaves(pod("agent-b", owner: "d", kind: "DaemonSet", node: "n2"))
    #expect(succession.joined(pod("agent-c", owner: "d", kind: "DaemonSet", node: "n2")) == "agent-b")
  }

  @Test func whatIsDoneHasNoSuccessor() {
    var succession = LogSuccession()
    succession.leaves(pod("job-1", owner: "j", kind: "Job", phase: "Succeeded"))
    #expect(succession.joined(pod("job-2", owner: "j", kind: "Job")) == nil)
  }

  @Test func anObjectTellsItsPods() {
    func selection(_ text: String) -> LogSelection {
      LogSelection(JSON.parse(Array(text.utf8)).value ?? .null)
    }
    #expect(selection(#"{"kind":"Service","spec":{"selector":{"b":"2","a":"1"}}}"#) == .labels("a=1,b=2"))
    #expect(selection(#"{"kind":"Service","spec":{}}"#) == .nothing)
    #expect(selection(#"{"kind":"Rollout","spec":{"selector":{"matchLabels":{"a":"1"}}}}"#) == .labels("a=1"))
    #expect(selection(#"{"kind":"Kafka","status":{"selector":"app=k"},"spec":{}}"#) == .labels("app=k"))
    #expect(selection(#"{"kind":"Thing","metadata":{"uid":"u9"}}"#) == .owned("u9"))
    #expect(selection(#"{"kind":"CronJob","metadata":{"uid":"c"},"spec":{}}"#) == .ofJobs("c"))
  }
}
