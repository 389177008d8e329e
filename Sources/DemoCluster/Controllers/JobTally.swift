import Document

/// What a Job remembers of its pods, those that are gone too.
struct JobLedger {
  private var running: [UID: Int?] = [:]
  private(set) var succeeded: Set<UID> = []
  private(set) var failed: Set<UID> = []
  /// Ended by the job itself, or for reasons that do not count.
  private var ignored: Set<UID> = []
  private(set) var completed: Set<Int> = []
  private(set) var failedIndexes: Set<Int> = []
  private(set) var failures: [Int: Int] = [:]
  private(set) var lastFailure: Moment?
  private(set) var lastFailures: [Int: Moment] = [:]
  /// Why a rule ends the whole job.
  private(set) var verdict: String?

  /// Takes in how the pods are now.
  mutating func note(_ pods: [FamilyPod], _ rules: JobRules, at now: Moment) {
    for pod in pods {
      let (uid, index) = (pod.handle.uid, JobTally.index(pod))
      switch pod.state.phase {
      case .succeeded:
        running[uid] = nil
        succeeded.insert(uid)
        if let index { completed.insert(index) }
      case .failed:
        running[uid] = nil
        let ended = pod.state.containers.compactMap { $0.ending?.finished }.max() ?? now
        if !failed.contains(uid) && !ignored.contains(uid) {
          fail(uid, index, rules.action(pod), rules, ended)
        }
      default: if !ignored.contains(uid) { running[uid] = .some(index) }
      }
    }
    let present = Set(pods.map(\.handle.uid))
    for (uid, index) in running where !present.contains(uid) {
      running[uid] = nil
      fail(uid, index, .count, rules, now)
    }
  }

  private mutating func fail(
    _ uid: UID, _ index: Int?, _ action: JobRules.Action, _ rules: JobRules, _ ended: Moment
  ) {
    if case .ignore = action {
      ignored.insert(uid)
      return
    }
    failed.insert(uid)
    lastFailure = max(lastFailure ?? ended, ended)
    if case .failJob(let why) = action { verdict = verdict ?? why }
    guard let index else { return }
    failures[index, default: 0] += 1
    lastFailures[index] = ended
    if case .failIndex = action { failedIndexes.insert(index) }
    if let limit = rules.limitPerIndex, failures[index] ?? 0 > limit { failedIndexes.insert(index) }
  }

  /// A pod that the job ends counts for nothing.
  mutating func release(_ pod: FamilyPod) {
    running[pod.handle.uid] = nil
    ignored.insert(pod.handle.uid)
  }

  /// Whether a pod's end is still to be counted as a failure.
  func isCounted(_ uid: UID) -> Bool { !ignored.contains(uid) }
}

/// What a Job does about pods that fail.
struct JobRules {
  enum Action {
    case count, ignore, failIndex
    case failJob(String)
  }

  private let rules: [JSON]
  let limitPerIndex: Int?

  init(_ spec: JSON) {
    rules = spec["podFailurePolicy"]["rules"].array
    limitPerIndex = spec["backoffLimitPerIndex"].int
  }

  func action(_ pod: FamilyPod) -> Action {
    for (place, rule) in rules.enumerated() {
      guard let why = match(rule, pod) else { continue }
      switch rule["action"].string {
      case "Ignore": return .ignore
      case "FailIndex": return .failIndex
      case "FailJob": return .failJob("\(why) matching FailJob rule at index \(place)")
      default: return .count
      }
    }
    return .count
  }

