import Document

/// Objects that are kept in one form and served in two.
enum OtherVersions {
  /// The members of an autoscaling/v1 autoscaler as autoscaling/v2 has them.
  static func autoscalerV2(_ object: JSON) -> JSON {
    var object = object
    let percent = object["spec"]["targetCPUUtilizationPercentage"]
    object["spec"].set("targetCPUUtilizationPercentage", .null)
    object["spec"].set(
      "metrics",
      [
        [
          "type": "Resource",
          "resource": [
            "name": "cpu",
            "target": ["type": "Utilization", "averageUtilization": percent.isNull ? 80 : percent],
          ],
        ]
      ])
    return object
  }

  /// The other way.
  static func autoscalerV1(_ members: [Object.Member]) -> [Object.Member] {
    members.map { member in
      guard var value = JSON.parse(member.value).value else { return member }
      if member.key == "spec" {
        let cpu = value["metrics"].array.first { $0["resource"]["name"] == "cpu" }
        value = value.without("metrics", "behavior")
        value.set("targetCPUUtilizationPercentage", cpu?["resource"]["target"]["averageUtilization"] ?? .null)
      } else {
        let cpu = value["currentMetrics"].array.first { $0["resource"]["name"] == "cpu" }
        value = value.without("currentMetrics", "conditions")
        value.fill("currentReplicas", 0)
        value.set(
          "currentCPUUtilizationPercentage", cpu?["resource"]["current"]["averageUtilization"] ?? .null)
      }
      return Object.Member(key: member.key, value: value.encoded())
    }
  }

  /// An event from either of its groups.
  static func event(_ object: JSON, now: Moment) -> EventBody {
    let about = object["involvedObject"].isNull ? object["regarding"] : object["involvedObject"]
    let source = object["source"].isNull ? object["deprecatedSource"] : object["source"]
    func text(_ keys: String...) -> String { keys.lazy.compactMap { object[$0].string }.first ?? "" }
    func time(_ keys: String...) -> Moment? {
      keys.lazy.compactMap { object[$0].string.flatMap { Timestamp($0) } }.first.map {
        Moment(seconds: $0.seconds)
      }
    }
    let regarding = EventBody.Regarding(
      kind: about["kind"].string ?? "", apiVersion: about["apiVersion"].string ?? "",
      namespace: about["namespace"].string ?? "", name: about["name"].string ?? "",
      uid: UID(about["uid"].string ?? ""), version: UInt64(about["resourceVersion"].string ?? "") ?? 0,
      fieldPath: about["fieldPath"].string)
    let first = time("firstTimestamp", "deprecatedFirstTimestamp", "eventTime") ?? now
    let count = object["count"].int ?? object["deprecatedCount"].int ?? object["series"]["count"].int ?? 1
    return EventBody(
      regarding, text("type") == "Warning" ? .warning : .normal, reason: text("reason"),
      message: text("message", "note"),
      component: source["component"].string ?? text("reportingController", "reportingComponent"),
      host: source["host"].string ?? "", action: object["action"].string.flatMap { $0.isEmpty ? nil : $0 },
      first: first,
      last: time("lastTimestamp", "deprecatedLastTimestamp") ?? first, count: max(1, count))
  }
}

extension ResourceDefinition {
  var isFirstAutoscaler: Bool {
    plural == "horizontalpodautoscalers" && version == "v1" && group == "autoscaling"
  }
}
