import Cluster
import Testing

@testable import Kubernetes

/// STATUS, READY and the reason of pods in states that no recording shows.
struct KindsPodStatusTests {
  private static let now: Int64 = 1_795_230_000  // 2026-11-21T03:00:00Z

  /// A pod with one container "app" in its spec unless told otherwise.
  private func pod(
    metadata: String = "", spec: String = "\"containers\":[{\"name\":\"app\",\"image\":\"shop/app:1\"}]",
    status: String
  ) -> Row {
    KindsFixtures.rows(
      .pods,
      object: """
        {"metadata":{"name":"p","namespace":"n","uid":"u","creationTimestamp":"2026-11-21T02:00:00Z"\(metadata)},
        "spec":{"nodeName":"node-1","restartPolicy":"Always",\(spec)},"status":{"phase":"Running",\(status)}}
        """)[0]
  }

  private func check(
    _ row: Row, ready: String = "0/1", status: String, _ tone: Tone, _ reason: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(row.cell(0) == ready, sourceLocation: sourceLocation)
    #expect(row.cell(1) == status, sourceLocation: sourceLocation)
    #expect(row.tone == tone, sourceLocation: sourceLocation)
    #expect(row.reason(now: Self.now) == reason, sourceLocation: sourceLocation)
  }

  private func container(_ state: String, last: String = "{}", ready: Bool = false, restarts: Int = 0)
    -> String
  {
    "\"containerStatuses\":[{\"name\":\"app\",\"ready\":\(ready),\"restartCount\":\(restarts),\"state\":\(state),\"lastState\":\(last)}]"
  }

  @Test func aTerminationWithoutAReasonShowsItsSignalOrCode() {
    check(
      pod(
        status: container(
          "{\"terminated\":{\"exitCode\":139,\"signal\":11,\"finishedAt\":\"2026-11-21T02:59:20Z\"}}")),
      status: "Signal:11", .bad, "container app: killed by SIGSEGV 40s ago; it is restarted")
    check(
      pod(status: container("{\"terminated\":{\"exitCode\":7}}", restarts: 1)),
      status: "ExitCode:7", .bad, "container app: exit 7; restarting, once so far")
  }

  @Test func anOutOfMemoryKillInTheBackOffTellsTheLimit() {
    check(
      pod(
        spec:
          "\"containers\":[{\"name\":\"app\",\"image\":\"shop/app:1\",\"resources\":{\"limits\":{\"memory\":\"256Mi\"}}}]",
        status: container(
          "{\"waiting\":{\"reason\":\"CrashLoopBackOff\",\"message\":\"back-off 40s restarting failed container=app\"}}",
          last:
            "{\"terminated\":{\"exitCode\":137,\"reason\":\"OOMKilled\",\"finishedAt\":\"2026-11-21T02:59:20Z\"}}",
          restarts: 17)),
      status: "CrashLoopBackOff", .bad,
      "container app: OOMKilled (exit 137) 40s ago, limit 256Mi; restarting, 17 times so far (back-off 40s)")
  }

  @Test func aTerminationMessageIsPartOfTheReasonWithoutItsControlCharacters() {
    check(
      pod(
        status: container(
          "{\"terminated\":{\"exitCode\":1,\"reason\":\"Error\",\"message\":\"panic: \\u001b[31mno db\\n\\u0007goodbye\",\"finishedAt\":\"2026-11-21T02:59:20Z\"}}"
        )),
      status: "Error", .bad, "container app: exit 1 40s ago: panic: [31mno db goodbye; it is restarted")
  }

  @Test func waitingReasonsTellTheirMessage() {
    check(
      pod(
        status: container(
          "{\"waiting\":{\"reason\":\"PostStartHookError\",\"message\":\"command '/bin/warm' exited with 3\"}}",
          restarts: 2)),
      status: "PostStartHookError", .bad,
      "container app: its postStart hook failed: command '/bin/warm' exited with 3; restarting, 2 times so far"
    )
    check(
      pod(
        status: container(
          "{\"waiting\":{\"reason\":\"ImagePullBackOff\",\"message\":\"Back-off pulling image \\\"shop/app:1\\\"\"}}"
        )),
      status: "ImagePullBackOff", .bad,
      "container app: cannot pull shop/app:1; its events tell why; it keeps trying")
    check(
      pod(
        status: container(
          "{\"waiting\":{\"reason\":\"ErrImagePull\",\"message\":\"rpc error: code = Unknown desc = failed to pull and unpack image \\\"shop/app:1\\\": failed to resolve reference \\\"shop/app:1\\\": pull access denied, repository does not exist or may require authorization\"}}"
        )),
      status: "ErrImagePull", .bad,
      "container app: cannot pull shop/app:1: pull access denied, repository does not exist or may require authorization; it keeps trying"
    )
    check(
      pod(status: container("{\"waiting\":{\"reason\":\"SomethingNew\",\"message\":\"from tomorrow\"}}")),
      status: "SomethingNew", .bad, "container app: SomethingNew: from tomorrow")
  }

