import Document
import Foundation
import TestSupport
import Testing

@testable import Kubernetes

/// What is wrong, step by step: the doctor names the step, what was said and what to try.
struct DoctorFailureTests {
  private let authority = TestAuthority.shared

  private var janeCertificate: JSON {
    [
      "client-certificate-data": authority.base64("jane.crt"),
      "client-key-data": authority.base64("jane.key"),
    ]
  }

  // MARK: The way there

  @Test func aNameThatNobodyKnows() throws {
    let report = examine { $0.server = "https://nowhere.invalid:6443" }
    #expect(report.code == 1)
    #expect(report.failure.first == "fail  name       the name nowhere.invalid is not known")
    #expect(report.failure.last?.contains("try: check the server's name in the kubeconfig, DNS") == true)
    #expect(report["tcp"] == "skip  tcp        no address")
    #expect(report["identity"] == "skip  identity   not reached")
  }

  @Test func aPortWhereNobodyListens() throws {
    let port = try freePort()
    let report = examine { $0.server = "https://127.0.0.1:\(port)" }
    #expect(report.code == 1)
    #expect(report.failure.first == "fail  tcp        127.0.0.1:\(port): Connection refused")
    #expect(report.failure.last?.contains("is the API server running there") == true)
  }

  @Test func aProxyThatIsNotThere() throws {
    let server = try TestServer()
    let port = try freePort()
    let config = server.kubeconfig(
      cluster: ["proxy-url": .string("http://me:secret@127.0.0.1:\(port)")], user: ["token": "abc"])
    let report = examine(config)
    #expect(report.code == 1)
    #expect(
      report.failure.prefix(2) == [
        "fail  proxy      the proxy http://127.0.0.1:\(port) of the kubeconfig does not connect us to 127.0.0.1",
        "                 said: Connection refused",
      ])
    #expect(!report.description.contains("secret"))
  }

  @Test func aProxyThatRefuses() throws {
    let server = try TestServer()
    let proxy = try TestProxy(["ConnectPort 1"])
    let config = server.kubeconfig(
      cluster: ["proxy-url": .string("http://127.0.0.1:\(proxy.port)")], user: ["token": "abc"])
    let report = examine(config)
    #expect(report.failure.dropFirst().first == "                 said: it answered 403 to CONNECT")
    #expect(
      report.failure.first?.hasPrefix("fail  proxy      the proxy http://127.0.0.1:\(proxy.port)") == true)
  }

  // MARK: TLS

  @Test func aServerThatAnotherAuthoritySigned() throws {
    let server = try TestServer()
    let config = server.kubeconfig(
      cluster: ["certificate-authority-data": authority.base64("other-ca.crt")], user: ["token": "abc"])
    let report = examine(config)
    #expect(report.code == 1)
    #expect(
      report.failure.first
        == "fail  tls        the server's certificate is signed by test-ca; we trust other-ca")
    #expect(report["identity"] == "skip  identity   not reached")
    #expect(server.requests.isEmpty)
  }

  @Test func aServerOfAnotherName() throws {
    let server = try TestServer(certificate: "misnamed")
    let report = examine(server.kubeconfig(user: ["token": "abc"]))
    #expect(
      report.failure.first == "fail  tls        the server's certificate is not for 127.0.0.1; it is for "
        + "kubernetes.default, api.example.com")
    #expect(report.failure.last?.contains("tls-server-name") == true)
  }

  @Test func aServerWhoseCertificateEnded() throws {
    let server = try TestServer(certificate: "expired-server")
    let report = examine(server.kubeconfig(user: ["token": "abc"]))
    #expect(report.failure.first?.hasPrefix("fail  tls        the server's certificate ended ") == true)
    #expect(report.failure.last?.contains("renew it on the server, or check this machine's clock") == true)
  }

  @Test func aServerThatSpeaksNoTLS() throws {
    let server = try TestServer(certificate: nil)
    let report = examine(server.kubeconfig(user: ["token": "abc"]))
    #expect(report.failure.first?.contains("it does not speak TLS on this port") == true)
    #expect(report.steps.first { $0.state == .failed }?.name == "tls")
  }

  @Test func aKeyThatBelongsToAnotherCertificate() throws {
    let server = try TestServer()
    let config = server.kubeconfig(user: [
      "client-certificate-data": authority.base64("jane.crt"),
      "client-key-data": authority.base64("server.key"),
    ])
    let report = examine(config)
    #expect(report.failure.first == "fail  tls        the client certificate can't be used")
  }

  // MARK: Identity

  @Test func aMissingClientCertificate() throws {
    let server = try TestServer(["--require"])
    let report = examine(server.kubeconfig(user: [:]))
    #expect(report.code == 1)
    let failure = report.failure.first ?? ""
    let wanted = "fail  identity   127.0.0.1:\(server.port) wants a client certificate"
    #expect(failure.hasPrefix(wanted) || failure.contains(Self.lostAlert), "\(report)")
  }

  /// TLS 1.3 refuses a certificate in an alert after the handshake, which a loaded machine may lose: then only
  /// this is known.
  private static let lostAlert = "closed right after the handshake"

  @Test func aClientCertificateThatEnded() throws {
    let server = try TestServer(["--require"])
    let config = server.kubeconfig(user: [
      "client-certificate-data": authority.base64("expired-jane.crt"),
      "client-key-data": authority.base64("jane.key"),
    ])
    let report = examine(config)
    #expect(report.code == 1)
    #expect(
      report["credential"]?.hasPrefix(
        "fail  credential client certificate of jane (groups: dev, ops), ended ") == true)
    #expect(report.lines("credential").last?.contains("try: get a new client certificate") == true)
    let identity = report["identity"] ?? ""
    let wanted =
      "fail  identity   the client certificate can't be used: 127.0.0.1:\(server.port) refused it: certificate "
      + "expired; check certificate and key"
    #expect(identity == wanted || identity.contains(Self.lostAlert), "\(report)")
  }

  @Test func aClientCertificateOfAnotherAuthority() throws {
    let server = try TestServer(["--require"])
    let config = server.kubeconfig(user: [
      "client-certificate-data": authority.base64("other-jane.crt"),
      "client-key-data": authority.base64("jane.key"),
    ])
    let report = examine(config)
    let failure = report.failure.first ?? ""
    #expect(failure.contains("refused it: unknown ca") || failure.contains(Self.lostAlert), "\(report)")
  }

  @Test func aTokenThatIsWrong() throws {
    let server = try TestServer()
    let report = examine(server.kubeconfig(user: ["token": "wrong-secret"]))
    #expect(report.code == 1)
    #expect(
      report.failure == [
        "fail  identity   the server does not accept the token", "                 said: 401 Unauthorized",
        "                 try: the token is wrong, was revoked, or is another cluster's: get a new one",
      ])
    #expect(report["permission"] == "skip  permission needs an identity")
    #expect(!report.description.contains("wrong-secret"))
  }

  @Test func aTokenThatEnded() throws {
    let server = try TestServer()
    let claims = Base64.encode(#"{"exp":1700000000,"sub":"x"}"#.utf8).prefix { $0 != "=" }
    let report = examine(server.kubeconfig(user: ["token": .string("e30.\(claims).c2ln")]))
    #expect(report["credential"]?.hasPrefix("fail  credential token, ended ") == true)
    #expect(report.lines("identity").last?.contains("try: the token ended ") == true)
  }

  @Test func nobodyInParticular() throws {
    let server = try TestServer()
    let report = examine(server.kubeconfig(user: [:]))
    #expect(
      report["identity"] == "warn  identity   you are system:anonymous (groups: system:unauthenticated), "
        + "without a credential")
  }

  @Test func somebodyWhoMayNotActAsOthers() throws {
    let server = try TestServer()
    server.accept(["abc": ["username": "oncall", "groups": []]])
    let report = examine(server.kubeconfig(user: ["token": "abc"])) { $0.asUser = "jane" }
    #expect(
      report.failure == [
        "fail  identity   the server does not say who you are",
        "                 said: 403 users \"jane\" is forbidden: User \"oncall\" cannot impersonate resource "
          + "\"users\" in API group \"\" at the cluster scope",
      ])
  }

  // MARK: Plug-ins

  @Test func aPluginThatFails() throws {
    let server = try TestServer()
    let script = "echo 'session expired' >&2; echo 'run: cloud login' >&2; exit 7"
    let report = examine(server.kubeconfig(user: try plugin(server, status: "{}", script)))
    #expect(report.code == 1)
    let command = server.folder.file("./plugin")
    #expect(
      report.failure == [
        "fail  credential credential plug-in \(command) ended with exit code 7: session expired",
        "                 said: run: cloud login", "                 try: run it by itself: \(command)",
      ])
    #expect(report["tls"]?.hasPrefix("ok    tls") == true)
    #expect(report["identity"] == "skip  identity   no credential")
    #expect(server.requests.isEmpty)
  }

  @Test func aPluginWhoseTokenIsNotAcceptedIsAskedOnceMore() throws {
    let server = try TestServer()
    server.accept(["second": ["username": "oncall", "groups": []]])
    let count = #"echo x >> "$0.runs"; if [ $(wc -l < "$0.runs") = 1 ]; then T=first; else T=second; fi"#
    let answer =
      #"printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s"}}' $T"#
    let user = try plugin(server, status: "{}", count + "\n" + answer + "\nexit 0")
    let report = examine(server.kubeconfig(user: user))
    #expect(report.code == 0, "\(report)")
    #expect(report["identity"] == "ok    identity   you are oncall, by plug-in plugin")
    #expect(try String(contentsOfFile: server.folder.file("plugin.runs"), encoding: .utf8) == "x\nx\n")
  }

  // MARK: What one may, and what is there

  @Test func whoMaySeeOneNamespaceOnlyIsTold() throws {
    let server = try TestServer(["--deny", "pods@,namespaces"])
    let report = examine(server.kubeconfig(user: janeCertificate))
    #expect(report.code == 0)
    #expect(
      report.lines("permission") == [
        "warn  permission you may list pods in shop, not pods in all namespaces nor namespaces",
        "                 try: name the namespaces you may see with -n",
      ])
  }

  @Test func whoMaySeeNothingIsTold() throws {
    let server = try TestServer(["--deny", "pods,namespaces"])
    let report = examine(server.kubeconfig(user: janeCertificate))
    #expect(report.code == 1)
    #expect(
      report.failure.first
        == "fail  permission you may list neither pods in shop, pods in all namespaces nor namespaces")
  }

  @Test func groupsThatAreDownAndOldServersAreWarnings() throws {
    let server = try TestServer(["--apis", "apis.aggregated.down.json", "--minor", "24+"])
    let report = examine(server.kubeconfig(user: janeCertificate))
    #expect(report.code == 0, "\(report)")
    #expect(report["version"] == "warn  version    Kubernetes v1.24+.2 on linux/amd64")
    #expect(
      report.lines("discovery").prefix(2) == [
        "warn  discovery  21 kinds in 3 groups; 1 down: metrics.k8s.io/v1beta1",
        "                 said: metrics.k8s.io/v1beta1: its server does not answer",
      ])
  }

  @Test func whatIsNoKubernetesAtAll() throws {
    let server = try TestServer(["--html"])
    let report = examine(server.kubeconfig(user: ["token": "abc"]))
    #expect(report.code == 1)
    #expect(
      report.failure.first
        == "fail  identity   this is no Kubernetes API server: it answered 200 text/html, titled "
        + "\"Sign in\"")
  }
}
