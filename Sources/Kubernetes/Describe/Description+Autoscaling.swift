import Cluster
import Document

extension Description {
  static let autoscaler = Description(write: AutoscalerDescription.write)
  static let disruptionBudget = Description { budget, page in
    let spec = budget.spec
    let status = budget.status
    page.name(budget)
    if !spec["minAvailable"].isNull {
      page.field("Min available", spec["minAvailable"])
    } else if !spec["maxUnavailable"].isNull {
      page.field("Max unavailable", spec["maxUnavailable"])
    }
    page.field("Selector", spec["selector"].isNull ? .unset : SelectorText.marked(spec["selector"]))
    page.heading("Status")
    page.nested(2) { page in
      let allowed = status["disruptionsAllowed"].count
      page.field("Allowed disruptions", Marked(String(allowed), allowed == 0 ? .warning : .number))
      page.field("Current", .number(status["currentHealthy"].count))
      page.field("Desired", .number(status["desiredHealthy"].count))
      page.field("Total", .number(status["expectedPods"].count))
    }
  }
}

/// A HorizontalPodAutoscaler of autoscaling/v2, or of v1 where the server has no other.
enum AutoscalerDescription {
  static func write(_ scaler: Subject, to page: inout PageWriter) {
    let spec = scaler.spec
    let status = scaler.status
    page.name(scaler)
    page.labelsAndAnnotations(scaler.metadata)
    page.field("CreationTimestamp", scaler.clock.date(scaler.metadata["creationTimestamp"]))
    page.field("Reference", scaler.link(to: spec["scaleTargetRef"]))
    if scaler.kind.version == "v1" {
      writeOldTarget(scaler, to: &page)
    } else {
      writeMetrics(scaler, to: &page)
    }
    page.field("Min replicas", spec["minReplicas"].marked.or(.unset))
    page.field("Max replicas", .number(spec["maxReplicas"].count))
    if !spec["behavior"].isNull {
      page.section("Behavior") { page in
        writeRules("Scale Up", spec["behavior"]["scaleUp"], to: &page)
        writeRules("Scale Down", spec["behavior"]["scaleDown"], to: &page)
      }
    }
    page.field(
      "\(spec["scaleTargetRef"]["kind"].words) pods",
      "\(status["currentReplicas"].count) current / \(status["desiredReplicas"].count) desired")
    writeConditions(status, to: &page)
  }

  private static func writeOldTarget(_ scaler: Subject, to page: inout PageWriter) {
    guard let target = scaler.spec["targetCPUUtilizationPercentage"].int else { return }
    page.field("Target CPU utilization", "\(target)%")
    let current = scaler.status["currentCPUUtilizationPercentage"].marked.or(.unknown)
    page.field("Current CPU utilization", "\(current)%")
  }

  private static func writeMetrics(_ scaler: Subject, to page: inout PageWriter) {
    page.row([Marked("Metrics:", .heading), "( current / target )"])
    page.nested { page in
      for (index, metric) in scaler.spec["metrics"].array.enumerated() {
        let reading = MetricReading(metric: metric, status: scaler.status["currentMetrics"][index])
        page.row(reading.cells)
      }
    }
  }

  private static func writeRules(_ title: String, _ rules: JSON, to page: inout PageWriter) {
    if rules.isNull { return }
    page.section(title) { page in
      if let seconds = rules["stabilizationWindowSeconds"].int {
        page.line("\(Marked("Stabilization Window:", .key)) \(seconds) seconds")
      }
      let policies = rules["policies"].array
      if policies.isEmpty { return }
      page.line("\(Marked("Select Policy:", .key)) \(rules["selectPolicy"].marked.or("Max"))")
      page.section("Policies") { page in
        for policy in policies {
          page.row([
            "- Type: \(policy["type"])", "Value: \(policy["value"].count)",
            "Period: \(policy["periodSeconds"].count) seconds",
          ])
        }
      }
    }
  }

  private static func writeConditions(_ status: JSON, to page: inout PageWriter) {
    let conditions = status["conditions"].array.map(ConditionLine.init)
    if conditions.isEmpty { return }
    page.section("Conditions") { page in
      page.underlinedTitles(["Type", "Status", "Reason", "Message"])
      for condition in conditions {
        page.row([
          Marked(condition.type), condition.marked(), Marked(condition.reason), Marked(condition.message),
        ])
      }
    }
  }
}

/// One metric an autoscaler looks at: what it reads now and what it should be.
private struct MetricReading {
  let metric: JSON
  let status: JSON

  var cells: [Marked] {
    switch metric["type"].string {
    case "External": quantity("external", title: "\(name("external"))")
    case "Pods":
      [
        Marked("\(name("pods")) on pods:", .key),
        "\(current("pods", "averageValue")) / \(target("pods", "averageValue"))",
      ]
    case "Object":
      quantity(
        "object",
        title: "\(name("object")) on \(metric["object"]["describedObject"]["kind"].words)/"
          + metric["object"]["describedObject"]["name"].words)
    case "Resource":
      resource("resource", title: "resource \(metric["resource"]["name"].words) on pods")
    case "ContainerResource":
      resource(
        "containerResource",
        title: "resource \(metric["containerResource"]["name"].words) of container "
          + "\"\(metric["containerResource"]["container"].words)\" on pods")
    default: [Marked("<unknown metric type \"\(metric["type"].words)\">", .warning)]
    }
  }

  private func name(_ source: String) -> String { "\"\(metric[source]["metric"]["name"].words)\"" }
  private func target(_ source: String, _ member: String) -> JSON { metric[source]["target"][member] }
  private func current(_ source: String, _ member: String) -> Marked {
    status[source]["current"][member].marked.or(.unknown)
  }

  private func quantity(_ source: String, title: String) -> [Marked] {
    let isAverage =
      source == "object"
      ? target(source, "type").string == "AverageValue" : !target(source, "averageValue").isNull
    let member = isAverage ? "averageValue" : "value"
    return [
      Marked("\(title) (target \(isAverage ? "average value" : "value")):", .key),
      "\(current(source, member)) / \(target(source, member))",
    ]
  }

  private func resource(_ source: String, title: String) -> [Marked] {
    if !target(source, "averageValue").isNull {
      return [
        Marked("\(title):", .key), "\(current(source, "averageValue")) / \(target(source, "averageValue"))",
      ]
    }
    let percent = status[source]["current"]["averageUtilization"].int
    let now = percent.map { "\($0)% (\(status[source]["current"]["averageValue"]))" } ?? Marked.unknown
    let wanted = target(source, "averageUtilization").int.map { "\($0)%" } ?? Marked("<auto>", .dim)
    return [Marked("\(title)  (as a percentage of request):", .key), "\(now) / \(wanted)"]
  }
}
