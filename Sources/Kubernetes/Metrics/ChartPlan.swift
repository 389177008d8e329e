import Cluster
import Document

/// One chart to be drawn: what is asked for, and what the answer is measured by.
struct ChartPlan: Sendable, Hashable {
  struct Part: Sendable, Hashable {
    /// In PromQL.
    var expression: String
    /// The labels that tell its lines apart; none names the line by `name`.
    var labels: [String] = []
    var name = ""
  }

  var title: String
  var unit: Chart.Unit
  var parts: [Part]
  var marks: [Chart.Mark] = []
  /// What an empty chart says.
  var whenEmpty = "no reading yet"

  init(
    _ title: String, _ unit: Chart.Unit, _ parts: [Part], marks: [Chart.Mark] = [],
    whenEmpty: String = "no reading yet"
  ) {
    self.title = title
    self.unit = unit
    self.parts = parts
    self.marks = marks
    self.whenEmpty = whenEmpty
  }
}

/// The expressions behind the charts of Kubernetes' objects. They hold for what is scraped here and for a Prometheus that
/// scrapes kubelets: `max` takes out what is told twice, by /metrics/resource and /metrics/cadvisor.
struct ChartExpressions: Sendable {
  private let function: String
  private let window: String

  /// Over what is scraped here: from one reading to the next, so that the first readings do not look like a rise.
  init() { (function, window) = ("irate", "1m") }

  /// For a Prometheus, whose interval is not known: nothing between two steps is left out.
  init(prometheusStepSeconds: Int64) {
    (function, window) = ("rate", "\(max(300, prometheusStepSeconds))s")
  }

  private func rate(_ name: String, _ matchers: String = "") -> String {
    "\(function)(\(name)\(matchers.isEmpty ? "" : "{\(matchers)}")[\(window)])"
  }

  static func quoted(_ text: String) -> String {
    "\"" + text.flatMap { $0 == "\\" || $0 == "\"" ? ["\\", $0] : $0 == "\n" ? ["\\", "n"] : [$0] } + "\""
  }

  // MARK: Pods

  /// - Parameters:
  ///   - pods: matchers that choose them: `namespace="shop",pod="web-1"`.
  ///   - label: what tells the lines apart: "container", or "pod".
  func containers(_ pods: String, by label: String) -> (cpu: String, memory: String) {
    let own = "\(pods),container!=\"\",container!=\"POD\""
    let keys = label == "container" ? "container" : "pod, container"
    let cpu = "max by (\(keys)) (\(rate("container_cpu_usage_seconds_total", own)))"
    let memory = "max by (\(keys)) (container_memory_working_set_bytes{\(own)})"
    return label == "container" ? (cpu, memory) : ("sum by (pod) (\(cpu))", "sum by (pod) (\(memory))")
  }

  func pod(_ namespace: String, _ name: String, _ amounts: PodLimits) -> [ChartPlan] {
    let place = "namespace=\(Self.quoted(namespace)),pod=\(Self.quoted(name))"
    let own = "\(place),container!=\"\",container!=\"POD\""
    let use = containers(place, by: "container")
    func throttled(_ periods: String) -> String {
      "max by (container) (\(rate("container_cpu_cfs_\(periods)_total", own)))"
    }
    func traffic(_ direction: String) -> String {
      "sum(max by (interface) (\(rate("container_network_\(direction)_bytes_total", place))))"
    }
    func disk(_ what: String) -> String {
      "sum(max by (container, device) (\(rate("container_fs_\(what)_bytes_total", own))))"
    }
    return [
      ChartPlan("CPU", .cores, [.init(expression: use.cpu, labels: ["container"])], marks: amounts.cpu),
      ChartPlan(
        "Memory", .bytes, [.init(expression: use.memory, labels: ["container"])], marks: amounts.memory),
      ChartPlan(
        "CPU throttled, share of periods", .share,
        [
          .init(
            expression: "\(throttled("throttled_periods")) / \(throttled("periods"))", labels: ["container"])
        ], whenEmpty: amounts.hasCPULimit ? "no reading yet" : "no container has a CPU limit"),
      ChartPlan(
        "Network", .bytesPerSecond,
        [
          .init(expression: traffic("receive"), name: "received"),
          .init(expression: traffic("transmit"), name: "sent"),
        ], whenEmpty: amounts.usesHostNetwork ? "it uses its node's network" : "no reading yet"),
      ChartPlan(
        "Disk", .bytesPerSecond,
        [.init(expression: disk("reads"), name: "read"), .init(expression: disk("writes"), name: "written")],
        whenEmpty: "the kubelet tells nothing of it"),
    ]
  }

