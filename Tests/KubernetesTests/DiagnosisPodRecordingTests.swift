import Cluster
import Testing

@testable import Kubernetes

/// What is said of every pod of the recorded cluster.
@Suite struct DiagnosisPodRecordingTests {
  /// By the pod's name without its hash.
  private static let expected = [
    "bad-command": "command /no/such/binary is not in the image",
    "bad-image-name":
      "registry.example.com/Ops/UPPER:1 is no image name: repository Ops/UPPER has upper-case letters",
    "cart": "its postStart hook fails: sh -c echo 'warmup: cannot reach cache redis.data…",
    "catalog": "never ready: GET :8080/readyz answers 503",
    "checkout": "image registry.example.com/shop/checkout:4.3.0 not found",
    "init-broken":
      "init container wait-for-db: exits with 2: cannot reach db: there is no service db in namespace ops",
    "liveness-flap":
      "killed by its liveness probe: cat /healthy fails: cat: can't open '/healthy': No such file or directory",
    "never-pull": "image registry.example.com/ops/absent:1 is not on the node, and is never to be pulled",
    "notifier": "config map notifier-config is missing",
    "payments": "exits with 1: /etc/payments/keys.json is missing",
    "recommender": "out of memory: it takes more than its limit of 32Mi",
    "registry-unreachable": "registry registry.invalid: no such host",
    "sigkilled": "is killed by SIGKILL (exit 137) after 3s",
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
