import Document
import Foundation
import TestSupport
import Testing

@testable import Kubernetes

/// Each way to connect, with a server that likes it: the doctor says yes to every step.
struct DoctorTests {
  private let authority = TestAuthority.shared
  private static let oncall: JSON = ["username": "oncall", "groups": ["system:authenticated"]]

  @Test func aClientCertificateInTheKubeconfig() throws {
    let server = try TestServer(["--require"])
    let config = server.kubeconfig(user: [
      "client-certificate-data": authority.base64("jane.crt"),
      "client-key-data": authority.base64("jane.key"),
    ])
    let report = examine(config)
    #expect(report.code == 0, "\(report)")
    #expect(
      report["config"] == "ok    config     context \"test\" of \(config): cluster \"k\" at "
        + "https://127.0.0.1:\(server.port), user \"u\"")
    #expect(
      report["credential"]?.hasPrefix(
        "ok    credential client certificate of jane (groups: dev, ops), it ends in ") == true)
    #expect(report["name"] == "ok    name       127.0.0.1 is an address")
    #expect(report["tcp"]?.hasPrefix("ok    tcp        127.0.0.1:\(server.port) answers in ") == true)
    #expect(report["proxy"] == "skip  proxy      none is used")
    #expect(
      report["tls"]?.hasPrefix("ok    tls        the server is 127.0.0.1, signed by test-ca, ends in ")
        == true)
    #expect(
      report["identity"] == "ok    identity   you are jane (groups: dev, ops, system:authenticated), "
        + "by client certificate")
    #expect(
      report["permission"]
        == "ok    permission you may list pods in shop, pods in all namespaces and namespaces")
    #expect(report["version"] == "ok    version    Kubernetes v1.36.2 on linux/amd64")
    #expect(report["discovery"] == "ok    discovery  33 kinds in 10 groups")
  }

  @Test func aClientCertificateInFilesBesideTheKubeconfig() throws {
    let server = try TestServer(["--require"])
    for name in ["jane.crt", "jane.key", "test-ca.crt"] {
      server.folder.write(authority.text(name), to: name)
    }
    let config = server.kubeconfig(
      cluster: ["certificate-authority-data": "", "certificate-authority": "test-ca.crt"],
      user: ["client-certificate": "jane.crt", "client-key": "jane.key"])
    let report = examine(config)
    #expect(report.code == 0, "\(report)")
    #expect(report["identity"]?.contains("you are jane") == true)
  }

  @Test func aToken() throws {
    let server = try TestServer()
    server.accept(["abc": Self.oncall])
    let report = examine(server.kubeconfig(user: ["token": "abc"]))
    #expect(report.code == 0, "\(report)")
    #expect(report["credential"] == "ok    credential token")
    #expect(
      report["identity"] == "ok    identity   you are oncall (groups: system:authenticated), by token")
  }

  @Test func aTokenFile() throws {
    let server = try TestServer()
    server.accept(["abc": Self.oncall])
    let file = server.folder.write("abc\n", to: "token")
    let report = examine(server.kubeconfig(user: ["tokenFile": "token"]))
    #expect(report.code == 0, "\(report)")
    #expect(report["identity"]?.hasSuffix(", by token file \(file)") == true)
  }

  @Test func aPassword() throws {
    let server = try TestServer()
    server.accept(["me:secret": Self.oncall])
    let report = examine(server.kubeconfig(user: ["username": "me", "password": "secret"]))
    #expect(report.code == 0, "\(report)")
    #expect(report["identity"]?.hasSuffix("by password") == true)
  }

  @Test func aPluginThatGivesATokenThatEnds() throws {
    let server = try TestServer()
    server.accept(["abc": Self.oncall])
    let status = #"{"token": "abc", "expirationTimestamp": "2090-01-01T00:00:00Z"}"#
    let report = examine(server.kubeconfig(user: try plugin(server, status: status)))
    #expect(report.code == 0, "\(report)")
    #expect(report["credential"]?.hasPrefix("ok    credential plug-in plugin, it ends in ") == true)
    #expect(report["identity"]?.hasSuffix("by plug-in plugin") == true)
  }

  @Test func aPluginThatGivesACertificate() throws {
    let server = try TestServer(["--require"])
    let status: JSON = [
      "clientCertificateData": .string(authority.text("jane.crt")),
      "clientKeyData": .string(authority.text("jane.key")),
    ]
    let report = examine(server.kubeconfig(user: try plugin(server, status: status.text)))
    #expect(report.code == 0, "\(report)")
    #expect(
      report["credential"]?.hasPrefix("ok    credential plug-in plugin of jane (groups: dev, ops)") == true)
    #expect(report["identity"]?.contains("you are jane") == true)
  }

  @Test func theAccountOfAPod() throws {
    let server = try TestServer()
    server.accept(["pod-token": ["username": "system:serviceaccount:shop:web", "groups": []]])
    let account = "var/run/secrets/kubernetes.io/serviceaccount"
    server.folder.write("pod-token", to: account + "/token")
    server.folder.write("shop", to: account + "/namespace")
    server.folder.write(authority.text("test-ca.crt"), to: account + "/ca.crt")
    let environment = Environment([
      "KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "\(server.port)",
      "HOME": server.folder.path,
    ])
    let report = examine(environment: environment, root: server.folder.path)
    #expect(report.code == 0, "\(report)")
    #expect(report["config"] == "ok    config     the service account of this pod, at \(server.base)")
    #expect(report["identity"]?.contains("you are system:serviceaccount:shop:web, by token file ") == true)
    #expect(report["permission"]?.contains("pods in shop") == true)
  }

  @Test func throughAProxy() throws {
    let server = try TestServer(["--require"])
    let proxy = try TestProxy()
    let config = server.kubeconfig(
      cluster: ["proxy-url": .string("http://127.0.0.1:\(proxy.port)")],
      user: [
        "client-certificate-data": authority.base64("jane.crt"),
        "client-key-data": authority.base64("jane.key"),
      ])
    let report = examine(config)
    #expect(report.code == 0, "\(report)")
    #expect(report["name"] == "skip  name       the proxy looks up 127.0.0.1")
    #expect(
      report["proxy"]?.hasPrefix(
        "ok    proxy      through http://127.0.0.1:\(proxy.port) of the kubeconfig, answers in ") == true)
    #expect(report["identity"]?.contains("you are jane") == true)
    #expect(proxy.log.contains("CONNECT 127.0.0.1:\(server.port)"))
  }

  @Test func actingAsSomebodyElse() throws {
    let server = try TestServer()
    server.accept(["abc": ["username": "root", "groups": ["impersonators"]]])
    let report = examine(server.kubeconfig(user: ["token": "abc"])) {
      $0.asUser = "jane"
      $0.asGroups = ["dev", "ops"]
    }
    #expect(report.code == 0, "\(report)")
    #expect(
      report["identity"] == "ok    identity   you are jane (groups: dev, ops), by token, acting as jane")
    #expect(server.requests.last?["headers"]["Impersonate-Group"] == ["dev", "ops"])
  }

  @Test func aServerUnderAnotherName() throws {
    let server = try TestServer(certificate: "misnamed")
    server.accept(["abc": Self.oncall])
    let config = server.kubeconfig(cluster: ["tls-server-name": "kubernetes.default"], user: ["token": "abc"])
    let report = examine(config)
    #expect(report.code == 0, "\(report)")
    #expect(report["tls"]?.contains("the server is kubernetes.default, signed by test-ca") == true)
  }

  @Test func blindTrustIsAWarning() throws {
    let server = try TestServer(certificate: "expired-server")
    server.accept(["abc": Self.oncall])
    let config = server.kubeconfig(
      cluster: ["certificate-authority-data": "", "insecure-skip-tls-verify": true], user: ["token": "abc"])
    let report = examine(config)
    #expect(report.code == 0, "\(report)")
    #expect(
      report["tls"]?.hasPrefix(
        "warn  tls        not verified: anybody could be the server (insecure-skip-tls-verify)") == true)
  }

  @Test func onlyReadsAreSent() throws {
    let server = try TestServer()
    server.accept(["abc": Self.oncall])
    #expect(examine(server.kubeconfig(user: ["token": "abc"])).code == 0)
    let seen = server.requests.map { "\($0["method"].string ?? "") \($0["path"].string ?? "")" }
    #expect(
      Set(seen) == [
        "POST /apis/authentication.k8s.io/v1/selfsubjectreviews",
        "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "GET /version", "GET /api",
        "GET /apis",
      ])
    #expect(seen.count == 7)
  }

  @Test func withoutAKubeconfigItSaysSo() {
    let folder = temporaryDirectory()
    let report = examine(environment: Environment(["HOME": folder.path]))
    #expect(report.code == 1)
    #expect(
      report.failure == [
        "fail  config     there is no kubeconfig (looked for \(folder.file(".kube/config"))); write one, or name one "
          + "with KUBECONFIG or --kubeconfig"
      ])
    #expect(report.steps.dropFirst().allSatisfy { $0.state == .skipped })
  }
}

/// A user whose plug-in prints this status.
func plugin(_ server: TestServer, status: String, _ more: String = "") throws -> JSON {
  let script = """
    \(more)
    cat <<'END'
    {"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "status": \(status)}
    END
    """
  try executable(script, in: server.folder, "plugin")
  return [
    "exec": [
      "apiVersion": "client.authentication.k8s.io/v1", "command": "./plugin", "interactiveMode": "Never",
    ]
  ]
}
