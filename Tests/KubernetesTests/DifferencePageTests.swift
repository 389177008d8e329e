import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct DifferencePageTests {
  private let old: JSON = [
    "kind": "Deployment", "metadata": ["name": "web", "resourceVersion": "7", "generation": 2],
    "spec": ["replicas": 3, "paused": false], "status": ["readyReplicas": 3],
  ]

  @Test func theDifferenceIsToldInYAML() {
    var new = old
    new["spec"]["replicas"] = 5
    let lines = DifferencePage.lines(from: old, to: new)
    #expect(
      lines.map(\.text).joined(separator: "\n") == """
          ... 2 lines unchanged
            name: web
          spec:
            paused: false
        -   replicas: 3
        +   replicas: 5
        """)
    #expect(lines.map(\.spans[0].meaning) == [.dim, .plain, .plain, .plain, .bad, .good])
  }

  @Test func whatTheServerKeepsIsNoDifference() {
    var new = old
    new["metadata"]["resourceVersion"] = "8"
    new["metadata"]["generation"] = 3
    new["metadata"]["managedFields"] = [["manager": "kubectl"]]
    new["status"]["readyReplicas"] = 1
    #expect(DifferencePage.lines(from: old, to: new).isEmpty)
  }

  @Test func anObjectThatComesIsWhollyAdded() {
    let lines = DifferencePage.lines(from: .null, to: ["kind": "Job"])
    #expect(lines.map(\.text) == ["+ kind: Job"])
  }
}
