import Cluster
import Document
import HTTP

extension Description {
  static let deployment = Description(
    requests: { [RelatedRequest.owned($0, "replicasets", group: "apps", keeping: [])] },
    write: Workload.writeDeployment)
  static let replicaSet = Description(requests: { [.pods(of: $0)] }, write: Workload.writeReplicaSet)
  static let replicationController = Description(
    requests: { [.pods(of: $0)] }, write: Workload.writeReplicaSet)
  static let statefulSet = Description(requests: { [.pods(of: $0)] }, write: Workload.writeStatefulSet)
  static let daemonSet = Description(requests: { [.pods(of: $0)] }, write: Workload.writeDaemonSet)
}

extension RelatedRequest {
  /// All pods that the object's selector matches; which of them it owns shows only in their own metadata.
  static func pods(of subject: Subject) -> RelatedRequest {
    owned(subject, "pods", group: "", keeping: ["metadata.ownerReferences", "status.phase"])
  }

  static func owned(
    _ subject: Subject, _ plural: String, group: String, keeping: [String]
  ) -> RelatedRequest {
    let root = group.isEmpty ? "/api/v1" : "/apis/\(group)/v1"
    return RelatedRequest(
      key: plural, path: "\(root)/namespaces/\(subject.namespace)/\(plural)",
      query: [.init("labelSelector", Workload.selector(subject)), .init("limit", "500")], keeping: keeping)
  }
}

/// What makes and keeps pods.
enum Workload {
  /// A ReplicationController's selector is a plain map.
  static func selector(_ subject: Subject) -> String {
    let selector = subject.spec["selector"]
    return subject.kind.plural == "replicationcontrollers"
      ? SelectorText.labelQuery(selector) : SelectorText.query(selector)
  }

  static func writeDeployment(_ deployment: Subject, to page: inout PageWriter) {
    let spec = deployment.spec
    let status = deployment.status
    page.name(deployment)
    page.field("CreationTimestamp", deployment.clock.date(deployment.metadata["creationTimestamp"]))
    page.labelsAndAnnotations(deployment.metadata)
    page.field("Selector", Marked(selector(deployment)))
    let unavailable = status["unavailableReplicas"].count
    page.field(
      "Replicas",
      "\(spec["replicas"].count) desired | \(status["updatedReplicas"].count) updated"
        + " | \(status["replicas"].count) total | \(status["availableReplicas"].count) available | "
        + Marked("\(unavailable) unavailable", unavailable > 0 ? .bad : .plain))
    page.field("StrategyType", spec["strategy"]["type"])
    page.field("MinReadySeconds", .number(spec["minReadySeconds"].count))
    let rolling = spec["strategy"]["rollingUpdate"]
    if !rolling.isNull {
      page.field(
        "RollingUpdateStrategy",
        "\(rolling["maxUnavailable"].words) max unavailable, \(rolling["maxSurge"].words) max surge")
    }
    PodTemplate.write(spec["template"], of: deployment, to: &page)
    writeConditions(status, blank: " ", to: &page)
    writeReplicaSets(deployment, to: &page)
  }

  private static func writeReplicaSets(_ deployment: Subject, to page: inout PageWriter) {
    let owned = (deployment.related.lists["replicasets"] ?? [])
      .filter { Subject.controller(of: $0)?["uid"].words == deployment.uid }
      .stableSorted { $0["metadata"]["creationTimestamp"].words < $1["metadata"]["creationTimestamp"].words }
    if owned.isEmpty { return }
    let wanted = comparable(deployment.spec["template"])
    let current = owned.firstIndex { comparable($0["spec"]["template"]) == wanted }
    let old = owned.enumerated().filter { $0.offset != current }.map(\.element)
    let words = { (sets: [JSON]) in
      sets.map { set in
        let name = deployment.link("apps/v1/replicasets", set["metadata"]["name"])
        let count = "\(set["status"]["replicas"].count)/\(set["spec"]["replicas"].count)"
        return "\(name) (\(count) replicas created)"
      }.joined(", ").or(.none)
    }
    page.field("OldReplicaSets", words(old))
    page.field("NewReplicaSet", words(current.map { [owned[$0]] } ?? []))
  }

  /// A template without the label that tells ReplicaSets apart, in an order of its own, without what is
  /// empty: two that are comparable are equal when they make the same pods.
  static func comparable(_ template: JSON) -> JSON {
    var copy = template
    copy["metadata"]["labels"]["pod-template-hash"] = .null
    return copy.normalized
  }

