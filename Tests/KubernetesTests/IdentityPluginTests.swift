import Document
import Foundation
import TestSupport
import Testing

@testable import Kubernetes

/// Exec credential plug-ins, each a shell script.
struct IdentityPluginTests {
  private static let v1 = "client.authentication.k8s.io/v1"
  private let folder = temporaryDirectory()

  /// A plug-in that runs `script`.
  private func plugin(
    _ script: String, apiVersion: String = v1, mode: String? = "Never",
    _ change: (inout ExecEntry) -> Void = { _ in },
    cluster: ClusterEntry = ClusterEntry(name: "k")
  ) throws -> ExecPlugin {
    var entry = ExecEntry()
    entry.apiVersion = apiVersion
    entry.interactiveMode = mode
    entry.command = try executable(script, in: folder, "plugin")
    change(&entry)
    return try ExecPlugin(entry, cluster: cluster)
  }

  private func answer(_ status: String, apiVersion: String = v1) -> String {
    """
    cat <<'END'
    {"kind": "ExecCredential", "apiVersion": "\(apiVersion)", "status": \(status)}
    END
    """
  }

  private func run(_ plugin: ExecPlugin, deadline: Int = 60) throws -> ExecPlugin.Grant {
    try plugin.run(environment: .process, deadlineSeconds: deadline)
  }

  private func failure(_ plugin: ExecPlugin, deadline: Int = 60) -> PluginError? {
    do throws(PluginError) {
      _ = try plugin.run(environment: .process, deadlineSeconds: deadline)
      return nil
    } catch {
      return error
    }
  }

  // MARK: What works

