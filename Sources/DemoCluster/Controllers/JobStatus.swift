import Document

/// The status of a Job.
struct JobStatus {
  var conditions: StatusConditions
  var started, completed: Int64?
  private var active = 0
  private var ready = 0
  private var terminating = 0
  private var succeeded = 0
  private var failed = 0
  private var completedIndexes, failedIndexes: String?

  init(_ status: JSON) {
    conditions = StatusConditions(status)
    started = status["startTime"].string?.epochSeconds
    completed = status["completionTime"].string?.epochSeconds
    active = status["active"].int ?? 0
    ready = status["ready"].int ?? 0
    terminating = status["terminating"].int ?? 0
    succeeded = status["succeeded"].int ?? 0
    failed = status["failed"].int ?? 0
    completedIndexes = status["completedIndexes"].string
    failedIndexes = status["failedIndexes"].string
  }

  mutating func take(_ tally: JobTally) {
    (active, ready, terminating) = (tally.active.count, tally.ready, tally.terminating)
    (succeeded, failed) = (tally.succeeded, tally.failed)
    completedIndexes = tally.isIndexed && !tally.completed.isEmpty ? JobTally.text(tally.completed) : nil
    failedIndexes = tally.failedIndexes.isEmpty ? failedIndexes : JobTally.text(tally.failedIndexes)
  }

  var isOver: Bool { isComplete || conditions["Failed"]?.status == "True" }
  var isComplete: Bool { conditions["Complete"]?.status == "True" }
  var endedAt: Int64? {
    (conditions["Complete"] ?? conditions["Failed"])?.since.epochSeconds
  }

  mutating func finish(isComplete: Bool, _ reason: String, _ message: String, at time: Int64) {
    for type in isComplete ? ["SuccessCriteriaMet", "Complete"] : ["FailureTarget", "Failed"] {
      conditions.set(type, "True", reason, message, at: time)
    }
    if isComplete { completed = time }
  }

  func encoded() -> Bytes {
    var out = Bytes()
    out.put("{")
    writeConditions(to: &out)
    let times: [(StaticString, Int64?)] = [("startTime", started), ("completionTime", completed)]
    for (key, time) in times {
      guard let time else { continue }
      out.put(key: key)
      out.put(timeSeconds: time)
      out.put(",")
    }
    let numbers: [(StaticString, Int)] = [
      ("active", active), ("succeeded", succeeded), ("failed", failed),
    ]
    for (key, number) in numbers where number > 0 { out.put(member: key, number) }
    out.put(member: "terminating", terminating)
    out.put(member: "completedIndexes", completedIndexes)
    out.put(member: "failedIndexes", failedIndexes)
    out.put("\"uncountedTerminatedPods\":{},")
    out.put(member: "ready", ready)
    out.close("}")
    return out
  }

  private func writeConditions(to out: inout Bytes) {
    if conditions.list.isEmpty { return }
    out.put("\"conditions\":[")
    for condition in conditions.list {
      out.put("{")
      out.put(member: "type", condition.type)
      out.put(member: "status", condition.status)
      out.put(member: "lastProbeTime", condition.since)
      out.put(member: "lastTransitionTime", condition.since)
      out.put(member: "reason", condition.reason)
      out.put(member: "message", condition.message)
      out.close("}")
      out.put(",")
    }
    out.close("]")
    out.put(",")
  }
}

extension World {
  /// A Job with the labels and the selector that the API server makes from its UID.
  func completed(job: Object) -> Object {
    guard let spec = job.json("spec"), spec["selector"].isNull else { return job }
    let (meta, body) = World.completed(job: job.meta, spec)
    return store.put(.jobs, meta, job.replacing(["spec": body]), at: now)
  }

  static func completed(job meta: Meta, _ spec: JSON) -> (Meta, JSON) {
    var meta = meta
    let uid = meta.uid.description
    let labels = [
      Pair("batch.kubernetes.io/controller-uid", uid), Pair("batch.kubernetes.io/job-name", meta.name),
      Pair("controller-uid", uid), Pair("job-name", meta.name),
    ]
    var template = spec["template"]
    for pair in labels { template["metadata"]["labels"][pair.key] = .string(pair.value) }
    let own = PodTemplate.pairs(template["metadata"]["labels"])
    let kept = meta.labels.filter { pair in !own.contains { $0.key == pair.key } }
    meta.labels = (kept + own).sorted { $0.key < $1.key }
    var full: JSON = [:]
    for key in [
      "parallelism", "completions", "activeDeadlineSeconds", "podFailurePolicy", "successPolicy",
      "backoffLimit", "backoffLimitPerIndex", "maxFailedIndexes",
    ] {
      full[key] = spec[key]
    }
    if spec["parallelism"].isNull { full["parallelism"] = 1 }
    if spec["completions"].isNull && spec["parallelism"].isNull { full["completions"] = 1 }
    if spec["backoffLimit"].isNull {
      full["backoffLimit"] = spec["backoffLimitPerIndex"].isNull ? 6 : .int(Int(Int32.max))
    }
    full["selector"] = ["matchLabels": ["batch.kubernetes.io/controller-uid": .string(uid)]]
    full["manualSelector"] = false
    full["template"] = template
    full["ttlSecondsAfterFinished"] = spec["ttlSecondsAfterFinished"]
    full["completionMode"] = spec["completionMode"].isNull ? "NonIndexed" : spec["completionMode"]
    full["suspend"] = .bool(spec["suspend"].bool ?? false)
    full["podReplacementPolicy"] = spec["podFailurePolicy"].isNull ? "TerminatingOrFailed" : "Failed"
    return (meta, .object(JSONObject(full.members.filter { !$0.value.isNull })))
  }
}
