import Cluster
import HTTP

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Connects step by step and says of each step what was found; of one that fails, what the server said and what to
/// try. Only reads, and never more than a handful of requests.
package struct Doctor: Sendable {
  /// One thing that was looked at.
  package struct Step: Sendable, Hashable {
    package enum State: String, Sendable {
      case ok
      case failed = "fail"
      case warned = "warn"
      case skipped = "skip"
    }

    package var name: String
    package var state: State
    /// One line.
    package var found: String
    /// What a server or a plug-in said for itself.
    package var said: [String] = []
    package var advice: String?
  }

  let overrides: Overrides
  let environment: Environment
  let root: String
  let terminal: PluginTerminal
  let now: Int64

  /// - Parameters:
  ///   - terminal: `.own` where a plug-in may ask the person who runs this.
  ///   - root: stands in for "/" in tests.
  package init(
    _ overrides: Overrides, environment: Environment = .process, root: String = "",
    terminal: PluginTerminal = .none, now: Int64 = Int64(time(nil))
  ) {
    self.overrides = overrides
    self.environment = environment
    self.root = root
    self.terminal = terminal
    self.now = now
  }

  /// Blocks until all is done. - Returns: the exit code, 1 when a step failed.
  package func run(report: (Step) -> Void) -> Int32 {
    var hasFailed = false
    func tell(_ step: Step) {
      hasFailed = hasFailed || step.state == .failed
      report(step)
    }
    let session = HTTPSession()
    defer { session.shutdown() }
    examine(over: session, tell)
    return hasFailed ? 1 : 0
  }

  private func examine(over session: HTTPSession, _ tell: (Step) -> Void) {
    let (config, connection) = lookAtConfig()
    tell(config)
    guard let connection else {
      return skip(["credential", "name", "tcp", "proxy", "tls"] + Self.serverSteps, "no server", tell)
    }
    // A person who logs in takes longer than a program.
    let deadlineSeconds = terminal == .own ? 300 : 60
    let access = Access(
      connection, environment: environment, terminal: terminal, deadlineSeconds: deadlineSeconds)
    let (credential, getter) = lookAtCredential(access, session)
    tell(credential)
    let isReached = lookAtNetwork(access.currentServer ?? connection.server, tell)
    guard isReached else { return skip(Self.serverSteps, "not reached", tell) }
    guard let getter else { return skip(Self.serverSteps, "no credential", tell) }
    let patient = ServerVisit(doctor: self, access: access, session: session, getter: getter)
    let (identity, goesOn) = patient.lookAtIdentity()
    tell(identity)
    guard goesOn else { return skip(Self.serverSteps.dropFirst(), "needs an identity", tell) }
    tell(patient.lookAtPermission())
    tell(patient.lookAtVersion())
    tell(patient.lookAtDiscovery())
  }

  private static let serverSteps = ["identity", "permission", "version", "discovery"]

  private func skip(_ names: some Sequence<String>, _ why: String, _ tell: (Step) -> Void) {
    for name in names { tell(Step(name: name, state: .skipped, found: why)) }
  }

  /// "3d4h ago", "in 22m".
  func relative(_ moment: Int64) -> String {
    moment <= now ? "\(Age.text(seconds: now - moment)) ago" : "in \(Age.text(seconds: moment - now))"
  }
}

extension Doctor.Step {
  /// Plain text: "ok    identity   you are oncall (groups: system:authenticated), by token".
  package var lines: [String] {
    func padded(_ text: String, to width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    let first = padded(state.rawValue, to: 6) + padded(name, to: 11) + Harmless.line(found)
    let indent = String(repeating: " ", count: 17)
    return [first] + said.map { indent + "said: " + Harmless.line($0) }
      + (advice.map { [indent + "try: " + Harmless.line($0)] } ?? [])
  }
}
