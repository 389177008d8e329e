import Cluster
import Document

extension Marked {
  /// A word of state with the colour that it deserves: "Running" good, "Pending" warning, "CrashLoopBackOff"
  /// bad.
  static func state(_ value: JSON) -> Marked { state(value.words) }
  static func state(_ word: String) -> Marked { Marked(word, StateWords.meaning(word)) }
}

private enum StateWords {
  static func meaning(_ word: String) -> Span.Meaning {
    if good.contains(word) { return .good }
    if waiting.contains(word) { return .warning }
    if bad.contains(word) || word.hasPrefix("Failed") { return .bad }
    for ending in badEndings where word.hasSuffix(ending) { return .bad }
    return .plain
  }

  private static let good: Set = [
    "Running", "Succeeded", "Completed", "Bound", "Available", "Active", "Healthy", "Synced",
  ]
  private static let waiting: Set = [
    "Pending", "Waiting", "ContainerCreating", "PodInitializing", "Terminating", "Terminated", "Unknown",
    "Released",
  ]
  private static let bad: Set = [
    "Evicted", "OOMKilled", "DeadlineExceeded", "NodeLost", "Lost", "ErrImageNeverPull", "InvalidImageName",
    "ContainerCannotRun", "Unhealthy", "UnexpectedAdmissionError", "NodeAffinity", "Preempting",
    "ErrImagePull",
  ]
  private static let badEndings = ["BackOff", "Error", "Failed", "Failure", "Exceeded", "Unavailable"]
}

/// One of an object's status conditions, and whether it is the good or the bad news.
struct ConditionLine {
  let type: String
  let status: String
  let reason: String
  let message: String
  let since: JSON

  init(_ json: JSON) {
    type = json["type"].words
    status = json["status"].words
    reason = json["reason"].words
    message = json["message"].words
    since = json["lastTransitionTime"]
  }

  /// "True" in green of a Ready and in red of a DiskPressure. The trailing blank is kubectl's.
  func marked(_ suffix: String = "") -> Marked { Marked(status + suffix, meaning) }

  func saysTheSame(as other: ConditionLine) -> Bool {
    (status, reason, message) == (other.status, other.reason, other.message)
  }

  var meaning: Span.Meaning {
    if status == "Unknown" { return isGoodWhenTrue || isBadWhenTrue ? .warning : .plain }
    if isBadWhenTrue { return status == "True" ? .bad : .good }
    if isGoodWhenTrue { return status == "True" ? .good : .bad }
    return .plain
  }

  /// Conditions have no common polarity; the names of those that report trouble give it away.
  private var isBadWhenTrue: Bool {
    let endings = [
      "Pressure", "Failure", "Failed", "Error", "Unavailable", "Degraded", "Remaining", "Deadlock",
    ]
    return endings.contains { type.hasSuffix($0) } || type.hasPrefix("Frequent")
      || [
        "Stalled", "FailureTarget", "DisruptionTarget", "ScalingLimited", "InvalidSpec", "ReadonlyFilesystem",
      ].contains(type)
  }

  private var isGoodWhenTrue: Bool {
    [
      "Ready", "Available", "Progressing", "Initialized", "ContainersReady", "PodScheduled",
      "PodReadyToStartContainers", "AbleToScale", "ScalingActive", "Established", "NamesAccepted", "Synced",
      "Healthy", "Accepted", "Programmed", "ResolvedRefs", "Complete", "SuccessCriteriaMet",
      "DisruptionAllowed",
    ].contains(type)
  }
}
