import Document
import Testing

@testable import DemoCluster

/// Where pods go, and what is asked of them before.
@Suite(.aside) struct PlacementTests {
  private func cluster() throws -> KubectlCluster {
    KubectlCluster(try Demo { $0.stories = ["wrong-selector"] })
  }

  @Test func aPortOfANodeIsGivenOnce() throws {
    let cluster = try cluster()
    try cluster.apply(
      ["first", "second"].map { name in
        """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: \(name), namespace: default}
        spec:
          nodeSelector: {kubernetes.io/hostname: harbour-2}
          containers: [{name: app, image: "nginx:1.27", ports: [{containerPort: 80, hostPort: 8081}]}]
        """
      }.joined(separator: "\n"))
    cluster.demo.server.advance(seconds: 10)
    let pods = try cluster.run("get pods -n default --no-headers")
    #expect(pods.contains("Running") && pods.contains("Pending"))
    let reasons =
      "0/4 nodes are available: 1 node(s) didn't have free ports for the requested pod ports, 1 node(s) had "
      + "untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, "
      + "preemption: 0/4 nodes are available: 1 No preemption victims found for incoming pod, 3 Preemption is "
      + "not helpful for scheduling."
    #expect(try cluster.run("describe pods -n default").contains(reasons))
  }

  @Test func theMoreImportantPodThrowsOthersOff() throws {
    let cluster = try cluster()
    try cluster.apply(
      """
      apiVersion: scheduling.k8s.io/v1
      kind: PriorityClass
      metadata: {name: urgent}
      value: 1000
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: urgent, namespace: default}
      spec:
        priorityClassName: urgent
        nodeSelector: {kubernetes.io/hostname: harbour-2}
        containers: [{name: app, image: "nginx:1.27", resources: {requests: {cpu: 7500m}}}]
      """)
    cluster.demo.server.advance(seconds: 1)
    let waiting = try cluster.run("describe pod -n default urgent")
    #expect(waiting.contains("NominatedNodeName:    harbour-2"))
    #expect(waiting.contains("Priority:             1000"))
    cluster.demo.server.advance(seconds: 90)
    #expect(try cluster.run("get pod -n default urgent --no-headers").contains("Running"))
    let events = try cluster.run("get events -A --field-selector reason=Preempted")
    #expect(events.contains("Preempted by pod "))
    #expect(events.contains(" on node harbour-2"))
  }

  @Test func podsOfControllersGetTheNamespacesLimitsToo() throws {
    let cluster = try cluster()
    try cluster.apply(
      """
      apiVersion: v1
      kind: LimitRange
      metadata: {name: limits, namespace: default}
      spec: {limits: [{type: Container, default: {memory: 128Mi}, defaultRequest: {cpu: 10m}, max: {memory: 1Gi}}]}
      """)
    try cluster.run("create deployment web -n default --image=nginx:1.27")
    cluster.demo.server.advance(seconds: 10)
    let pod = try cluster.demo.get("/api/v1/namespaces/default/pods")["items"][0]
    #expect(pod["spec"]["containers"][0]["resources"]["limits"]["memory"] == "128Mi")
    #expect(pod["spec"]["containers"][0]["resources"]["requests"]["cpu"] == "10m")
    try cluster.run("set resources deployment web -n default --limits=memory=2Gi")
    cluster.demo.server.advance(seconds: 10)
    #expect(
      try cluster.run("get events -n default --field-selector reason=FailedCreate")
        .contains("is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi"))
    try cluster.run("set serviceaccount deployment web nobody -n default")
    cluster.demo.server.advance(seconds: 10)
    #expect(
      try cluster.run("get events -n default --field-selector reason=FailedCreate")
        .contains(
          "is forbidden: error looking up service account default/nobody: serviceaccount \"nobody\" not found"
        ))
  }

  @Test func aDaemonSetMayPutTheNewPodBesideTheOld() throws {
    let cluster = try cluster()
    try cluster.apply(
      """
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: agent, namespace: default}
      spec:
        selector: {matchLabels: {app: agent}}
        updateStrategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
        template:
          metadata: {labels: {app: agent}}
          spec: {containers: [{name: agent, image: "nginx:1.27"}]}
      """)
    cluster.demo.server.advance(seconds: 20)
    #expect(try cluster.demo.get("/api/v1/namespaces/default/pods")["items"].array.count == 3)
    try cluster.run("set image daemonset agent -n default agent=nginx:1.28")
    var least = 3
    for _ in 0..<60 {
      cluster.demo.server.advance(seconds: 1)
      let set = try cluster.demo.get("/apis/apps/v1/namespaces/default/daemonsets/agent")
      least = min(least, set["status"]["numberAvailable"].int ?? 0)
    }
    let set = try cluster.demo.get("/apis/apps/v1/namespaces/default/daemonsets/agent")
    #expect(set["status"]["updatedNumberScheduled"].int == 3)
    #expect(least == 3)
  }

  @Test func claimsGoWithThePodsWhereTheSetSaysSo() throws {
    let cluster = try cluster()
    try cluster.apply(
      """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db, namespace: default}
      spec:
        replicas: 2
        serviceName: db
        persistentVolumeClaimRetentionPolicy: {whenDeleted: Delete, whenScaled: Delete}
        selector: {matchLabels: {app: db}}
        template:
          metadata: {labels: {app: db}}
          spec: {containers: [{name: db, image: "nginx:1.27"}]}
        volumeClaimTemplates:
        - {metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
      """)
    cluster.demo.server.advance(seconds: 40)
    func claims() throws -> [String] {
      try cluster.demo.get("/api/v1/namespaces/default/persistentvolumeclaims").names
    }
    #expect(try claims() == ["data-db-0", "data-db-1"])
    try cluster.run("scale statefulset db -n default --replicas=1")
    cluster.demo.server.advance(seconds: 40)
    #expect(try claims() == ["data-db-0"])
    try cluster.run("delete statefulset db -n default")
    cluster.demo.server.advance(seconds: 40)
    #expect(try claims() == [])
  }

  @Test func aClaimGrowsWithItsVolume() throws {
    let cluster = try cluster()
    try cluster.apply(
      """
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data, namespace: default}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: user, namespace: default}
      spec:
        volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
        containers: [{name: app, image: "nginx:1.27", volumeMounts: [{name: data, mountPath: /data}]}]
      """)
    cluster.demo.server.advance(seconds: 20)
    try cluster.run(
      "patch pvc data -n default -p {\"spec\":{\"resources\":{\"requests\":{\"storage\":\"5Gi\"}}}}")
    cluster.demo.server.advance(seconds: 5)
    let claim = "/api/v1/namespaces/default/persistentvolumeclaims/data"
    #expect(try cluster.demo.get(claim)["status"]["conditions"][0]["type"] == "FileSystemResizePending")
    cluster.demo.server.advance(seconds: 20)
    #expect(try cluster.run("get pvc data -n default --no-headers").contains("5Gi"))
    let page = try cluster.run("describe pvc data -n default")
    #expect(page.contains("Finalizers:    [kubernetes.io/pvc-protection]"))
    #expect(page.contains("External resizer is resizing volume pvc-"))
    // A claim in use stays until its last user has gone.
    try cluster.run("delete pvc data -n default --wait=false")
    #expect(try cluster.run("get pvc data -n default --no-headers").contains("Terminating"))
    try cluster.run("delete pod user -n default --wait=false")
    cluster.demo.server.advance(seconds: 40)
    #expect(try cluster.demo.get("/api/v1/namespaces/default/persistentvolumeclaims").names == [])
  }
}
