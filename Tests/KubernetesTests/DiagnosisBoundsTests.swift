import Cluster
import Document
import Testing

@testable import Kubernetes

/// Whoever may write an object chooses its numbers and its texts.
@Suite struct DiagnosisBoundsTests {
  @Test func requestsBeyondAllBoundsAreHeld() {
    let world = Examination()
    world.take(
      "v1/nodes",
      "{\"metadata\":{\"name\":\"n1\",\"uid\":\"n1\"},\"status\":{\"allocatable\":{\"cpu\":\"-9Ei\",\"memory\":\"-9223372036854775808\",\"pods\":\"-9Ei\"},\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}"
    )
    world.isWhole("v1/nodes", "v1/pods")
    let requests =
      "\"resources\":{\"requests\":{\"cpu\":\"9Ei\",\"memory\":\"9Ei\",\"a/b\":\"9Ei\",\"c/d\":\"-9Ei\"}}"
    let containers =
      "[{\"name\":\"a\",\"ports\":[{\"hostPort\":9223372036854775807}],\(requests)},{\"name\":\"b\",\(requests)}]"
    for name in ["big-1", "big-2"] {
      world.take(
        "v1/pods",
        "{\"metadata\":{\"name\":\"\(name)\",\"namespace\":\"shop\",\"uid\":\"\(name)\"},\"spec\":{\"nodeName\":\"n1\",\"containers\":\(containers)},\"status\":{\"phase\":\"Running\"}}"
      )
    }
    let key = world.take(
      "v1/pods",
      "{\"metadata\":{\"name\":\"new\",\"namespace\":\"shop\",\"uid\":\"new\",\"creationTimestamp\":\"2026-11-21T03:00:00Z\"},\"spec\":{\"containers\":\(containers),\"topologySpreadConstraints\":[{\"topologyKey\":\"zone\",\"maxSkew\":-9223372036854775808}]},\"status\":{\"phase\":\"Pending\",\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"False\",\"reason\":\"Unschedulable\",\"lastTransitionTime\":\"2026-11-21T03:00:00Z\"}]}}"
    )
    #expect(world.findings(key, by: .scheduling).count == 1)
  }

  @Test(arguments: [Int.min, -1, Int.max]) func countsOfAStatusBeyondAllBoundsAreHeld(_ number: Int) {
    let world = Examination()
    let event: JSON = [
      "type": "Warning", "reason": "Unhealthy", "message": "Liveness probe failed: x",
      "count": .number("\(number)"),
      "metadata": ["uid": "e1"], "firstTimestamp": "2026-11-21T03:20:10Z",
      "lastTimestamp": "2026-11-21T03:20:40Z",
      "involvedObject": ["uid": "u", "fieldPath": "spec.containers{api}"],
    ]
    var second = event
    second["metadata"] = ["uid": "e2"]
    world.takeEvents(["items": [event, second]])
    let numbers = ["periodSeconds", "failureThreshold", "initialDelaySeconds", "timeoutSeconds"].map {
      "\"\($0)\":\(number)"
    }.joined(separator: ",")
    let probes = ["liveness", "startup", "readiness"].map { "\"\($0)Probe\":{\"tcpSocket\":{},\(numbers)}" }
      .joined(separator: ",")
    for (state, reason) in [
      (
        "\"waiting\":{\"reason\":\"CrashLoopBackOff\",\"message\":\"back-off 99999999999999999999h restarting\"}",
        "Error"
      ),
      ("\"waiting\":{\"reason\":\"CrashLoopBackOff\"}", "OOMKilled"),
      ("\"running\":{\"startedAt\":\"2026-11-21T03:20:00Z\"}", "Error"),
    ] {
      let key = world.take(
        "v1/pods",
        """
        {"metadata":{"name":"api-1","namespace":"shop","uid":"u","creationTimestamp":"2026-11-21T03:00:00Z"},
         "spec":{"nodeName":"n1","terminationGracePeriodSeconds":\(number),"activeDeadlineSeconds":\(number),"priority":\(number),
          "containers":[{"name":"api",\(probes),"resources":{"limits":{"memory":"8Ei"}}}]},
         "status":{"phase":"Running","containerStatuses":[{"name":"api","ready":false,"restartCount":\(number),"state":{\(state)},
          "lastState":{"terminated":{"exitCode":\(number),"signal":\(number),"reason":"\(reason)","startedAt":"2026-11-21T03:20:00Z","finishedAt":"2026-11-21T03:20:40Z"}}}]}}
        """)
      world.answerLogs([:])
      _ = world.findings(key)
    }
  }

