import Cluster
import Document

/// Tells in half a sentence why a container is not running well.
struct ContainerStory {
  let status: ContainerStatus
  /// The container's specification.
  let spec: JSONSlice?
  /// Whether the pod lets containers that ended stay ended.
  var staysEnded = false
  /// When all containers of the pod were last found to be ready, or not.
  var readinessChanged: Int64?

  /// How bad it is, and why.
  var health: Health {
    switch status.state {
    case .waiting(let waiting): waitingHealth(waiting["reason"].line, message: waiting["message"].line)
    case .running(let running): runningHealth(since: running["startedAt"]?.epochSeconds)
    case .terminated(let end): terminatedHealth(end)
    case .none: Health(.starting)
    }
  }

  // MARK: Waiting

  private func waitingHealth(_ reason: String, message: String) -> Health {
    let image = spec?["image"].line ?? status.image.line
    let text = KubeletMessage.cause(message, image: image)
    switch reason {
    case "", "ContainerCreating", "PodInitializing": return Health(.starting)
    case "CrashLoopBackOff":
      let pause = KubeletMessage.backOff(message).map { " (back-off \($0))" } ?? ""
      let end = status.last.map { ended($0) + suspicion($0) } ?? "it keeps ending"
      return Health(.bad, "\(end); \(restarting)\(pause)")
    case "ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError",
      "SignatureValidationFailed":
      let cause = text.isEmpty ? "; its events tell why" : ": \(text)"
      return Health(.bad, "cannot pull \(image)\(cause); it keeps trying")
    case "InvalidImageName": return Health(.bad, "\(image) is no valid image name: \(text)")
    case "ErrImageNeverPull":
      return Health(.bad, "the image \(image) is not on the node, and the pull policy is Never")
    case "CreateContainerConfigError": return Health(.bad, "cannot be configured: \(text)")
    case "CreateContainerError": return Health(.bad, "cannot be created: \(text)")
    case "RunContainerError": return Health(.bad, "cannot be started: \(text)" + restartCount)
    case "PostStartHookError": return Health(.bad, "its postStart hook failed: \(text)" + restartCount)
    default: return Health(.bad, (text.isEmpty ? reason : "\(reason): \(text)") + restartCount)
    }
  }

  private var restarting: String {
    status.restarts == 0 ? "it is restarted" : "restarting, \(times) so far"
  }
  private var restartCount: String { status.restarts == 0 ? "" : "; \(restarting)" }
  private var times: String { status.restarts == 1 ? "once" : "\(status.restarts) times" }

  // MARK: Ended

  private func terminatedHealth(_ end: Termination) -> Health {
    let tone: Tone = end.exitCode == 0 ? .pending : .bad
    return Health(tone, ended(end) + (staysEnded ? "" : "\(suspicion(end)); \(restarting)"))
  }

  /// "OOMKilled (exit 137) 40s ago after 3s, limit 256Mi"
  func ended(_ end: Termination) -> String {
    var text = how(end)
    if let finished = end.finished {
      text += " \(Moment.mark(finished))"
      if let started = end.started, finished >= started {
        text += " after \(Age.text(seconds: finished - started))"
      }
    }
    if end.reason.has("OOMKilled") {
      let limit = spec?["resources"]?["limits"]?["memory"]
      text += limit.map { ", limit \($0.plainText)" } ?? ", it has no memory limit of its own"
    }
    let message = KubeletMessage.cause(end.message)
    return message.isEmpty ? text : "\(text): \(message)"
  }

  private func how(_ end: Termination) -> String {
    let code = end.exitCode
    switch end.reason.line {
    case "Completed" where code == 0: return "ended with exit 0"
    case "", "Error":
      if end.signal != 0 { return "killed by \(Signal.name(end.signal))" }
      // A shell and the container runtimes report a deadly signal as 128 + its number.
      return code > 128 && code < 160 ? "killed by \(Signal.name(code - 128)) (exit \(code))" : "exit \(code)"
    case "StartError", "ContainerCannotRun": return "could not be started (exit \(code))"
    case let reason: return "\(reason) (exit \(code))"
    }
  }

  /// Failed hooks and liveness probes end a container without leaving a word in its status.
  private func suspicion(_ end: Termination) -> String {
    guard [0, 137, 143].contains(end.exitCode), !end.reason.has("OOMKilled") else { return "" }
    if spec?["lifecycle"]?["postStart"] != nil {
      return "; perhaps its postStart hook fails, its events tell"
    }
    let hasProbe = spec?["livenessProbe"] != nil || spec?["startupProbe"] != nil
    return hasProbe ? "; perhaps its liveness probe fails, its events tell" : ""
  }

  // MARK: Running

  private func runningHealth(since: Int64?) -> Health {
    let ago = since.map { " since it started \(Moment.mark($0))" } ?? ""
    if let probe = spec?["startupProbe"], !status.hasStarted {
      return Health(.starting, "has not passed its startup probe (\(Probe.text(probe)))\(ago)" + previous)
    }
    let test =
      spec?["readinessProbe"].map { "its readiness probe (\(Probe.text($0)))" } ?? "its readiness check"
    if let changed = readinessChanged, let since, changed > since + 1 {
      return Health(
        .bad, "does not pass \(test) any more, not ready for \(Moment.lasting(since: changed))" + previous)
    }
    return Health(.pending, "has not passed \(test)\(ago)" + previous)
  }

  /// How the run before went, for a container that runs again.
  private var previous: String {
    guard status.restarts > 0, let last = status.last else { return "" }
    return "; before that \(ended(last)), restarted \(times)"
  }

  /// What a container that is well has gone through; empty when nothing.
  var history: String {
    guard status.restarts > 0, let last = status.last else { return "" }
    return "\(ended(last))\(suspicion(last)); restarted \(times), running well now"
  }
}

/// What a probe asks.
enum Probe {
  static func text(_ probe: JSONSlice) -> String {
    if let get = probe["httpGet"] {
      let isSecure = get["scheme"].has("HTTPS")
      return "\(isSecure ? "HTTPS " : "")GET :\(get["port"]?.plainText ?? "")\(get["path"].line)"
    }
    if let socket = probe["tcpSocket"] { return "TCP :\(socket["port"]?.plainText ?? "")" }
    if let grpc = probe["grpc"] { return "gRPC :\(grpc["port"]?.plainText ?? "")" }
    let command = probe["exec"]?["command"].elements.map(\.line).joined(separator: " ") ?? ""
    return command.count > 40 ? "\(command.prefix(39))…" : command
  }
}

/// Names of the signals that end containers, by their numbers on Linux, where the containers run (signal(7)).
enum Signal {
  static func name(_ number: Int) -> String {
    switch number {
    case 1: "SIGHUP"
    case 2: "SIGINT"
    case 3: "SIGQUIT"
    case 4: "SIGILL"
    case 5: "SIGTRAP"
    case 6: "SIGABRT"
    case 7: "SIGBUS"
    case 8: "SIGFPE"
    case 9: "SIGKILL"
    case 11: "SIGSEGV"
    case 13: "SIGPIPE"
    case 15: "SIGTERM"
    default: "signal \(number)"
    }
  }
}
