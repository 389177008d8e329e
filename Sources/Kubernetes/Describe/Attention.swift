import Cluster
import Document

/// What stands above kubectl's text: the bad news of the object's own status and events, with the messages
/// that kubectl leaves out. Nothing when there is none.
enum Attention {
  static func write(_ subject: Subject, to page: inout PageWriter) {
    var news = deletion(subject) + containers(subject) + conditions(subject) + endpoints(subject)
    news += warnings(subject, besides: news)
    if news.isEmpty { return }
    page.line(Marked("Attention:", .bad))
    page.nested { page in for line in news { page.line(line) } }
    page.blank()
  }

  private static func deletion(_ subject: Subject) -> [Marked] {
    let since = subject.metadata["deletionTimestamp"]
    if since.isNull { return [] }
    let holders = subject.metadata["finalizers"].strings
    let held = holders.isEmpty ? "" : "; held by finalizers: \(holders.joined(separator: ", "))"
    return [Marked("being deleted since \(subject.clock.age(since))\(held)", .warning)]
  }

  /// Containers that wait or ended badly: kubectl shows the reason of the waiting, and not what went wrong.
  private static func containers(_ subject: Subject) -> [Marked] {
    guard subject.kind.id == "v1/pods" else { return [] }
    return ["initContainer", "container", "ephemeralContainer"].flatMap { member in
      subject.status[member + "Statuses"].array.flatMap { status in
        let spec = subject.spec[member + "s"].array.first { $0["name"].words == status["name"].words }
        return news(container: status, spec: spec ?? .null, subject.clock)
      }
    }
  }

  private static func news(container: JSON, spec: JSON, _ clock: PageClock) -> [Marked] {
    let name: Marked = "container \(Marked(container["name"].words, .key))"
    let waiting = container["state"]["waiting"]
    let now = container["state"]["terminated"]
    let end = now.isNull ? container["lastState"]["terminated"] : now
    var news: [Marked] = []
    if !waiting["reason"].isBlank, !waiting["message"].isBlank || end.isNull {
      news.append("\(name) waits: \(Marked.state(waiting["reason"]))" + detail(waiting["message"]))
    }
    if !end.isNull, end["exitCode"].count != 0 {
      let ago = end["finishedAt"].isNull ? "" : " \(clock.age(end["finishedAt"])) ago"
      let code = ExitCode.words(end["exitCode"].count)
      var line: Marked = "\(name) ended\(ago): \(Marked.state(end["reason"])), \(code)"
      let limit = spec["resources"]["limits"]["memory"]
      if end["reason"].string == "OOMKilled", !limit.isNull { line.append("; its memory limit is \(limit)") }
      news.append(line + detail(end["message"]))
    }
    return news
  }

  private static func detail(_ message: JSON) -> Marked { message.isBlank ? "" : ": \(message)" }

  /// Conditions that say the same of several things stand together.
  private static func conditions(_ subject: Subject) -> [Marked] {
    if subject.status["phase"].string == "Succeeded" { return [] }
    var news: [(types: [String], condition: ConditionLine)] = []
    for condition in subject.status["conditions"].array.map(ConditionLine.init) {
      guard condition.meaning == .bad || condition.meaning == .warning else { continue }
      if let same = news.firstIndex(where: { $0.condition.saysTheSame(as: condition) }) {
        news[same].types.append(condition.type)
      } else {
        news.append(([condition.type], condition))
      }
    }
    return news.map { types, condition in
      let names = Marked(types.joined(separator: ", "), .key)
      var line: Marked = "\(names) \(types.count > 1 ? "are" : "is") \(condition.marked())"
      if !condition.since.isNull { line.append(Marked(" for \(subject.clock.age(condition.since))")) }
      let reasons = [condition.reason, condition.message].filter { !$0.isEmpty }
      return reasons.isEmpty ? line : line + Marked(": " + reasons.joined(separator: ": "))
    }
  }

  private static func endpoints(_ subject: Subject) -> [Marked] {
    guard subject.kind.id == "v1/services", !subject.spec["selector"].isBlank,
      let slices = subject.related.lists[EndpointText.key(subject.name)]
    else { return [] }
    let endpoints = slices.flatMap { $0["endpoints"].array }
    if endpoints.contains(where: { $0["conditions"]["ready"].bool ?? true }) { return [] }
    let selector = SelectorText.labelQuery(subject.spec["selector"])
    return [
      endpoints.isEmpty
        ? Marked("no pod matches the selector \(selector)", .bad)
        : Marked("none of \(endpoints.count) endpoints is ready", .bad)
    ]
  }

  /// The latest warnings, one for each reason, that tell something new: a failed hook shows nowhere else.
  /// Only where the status has trouble or nothing to tell: what is well has got over its warnings.
  private static func warnings(_ subject: Subject, besides news: [Marked]) -> [Marked] {
    if news.isEmpty, !subject.status["conditions"].isBlank { return [] }
    var reasons: Set = ["BackOff"]
    var lines: [Marked] = []
    for event in EventSection.newestFirst(subject) where event.isWarning {
      let isNew = reasons.insert(event.reason).inserted
      // The kubelet repeats a container's reason as "Error: " and the reason.
      let text = event.message.hasPrefix("Error: ") ? String(event.message.dropFirst(7)) : event.message
      guard isNew, lines.count < 3, !news.contains(where: { $0.text.contains(text) }) else { continue }
      lines.append("\(Marked(event.reason, .warning)) \(event.age(subject.clock)): \(event.message)")
    }
    return lines
  }
}

/// What a process's exit code says of its end.
enum ExitCode {
  /// "exit code 137 (killed by SIGKILL)"; shells and runtimes add 128 to the number of a signal.
  static func words(_ code: Int) -> String {
    let meaning: String? =
      switch code {
      case 126: "found, but cannot be run"
      case 127: "command not found"
      case 129...165: "killed by " + (signals[code - 128] ?? "signal \(code - 128)")
      default: nil
      }
    return "exit code \(code)" + (meaning.map { " (\($0))" } ?? "")
  }

  /// Of Linux; the numbers are the same on all machines Kubernetes runs on.
  private static let signals = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE",
    9: "SIGKILL", 10: "SIGUSR1", 11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
  ]
}
