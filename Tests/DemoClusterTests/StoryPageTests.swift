import Document
import TestSupport
import Testing

@testable import DemoCluster

/// What kubectl describes of each story's failing pod, next to what it described of such a pod on a real
/// cluster: the same states and conditions, the same rows of events from the same components.
@Suite(.aside) struct StoryPageTests {
  struct Page: Sendable, CustomTestStringConvertible {
    let story: String
    /// The failing pods: a namespace and an app.
    let namespace, app: String
    var seconds = 180.0
    /// Lines of the pod and its container, blanks made one.
    let lines: [String]
    /// Rows of events: type, reason, from.
    let events: [String]

    var testDescription: String { story }
  }

  private static let unready = [
    "PodReadyToStartContainers True", "Initialized True", "Ready False", "ContainersReady False",
    "PodScheduled True",
  ]
  private static let restarting = [
    "Status: Running", "State: Waiting", "Reason: CrashLoopBackOff", "Ready: False",
  ]
  private static let started = [
    "Normal Scheduled default-scheduler", "Normal Pulled kubelet", "Normal Created kubelet",
    "Normal Started kubelet",
  ]

  static let pages = [
    Page(
      story: "bad-image", namespace: "market", app: "storefront",
      lines: unready + ["Status: Pending", "State: Waiting", "Reason: ImagePullBackOff", "Restart Count: 0"],
      events: [
        "Normal Scheduled default-scheduler", "Normal Pulling kubelet", "Warning Failed kubelet",
        "Normal BackOff kubelet",
      ]),
    Page(
      story: "crash-loop", namespace: "market", app: "reviews",
      lines: unready + restarting + ["Last State: Terminated", "Reason: Error", "Exit Code: 78"],
      events: started + ["Warning BackOff kubelet"]),
    Page(
      story: "oom-after-release", namespace: "market", app: "basket", seconds: 240,
      lines: unready + restarting + ["Last State: Terminated", "Reason: OOMKilled", "Exit Code: 137"],
      events: started + ["Warning BackOff kubelet"]),
    Page(
      story: "slow-probe", namespace: "market", app: "catalogue", seconds: 300,
      lines: unready + ["Status: Running", "State: Running", "Ready: False", "Restart Count: 0"],
      events: started + ["Warning Unhealthy kubelet"]),
    Page(
      story: "liveness-kill", namespace: "fulfil", app: "shipping-rates", seconds: 400,
      lines: ["Status: Running", "Last State: Terminated", "Reason: Error", "Exit Code: 137"],
      events: started + [
        "Warning Unhealthy kubelet", "Normal Killing kubelet", "Warning BackOff kubelet",
      ]),
    Page(
      story: "failing-hook", namespace: "fulfil", app: "returns",
      lines: unready + restarting + ["Last State: Terminated"],
      events: started + [
        "Normal Killing kubelet", "Warning FailedPostStartHook kubelet", "Warning BackOff kubelet",
      ]),
    Page(
      story: "init-blocked", namespace: "market", app: "pricing", seconds: 40,
      lines: [
        "Status: Pending", "State: Running", "State: Waiting", "Reason: PodInitializing",
        "PodReadyToStartContainers True", "Initialized False", "Ready False", "PodScheduled True",
      ], events: started),
    Page(
      story: "bad-config", namespace: "market", app: "search-api",
      lines: unready + restarting + ["Last State: Terminated", "Reason: Error", "Exit Code: 1"],
      events: started + ["Warning BackOff kubelet"]),
    Page(
      story: "missing-secret", namespace: "fulfil", app: "returns", seconds: 60,
      lines: [
        "Status: Pending", "State: Waiting", "Reason: ContainerCreating", "PodReadyToStartContainers False",
        "Initialized True", "Ready False", "ContainersReady False", "PodScheduled True",
      ], events: ["Normal Scheduled default-scheduler", "Warning FailedMount kubelet"]),
    Page(
      story: "missing-config", namespace: "market", app: "courier-widget", seconds: 60,
      lines: unready + ["Status: Pending", "State: Waiting", "Reason: CreateContainerConfigError"],
      events: ["Normal Scheduled default-scheduler", "Normal Pulled kubelet", "Warning Failed kubelet"]),
    Page(
      story: "too-big", namespace: "fulfil", app: "packing-planner", seconds: 30,
      lines: ["Status: Pending", "IPs: <none>", "PodScheduled False"],
      events: ["Warning FailedScheduling default-scheduler"]),
    Page(
      story: "tainted", namespace: "market", app: "basket", seconds: 30,
      lines: ["Status: Pending", "IPs: <none>", "PodScheduled False"],
      events: ["Warning FailedScheduling default-scheduler"]),
    Page(
      story: "volume-pending", namespace: "platform", app: "ledger", seconds: 30,
      lines: ["Status: Pending", "PodScheduled False"],
      events: ["Warning FailedScheduling default-scheduler"]),
    Page(
      story: "dns-outage", namespace: "kube-system", app: "coredns",
      lines: unready + restarting + ["Last State: Terminated", "Reason: Error", "Exit Code: 1"],
      events: started + ["Warning BackOff kubelet"]),
    Page(
      story: "memory-pressure", namespace: "market", app: "basket", seconds: 60,
      lines: [
        "Status: Failed", "Reason: Evicted", "State: Terminated", "Reason: Error", "Exit Code: 137",
        "PodReadyToStartContainers False", "Initialized True", "Ready False", "DisruptionTarget True",
      ], events: ["Warning Evicted kubelet"]),
  ]

  @Test(arguments: pages) func itReadsAsOnARealCluster(_ page: Page) throws {
    let demo = try Demo { $0.stories = [page.story] }
    demo.server.advance(seconds: page.seconds)
    let cluster = KubectlCluster(demo)
    var text = try StoryPageTests.worst(page, cluster)
    // A container that fails again and again runs now and then.
    for _ in 0..<30 where !page.lines.allSatisfy(text.contains) {
      demo.server.advance(seconds: 5)
      text = try StoryPageTests.worst(page, cluster)
    }
    for line in page.lines { #expect(text.contains(line), "\(line) is missing in:\n\(text)") }
    for event in page.events { #expect(Self.has(event, text), "\(event) is missing in:\n\(text)") }
  }

  /// The page of the pod that fails; the others are well.
  private static func worst(_ page: Page, _ cluster: KubectlCluster) throws -> [String] {
    func score(_ text: [String]) -> Int {
      page.lines.filter(text.contains).count + page.events.filter { has($0, text) }.count
    }
    let pods = try cluster.run("describe pods -n \(page.namespace) -l app=\(page.app)")
    return try #require(pods.split(separator: "\n\n\n").map(words).max { score($0) < score($1) })
  }

  /// Lines with single blanks between words.
  private static func words(_ text: Substring) -> [String] {
    text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
  }

  private static func has(_ event: String, _ lines: [String]) -> Bool {
    let words = event.split(separator: " ")
    return lines.contains { line in
      line.hasPrefix("\(words[0]) \(words[1]) ") && line.contains(" \(words[2]) ")
    }
  }
}
