import Cluster
import Document

/// What a container's log adds to a finding: the line that tells, what it complains of, and whose fault that is.
struct LogWord {
  let line: LogReading.Line
  let cause: LogCause?
  let target: ServiceTarget?
  private let container: String
  private let at: Int64?

  /// nil where the log is not known (then the case is waiting, or says why not) or tells nothing.
  init?(_ subject: Case, _ container: ContainerCase, previous: Bool, at: Int64? = nil) {
    guard let log = subject.log(container.name, previous: previous, run: container.restarts),
      let line = log.telling
    else { return nil }
    self.line = line
    self.container = container.name
    self.at = at
    cause = line.isComplaint ? LogCause(line.text) : nil
    target = cause.flatMap { cause in
      cause.sort == .unreachable || cause.sort == .unknownHost
        ? ServiceTarget(cause.target, from: subject) : nil
    }
  }

  var evidence: [Evidence] {
    let words = line.isComplaint ? "" : "the last line: "
    return [Evidence(.log(container), words + Wording.shortened(line.raw, to: 300), at: at)]
      + (target?.evidence ?? [])
  }

  /// Half a sentence: "cannot reach db:5432: service db has no ready pod".
  var headline: String {
    guard let cause else { return Wording.shortened(line.text, to: 80) }
    return cause.headline + (target?.trouble.map { ": \($0)" } ?? "")
  }
}

extension Case {
  /// The log of the run that a container ended last: the kubelet counts it as the current one until another has begun.
  func lastWords(_ container: ContainerCase) -> LogWord? {
    LogWord(self, container, previous: !container.hasEnded, at: container.end?.finished)
  }

  func logOffer(_ container: ContainerCase, previous: Bool) -> Offer {
    var query = LogQuery(namespace: ref.namespace, pod: ref.name, uid: ref.uid, containers: [container.name])
    query.previous = previous
    return Offer(previous ? "read the log of the run that ended" : "read its log", .view(.log(query)))
  }
}
