import Document
import HTTP

/// What a query asks of a pod's log.
struct LogOptions: Sendable {
  var container: String?
  var isFollowed = false
  var isPrevious = false
  var hasTimestamps = false
  var tailLines: Int?
  var limitBytes: Int?
  /// Only lines after this.
  var since: Moment?

  init(_ query: [QueryItem], pod: String, now: Moment) throws(Failure) {
    func value(_ name: String) -> String? { query.first { $0.name == name && !$0.value.isEmpty }?.value }
    func flag(_ name: String) -> Bool { ["true", "1"].contains(value(name) ?? "") }
    func integer(_ name: String) throws(Failure) -> Int? {
      guard let text = value(name) else { return nil }
      guard let number = Int(text) else {
        throw .badRequest("strconv.ParseInt: parsing \"\(text)\": invalid syntax")
      }
      return number
    }
    container = value("container")
    isFollowed = flag("follow")
    isPrevious = flag("previous")
    hasTimestamps = flag("timestamps")
    tailLines = try integer("tailLines")
    limitBytes = try integer("limitBytes")
    let seconds = try integer("sinceSeconds")
    if let text = value("sinceTime") {
      guard let time = Timestamp(text) else {
        throw .badRequest(
          "parsing time \"\(text)\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\(text)\" as \"2006\"")
      }
      since = Moment(seconds: time.seconds) + Double(time.nanoseconds) / 1e9
    }
    var causes: [Failure.Cause] = []
    func invalid(_ field: String, _ number: Int, _ rule: String) {
      causes.append(
        Failure.Cause(
          reason: "FieldValueInvalid", message: "Invalid value: \(number): must be \(rule)", field: field))
    }
    if let seconds, seconds < 1 { invalid("sinceSeconds", seconds, "greater than 0") }
    if let lines = tailLines, lines < 0 { invalid("tailLines", lines, "greater than or equal to 0") }
    if let bytes = limitBytes, bytes < 1 { invalid("limitBytes", bytes, "greater than 0") }
    if seconds != nil, since != nil {
      causes.append(
        Failure.Cause(
          reason: "FieldValueForbidden",
          message: "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified", field: "[]"))
    }
    if value("stream") != nil { causes.append(.forbidden("stream", "may not be specified")) }
    if !causes.isEmpty { throw .invalid(kind: "PodLogOptions", name: pod, causes) }
    if let seconds { since = now - Double(seconds) }
  }
}

/// The log of a container as a request asked for it.
struct LogReading {
  /// nil: the pod has no node yet, so that there is nobody to ask.
  let source: LogSource?
  let container: ContainerHandle

  init(_ pod: Object, _ state: PodState, _ options: LogOptions) throws(Failure) {
    let name = pod.meta.name
    let plans =
      state.template.initContainers.enumerated().map { (plan: $1, index: $0, isInit: true) }
      + state.template.containers.enumerated().map { (plan: $1, index: $0, isInit: false) }
    if options.container == nil, plans.count > 1 {
      throw .badRequest(
        "a container name must be specified for pod \(name), choose one of: "
          + "[\(plans.map(\.plan.name).joined(separator: " "))]")
    }
    let wanted = options.container ?? plans.first?.plan.name ?? ""
    guard let found = plans.first(where: { $0.plan.name == wanted }) else {
      throw .badRequest("container \(wanted) is not valid for pod \(name)")
    }
    container = ContainerHandle(pod: ObjectHandle(pod), index: found.index, isInit: found.isInit)
    guard state.node != nil else {
      source = nil
      return
    }
    source = try LogReading.source(state[container], found.plan, pod: name, isPrevious: options.isPrevious)
  }

  private static func source(
    _ container: ContainerState, _ plan: ContainerPlan, pod: String, isPrevious: Bool
  ) throws(Failure) -> LogSource {
    let program = plan.program ?? Program()
    func source(_ ending: Ending) -> LogSource {
      LogSource(
        id: ending.id, program: program, pod: pod, started: Moment(seconds: ending.startedAt),
        ended: ending.finished, exitCode: ending.exitCode)
    }
    if isPrevious {
      guard let last = container.last else {
        throw .badRequest("previous terminated container \"\(plan.name)\" in pod \"\(pod)\" not found")
      }
      return source(last)
    }
    switch container.state {
    case .running(let since):
      return LogSource(
        id: container.id, program: program, pod: pod, started: Moment(seconds: since), ended: nil,
        exitCode: nil)
    case .ended(let ending): return source(ending)
    case .waiting(let reason, _):
      // Between two runs the last one can still be read.
      if let last = container.last { return source(last) }
      let why =
        reason.hasSuffix("ImagePull") || reason == "ImagePullBackOff"
        ? "trying and failing to pull image" : reason
      throw .badRequest("container \"\(plan.name)\" in pod \"\(pod)\" is waiting to start: \(why)")
    }
  }
}