  static func writeReplicaSet(_ set: Subject, to page: inout PageWriter) {
    page.name(set)
    page.field("Selector", Marked(selector(set)).or(.none))
    page.labelsAndAnnotations(set.metadata)
    page.field("Controlled By", ifPresent: set.controller)
    page.field("Replicas", "\(set.status["replicas"].count) current / \(set.spec["replicas"].count) desired")
    page.field("Pods Status", podCounts(set))
    PodTemplate.write(set.spec["template"], of: set, to: &page)
    writeConditions(set.status, blank: " ", to: &page)
  }

  static func writeStatefulSet(_ set: Subject, to page: inout PageWriter) {
    let spec = set.spec
    page.name(set)
    page.field("CreationTimestamp", set.clock.date(set.metadata["creationTimestamp"]))
    page.field("Selector", Marked(selector(set)))
    page.labelsAndAnnotations(set.metadata)
    page.field("Replicas", "\(spec["replicas"].count) desired | \(set.status["replicas"].count) total")
    page.field("Update Strategy", spec["updateStrategy"]["type"])
    let rolling = spec["updateStrategy"]["rollingUpdate"]
    if !rolling["partition"].isNull {
      page.nested { page in
        page.field("Partition", rolling["partition"])
        page.field("MaxUnavailable", ifPresent: rolling["maxUnavailable"])
      }
    }
    page.field("Pods Status", podCounts(set))
    PodTemplate.write(spec["template"], of: set, to: &page)
    writeClaims(spec["volumeClaimTemplates"].array, of: set, to: &page)
  }

  private static func writeClaims(_ templates: [JSON], of set: Subject, to page: inout PageWriter) {
    if templates.isEmpty {
      page.field("Volume Claims", .none)
      return
    }
    page.section("Volume Claims") { page in
      for claim in templates {
        page.field("Name", claim["metadata"]["name"])
        page.field("StorageClass", VolumeClaimDescription.storageClass(claim, of: set))
        page.labels("Labels", claim["metadata"]["labels"])
        page.labels("Annotations", claim["metadata"]["annotations"])
        let capacity = claim["spec"]["resources"]["requests"]["storage"]
        page.field("Capacity", capacity.isNull ? Marked("<default>", .dim) : Marked(capacity.words, .number))
        page.field("Access Modes", Marked(claim["spec"]["accessModes"].words))
      }
    }
  }

  static func writeDaemonSet(_ set: Subject, to page: inout PageWriter) {
    let status = set.status
    page.name(set)
    page.field("Selector", Marked(selector(set)))
    page.field("Node-Selector", SelectorText.labels(set.spec["template"]["spec"]["nodeSelector"]))
    page.labelsAndAnnotations(set.metadata)
    let counts = [
      ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
      ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
      ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
      ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
      ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ]
    for (title, member) in counts { page.line("\(Marked(title + ":", .key)) \(status[member].count)") }
    page.field("Pods Status", podCounts(set))
    PodTemplate.write(set.spec["template"], of: set, to: &page)
  }

  /// Of the pods that the object owns, how many are in which phase.
  private static func podCounts(_ subject: Subject) -> Marked {
    guard let pods = subject.related.lists["pods"] else {
      let why = subject.related.failures["pods"]
      return why.map { Marked("error in fetching pods: \($0)", .bad) } ?? Marked("<not read>", .dim)
    }
    let phases = pods.filter { Subject.controller(of: $0)?["uid"].words == subject.uid }
      .map { $0["status"]["phase"].words }
    let counts = [
      ("Running", "Running"), ("Pending", "Waiting"), ("Succeeded", "Succeeded"), ("Failed", "Failed"),
    ]
    return counts.map { phase, word in
      let count = phases.count { $0 == phase }
      return Marked(
        "\(count) \(word)", count > 0 ? Marked.state(word).spans.first?.meaning ?? .plain : .plain)
    }.joined(" / ")
  }

  static func writeConditions(_ status: JSON, blank: String, to page: inout PageWriter) {
    let conditions = status["conditions"].array.map(ConditionLine.init)
    if conditions.isEmpty { return }
    page.section("Conditions") { page in
      page.underlinedTitles(["Type", "Status", "Reason"])
      for condition in conditions {
        page.row([Marked(condition.type + blank), condition.marked(), Marked(condition.reason)])
      }
    }
  }
}

extension JSON {
  /// Members in the order of their keys, without those that are null or empty.
  fileprivate var normalized: JSON {
    switch self {
    case .array(let items): .array(items.map(\.normalized))
    case .object(let object):
      .object(
        JSONObject(
          object.members.map { JSONObject.Member(key: $0.key, value: $0.value.normalized) }
            .filter { !$0.value.isBlank }.sorted { $0.key < $1.key }))
    default: self
    }
  }
}
