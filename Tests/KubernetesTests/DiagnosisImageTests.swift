import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct DiagnosisImageTests {
  @Test(arguments: [
    ("nginx", "docker.io", "library/nginx", "latest"),
    ("team/app:2", "docker.io", "team/app", "2"),
    ("localhost/app", "localhost", "app", "latest"),
    ("reg.example:5000/a/b_c:v1.2-x", "reg.example:5000", "a/b_c", "v1.2-x"),
    ("quay.io/a/b:v1@sha256:\(String(repeating: "0a", count: 32))", "quay.io", "a/b", "v1"),
  ]) func aNameIsTakenApart(_ text: String, _ registry: String, _ repository: String, _ tag: String) {
    let reference = ImageReference(text)
    #expect(reference?.registry == registry)
    #expect(reference?.repository == repository)
    #expect(reference?.tag == tag)
  }

  @Test(arguments: [
    "", "Ops/app", "reg.example/Ops/UPPER:1", "app:", "app: 1", "a//b", "app@sha256:12",
    "https://reg.example/a", "app:v1:v2", "-a",
  ])
  func whatIsNoNameIsSaidToBeNone(_ text: String) {
    #expect(ImageReference.problem(of: text) != nil || text == "Ops/app")
  }

  static let messages: [(String, PullFailure)] = [
    // containerd
    ("failed to resolve reference \"reg.example/a/b:1\": reg.example/a/b:1: not found", .notFound),
    (
      "failed to resolve reference: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
      .hidden
    ),
    (
      "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token: 403 Forbidden",
      .credentials
    ),
    ("unexpected status from HEAD request to https://reg.example/v2/: 401 Unauthorized", .credentials),
    (
      "failed to do request: Head \"https://reg.example/v2/\": dial tcp: lookup reg.example: no such host",
      .lookup
    ),
    ("dial tcp 10.0.0.1:443: connect: connection refused", .unreachable),
    ("dial tcp 10.0.0.1:443: i/o timeout", .unreachable),
    ("tls: failed to verify certificate: x509: certificate signed by unknown authority", .trust),
    ("http: server gave HTTP response to HTTPS client", .plain),
    (
      "unexpected status code: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit",
      .rateLimit
    ),
    ("no match for platform in manifest: not found", .platform),
    ("write /var/lib/containerd/x: no space left on device", .disk),
    ("unexpected status from HEAD request: 503 Service Unavailable", .failing),
    // CRI-O
    (
      "initializing source docker://reg.example/a/b:1: reading manifest 1 in reg.example/a/b: manifest unknown",
      .notFound
    ),
    ("reading manifest latest in docker.io/a/b: requested access to the resource is denied", .hidden),
    (
      "reading manifest 1 in quay.io/a/b: unauthorized: access to the requested resource is not authorized",
      .credentials
    ),
    (
      "short-name \"app\" did not resolve to an alias and no unqualified-search registries are defined",
      .shortName
    ),
    ("Source image rejected: A signature was required, but no signature exists", .signature),
    ("choosing image instance: no image found in image index for architecture arm64", .platform),
    // Docker
    (
      "Error response from daemon: manifest for a/b:1 not found: manifest unknown: manifest unknown",
      .notFound
    ),
    (
      "Error response from daemon: pull access denied for a/b, repository does not exist or may require 'docker login'",
      .hidden
    ),
    ("Error response from daemon: Get \"https://reg.example/v2/\": no basic auth credentials", .credentials),
    // the kubelet
    ("pull QPS exceeded", .held), ("something new", .unknown),
  ]

  @Test(arguments: messages.indices) func eachWordingIsRecognized(_ index: Int) {
    let (message, failure) = Self.messages[index]
    #expect(
      PullFailure(reason: "ErrImagePull", message: message, image: "reg.example/a/b:1") == failure,
      "\(message)")
  }

  @Test func aRepositoryMayBeCalledDenied() {
    let message = "failed to resolve reference \"reg.example/denied:429\": reg.example/denied:429: not found"
    #expect(
      PullFailure(reason: "ErrImagePull", message: message, image: "reg.example/denied:429") == .notFound)
  }

  private static func pod(_ reason: String, _ message: String, ready: Bool = false) -> String {
    let state =
      ready
      ? "{\"running\":{\"startedAt\":\"2026-11-21T03:20:00Z\"}}"
      : "{\"waiting\":{\"reason\":\"\(reason)\",\"message\":\"\(message)\"}}"
    return """
      {"metadata":{"name":"api-1","namespace":"shop","uid":"u","creationTimestamp":"2026-11-21T03:20:00Z"},
       "spec":{"nodeName":"n","imagePullSecrets":[{"name":"pull"}],"containers":[{"name":"api","image":"reg.example/shop/api:9"}]},
       "status":{"phase":"Pending","conditions":[{"type":"Ready","status":"\(ready ? "True" : "False")","reason":"ContainersNotReady"}],
       "containerStatuses":[{"name":"api","ready":\(ready),"restartCount":0,"state":\(state)}]}}
      """
  }

  @Test func theFirstCauseIsKeptWhenTheKubeletWritesBackOffOverIt() {
    let world = Examination()
    world.takeEvents(["items": []])
    world.take("v1/pods", Self.pod("ErrImagePull", "reg.example/shop/api:9: manifest unknown"))
    let key = world.take("v1/pods", Self.pod("ImagePullBackOff", "Back-off pulling image"))
    let finding = world.findings(key, by: .image).first
    #expect(finding?.headline == "image reg.example/shop/api:9 not found")
    #expect(finding?.evidence.first?.text.contains("before the kubelet wrote") == true)
  }

  @Test func aMissingPullSecretIsNamed() {
    let world = Examination()
    world.answer(.metadata(FactKey("v1/secrets", "shop", "pull")), .absent)
    let key = world.take("v1/pods", Self.pod("ErrImagePull", "401 Unauthorized"))
    let finding = world.findings(key, by: .image).first
    #expect(finding?.rule == "image-credentials")
    #expect(finding?.evidence.contains { $0.text == "the pull secret pull does not exist" } == true)
  }

  @Test func aRegistryThatDoesNotAnswerIsACauseOfItsOwn() {
    let world = Examination()
    let key = world.take("v1/pods", Self.pod("ErrImagePull", "dial tcp 1.2.3.4:443: i/o timeout"))
    let finding = world.findings(key, by: .image).first
    #expect(finding?.cause?.subject.kind == "registry")
    #expect(finding?.cause?.headline == "registry reg.example does not answer")
  }

  @Test func aPodThatIsWellIsNotMentioned() {
    let world = Examination()
    let key = world.take("v1/pods", Self.pod("", "", ready: true))
    #expect(world.findings(key) == [])
  }
}
