import Cluster
import Document

extension BuiltIn {
  static let horizontalPodAutoscalers = BuiltIn(
    Kind(
      id: "autoscaling/v2/horizontalpodautoscalers", name: "HorizontalPodAutoscaler", short: ["hpa"],
      role: .workload, abilities: .document, children: .reference),
    [
      .computed("REFERENCE", "spec.scaleTargetRef") { fields in
        "\(fields[0]?["kind"].line ?? "")/\(fields[0]?["name"].line ?? "")"
      }.priority(6),
      .computed("TARGETS", "spec.metrics", "status.currentMetrics") { fields in
        HPAMetric.text(wanted: fields[0].elements, current: fields[1].elements)
      }.priority(8),
      .number("MINPODS", "spec.minReplicas", or: "<unset>").priority(5),
      .number("MAXPODS", "spec.maxReplicas").priority(6),
      .number("REPLICAS", "status.currentReplicas").priority(7),
      .computed(
        "DECISION", "status.conditions", "status.currentReplicas", "status.desiredReplicas",
        "spec.minReplicas",
        "spec.maxReplicas"
      ) { fields in
        decision(
          StatusConditions(fields[0]), current: fields[1].count, desired: fields[2].count,
          least: fields[3]?.int ?? 1, most: fields[4].count)
      }.priority(7),
      .moment("LAST SCALE", "status.lastScaleTime").priority(3),
    ],
    drill: Drill("spec.scaleTargetRef", "metadata.namespace") { fields in
      guard let target = fields[0] else { return "" }
      let kind = Kinds.id(apiVersion: target["apiVersion"].line, name: target["kind"].line)
      return "\(kind) \(fields[1].line) \(target["name"].line)"
    },
    health: .reading("status.conditions", "status.currentReplicas", "spec.maxReplicas") { fields in
      let conditions = StatusConditions(fields[0])
      if let broken = conditions.failing("AbleToScale") ?? conditions.failing("ScalingActive") {
        let isOff = broken.reason == "ScalingDisabled"
        return Health(isOff ? .done : .bad, "not scaling\(broken.lasting): \(broken.text)")
      }
      if let limited = conditions.holding("ScalingLimited") {
        let isAtTop = limited.reason == "TooManyReplicas"
        return Health(isAtTop ? .pending : .good, "limited\(limited.lasting): \(limited.text)")
      }
      return .good
    })

  /// What it does, in a few words: "2 -> 4", "holds 3", "at its maximum of 10".
  ///
  /// Source: pkg/controller/podautoscaler, reasons of the conditions.
  private static func decision(
    _ conditions: StatusConditions, current: Int, desired: Int, least: Int, most: Int
  ) -> String {
    if let broken = conditions.failing("AbleToScale") ?? conditions.failing("ScalingActive") {
      return broken.reason == "ScalingDisabled" ? "off: scaled to 0" : "none: \(broken.reason)"
    }
    if current != desired { return "\(current) -> \(desired)" }
    switch (conditions.holding("ScalingLimited")?.reason, conditions["AbleToScale"]?.reason) {
    case ("TooManyReplicas", _): return "at its maximum of \(most)"
    case ("TooFewReplicas", _): return "at its minimum of \(least)"
    case ("ScaleUpLimit", _): return "holds \(current): may not grow faster"
    case ("ScaleDownLimit", _): return "holds \(current): may not shrink faster"
    case (_, "ScaleDownStabilized"): return "holds \(current): waits before it shrinks"
    case (_, "ScaleUpStabilized"): return "holds \(current): waits before it grows"
    default: return conditions.all.isEmpty ? "" : "holds \(current)"
    }
  }
}

/// One metric of an autoscaler: where it is and where it should be.
private struct HPAMetric {
  let wanted: JSONSlice
  let current: JSONSlice?

  /// The first two metrics, and how many more there are, as kubectl prints them.
  static func text(wanted: [JSONSlice], current: [JSONSlice]) -> String {
    if wanted.isEmpty { return "<none>" }
    let texts = wanted.prefix(2).indices.map { index in
      HPAMetric(wanted: wanted[index], current: index < current.count ? current[index] : nil).text
    }
    return texts.joined(separator: ", ") + (wanted.count > 2 ? " + \(wanted.count - 2) more..." : "")
  }

  private var text: String {
    switch wanted["type"].line {
    case "External": total("external")
    case "Object": total("object")
    case "Pods": value("pods", "averageValue")
    case "Resource": resource("resource")
    case "ContainerResource": resource("containerResource")
    default: "<unknown type>"
    }
  }

  private func total(_ source: StaticString) -> String {
    wanted[source]?["target"]?["averageValue"] == nil
      ? value(source, "value") : value(source, "averageValue") + " (avg)"
  }

  private func value(_ source: StaticString, _ form: StaticString, unit: String = "") -> String {
    let now = current?[source]?["current"]?[form]
    let goal = wanted[source]?["target"]?[form]
    return "\(now.map { $0.plainText + unit } ?? "<unknown>")/\(goal.map { $0.plainText + unit } ?? "<auto>")"
  }

  private func resource(_ source: StaticString) -> String {
    let name = wanted[source]?["name"].line ?? ""
    if wanted[source]?["target"]?["averageValue"] != nil {
      return "\(name): \(value(source, "averageValue"))"
    }
    return "\(name): \(value(source, "averageUtilization", unit: "%"))"
  }
}