  private func match(_ rule: JSON, _ pod: FamilyPod) -> String? {
    let full = "\(pod.handle.key.namespace)/\(pod.name)"
    let codes = rule["onExitCodes"]
    if !codes.isNull {
      let template = pod.state.template
      let ended =
        zip(template.initContainers, pod.state.initContainers)
        .map { ($0.name, $1) } + zip(template.containers, pod.state.containers).map { ($0.name, $1) }
      for (name, state) in ended where codes["containerName"].string ?? name == name {
        guard let code = state.ending?.exitCode, code != 0 else { continue }
        if codes["values"].array.contains(.int(code)) == (codes["operator"] == "In") {
          return "Container \(name) for pod \(full) failed with exit code \(code)"
        }
      }
    }
    let isDisrupted = pod.state.disruption != nil
    let wants = rule["onPodConditions"].array.contains {
      $0["type"] == "DisruptionTarget" && ($0["status"].string ?? "True") == (isDisrupted ? "True" : "")
    }
    return wants ? "Pod \(full) has condition DisruptionTarget" : nil
  }
}

/// The pods of a Job, sorted by how they are doing.
struct JobTally {
  private(set) var active: [FamilyPod] = []
  private(set) var terminating = 0
  /// Of those on their way out, how many will count as failed.
  private(set) var terminatingFailed = 0
  private(set) var isIndexed = false
  private(set) var completions: Int?
  private let ledger: JobLedger

  init() { ledger = JobLedger() }

  init(_ spec: JSON, _ pods: [FamilyPod], _ ledger: JobLedger) {
    isIndexed = spec["completionMode"].string == "Indexed"
    completions = spec["completions"].int
    self.ledger = ledger
    for pod in pods where !pod.state.isOver {
      if pod.object.meta.deletion == nil {
        active.append(pod)
      } else {
        terminating += 1
        if ledger.isCounted(pod.handle.uid) { terminatingFailed += 1 }
      }
    }
  }

  static func index(_ pod: FamilyPod) -> Int? {
    pod.object.meta.label("batch.kubernetes.io/job-completion-index").flatMap { Int($0) }
  }

  var ready: Int { active.filter(\.state.isReady).count }
  var succeeded: Int { ledger.succeeded.count }
  var failed: Int { ledger.failed.count }
  var completed: Set<Int> { ledger.completed }
  var failedIndexes: Set<Int> { ledger.failedIndexes }
  var verdict: String? { ledger.verdict }
  var restarts: Int { active.reduce(0) { $0 + $1.state.containers.reduce(0) { $0 + $1.restarts } } }

  var isComplete: Bool {
    if isIndexed { return completed.count >= completions ?? 1 }
    // A work queue is empty when one worker ended well and none is left.
    guard let completions else { return succeeded > 0 && active.isEmpty }
    return succeeded >= completions
  }

  /// When it may try again after a failure.
  var nextTry: Moment? {
    ledger.lastFailure.map { $0 + JobTally.delay(after: failed) }
  }

  func nextTry(ofIndex index: Int) -> Moment? {
    ledger.lastFailures[index].map { $0 + JobTally.delay(after: ledger.failures[index] ?? 1) }
  }

  private static func delay(after failures: Int) -> Double {
    min(600, 10 * Double(1 << min(max(0, failures - 1), 6)))
  }

  /// What is to be made now: indexes, or nil for each pod that has none.
  func missing(parallelism: Int) -> [Int?] {
    let room = parallelism - active.count
    if room <= 0 { return [] }
    if isIndexed {
      let taken = completed.union(active.compactMap(JobTally.index)).union(failedIndexes)
      return (0..<(completions ?? 1)).filter { !taken.contains($0) }.prefix(room).map { $0 }
    }
    guard let completions else { return succeeded == 0 ? Array(repeating: nil, count: room) : [] }
    let left = completions - succeeded - active.count
    return Array(repeating: nil, count: max(0, min(room, left)))
  }

  /// "0-3,5" as the status says it.
  static func text(_ indexes: Set<Int>) -> String {
    var parts: [String] = []
    var run: (Int, Int)?
    func close() { if let run { parts.append(run.0 == run.1 ? "\(run.0)" : "\(run.0)-\(run.1)") } }
    for index in indexes.sorted() {
      if let open = run, open.1 + 1 == index {
        run = (open.0, index)
      } else {
        close()
        run = (index, index)
      }
    }
    close()
    return parts.joined(separator: ",")
  }
}