  private let initSpec = """
    "initContainers":[{"name":"a","image":"x"},{"name":"b","image":"x"},\
    {"name":"mesh","image":"x","restartPolicy":"Always"}],"containers":[{"name":"app","image":"y"}]
    """

  private func initStatus(_ second: String, restarts: Int = 0) -> String {
    """
    "initContainerStatuses":[\
    {"name":"a","ready":true,"restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed"}},"lastState":{}},\
    {"name":"b","ready":false,"restartCount":\(restarts),"state":\(second),"lastState":{}}],\
    "containerStatuses":[{"name":"app","ready":false,"restartCount":0,"state":{"waiting":{"reason":"PodInitializing"}},"lastState":{}}]
    """
  }

  @Test func initContainersShowHowFarTheyAre() {
    check(
      pod(spec: initSpec, status: initStatus("{\"running\":{\"startedAt\":\"2026-11-21T02:59:00Z\"}}")),
      ready: "0/2", status: "Init:1/3", .starting, "init container b is at work, started 60s ago")
    check(
      pod(spec: initSpec, status: initStatus("{\"waiting\":{\"reason\":\"CrashLoopBackOff\"}}", restarts: 3)),
      ready: "0/2", status: "Init:CrashLoopBackOff", .bad,
      "init container b: it keeps ending; restarting, 3 times so far")
    check(
      pod(spec: initSpec, status: initStatus("{\"terminated\":{\"exitCode\":1}}", restarts: 2)),
      ready: "0/2", status: "Init:ExitCode:1", .bad, "init container b: exit 1; restarting, 2 times so far")
    check(
      pod(spec: initSpec, status: initStatus("{\"terminated\":{\"exitCode\":137,\"signal\":9}}")),
      ready: "0/2", status: "Init:Signal:9", .bad, "init container b: killed by SIGKILL; it is restarted")
    check(
      pod(spec: initSpec, status: initStatus("{\"waiting\":{\"reason\":\"PodInitializing\"}}")),
      ready: "0/2", status: "Init:1/3", .starting,
      "its containers are being created, given to node-1")
  }

  @Test func sidecarsCountAsContainers() {
    let done =
      "{\"name\":\"a\",\"ready\":true,\"restartCount\":4,\"state\":{\"terminated\":{\"exitCode\":0}},\"lastState\":{}}"
    func status(sidecarReady: Bool) -> String {
      """
      "conditions":[{"type":"Initialized","status":"True"},{"type":"Ready","status":"\(sidecarReady ? "True" : "False")"},
      {"type":"ContainersReady","status":"\(sidecarReady ? "True" : "False")","reason":"ContainersNotReady"}],
      "initContainerStatuses":[\(done),\(done.replacing("\"a\"", with: "\"b\"")),
      {"name":"mesh","ready":\(sidecarReady),"started":true,"restartCount":1,
      "state":{"running":{"startedAt":"2026-11-21T02:59:00Z"}},"lastState":{}}],
      \(container("{\"running\":{\"startedAt\":\"2026-11-21T02:59:30Z\"}}", ready: true, restarts: 2))
      """
    }
    let well = pod(spec: initSpec, status: status(sidecarReady: true))
    check(well, ready: "2/2", status: "Running", .good, "")
    // Restarts of init containers that are through do not count; the sidecar's do.
    #expect(well.cell(2) == "3")
    check(
      pod(spec: initSpec, status: status(sidecarReady: false)), ready: "1/2", status: "Running", .pending,
      "container mesh: has not passed its readiness check since it started 60s ago")
  }

