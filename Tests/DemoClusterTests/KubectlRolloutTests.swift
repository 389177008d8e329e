import Document
import HTTP
import TestSupport
import Testing

@testable import DemoCluster

/// What controllers do with what kubectl asks for.
@Suite(.aside) struct KubectlRolloutTests {
  private func demo() throws -> KubectlCluster { KubectlCluster(try Demo { $0.stories = ["cert-expiring"] }) }

  @Test func aDeploymentRollsOutAndBack() throws {
    let kubectl = try demo()
    try kubectl.run("create deployment hello --image=nginx:1.25 --replicas=3")
    let first = try kubectl.wait("rollout status deploy/hello")
    #expect(first.hasSuffix("deployment \"hello\" successfully rolled out\n"))
    try kubectl.run("set image deploy/hello nginx=nginx:1.27")
    let second = try kubectl.wait("rollout status deploy/hello")
    #expect(second.hasSuffix("successfully rolled out\n"))
    let history = try kubectl.run("rollout history deploy/hello")
    #expect(history.contains("\n1 ") && history.contains("\n2 "))
    try kubectl.run("rollout undo deploy/hello")
    try kubectl.wait("rollout status deploy/hello")
    #expect(
      try kubectl.run("get deploy hello -o jsonpath={.spec.template.spec.containers[0].image}")
        == "nginx:1.25")
    // A ReplicaSet that is used again is a new revision.
    let after = try kubectl.run("rollout history deploy/hello")
    #expect(!after.contains("\n1 ") && after.contains("\n3 "))
    let events = try kubectl.run("get events --field-selector=involvedObject.name=hello")
    #expect(events.contains("Scaled up replica set hello-") && events.contains(" from 0 to 3"))
    try kubectl.run("rollout restart deploy/hello")
    try kubectl.wait("rollout status deploy/hello")
    #expect(try kubectl.run("get pods -l app=hello --no-headers").split(separator: "\n").count >= 3)
  }

  @Test func aPausedDeploymentWaitsAndABadImageMissesItsDeadline() throws {
    let kubectl = try demo()
    try kubectl.run("rollout pause deploy/reviews")
    try kubectl.run("set image deploy/reviews reviews=registry.dockside.example/market/reviews:9.9.9")
    kubectl.demo.server.advance(seconds: 5)
    #expect(try kubectl.run("describe deploy reviews").contains("Progressing    Unknown  DeploymentPaused"))
    try kubectl.run("rollout resume deploy/reviews")
    kubectl.demo.server.advance(seconds: 30)
    let stuck = try kubectl.run("get pods -l app=reviews")
    #expect(stuck.contains("ImagePullBackOff") && stuck.contains("Running"))
    kubectl.demo.server.advance(seconds: 640)
    let text = try kubectl.run("describe deploy reviews")
    #expect(text.contains("Progressing    False   ProgressDeadlineExceeded"))
    #expect(text.contains("Available      True    MinimumReplicasAvailable"))
    try kubectl.run("rollout undo deploy/reviews")
    #expect(try kubectl.wait("rollout status deploy/reviews").hasSuffix("successfully rolled out\n"))
  }

  @Test func aNodeIsDrainedUntilABudgetForbidsIt() throws {
    let kubectl = try demo()
    let node = try kubectl.run("get pods -n platform sessions-0 -o jsonpath={.spec.nodeName}")
    try kubectl.run("patch pdb sessions -n platform --type=merge -p {\"spec\":{\"minAvailable\":3}}")
    kubectl.demo.server.advance(seconds: 2)
    try kubectl.run("cordon \(node)")
    kubectl.demo.server.advance(seconds: 1)
    #expect(try kubectl.run("get node \(node)").contains("Ready,SchedulingDisabled"))
    #expect(
      try kubectl.run("describe node \(node)").contains("node.kubernetes.io/unschedulable:NoSchedule"))
    let drain = try ChildProcess(
      "kubectl", ["drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force"],
      environment: kubectl.environment)
    #expect(
      waitUntil {
        kubectl.demo.server.advance(seconds: 0.5)
        return drain.errors.contains("Cannot evict pod as it would violate the pod's disruption budget.")
      })
    drain.signal(15)
    _ = drain.waitForExit()
    try kubectl.run("patch pdb sessions -n platform --type=merge -p {\"spec\":{\"minAvailable\":1}}")
    kubectl.demo.server.advance(seconds: 2)
    let rest = try kubectl.wait("drain \(node) --ignore-daemonsets --delete-emptydir-data --force")
    #expect(rest.hasSuffix("node/\(node) drained\n"))
    #expect(try kubectl.run("uncordon \(node)") == "node/\(node) uncordoned\n")
  }

  @Test func jobsRunToTheirEnd() throws {
    let kubectl = try demo()
    try kubectl.run("create job pi --image=perl:5.34 -- perl -Mbignum=bpi -wle 'print bpi(2000)'")
    #expect(try kubectl.wait("wait --for=condition=complete job/pi") == "job.batch/pi condition met\n")
    #expect(try kubectl.run("logs job/pi").hasPrefix("3.14159"))
    try kubectl.run("create job once --from=cronjob/nightly-export -n platform")
    kubectl.demo.server.advance(seconds: 5)
    #expect(try kubectl.run("get pods -n platform -l job-name=once").contains("Running"))
    try kubectl.run("create job bad --image=busybox -- sh -c 'echo trying; sleep 1; exit 3'")
    kubectl.demo.server.advance(seconds: 1_500)
    let text = try kubectl.run("describe job bad")
    #expect(text.contains("Job has reached the specified backoff limit"))
    #expect(text.contains("/ 7 Failed"))
  }

  @Test func podsMadeByHandRunAsTheyAreTold() throws {
    let kubectl = try demo()
    try kubectl.run("run one --image=busybox --restart=Never -- sh -c 'echo hello; sleep 2; exit 3'")
    try kubectl.run("run two --image=redis:7")
    try kubectl.run("run three --image=busybox --command -- /no/such/binary")
    try kubectl.wait("wait --for=condition=Ready pod/two")
    kubectl.demo.server.advance(seconds: 20)
    #expect(try kubectl.run("logs one") == "hello\n")
    let pods = try kubectl.run("get pods one two three")
    #expect(pods.contains("one     0/1     Error") && pods.contains("two     1/1     Running"))
    let text = try kubectl.run("describe pod three")
    #expect(
      text.contains("exec: \"/no/such/binary\": stat /no/such/binary: no such file or directory: unknown"))
    #expect(try kubectl.wait("delete pod one two three").contains("pod \"two\" deleted"))
    #expect(try kubectl.run("top pods -l app=basket").contains("basket-"))
    #expect(try kubectl.run("top nodes").contains("harbour-4"))
  }

  private static let lab = """
    apiVersion: v1
    kind: Namespace
    metadata: {name: lab}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db, namespace: lab}
    spec:
      serviceName: db
      replicas: 2
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
          - name: db
            image: postgres:16
            resources: {requests: {cpu: 100m}}
            volumeMounts: [{name: data, mountPath: /data}]
      volumeClaimTemplates:
      - metadata: {name: data}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
    ---
    apiVersion: apps/v1
    kind: DaemonSet
    metadata: {name: agent, namespace: lab}
    spec:
      selector: {matchLabels: {app: agent}}
      template:
        metadata: {labels: {app: agent}}
        spec:
          containers: [{name: agent, image: "agent:1", resources: {requests: {cpu: 10m}}}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: big, namespace: lab}
    spec:
      replicas: 1
      selector: {matchLabels: {app: big}}
      template:
        metadata: {labels: {app: big}}
        spec:
          containers: [{name: big, image: "big:1", resources: {requests: {cpu: 300m}}}]
    """

  @Test func aNamespaceOfWorkloadsLivesAndGoes() throws {
    let kubectl = try demo()
    try kubectl.apply(Self.lab)
    #expect(try kubectl.wait("rollout status sts/db -n lab").contains("partitioned roll out complete: 2"))
    #expect(try kubectl.wait("rollout status ds/agent -n lab").contains("successfully rolled out"))
    try kubectl.run("create quota compute --hard=requests.cpu=1 -n lab")
    try kubectl.run("scale deploy/big --replicas=5 -n lab")
    kubectl.demo.server.advance(seconds: 3)
    #expect(try kubectl.run("get pvc -n lab").components(of: "Bound") == 2)
    let set = try kubectl.run("describe rs -n lab")
    #expect(set.contains("exceeded quota: compute, requested: requests.cpu=300m, used: requests.cpu="))
    #expect(try kubectl.run("describe deploy big -n lab").contains("ReplicaFailure   True    FailedCreate"))
    try kubectl.run("set image sts/db db=postgres:17 -n lab")
    try kubectl.wait("rollout status sts/db -n lab")
    #expect(try kubectl.run("rollout history sts/db -n lab").contains("\n2 "))
    try kubectl.run("rollout undo sts/db -n lab")
    try kubectl.wait("rollout status sts/db -n lab")
    #expect(
      try kubectl.run("get pod db-0 -n lab -o jsonpath={.spec.containers[0].image}") == "postgres:16")
    try kubectl.run("set image ds/agent agent=agent:2 -n lab")
    #expect(try kubectl.wait("rollout status ds/agent -n lab").contains("successfully rolled out"))
    try kubectl.wait("delete ns lab")
    #expect(try !kubectl.run("get ns").contains("lab"))
    #expect(try kubectl.run("get pods,pvc,rs -n lab") == "")
    #expect(try !kubectl.run("get pv").contains("lab/"))
  }

  @Test func whatBelongsToAnotherGoesOrStaysWithIt() throws {
    let kubectl = try demo()
    for (name, policy) in [("a", "background"), ("b", "foreground"), ("c", "orphan")] {
      try kubectl.run("create deployment \(name) --image=nginx:1.25")
      try kubectl.wait("rollout status deploy/\(name)")
      try kubectl.wait("delete deploy \(name) --cascade=\(policy)")
    }
    kubectl.demo.server.advance(seconds: 40)
    #expect(try kubectl.run("get rs,pods -l app=a -o name") == "")
    #expect(try kubectl.run("get rs,pods -l app=b -o name") == "")
    #expect(try kubectl.run("get rs,pods -l app=c -o name").split(separator: "\n").count == 2)
    // A pod that is no longer selected stands alone, and another one is made.
    let pod = try kubectl.run("get pods -l app=c -o jsonpath={.items[0].metadata.name}")
    try kubectl.run("label pod \(pod) app=debug --overwrite")
    kubectl.demo.server.advance(seconds: 10)
    #expect(try kubectl.run("get pods -l app=c -o name").split(separator: "\n").count == 1)
    #expect(try kubectl.run("get pod \(pod) -o jsonpath={.metadata.ownerReferences}") == "")
  }
}

extension String {
  fileprivate func components(of part: String) -> Int {
    var count = 0
    var rest = Substring(self)
    while let found = rest.firstRange(of: part) {
      count += 1
      rest = rest[found.upperBound...]
    }
    return count
  }
}
