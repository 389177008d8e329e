import Document

/// Columns that every kind with a pod template has for wide output.
private let containers = TableDefinition.Column.wide("Containers", "The names of the template's containers.")
private let images = TableDefinition.Column.wide("Images", "The images of the template's containers.")
private let selector = TableDefinition.Column.wide("Selector", "The labels that tell which pods belong.")

extension Row {
  /// The cells of a kind that counts its pods, up to its age.
  fileprivate mutating func replicas() {
    name()
    integer(spec?["replicas"]?.int ?? 0)
    integer(status?["replicas"]?.int ?? 0)
    integer(status?["readyReplicas"]?.int ?? 0)
    age()
  }

  /// The wide cells of a pod template.
  fileprivate mutating func template(_ spec: JSONSlice?, selector: JSONSlice?, hasSelector: Bool = true) {
    let containers = spec?["template"]?["spec"]?["containers"]?.elements ?? []
    text(containers.compactMap { $0["name"]?.string }.joined(separator: ","))
    text(containers.compactMap { $0["image"]?.string }.joined(separator: ","))
    if hasSelector { text(selector?.labelSelectorText ?? "<none>") }
  }
}

extension TableDefinition {
  static let deployments = TableDefinition([
    .name,
    .text("Ready", "How many pods are ready, of how many wanted."),
    .text("Up-to-date", "How many pods have the newest template."),
    .text("Available", "How many pods have been ready long enough."),
    .age, containers, images, selector,
  ]) { object, row in
    let spec = row.spec
    let status = row.status
    row.name()
    row.text("\(status?["readyReplicas"]?.int ?? 0)/\(spec?["replicas"]?.int ?? 0)")
    row.integer(status?["updatedReplicas"]?.int ?? 0)
    row.integer(status?["availableReplicas"]?.int ?? 0)
    row.age()
    row.template(spec, selector: spec?["selector"])
  }

  private static let replicaColumns: [Column] = [
    .name,
    .integer("Desired", "How many pods are wanted."),
    .integer("Current", "How many pods there are, without those that end."),
    .integer("Ready", "How many of them are ready."),
    .age, containers, images, selector,
  ]

  static let replicaSets = TableDefinition(replicaColumns) { object, row in
    row.replicas()
    row.template(row.spec, selector: row.spec?["selector"])
  }

  static let replicationControllers = TableDefinition(replicaColumns) { object, row in
    row.replicas()
    row.template(row.spec, selector: nil, hasSelector: false)
    row.text(row.spec?["selector"]?.pairs, or: "<none>")
  }

  static let statefulSets = TableDefinition([
    .name, .text("Ready", "How many pods are ready, of how many wanted."), .age, containers, images,
  ]) { object, row in
    let spec = row.spec
    row.name()
    row.text("\(row.status?["readyReplicas"]?.int ?? 0)/\(spec?["replicas"]?.int ?? 0)")
    row.age()
    row.template(spec, selector: nil, hasSelector: false)
  }

  static let daemonSets = TableDefinition([
    .name,
    .integer("Desired", "How many nodes should run the pod."),
    .integer("Current", "How many nodes that should run the pod do."),
    .integer("Ready", "On how many of them it is ready."),
    .integer("Up-to-date", "On how many of them it has the newest template."),
    .integer("Available", "On how many of them it has been ready long enough."),
    .text("Node Selector", "The labels a node needs."),
    .age, containers, images, selector,
  ]) { object, row in
    let spec = row.spec
    let status = row.status
    row.name()
    row.integer(status?["desiredNumberScheduled"]?.int ?? 0)
    row.integer(status?["currentNumberScheduled"]?.int ?? 0)
    row.integer(status?["numberReady"]?.int ?? 0)
    row.integer(status?["updatedNumberScheduled"]?.int ?? 0)
    row.integer(status?["numberAvailable"]?.int ?? 0)
    row.text(spec?["template"]?["spec"]?["nodeSelector"]?.pairs, or: "<none>")
    row.age()
    row.template(spec, selector: spec?["selector"])
  }

  static let jobs = TableDefinition([
    .name,
    .text("Status", "Whether the job runs, or how it ended."),
    .text("Completions", "How many pods ended well, of how many wanted."),
    .text("Duration", "How long it took, or has taken so far."),
    .age, containers, images, selector,
  ]) { object, row in
    let spec = row.spec
    row.name()
    row.text(jobWord(row.status, isLeaving: row.metadata?["deletionTimestamp"] != nil))
    let succeeded = row.status?["succeeded"]?.int ?? 0
    if let wanted = spec?["completions"]?.int {
      row.text("\(succeeded)/\(wanted)")
    } else {
      let parallel = spec?["parallelism"]?.int ?? 1
      row.text(parallel > 1 ? "\(succeeded)/1 of \(parallel)" : "\(succeeded)/1")
    }
    row.text(jobDuration(row.status, now: row.now))
    row.age()
    row.template(spec, selector: spec?["selector"])
  }

