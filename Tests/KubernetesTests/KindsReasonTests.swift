import Cluster
import Testing

@testable import Kubernetes

/// The sentence of the WHY line for the recorded failures, one form of failure a pod.
struct KindsPodReasonTests {
  @Test(arguments: [
    ("web-74fb9bbdc6-f8rz7", Tone.good, ""),
    ("toolbox-747f898cb7-2cnkr", .good, ""),
    ("debug-shell", .good, ""),
    ("done", .done, ""),
    (
      "bad-command", .bad,
      "container app: could not be started (exit 128) 95s ago: exec: \"/no/such/binary\": stat /no/such/binary: no such file or directory; restarting, 7 times so far (back-off 5m0s)"
    ),
    (
      "bad-image-name", .bad,
      "container app: registry.example.com/Ops/UPPER:1 is no valid image name: repository name (Ops/UPPER) must be lowercase"
    ),
    (
      "notifier-746f7c7f5c-lhwst", .bad,
      "container notifier: cannot be configured: configmap \"notifier-config\" not found"
    ),
    (
      "payments-767d84cd5b-f7sh7", .bad,
      "container payments: exit 1 5m42s ago after 2s; restarting, 6 times so far (back-off 5m0s)"
    ),
    (
      "deadline", .bad,
      "DeadlineExceeded 12m ago: Pod was active on the node longer than the specified deadline"
    ),
    ("evict-me", .bad, "Evicted 11m ago: Usage of EmptyDir volume \"scratch\" exceeds the limit \"2Mi\""),
    ("gated", .pending, "held back by the scheduling gate example.com/approval"),
    (
      "checkout-7f8fc766cc-4fjbz", .bad,
      "container checkout: cannot pull registry.example.com/shop/checkout:4.3.0: not found; it keeps trying"
    ),
    ("init-broken", .bad, "init container wait-for-db: exit 2 75s ago after 0s; restarting, 7 times so far"),
    (
      "liveness-flap", .bad,
      "container app: ended with exit 0 3m16s ago after 26s; perhaps its liveness probe fails, its events tell; restarting, 7 times so far (back-off 5m0s)"
    ),
    (
      "missing-secret-volume", .starting,
      "its volumes or network are not ready yet, given to node-1 12m ago; it mounts secret not-there"
    ),
    (
      "never-pull", .bad,
      "container app: the image registry.example.com/ops/absent:1 is not on the node, and the pull policy is Never"
    ),
    (
      "recommender-6b9b9b4dfd-gcdqk", .bad,
      "container recommender: OOMKilled (exit 137) 63s ago after 3s, limit 32Mi; restarting, 7 times so far"
    ),
    (
      "postgres-0", .pending,
      "unschedulable for 12m: 0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims; it mounts claim pgdata-postgres-0"
    ),
    (
      "cart-78b8b85c-zbxbn", .bad,
      "container cart: ended with exit 0 70s ago after 1s; perhaps its postStart hook fails, its events tell; restarting, 7 times so far (back-off 5m0s)"
    ),
    (
      "registry-unreachable", .bad,
      "container app: cannot pull registry.invalid/team/app:2: Head \"https://registry.invalid/v2/team/app/manifests/2\": dial tcp: lookup registry.invalid on 10.255.255.53:53: no such host; it keeps trying"
    ),
    (
      "sigkilled", .bad,
      "container app: killed by SIGKILL (exit 137) 65s ago after 3s; restarting, 3 times so far"
    ),
    ("stuck-finalizer", .ending, "deleted 11m ago, kept by the finalizer example.com/protect"),
    (
      "legacy-report", .ending,
      "deleted 6m25s ago; node node-2 stopped answering 11m ago, its containers may still run; Taint manager: deleting due to NoExecute taint"
    ),
    (
      "catalog-589ff66cd4-qw9mb", .pending,
      "container catalog: has not passed its readiness probe (GET :8080/readyz) since it started 12m ago"
    ),
    (
      "search-f45c7d9b8-qgzg5", .pending,
      "unschedulable for 12m: 0/3 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable"
    ),
  ])
  func aRecordedPodSaysWhyItIsNotWell(name: String, tone: Tone, reason: String) {
    let row = KindsFixtures.rows(.pods, "pods.described").first { $0.name == name }
    #expect(row?.reason(now: KindsFixtures.described) == reason)
    #expect(row?.tone == tone)
  }

  @Test func everyRecordedPodHasAnExpectation() {
    #expect(KindsFixtures.rows(.pods, "pods.described").count == 25)
  }

  @Test func podsOfTheListSayWhyToo() {
    let rows = KindsFixtures.rows(.pods, "pods")
    func reason(_ name: String) -> String {
      rows.first { $0.name == name }?.reason(now: KindsFixtures.listed) ?? "no such pod"
    }
    // The node controller marked it when its node went silent; nobody has deleted it yet.
    #expect(
      reason("legacy-report") == "node node-2 stopped answering 89s ago, its containers may still run")
    #expect(
      reason("logshipper-6mmh8") == "given to node-2 2m19s ago, whose kubelet has not taken it up yet")
    #expect(
      reason("bad-command")
        == "container app: cannot be started: exec: \"/no/such/binary\": stat /no/such/binary: no such file or directory; restarting, 4 times so far"
    )
    // Well at the moment, with a past.
    #expect(
      reason("payments-767d84cd5b-2bcfb")
        == "container payments: exit 1 53s ago after 2s; restarted 4 times, running well now")
    #expect(reason("failed-once") == "container app: exit 42 2m14s ago after 0s; it is never restarted")
  }
}