  @Test func noCutShowsAPasswordThatIsMaskedOtherwise() {
    let line =
      "cannot reach postgres://app:S3cretPassw0rd@db.shop.svc:5432/orders after three tries, giving up"
    for limit in 1..<line.count {
      for text in [Wording.shortened(line, to: limit), line.shortened(to: limit)] {
        #expect(!Credentials.masked(text).contains("S3cretP"), "\(limit): \(text)")
      }
    }
    #expect(Wording.shortened("short", to: 9) == "short")
    let long = String(repeating: "x ", count: 110) + line
    #expect(!Credentials.masked(KubeletMessage.cause(long)).contains("S3cretP"))
  }

  @Test(arguments: [
    ("429123456789.dkr.ecr.eu-west-1.amazonaws.com/web:1", "%: not found", PullFailure.notFound),
    (
      "429123456789.dkr.ecr.eu-west-1.amazonaws.com/web:1",
      "HEAD https://429123456789.dkr.ecr.eu-west-1.amazonaws.com/v2/web/manifests/1: 404 Not Found", .notFound
    ),
    ("reg.example/web:1", "sha256:429401403aa: not found", .notFound),
    ("reg.example/web:1", "sha256:aa429bb404: something else", .unknown),
    ("reg.example/web:1", "unexpected status code 429", .rateLimit),
    ("reg.example/web:1", "status=401.", .credentials),
  ])
  func codesAreWordsOfTheirOwn(_ image: String, _ message: String, _ failure: PullFailure) {
    let message = message.replacing("%", with: image)
    #expect(PullFailure(reason: "ErrImagePull", message: message, image: image) == failure, "\(message)")
  }

  @Test func placesAreCountedOnceForAllNodes() {
    let world = Examination()
    for node in 0..<300 {
      world.take(
        "v1/nodes",
        "{\"metadata\":{\"name\":\"n\(node)\",\"uid\":\"n\(node)\",\"labels\":{\"kubernetes.io/hostname\":\"n\(node)\"}},\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}"
      )
      for pod in 0..<(node == 0 ? 1 : 2) {
        world.take(
          "v1/pods",
          "{\"metadata\":{\"name\":\"p\(node)-\(pod)\",\"namespace\":\"shop\",\"uid\":\"p\(node)-\(pod)\",\"labels\":{\"app\":\"a\"}},\"spec\":{\"nodeName\":\"n\(node)\"},\"status\":{\"phase\":\"Running\"}}"
        )
      }
    }
    world.isWhole("v1/nodes", "v1/pods")
    let key = world.take(
      "v1/pods",
      "{\"metadata\":{\"name\":\"new\",\"namespace\":\"shop\",\"uid\":\"new\",\"labels\":{\"app\":\"a\"}},\"spec\":{\"topologySpreadConstraints\":[{\"topologyKey\":\"kubernetes.io/hostname\",\"maxSkew\":1,\"labelSelector\":{\"matchLabels\":{\"app\":\"a\"}}}]},\"status\":{\"phase\":\"Pending\"}}"
    )
    let neighbours = PodNeighbours(world.examine(key)!)
    #expect(neighbours.obstacles(["kubernetes.io/hostname": "n0"]) == [])
    #expect(neighbours.obstacles(["kubernetes.io/hostname": "n7"]) == [.spread("kubernetes.io/hostname")])
  }
}