  /// Of the pods of a workload, which are chosen by name.
  func workload(_ namespace: String, pods: [String], _ amounts: PodLimits) -> [ChartPlan] {
    guard !pods.isEmpty else {
      return [ChartPlan("CPU", .cores, [], whenEmpty: "it has no pods")]
    }
    // Names of pods are letters, digits, dashes and dots.
    let names = pods.sorted().joined(separator: "|")
    let place = "namespace=\(Self.quoted(namespace)),pod=~\(Self.quoted(names))"
    let use = containers(place, by: "pod")
    func traffic(_ direction: String) -> String {
      "sum(max by (pod, interface) (\(rate("container_network_\(direction)_bytes_total", place))))"
    }
    let own = "\(place),container!=\"\""
    func throttled(_ periods: String) -> String {
      "sum by (pod) (max by (pod, container) (\(rate("container_cpu_cfs_\(periods)_total", own))))"
    }
    return [
      ChartPlan("CPU per pod", .cores, [.init(expression: use.cpu, labels: ["pod"])], marks: amounts.cpu),
      ChartPlan(
        "Memory per pod", .bytes, [.init(expression: use.memory, labels: ["pod"])], marks: amounts.memory),
      ChartPlan("CPU, all pods", .cores, [.init(expression: "sum(\(use.cpu))", name: "all pods")]),
      ChartPlan("Memory, all pods", .bytes, [.init(expression: "sum(\(use.memory))", name: "all pods")]),
      ChartPlan(
        "CPU throttled, share of periods", .share,
        [.init(expression: "\(throttled("throttled_periods")) / \(throttled("periods"))", labels: ["pod"])],
        whenEmpty: amounts.hasCPULimit ? "no reading yet" : "no container has a CPU limit"),
      ChartPlan(
        "Network, all pods", .bytesPerSecond,
        [
          .init(expression: traffic("receive"), name: "received"),
          .init(expression: traffic("transmit"), name: "sent"),
        ]),
    ]
  }

  // MARK: Nodes and the cluster

  func node(_ name: String, cpu: Double?, memory: Double?) -> [ChartPlan] {
    let place = "node=\(Self.quoted(name))"
    let use = perPod(place)
    func traffic(_ direction: String) -> String {
      let uplinks =
        "interface!~\"lo|veth.*|cni.*|cali.*|flannel.*|docker.*|cilium.*|lxc.*|vxlan.*|tunl.*|br-.*\""
      return rate("container_network_\(direction)_bytes_total", "\(place),id=\"/\",\(uplinks)")
    }
    return [
      ChartPlan(
        "CPU", .cores,
        [.init(expression: "max(\(rate("node_cpu_usage_seconds_total", place)))", name: "node")],
        marks: cpu.map { [Chart.Mark("allocatable", $0)] } ?? []),
      ChartPlan(
        "Memory", .bytes,
        [.init(expression: "max(node_memory_working_set_bytes{\(place)})", name: "node")],
        marks: memory.map { [Chart.Mark("allocatable", $0)] } ?? []),
      ChartPlan(
        "CPU of its pods", .cores, [.init(expression: use.cpu, labels: ["namespace", "pod"])]),
      ChartPlan(
        "Memory of its pods", .bytes, [.init(expression: use.memory, labels: ["namespace", "pod"])]),
      ChartPlan(
        "Network", .bytesPerSecond,
        [
          .init(expression: "sum(max by (interface) (\(traffic("receive"))))", name: "received"),
          .init(expression: "sum(max by (interface) (\(traffic("transmit"))))", name: "sent"),
        ], whenEmpty: "the kubelet tells nothing of it"),
    ]
  }