  @Test func aPodWithOneContainerDoneAndOneRunningIsNotReadyUnlessItSaysSo() {
    func status(_ ready: String) -> String {
      """
      "conditions":[{"type":"Ready","status":"\(ready)","reason":"ContainersNotReady"}],
      "containerStatuses":[
      {"name":"app","ready":false,"restartCount":0,"state":{"terminated":{"exitCode":0,"reason":"Completed"}},"lastState":{}},
      {"name":"two","ready":true,"restartCount":0,"state":{"running":{}},"lastState":{}}]
      """
    }
    let spec = "\"containers\":[{\"name\":\"app\"},{\"name\":\"two\"}]"
    check(
      pod(spec: spec, status: status("False")), ready: "1/2", status: "NotReady", .pending,
      "container app: ended with exit 0; it is restarted")
    let done = pod(spec: spec, status: status("True"))
    #expect(done.cell(1) == "Running")
  }

  @Test func lostReadinessIsWorseThanReadinessNotReachedYet() {
    let running = container("{\"running\":{\"startedAt\":\"2026-11-21T02:00:00Z\"}}")
    let spec =
      "\"containers\":[{\"name\":\"app\",\"readinessProbe\":{\"exec\":{\"command\":[\"pg_isready\",\"-q\"]}}}]"
    let lost =
      "\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\",\"reason\":\"ContainersNotReady\"},{\"type\":\"ContainersReady\",\"status\":\"False\",\"lastTransitionTime\":\"2026-11-21T02:57:00Z\"}],"
    check(
      pod(spec: spec, status: lost + running), status: "Running", .bad,
      "container app: does not pass its readiness probe (pg_isready -q) any more, not ready for 3m")
    check(
      pod(spec: spec, status: running), status: "Running", .pending,
      "container app: has not passed its readiness probe (pg_isready -q) since it started 60m ago")
    check(
      pod(
        spec: "\"containers\":[{\"name\":\"app\",\"startupProbe\":{\"tcpSocket\":{\"port\":\"db\"}}}]",
        status: running),
      status: "Running", .starting,
      "container app: has not passed its startup probe (TCP :db) since it started 60m ago")
  }

  @Test func readinessGatesAreNamed() {
    check(
      pod(
        spec:
          "\"containers\":[{\"name\":\"app\"}],\"readinessGates\":[{\"conditionType\":\"lb/a\"},{\"conditionType\":\"lb/b\"}]",
        status:
          "\"conditions\":[{\"type\":\"lb/a\",\"status\":\"True\"},{\"type\":\"Ready\",\"status\":\"False\",\"reason\":\"ReadinessGatesNotReady\"}],"
          + container("{\"running\":{}}", ready: true)),
      ready: "1/1", status: "Running", .pending, "its containers are ready, but not the readiness gate lb/b")
  }

  @Test func aDeletedPodTellsHowLongItHasToEnd() {
    let deleted = ",\"deletionTimestamp\":\"2026-11-21T03:00:20Z\",\"deletionGracePeriodSeconds\":30"
    check(
      pod(metadata: deleted, status: container("{\"running\":{}}", ready: true)), ready: "1/1",
      status: "Terminating", .ending, "deleted 10s ago with 30s to end by itself")
    check(
      pod(metadata: deleted, status: "\"reason\":\"NodeLost\"," + container("{\"running\":{}}", ready: true)),
      ready: "1/1", status: "Unknown", .ending, "deleted 10s ago; node node-1 does not answer")
  }

  @Test func aPodWithoutAStatusWaitsForTheScheduler() {
    let row = KindsFixtures.rows(
      .pods,
      object: "{\"metadata\":{\"name\":\"p\",\"uid\":\"u\"},\"spec\":{\"containers\":[{\"name\":\"app\"}]}}")[
        0]
    check(row, status: "Unknown", .starting, "waits for the scheduler")
  }

  @Test func severalContainersInTroubleAreCounted() {
    check(
      pod(
        spec: "\"containers\":[{\"name\":\"app\"},{\"name\":\"two\"}]",
        status: """
          "containerStatuses":[
          {"name":"app","ready":false,"restartCount":0,"state":{"waiting":{"reason":"CreateContainerError","message":"no space"}},"lastState":{}},
          {"name":"two","ready":false,"restartCount":1,"state":{"terminated":{"exitCode":2,"reason":"Error"}},"lastState":{}}]
          """), ready: "0/2", status: "CreateContainerError", .bad,
      "container app: cannot be created: no space; 1 more of its containers not well")
  }
}