  private static func jobWord(_ status: JSONSlice?, isLeaving: Bool) -> String {
    guard let status else { return "Running" }
    if status.hasCondition("Complete") { return "Complete" }
    if status.hasCondition("Failed") { return "Failed" }
    if isLeaving { return "Terminating" }
    if status.hasCondition("Suspended") { return "Suspended" }
    if status.hasCondition("FailureTarget") { return "FailureTarget" }
    return status.hasCondition("SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running"
  }

  private static func jobDuration(_ status: JSONSlice?, now: Int64) -> String {
    guard let start = status?["startTime"]?.epochSeconds else { return "" }
    return HumanDuration.text(seconds: (status?["completionTime"]?.epochSeconds ?? now) - start)
  }

  static let cronJobs = TableDefinition([
    .name,
    .text("Schedule", "When jobs are made, as crontab writes it."),
    .text("Timezone", "The time zone of the schedule; the controller's own if none is given."),
    .boolean("Suspend", "Whether no more jobs are made."),
    .integer("Active", "How many of its jobs run."),
    .text("Last Schedule", "The time since a job was made."),
    .age, containers, images, selector,
  ]) { object, row in
    let spec = row.spec
    row.name()
    row.text(spec?["schedule"]?.string ?? "")
    row.text(spec?["timeZone"]?.string, or: "<none>")
    row.text(spec?["suspend"]?.bool == true ? "True" : "False")
    row.integer(row.status?["active"]?.elements.count ?? 0)
    let last = row.status?["lastScheduleTime"]
    row.text(last == nil ? "<none>" : row.since(last))
    row.age()
    row.template(spec?["jobTemplate"]?["spec"], selector: nil)
  }

  static let controllerRevisions = TableDefinition([
    .name,
    .text("Controller", "What the revision belongs to."),
    .text("Revision", "The number of the revision."),
    .age,
  ]) { object, row in
    row.name()
    let owner = row.metadata?["ownerReferences"]?.elements.first
    let group = owner?["apiVersion"]?.string?.split(separator: "/").dropLast().first
    let kind = (owner?["kind"]?.string ?? "").lowercased()
    row.text(
      owner == nil ? "<none>" : "\(kind)\(group.map { ".\($0)" } ?? "")/\(owner?["name"]?.string ?? "")")
    row.integer(object["revision"]?.int ?? 0)
    row.age()
  }

  static let horizontalPodAutoscalers = TableDefinition([
    .name,
    .text("Reference", "What is scaled."),
    .text("Targets", "What is measured, against what is wanted."),
    .text("MinPods", "Never fewer pods than these."),
    .text("MaxPods", "Never more pods than these."),
    .text("Replicas", "How many pods there are."),
    .age,
  ]) { object, row in
    let spec = row.spec
    row.name()
    let target = spec?["scaleTargetRef"]
    row.text("\(target?["kind"]?.string ?? "")/\(target?["name"]?.string ?? "")")
    row.text(hpaTargets(spec?["metrics"], row.status?["currentMetrics"]))
    row.text(spec?["minReplicas"]?.int.map { "\($0)" } ?? "<unset>")
    row.integer(spec?["maxReplicas"]?.int ?? 0)
    row.integer(row.status?["currentReplicas"]?.int ?? 0)
    row.age()
  }

  private static func hpaTargets(_ wanted: JSONSlice?, _ current: JSONSlice?) -> String {
    let now = current?.elements ?? []
    var texts: [String] = []
    for (index, metric) in (wanted?.elements ?? []).enumerated() {
      let resource = metric["resource"]
      let measured = index < now.count ? now[index]["resource"]?["current"] : nil
      let target = resource?["target"]
      let pair =
        if let percent = target?["averageUtilization"]?.int {
          (measured?["averageUtilization"]?.int.map { "\($0)%" }, "\(percent)%")
        } else {
          (measured?["averageValue"]?.string, target?["averageValue"]?.string ?? "<auto>")
        }
      texts.append("\(resource?["name"]?.string ?? ""): \(pair.0 ?? "<unknown>")/\(pair.1)")
    }
    if texts.isEmpty { return "<none>" }
    return texts.count > 2
      ? texts.prefix(2).joined(separator: ", ") + " + \(texts.count - 2) more..."
      : texts.joined(separator: ", ")
  }

  static let podDisruptionBudgets = TableDefinition([
    .name,
    .text("Min Available", "How many pods must stay."),
    .text("Max Unavailable", "How many pods may be missing."),
    .integer("Allowed Disruptions", "How many pods may be evicted now."),
    .age,
  ]) { object, row in
    row.name()
    for key: StaticString in ["minAvailable", "maxUnavailable"] {
      let limit = row.spec?[key]
      row.text(limit?.string ?? limit?.int.map { "\($0)" } ?? "N/A")
    }
    row.integer(row.status?["disruptionsAllowed"]?.int ?? 0)
    row.age()
  }
}
