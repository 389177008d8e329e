import Cluster
import Document

extension Rule {
  /// A lifecycle hook that fails. Since 1.26 the kubelet keeps to itself what a hook printed, so the line that runs it by hand is
  /// offered.
  ///
  /// Source: Kubernetes, "Container Lifecycle Hooks"; pkg/kubelet/lifecycle/handlers.go.
  static let hook = Rule(
    "hook", "postStart and preStop hooks that fail", of: ["v1/pods"]
  ) { subject in
    let starting = subject.troubles.filter { $0.trouble == .hook }.map {
      HookFinding(subject, $0.container, "postStart").started(isFailing: $0.isFailing)
    }
    guard subject.stage == .ending else { return starting }
    return starting
      + subject.containers.filter { !$0.spec["lifecycle"]["preStop"].isNull }.compactMap {
        HookFinding(subject, $0, "preStop").stopped
      }
  }
}

private struct HookFinding {
  let subject: Case
  let container: ContainerCase
  let name: String

  init(_ subject: Case, _ container: ContainerCase, _ name: String) {
    self.subject = subject
    self.container = container
    self.name = name
  }

  private var hook: JSON { container.spec["lifecycle"][name] }
  private var field: String { "\(container.field).lifecycle.\(name)" }

  func started(isFailing: Bool) -> Finding {
    let event = subject.warnings(about: container).first { $0.reason == "FailedPostStartHook" }
    let message =
      [event?.message ?? "", container.waitingMessage, container.remembered?.message ?? ""]
      .first { Wording($0).has("hook") } ?? ""
    let code = exitCode(message)
    let headline = "its postStart hook fails: \(words)" + (code.map { " (exit \($0))" } ?? "")
    var finding = Finding(
      "hook-poststart", of: subject.ref, part: container.name, key: "postStart \(words)",
      subject.naming(container) + headline, isFailing ? .error : .warning,
      since: subject.brokenSince(container),
      .hopeless("the container is killed each time its hook fails, and started again"))
    finding.evidence = [event?.evidence, Evidence(.field(field), detail), ended, subject.nextTry(container)]
      .compactMap { $0 }
    if message.isEmpty || Wording.shortened(message, to: 24) == message {
      finding.evidence.append(
        Evidence(
          .reckoned("the kubelet's silence"), "since 1.26 the kubelet does not tell what a hook printed"))
    }
    finding.offers = offers + [subject.logOffer(container, previous: !container.hasEnded)]
    return finding
  }

  /// Told only while the pod is still there: it is going anyway.
  var stopped: Finding? {
    let event = subject.events().first { $0.reason == "FailedPreStopHook" && $0.container == container.name }
    guard let event else { return nil }
    var finding = Finding(
      "hook-prestop", of: subject.ref, part: container.name, key: "preStop \(words)",
      subject.naming(container) + "its preStop hook fails: \(words)", .warning, since: event.first,
      .heals("the pod ends in spite of it, without what the hook should have done"))
    finding.evidence = [event.evidence, Evidence(.field(field), detail)]
    finding.offers = offers
    return finding
  }

  private var ended: Evidence? {
    guard let end = container.end else { return nil }
    return Evidence(
      .exit(container.name), "exit \(end.exitCode), killed after the hook failed", at: end.finished)
  }

  /// "command '/bin/x' exited with 126: ..."
  private func exitCode(_ message: String) -> Int? {
    let said = Wording(message)
    let word =
      said.word(behind: "exited with code ") ?? said.word(behind: "exited with ")
      ?? said.word(behind: "exit code ")
    return word.flatMap { Int($0) }
  }

  // MARK: What the hook does

  private var command: [String] { hook["exec"]["command"].array.map(\.line) }

  private var words: String {
    if !command.isEmpty { return Wording.shortened(command.joined(separator: " "), to: 50) }
    if !hook["httpGet"].isNull { return "GET \(url)" }
    if !hook["tcpSocket"].isNull { return "TCP :\(hook["tcpSocket"]["port"].plain)" }
    return "sleep"
  }

  private var detail: String {
    command.isEmpty ? words : "exec \(command.map(Shell.quoted).joined(separator: " "))"
  }

  private var url: String {
    let get = hook["httpGet"]
    let scheme = get["scheme"].line.lowercased()
    return
      "\(scheme.isEmpty ? "http" : scheme)://\(get["host"].line.isEmpty ? "localhost" : get["host"].line):\(get["port"].plain)\(get["path"].line)"
  }

  private var offers: [Offer] {
    let pod = "-n \(subject.ref.namespace) \(subject.ref.name)"
    if !command.isEmpty {
      let line = command.map(Shell.quoted).joined(separator: " ")
      return [
        Offer(
          "run the hook by hand while the container is up",
          .command("kubectl exec \(pod) -c \(container.name) -- \(line)"))
      ]
    }
    if !hook["httpGet"].isNull {
      return [
        Offer(
          "ask the same by hand while the container is up",
          .command("kubectl exec \(pod) -c \(container.name) -- wget -qO- \(Shell.quoted(url))"))
      ]
    }
    return []
  }
}

/// Words for a POSIX shell.
enum Shell {
  /// As it is where nothing in it means anything to a shell, else in single quotes.
  static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII
          && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || "-_./:=@%+,".unicodeScalars.contains(scalar))
      }
    return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }
}

extension JSON {
  /// A port by number or by name.
  var plain: String { int.map(String.init) ?? line }
}