  private func perPod(_ place: String) -> (cpu: String, memory: String) {
    let own = "\(place),container!=\"\",container!=\"POD\""
    let keys = "namespace, pod, container"
    return (
      "sum by (namespace, pod) (max by (\(keys)) (\(rate("container_cpu_usage_seconds_total", own))))",
      "sum by (namespace, pod) (max by (\(keys)) (container_memory_working_set_bytes{\(own)}))"
    )
  }

  func cluster(cpu: Double?, memory: Double?) -> [ChartPlan] {
    let keys = "namespace, pod, container"
    let own = "container!=\"\",container!=\"POD\""
    let cpuOfPods = "max by (\(keys)) (\(rate("container_cpu_usage_seconds_total", own)))"
    let memoryOfPods = "max by (\(keys)) (container_memory_working_set_bytes{\(own)})"
    let perNode = "max by (node) (\(rate("node_cpu_usage_seconds_total")))"
    let memoryPerNode = "max by (node) (node_memory_working_set_bytes)"
    return [
      ChartPlan(
        "CPU", .cores, [.init(expression: "sum(\(perNode))", name: "all nodes")],
        marks: cpu.map { [Chart.Mark("allocatable", $0)] } ?? []),
      ChartPlan(
        "Memory", .bytes, [.init(expression: "sum(\(memoryPerNode))", name: "all nodes")],
        marks: memory.map { [Chart.Mark("allocatable", $0)] } ?? []),
      ChartPlan(
        "CPU by namespace", .cores,
        [.init(expression: "sum by (namespace) (\(cpuOfPods))", labels: ["namespace"])]),
      ChartPlan(
        "Memory by namespace", .bytes,
        [.init(expression: "sum by (namespace) (\(memoryOfPods))", labels: ["namespace"])]),
      ChartPlan("CPU by node", .cores, [.init(expression: perNode, labels: ["node"])]),
      ChartPlan("Memory by node", .bytes, [.init(expression: memoryPerNode, labels: ["node"])]),
    ]
  }
}

/// What a pod's containers asked for and may use, as marks in its charts.
struct PodLimits: Sendable {
  var cpu: [Chart.Mark] = []
  var memory: [Chart.Mark] = []
  var hasCPULimit = false
  var usesHostNetwork = false

  /// - Parameter pod: a pod or a template: what has a `spec`.
  init(_ pod: JSON, perContainer: Bool) {
    let spec = pod["spec"]
    usesHostNetwork = spec["hostNetwork"].bool ?? false
    let sidecars = spec["initContainers"].array.filter { $0["restartPolicy"].string == "Always" }
    let containers = spec["containers"].array + sidecars
    hasCPULimit = containers.contains { !$0["resources"]["limits"]["cpu"].isNull }
    if perContainer, containers.count > 1 {
      // A line for each side of each of many would bury the readings.
      guard containers.count <= 3 else { return }
      for container in containers {
        add(container["resources"], ["limits"], label: { _ in "\(container["name"].words) limit" })
      }
    } else {
      let total = PodResources(pod: pod)
      for (side, label) in [(PodResources.Side.requests, "request"), (.limits, "limit")] {
        let amounts = total.total(side)
        // Without a limit of one container the pod has none.
        func isWhole(_ name: String) -> Bool {
          side == .requests || containers.allSatisfy { !$0["resources"]["limits"][name].isNull }
        }
        if isWhole("cpu"), let amount = amounts["cpu"] { cpu.append(Chart.Mark(label, amount.double)) }
        if isWhole("memory"), let amount = amounts["memory"] {
          memory.append(Chart.Mark(label, amount.double))
        }
      }
    }
  }

  private mutating func add(_ resources: JSON, _ sides: [String], label: (String) -> String) {
    for side in sides {
      if let amount = resources[side]["cpu"].quantity { cpu.append(Chart.Mark(label(side), amount.double)) }
      if let amount = resources[side]["memory"].quantity {
        memory.append(Chart.Mark(label(side), amount.double))
      }
    }
  }
}