  @Test func aTokenIsTakenWithItsEnd() throws {
    let plugin = try plugin(
      answer(#"{"token": "abc", "expirationTimestamp": "2026-11-21T08:00:00Z"}"#))
    let grant = try run(plugin)
    #expect(grant.token == Secret("abc"))
    #expect(grant.expires == 1_795_248_000)
  }

  @Test func theOlderVersionIsSpokenToo() throws {
    let old = "client.authentication.k8s.io/v1beta1"
    let plugin = try plugin(answer(#"{"token": "abc"}"#, apiVersion: old), apiVersion: old, mode: nil)
    #expect(plugin.interactiveMode == .ifAvailable)
    #expect(try run(plugin).token == Secret("abc"))
  }

  @Test func aClientCertificateIsTaken() throws {
    let certificate = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
    let key = "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"
    let status: JSON = ["clientCertificateData": .string(certificate), "clientKeyData": .string(key)]
    let grant = try run(try plugin(answer(status.text)))
    #expect(grant.certificate == Array(certificate.utf8))
    #expect(grant.key == Secret(key))
    #expect(grant.token == nil)
  }

  @Test func itGetsItsArgumentsVariablesAndTheClusterItAsksFor() throws {
    var cluster = ClusterEntry(name: "k")
    cluster.server = "https://k:6443"
    cluster.tlsServerName = "name"
    cluster.proxy = Secret("http://p")
    cluster.authority = .data(Secret(Base64.encode("-----BEGIN CERTIFICATE-----".utf8)))
    cluster.execConfig = ["audience": "me"]
    let script = """
      printf '%s\\n' "$1|$2|$EXTRA|$HOME" > "$0.seen"
      printf '%s' "$KUBERNETES_EXEC_INFO" > "$0.info"
      """
    let plugin = try plugin(
      script + "\n" + answer(#"{"token": "t"}"#),
      {
        $0.arguments = [Secret("get token"), Secret("--now")]
        $0.environment = [(name: "EXTRA", value: Secret("more"))]
        $0.provideClusterInfo = true
      }, cluster: cluster)
    _ = try plugin.run(environment: Environment(["HOME": "/home/me", "PATH": "/usr/bin:/bin"]))
    let seen = try String(contentsOfFile: folder.file("plugin.seen"), encoding: .utf8)
    #expect(seen == "get token|--now|more|/home/me\n")
    let info = try String(contentsOfFile: folder.file("plugin.info"), encoding: .utf8)
    let expected: JSON = [
      "kind": "ExecCredential", "apiVersion": .string(Self.v1),
      "spec": [
        "cluster": [
          "server": "https://k:6443", "tls-server-name": "name",
          "certificate-authority-data": .string(Base64.encode("-----BEGIN CERTIFICATE-----".utf8)),
          "proxy-url": "http://p", "config": ["audience": "me"],
        ],
        "interactive": false,
      ],
    ]
    #expect(JSON.parse(Array(info.utf8)).value == expected)
  }

  @Test func withoutAskingItIsNotToldOfTheCluster() throws {
    let plugin = try plugin("")
    #expect(
      plugin.info(isInteractive: false)
        == #"{"kind":"ExecCredential","apiVersion":"\#(Self.v1)","spec":{"interactive":false}}"#)
  }

  @Test func aCommandWithASlashStartsAtTheKubeconfigsFolder() throws {
    try executable(answer(#"{"token": "near"}"#), in: folder, "near")
    let config = folder.write(
      """
      {"current-context": "c", "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
       "clusters": [{"name": "k", "cluster": {"server": "https://k"}}],
       "users": [{"name": "u", "user": {"exec": {"apiVersion": "\(Self.v1)", "command": "./near",
                                                "interactiveMode": "IfAvailable"}}}]}
      """, to: "config")
    let connection = try Kubeconfig.load(explicit: config).connection(Overrides())
    #expect(connection.credential.summary == "plug-in near")
    #expect(try run(try #require(connection.credential.plugin)).token == Secret("near"))
  }

  @Test func aChildStartsWithEverySignalAsUsual() throws {
    // Dispatch workers block nearly all signals; what they start must not inherit that.
    let script = """
      grep -E 'SigBlk|SigIgn' /proc/self/status > "$0.signals"
      """
    let plugin = try plugin(script + "\n" + answer(#"{"token": "t"}"#))
    let result = DispatchQueue.global().sync { try? run(plugin) }
    #expect(result != nil)
    let seen = try String(contentsOfFile: folder.file("plugin.signals"), encoding: .utf8)
    #expect(seen.contains("SigBlk:\t0000000000000000"))
    #expect(!seen.contains("SigIgn:\t0000000000001"), "SIGPIPE is ignored: \(seen)")
  }

  @Test func whatItLeavesBehindDoesNotHoldUsUp() throws {
    // The sleeper keeps the pipes open.
    let start = DispatchTime.now()
    let grant = try run(try plugin("sleep 30 &\n" + answer(#"{"token": "t"}"#)), deadline: 20)
    #expect(grant.token == Secret("t"))
    #expect(DispatchTime.now() < start + 15)
  }

  // MARK: What does not

  @Test func aFailureSaysTheCodeAndItsFirstWords() throws {
    let script = """
      printf '\\033[31mlogin needed\\033[0m\\r\\n\\nrun: tool login\\n' >&2
      exit 3
      """
    let error = try #require(failure(try plugin(script)))
    #expect(error.failure == .exited(code: 3))
    #expect(error.said == ["login needed", "run: tool login"])
    #expect(
      error.advice == "credential plug-in \(folder.file("plugin")) ended with exit code 3: login needed")
  }

  @Test func aSlowOneEndsAtItsDeadlineWithAllItStarted() throws {
    let script = """
      sleep 300 & echo $! > "$0.child"
      echo waiting for a browser >&2
      wait
      """
    let error = try #require(failure(try plugin(script), deadline: 1))
    #expect(error.failure == .timedOut(seconds: 1))
    #expect(error.said == ["waiting for a browser"])
    let child = try String(contentsOfFile: folder.file("plugin.child"), encoding: .utf8)
    let pid = try #require(pid_t(child.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(waitUntil { isGone(pid) })
  }

  @Test func oneThatRefusesToEndIsKilled() throws {
    let error = failure(try plugin("trap '' TERM\nwhile :; do sleep 0.2; done"), deadline: 1)
    #expect(error?.failure == .timedOut(seconds: 1))
  }

  @Test func aPromptGetsNoTerminalAndNoInput() throws {
    let script = """
      if read answer; then echo got input >&2; exit 4; fi
      if (exec < /dev/tty) 2>/dev/null; then echo got a terminal >&2; exit 5; fi
      echo no one to ask >&2
      exit 6
      """
    let error = failure(try plugin(script, mode: "IfAvailable"))
    #expect(error?.failure == .exited(code: 6))
    #expect(error?.said == ["no one to ask"])
  }

  @Test func oneThatMustAskIsNotStartedWithoutATerminal() throws {
    let plugin = try plugin("touch \"$0.started\"", mode: "Always")
    #expect(failure(plugin)?.failure == .wantsTerminal)
    #expect(!FileManager.default.fileExists(atPath: folder.file("plugin.started")))
  }

  @Test func withATerminalItMayAsk() throws {
    let script = "printf '%s' \"$KUBERNETES_EXEC_INFO\" > \"$0.info\"\n" + answer(#"{"token": "t"}"#)
    let plugin = try plugin(script, mode: "Always")
    #expect(try plugin.run(environment: .process, terminal: .own).token == Secret("t"))
    let info = try String(contentsOfFile: folder.file("plugin.info"), encoding: .utf8)
    #expect(info.contains(#""interactive":true"#))
  }

  @Test func oneThatIsNotInstalledShowsTheHint() throws {
    let plugin = try plugin("") {
      $0.command = "no-such-plugin-anywhere"
      $0.installHint = "get it from\nexample.com"
    }
    #expect(
      failure(plugin)?.advice
        == "credential plug-in no-such-plugin-anywhere is not installed or not in PATH (get it from example.com)"
    )
  }

  @Test(arguments: [
    ("", "it printed nothing"), ("echo '<html>'", "what it printed is no JSON"),
    ("echo '{}'", "its kind is not ExecCredential"),
  ])
  func answersThatAreNoCredentialAreRefused(script: String, why: String) throws {
    #expect(failure(try plugin(script))?.failure == .badAnswer(why: why))
  }

  @Test func answersThatAreIncompleteAreRefused() throws {
    func why(_ status: String, apiVersion: String = Self.v1) throws -> PluginError.Failure? {
      failure(try plugin(answer(status, apiVersion: apiVersion)))?.failure
    }
    #expect(try why("{}") == .badAnswer(why: "it gave neither a token nor a client certificate"))
    #expect(
      try why(#"{"clientKeyData": "x"}"#) == .badAnswer(why: "it gave half of a client certificate"))
    #expect(
      try why(#"{"token": "t", "expirationTimestamp": "soon"}"#)
        == .badAnswer(why: "its expirationTimestamp is no time"))
    let old = "client.authentication.k8s.io/v1beta1"
    #expect(
      try why(#"{"token": "t"}"#, apiVersion: old)
        == .badAnswer(why: "it answers another apiVersion than the \(Self.v1) it was asked for"))
  }

  @Test func aFloodOfOutputIsReadAndNotKept() throws {
    let error = failure(try plugin("head -c 5000000 /dev/zero | tr '\\0' x"))
    #expect(error?.failure == .badAnswer(why: "what it printed is no JSON"))
  }

  private func isGone(_ pid: pid_t) -> Bool {
    let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
    return status.map { $0.contains(") Z ") } ?? true
  }
}
