import Cluster
import Document

/// One probe of a container and what it answered when it failed.
///
/// Source: Kubernetes, "Configure Liveness, Readiness and Startup Probes"; pkg/probe (http, tcp, exec, grpc).
struct ProbeReading {
  let sort: ContainerTrouble.ProbeSort
  let container: ContainerCase
  /// The failures, the newest first.
  let failures: [EventFact]

  init(_ sort: ContainerTrouble.ProbeSort, _ container: ContainerCase, _ events: [EventFact]) {
    self.sort = sort
    self.container = container
    failures = ProbeEvidence.failures(of: sort, events)
  }

  var probe: JSON { container.spec[sort.field] }
  var answer: String { failures.first.map { LogLine.trimmed(ProbeEvidence.answer($0)) } ?? "" }
  var periodSeconds: Int { max(1, probe["periodSeconds"].smallCount ?? 10) }
  var timeoutSeconds: Int { max(1, probe["timeoutSeconds"].smallCount ?? 1) }
  var failureThreshold: Int { max(1, probe["failureThreshold"].smallCount ?? 3) }
  /// How long a container may take until the probe has to pass.
  var allowedSeconds: Int {
    (probe["initialDelaySeconds"].smallCount ?? 0) + periodSeconds * failureThreshold
  }

  /// "GET :8080/healthz", "TCP :5432", "gRPC :9000", a command.
  var request: String {
    let bytes = probe.encoded()
    return Moment.plain(bytes.withUnsafeBytes { Probe.text(JSONSlice($0)) })
  }

  /// What came of it, in half a sentence: "answers 503", "gives no answer within 1s".
  var outcome: String {
    let said = Wording(answer)
    if answer.isEmpty { return "does not pass" }
    if let code = said.word(behind: "statuscode: ") { return "answers \(code)" }
    if timedOut { return "gives no answer within \(timeoutSeconds)s" }
    if isRefused { return "is refused: nothing listens\(port.map { " on port \($0)" } ?? "")" }
    if said.has("server gave http response to https client") {
      return "asks for HTTPS, and the port speaks HTTP"
    }
    if said.has("malformed http response", "tls: first record") {
      return "asks for HTTP, and the port speaks TLS"
    }
    if said.has("x509", "certificate") { return "meets a certificate that is no good" }
    if said.has("executable file not found", "not found in $path", "oci runtime"), !probe["exec"].isNull {
      return "cannot run: \(Wording.shortened(StartFailure.cause(answer), to: 60))"
    }
    if said.has("no route to host", "network is unreachable") { return "does not reach the pod" }
    if said.has("connection reset by peer", ": eof") { return "is cut off" }
    return "fails: \(Wording.shortened(answer, to: 60))"
  }

  var timedOut: Bool {
    Wording(answer).has(
      "context deadline exceeded", "client.timeout", "i/o timeout", "timed out", "timeout", "deadlineexceeded"
    )
  }

  var isRefused: Bool { Wording(answer).has("connection refused", "actively refused") }

  /// The port that is asked, as it is written.
  private var port: String? {
    for action in ["httpGet", "tcpSocket", "grpc"] where !probe[action].isNull {
      return probe[action]["port"].plain
    }
    return nil
  }

  var evidence: [Evidence] {
    var found: [Evidence] = []
    if let failure = failures.first { found.append(failure.evidence) }
    let delay = probe["initialDelaySeconds"].smallCount ?? 0
    found.append(
      Evidence(
        .field("\(container.field).\(sort.field)"),
        "\(request), \(delay > 0 ? "first after \(delay)s, " : "")every \(periodSeconds)s, timeout \(timeoutSeconds)s, "
          + "\(failureThreshold) failures count"))
    if let mismatch { found.append(mismatch) }
    return found
  }

  /// The port that is asked is none that the container declares.
  private var mismatch: Evidence? {
    guard let port, answer.isEmpty || isRefused || Wording(answer).has("not found", "404") else { return nil }
    let ports = container.spec["ports"].array
    guard !ports.isEmpty else { return nil }
    let isDeclared = ports.contains { $0["containerPort"].plain == port || $0["name"].line == port }
    guard !isDeclared else { return nil }
    let declared = ports.map { $0["containerPort"].plain }.joined(separator: ", ")
    return Evidence(
      .field("\(container.field).ports"), "the probe asks port \(port), the container declares \(declared)")
  }

  /// The line that asks the same by hand.
  func byHand(_ subject: Case) -> Offer? {
    let pod = "-n \(subject.ref.namespace) \(subject.ref.name)"
    let command = probe["exec"]["command"].array.map { Shell.quoted($0.line) }.joined(separator: " ")
    if !command.isEmpty {
      return Offer(
        "run the probe by hand", .command("kubectl exec \(pod) -c \(container.name) -- \(command)"))
    }
    guard !probe["httpGet"].isNull, let port = number else { return nil }
    let scheme = probe["httpGet"]["scheme"].string == "HTTPS" ? "https" : "http"
    let path = probe["httpGet"]["path"].line
    let curl = "curl -i\(scheme == "https" ? "k" : "") --max-time \(timeoutSeconds) "
    return Offer(
      "ask the same by hand",
      .command(
        "kubectl port-forward \(pod) \(port) & sleep 1; \(curl)\(Shell.quoted("\(scheme)://localhost:\(port)\(path)")); kill %1"
      ))
  }

  private var number: Int? {
    guard let port else { return nil }
    if let number = Int(port) { return number }
    return container.spec["ports"].array.first { $0["name"].line == port }?["containerPort"].int
  }
}