/// The sentence of the WHY line for the recorded objects of the other kinds.
struct KindsReasonTests {
  private func check(
    _ kind: BuiltIn, _ file: String, _ expected: [String: (Tone, String)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for row in KindsFixtures.rows(kind, file) {
      let (tone, reason) = expected[row.name] ?? (.good, "")
      #expect(row.reason(now: KindsFixtures.listed) == reason, "\(row.name)", sourceLocation: sourceLocation)
      #expect(row.tone == tone, "\(row.name)", sourceLocation: sourceLocation)
    }
  }

  private let quota =
    "cannot create pods for 2m18s: pods \"report-builder-6556d6bf67-4q6hz\" is forbidden: exceeded quota: compute, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1"

  @Test func deployments() {
    check(
      .deployments, "deployments",
      [
        "report-builder": (.bad, quota),
        "cart": (.starting, "rolling out: 1 of 1 pods updated, 0 available"),
        "catalog": (
          .bad,
          "the rollout has been stuck for 50s: ReplicaSet \"catalog-589ff66cd4\" has timed out progressing; 2 of 2 pods updated, 0 available"
        ),
        "checkout": (
          .bad,
          "the rollout has been stuck for 41s: ReplicaSet \"checkout-7f8fc766cc\" has timed out progressing; 1 of 3 pods updated, 3 available"
        ),
        "gateway": (.good, "paused: changes of its template are not rolled out"),
        "notifier": (.starting, "rolling out: 1 of 1 pods updated, 0 available"),
        "payments": (.bad, "not available for 54s: 1 of 2 pods are"),
        "recommender": (.bad, "not available for 24s: 0 of 1 pods are"),
        "search": (.starting, "rolling out: 2 of 2 pods updated, 0 available"),
      ])
  }

  @Test func replicaSets() {
    check(
      .replicaSets, "replicasets",
      [
        "report-builder-6556d6bf67": (.bad, quota),
        "cart-78b8b85c": (.pending, "0 of 1 pods are ready"),
        "catalog-589ff66cd4": (.pending, "0 of 2 pods are ready"),
        "checkout-7f8fc766cc": (.pending, "0 of 1 pods are ready"),
        "checkout-86b47757fd": (.done, ""),
        "notifier-746f7c7f5c": (.pending, "0 of 1 pods are ready"),
        "payments-767d84cd5b": (.pending, "1 of 2 pods are ready"),
        "payments-86578db556": (.done, ""),
        "recommender-6b9b9b4dfd": (.pending, "0 of 1 pods are ready"),
        "search-f45c7d9b8": (.pending, "0 of 2 pods are ready"),
        "web-6496944b6b": (.done, ""),
        "web-78954bf9bc": (.done, ""),
      ])
  }

  @Test func otherWorkloads() {
    check(
      .statefulSets, "statefulsets",
      ["postgres": (.pending, "0 of 2 pods are ready; they are created one after the other, 1 so far")])
    check(.daemonSets, "daemonsets", ["logshipper": (.pending, "1 of 2 pods are ready")])
    check(
      .jobs, "jobs",
      [
        "etl": (.done, ""), "migrate-schema-42": (.done, ""),
        "reindex": (
          .bad,
          "failed 100s ago: Job has reached the specified backoff limit (BackoffLimitExceeded), 3 pods failed"
        ),
      ])
    check(.cronJobs, "cronjobs", ["vacuum": (.done, "suspended: it starts no jobs")])
    check(
      .horizontalPodAutoscalers, "horizontalpodautoscalers",
      [
        "web": (
          .bad,
          "not scaling for 2m9s: the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)"
        )
      ])
  }

  @Test func nodesNetworkAndStorage() {
    check(
      .nodes, "nodes",
      [
        "node-2": (.bad, "not ready for 89s: Kubelet stopped posting node status (NodeStatusUnknown)"),
        "node-3": (.pending, "cordoned for 2m37s: no new pods are put here"),
      ])
    check(
      .services, "services", ["web-public": (.pending, "no load balancer has given it an address yet")])
    check(
      .endpointSlices, "endpointslices",
      [
        "catalog-65lms": (
          .bad,
          "2 of 2 endpoints are not ready: catalog-589ff66cd4-qw9mb,catalog-589ff66cd4-6qhqk"
        ),
        "orphan-j7qzx": (.pending, "service orphan has no endpoints"),
      ])
    check(
      .persistentVolumeClaims, "persistentvolumeclaims",
      [
        "pgdata-postgres-0": (
          .pending, "not bound: it names no storage class and no free volume or default class serves it"
        )
      ])
    check(
      .podDisruptionBudgets, "poddisruptionbudgets",
      ["web": (.good, "no pod may be evicted: 3 must be healthy and 3 are")])
  }

  @Test func aNamespaceThatCannotGoSaysWhatRemains() {
    let text = String(decoding: KindsFixtures.bytes("namespace.stuck.json"), as: UTF8.self)
    let row = KindsFixtures.rows(.namespaces, object: text)[0]
    #expect(row.tone == .ending)
    #expect(
      row.reason(now: 1_795_232_399)
        == "deleted 81s ago; Some resources are remaining: configmaps. has 1 resource instances; Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances"
    )
  }
}
