import Document
import Testing

@testable import DemoCluster

/// Pods that fail, each in its own way, and what kubectl tells of them: as on a real cluster.
@Suite(.aside) struct PodFaultTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    /// What the container says after its name.
    let container: String
    /// What the pod's spec says besides.
    var spec = ""
    let lines: [String]

    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "liveness-exec",
      container: """
        image: "busybox:1.36", args: [/bin/sh, -c, "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"],
        livenessProbe: {exec: {command: [cat, /tmp/healthy]}, periodSeconds: 5}
        """,
      lines: [
        "Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory",
        "Container app failed liveness probe, will be restarted", "Exit Code:    137",
      ]),
    Case(
      name: "nothing-listens",
      container: "image: \"nginx:1.27\", readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 5}",
      lines: [
        "Readiness probe failed: dial tcp 10.40.", ":8080: connect: connection refused",
        "State:          Running",
      ]),
    Case(
      name: "no-such-page",
      container: "image: \"nginx:1.27\", livenessProbe: {httpGet: {path: /nope, port: 80}, periodSeconds: 5}",
      lines: [
        "Liveness probe failed: HTTP probe failed with statuscode: 404",
        "Back-off restarting failed container app",
      ]),
    Case(
      name: "no-such-command", container: "image: \"busybox:1.36\", command: [/no/such/thing]",
      lines: [
        "Reason:       StartError", "Exit Code:    128", "Started:      Thu, 01 Jan 1970 00:00:00 +0000",
        "unable to start container process: exec: \"/no/such/thing\": stat /no/such/thing: no such file or directory",
      ]),
    Case(
      name: "too-hungry",
      container: """
        image: polinux/stress, command: [stress], args: ["--vm", "1", "--vm-bytes", "250M"],
        resources: {limits: {memory: 100Mi}}
        """,
      lines: ["Reason:       OOMKilled", "Exit Code:    137"]),
    Case(
      name: "two-tags", container: "image: \"nginx:1:2\"",
      lines: [
        "Reason:       InvalidImageName", "Error: InvalidImageName",
        "Failed to apply default image tag \"nginx:1:2\": couldn't parse image name \"nginx:1:2\"",
      ]),
    Case(
      name: "never-pulled", container: "image: \"registry.example/app:1\", imagePullPolicy: Never",
      lines: [
        "Reason:       ErrImageNeverPull", "Error: ErrImageNeverPull",
        "Container image \"registry.example/app:1\" is not present with pull policy of Never",
      ]),
    Case(
      name: "no-secret",
      container: "image: \"nginx:1.27\", env: [{name: A, valueFrom: {secretKeyRef: {name: keys, key: a}}}]",
      lines: ["Reason:       CreateContainerConfigError", "Error: secret \"keys\" not found"]),
    Case(
      name: "no-volume", container: "image: \"nginx:1.27\", volumeMounts: [{name: s, mountPath: /s}]",
      spec: "volumes: [{name: s, secret: {secretName: gone}}]",
      lines: [
        "Reason:       ContainerCreating",
        "MountVolume.SetUp failed for volume \"s\" : secret \"gone\" not found",
      ]),
    Case(
      name: "deadline", container: "image: \"busybox:1.36\", command: [sleep, \"600\"]",
      spec: "activeDeadlineSeconds: 20",
      lines: [
        "Reason:           DeadlineExceeded",
        "Message:          Pod was active on the node longer than the specified deadline",
        "Stopping container app", "Exit Code:    137",
      ]),
  ]

  private static func manifest(_ test: Case) -> String {
    """
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: \(test.name), namespace: default}
    spec:
      containers: [{name: app, \(test.container.split(separator: "\n").joined(separator: " "))}]
      \(test.spec)
    """
  }

  @Test func kubectlTellsWhatIsWrong() throws {
    let cluster = KubectlCluster(try Demo { $0.stories = ["wrong-selector"] })
    try cluster.apply(PodFaultTests.cases.map(PodFaultTests.manifest).joined(separator: "\n"))
    cluster.demo.server.advance(seconds: 150)
    for test in PodFaultTests.cases {
      let text = try cluster.run("describe pod -n default \(test.name)")
      for line in test.lines { #expect(text.contains(line), "\(test.name): \(line) is missing in:\n\(text)") }
    }
  }

  @Test func aPodTakesAsLongToStopAsItsHook() throws {
    let cluster = KubectlCluster(try Demo { $0.stories = ["wrong-selector"] })
    try cluster.apply(
      PodFaultTests.manifest(
        Case(
          name: "slow-stop",
          container: "image: \"nginx:1.27\", lifecycle: {preStop: {exec: {command: [sleep, \"10\"]}}}",
          lines: [])
      ))
    cluster.demo.server.advance(seconds: 20)
    try cluster.run("delete pod -n default slow-stop --wait=false")
    cluster.demo.server.advance(seconds: 9)
    #expect(try cluster.run("get pod -n default slow-stop --no-headers").contains("Terminating"))
    cluster.demo.server.advance(seconds: 7)
    #expect(try cluster.fail("get pod -n default slow-stop").contains("\"slow-stop\" not found"))
  }

  @Test func whatIsSaidTooOftenIsCountedAndHeldBack() throws {
    let demo = try Demo { $0.stories = ["missing-config"] }
    demo.server.advance(seconds: 660)
    let events = try demo.get("/api/v1/namespaces/market/events?fieldSelector=reason=Failed")["items"].array
      .filter { $0["message"] == "Error: configmap \"courier-widget-settings\" not found" }
    let count = events.first?["count"].int ?? 0
    // One every quarter of a minute uses up 25 in six minutes; then there is one every five.
    #expect(events.count == 1 && (26...50).contains(count))
    let last = events.first?["lastTimestamp"].string?.epochSeconds ?? 0
    #expect(last < Int64(Demo.start) + 650)
  }

  @Test func eventsThatDifferInANameAloneAreToldTogether() throws {
    let demo = try Demo { $0.stories = ["wrong-selector"] }
    let scale = "/apis/apps/v1/namespaces/market/deployments/reviews"
    #expect(try demo.send("PATCH", scale, ["spec": ["replicas": 16]]).status == 200)
    demo.server.advance(seconds: 10)
    let events = try demo.get("/api/v1/namespaces/market/events?fieldSelector=reason=SuccessfulCreate")[
      "items"
    ]
    .array.filter { $0["involvedObject"]["name"].string?.hasPrefix("reviews-") == true }
    let together = events.filter {
      $0["message"].string?.hasPrefix("(combined from similar events): Created pod: ") == true
    }
    #expect(events.count == 10 && together.count == 1)
    #expect(together.first?["count"].int == 5)
  }

  @Test func aBoundPodSaysWhereInTheTopologyItIs() throws {
    let demo = Demo.still
    let pod = try demo.get("/api/v1/namespaces/market/pods?labelSelector=app=basket")["items"][0]
    let node = try demo.get("/api/v1/nodes/\(pod["spec"]["nodeName"].string ?? "")")
    for key in ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"] {
      #expect(pod["metadata"]["labels"][key] == node["metadata"]["labels"][key])
    }
    let hash = pod["metadata"]["labels"]["pod-template-hash"].string ?? "?"
    #expect(hash.allSatisfy { "456789bcdf".contains($0) } && hash.count > 6)
  }
}
