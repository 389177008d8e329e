import Document

/// What controllers read of specs, kept as long as a spec does not change: most changes are of status.
struct SpecReadings {
  struct Reading<Value> {
    let bytes: Bytes
    let value: Value
  }

  var deployments: [UID: Reading<DeploymentSpec>] = [:]
  var replicaSets: [UID: Reading<ReplicaSetSpec>] = [:]
  /// The template of each revision of an owner.
  var templates: [TemplateKey: PodTemplate] = [:]
  /// Templates with what the limits of a namespace add.
  var limited: [LimitedKey: LimitedTemplate] = [:]
  /// What the pods of each Job have done.
  var jobs: [UID: JobLedger] = [:]

  struct TemplateKey: Hashable {
    let owner: UID
    let hash: String
  }

  struct LimitedKey: Hashable {
    let template: ObjectIdentifier
    let namespace: String
  }

  struct LimitedTemplate {
    /// Kept, so that no other template comes to its address.
    let original: PodTemplate
    let result: PodTemplate
  }

  mutating func forget(_ uid: UID) {
    deployments[uid] = nil
    replicaSets[uid] = nil
    // Each run of a CronJob has a template of its own.
    if jobs.removeValue(forKey: uid) != nil { templates = templates.filter { $0.key.owner != uid } }
  }
}

/// What a Deployment wants.
struct DeploymentSpec {
  let replicas: Int
  let selector: LabelSelector
  let selectorJSON, template: JSON
  let hash: String
  let isRecreate: Bool
  let maxSurge, maxUnavailable: Int
  let minReadySeconds, historyLimit: Int
  /// nil: no deadline.
  let deadlineSeconds: Int?
  let isPaused: Bool

  init(_ spec: JSON, name: String) {
    replicas = spec["replicas"].int ?? 1
    selectorJSON = spec["selector"]
    selector = LabelSelector(selectorJSON)
    template = spec["template"]
    hash = PodTemplate.hash(template, of: name)
    isRecreate = spec["strategy"]["type"].string == "Recreate"
    let rolling = spec["strategy"]["rollingUpdate"]
    let surge = Share.count(rolling["maxSurge"], of: replicas, roundsUp: true) ?? (replicas + 3) / 4
    let unavailable = Share.count(rolling["maxUnavailable"], of: replicas) ?? replicas / 4
    maxSurge = isRecreate ? 0 : surge
    // Both 0 would be the end of all rollouts.
    maxUnavailable = isRecreate ? replicas : surge == 0 && unavailable == 0 ? 1 : unavailable
    minReadySeconds = spec["minReadySeconds"].int ?? 0
    historyLimit = spec["revisionHistoryLimit"].int ?? 10
    let deadline = spec["progressDeadlineSeconds"].int ?? 600
    deadlineSeconds = deadline >= Int(Int32.max) ? nil : deadline
    isPaused = spec["paused"].bool ?? false
  }
}

/// What a ReplicaSet wants.
struct ReplicaSetSpec {
  let replicas, minReadySeconds: Int
  let selector: LabelSelector
  let template: PodTemplate
}

/// A number of pods, or a percentage of them.
enum Share {
  static func count(_ value: JSON, of total: Int, roundsUp: Bool = false) -> Int? {
    if let count = value.int { return max(0, count) }
    guard let text = value.string else { return nil }
    guard text.hasSuffix("%"), let percent = Int(text.dropLast()) else { return Int(text) }
    return max(0, (total * percent + (roundsUp ? 99 : 0)) / 100)
  }
}

extension PodTemplate {
  /// The hash that names a revision: the same for templates that mean the same.
  static func hash(_ template: JSON, of name: String) -> String {
    var template = template
    template["metadata"]["labels"]["pod-template-hash"] = .null
    return Dice.nameHash(name + canonical(template).text)
  }
}

extension World {
  func reading(deployment object: Object) -> DeploymentSpec? {
    guard let bytes = object.member("spec") else { return nil }
    if let known = readings.deployments[object.meta.uid], known.bytes == bytes { return known.value }
    guard let spec = JSON.parse(bytes).value else { return nil }
    let value = DeploymentSpec(spec, name: object.meta.name)
    readings.deployments[object.meta.uid] = .init(bytes: bytes, value: value)
    return value
  }

  func reading(replicaSet object: Object) -> ReplicaSetSpec? {
    guard let bytes = object.member("spec") else { return nil }
    let known = readings.replicaSets[object.meta.uid]
    if let known, known.bytes == bytes { return known.value }
    guard let spec = JSON.parse(bytes).value else { return nil }
    // Pods share the template of their ReplicaSet, so it outlives a change of the number.
    let isSame = known?.value.template.source == spec["template"]
    let value = ReplicaSetSpec(
      replicas: spec["replicas"].int ?? 1, minReadySeconds: spec["minReadySeconds"].int ?? 0,
      selector: LabelSelector(spec["selector"]),
      template: isSame
        ? known!.value.template : PodTemplate(PodTemplate.clean(spec["template"]), images: images))
    readings.replicaSets[object.meta.uid] = .init(bytes: bytes, value: value)
    return value
  }
}
