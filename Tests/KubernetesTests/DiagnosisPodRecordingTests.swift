import Cluster
import Testing

@testable import Kubernetes

/// What is said of every pod of the recorded cluster.
@Suite struct DiagnosisPodRecordingTests {
  /// By the pod's name without its hash.
  private static let expected = [
    "bad-command": "command /no/such/binary not found in the image",
    "bad-image-name":
      "registry.example.com/Ops/UPPER:1 is no valid image name: repository Ops/UPPER has upper-case letters",
    "cart": "its postStart hook fails: sh -c echo 'warmup: cannot reach cache redis.data…",
    "catalog": "never passed its readiness probe: GET :8080/readyz answers 503",
    "checkout": "image registry.example.com/shop/checkout:4.3.0 not found",
    "init-broken":
      "init container wait-for-db: ends with exit 2: cannot reach db: there is no service db in namespace ops",
    "liveness-flap":
      "killed by its liveness probe: cat /healthy fails: cat: can't open '/healthy': No such file or directory",
    "never-pull": "image registry.example.com/ops/absent:1 is not on the node, and is never to be pulled",
    "notifier": "config map notifier-config is missing",
    "payments": "ends with exit 1: /etc/payments/keys.json is missing",
    "recommender": "out of memory: it takes more than its limit of 32Mi",
    "registry-unreachable": "registry registry.invalid: no such host",
    "sigkilled": "is killed by SIGKILL (exit 137) after 3s",
    "gated": "held back by the scheduling gate example.com/approval",
    "postgres": "waits for claim pgdata-postgres-0: it names no storage class, and there is no default one",
    "deadline": "ended: it ran longer than its deadline of 10s",
    "search": "asks for 64 cpu, the largest node has 3920m",
    "legacy-report": "its node node-2 does not answer, so nobody reports its end",
    "evict-me": "evicted: its volume scratch took more than 2Mi",
    "stuck-finalizer": "held by finalizer example.com/protect",
    "missing-secret-volume": "secret not-there is missing",
  ]

  private static let logs = [
    "payments": [
      "payments 2.0.1 starting", "loading /etc/payments/keys.json",
      "panic: open /etc/payments/keys.json: no such file or directory", "", "goroutine 1 [running]:",
      "main.main()",
    ],
    "wait-for-db": ["db not reachable"],
  ]

  @Test func eachBrokenPodHasItsOneTrueCauseAndTheOthersAreSilent() {
    let world = Examination.recorded()
    world.takeRecordedEvents()
    world.answerLogs(Self.logs)
    var found: [String: [String]] = [:]
    for (name, findings) in world.findings("v1/pods") {
      let short = Self.expected.keys.first { name == $0 || name.hasPrefix("\($0)-") } ?? name
      found[short] = findings.map(\.headline)
    }
    for (name, headline) in Self.expected { #expect(found[name] == [headline]) }
    #expect(Set(found.keys).subtracting(Self.expected.keys) == [])
  }
}
