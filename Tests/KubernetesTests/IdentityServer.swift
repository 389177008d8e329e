import Document
import Foundation
import TestSupport
import Testing

@testable import Kubernetes

/// Certificates that openssl makes once for a run of the tests.
struct TestAuthority: Sendable {
  static let shared = TestAuthority()

  let directory = temporaryDirectory()

  private init() {
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    for name in ["test-ca", "other-ca"] {
      openssl(
        ["req", "-x509"] + curve + [
          "-days", "2", "-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).crt",
        ])
    }
    directory.write("subjectAltName=IP:127.0.0.1,DNS:localhost\n", to: "names")
    directory.write("subjectAltName=DNS:kubernetes.default,DNS:api.example.com\n", to: "other-names")
    let subjects = [("server", "/CN=server"), ("jane", "/O=dev/O=ops/CN=jane")]
    for (name, subject) in subjects {
      openssl(["req"] + curve + ["-subj", subject, "-keyout", "\(name).key", "-out", "\(name).csr"])
    }
    sign("server", as: "server")
    sign("server", as: "misnamed", names: "other-names")
    sign("server", as: "expired-server", days: -1)
    sign("jane", as: "jane")
    sign("jane", as: "expired-jane", days: -1)
    sign("jane", as: "other-jane", by: "other-ca")
  }

  private func sign(
    _ request: String, as name: String, by authority: String = "test-ca", names: String = "names",
    days: Int = 2
  ) {
    openssl([
      "x509", "-req", "-in", "\(request).csr", "-CA", "\(authority).crt", "-CAkey", "\(authority).key",
      "-set_serial", "\(Int.random(in: 1...Int.max))", "-days", "\(days)", "-extfile", names, "-out",
      "\(name).crt",
    ])
  }

  private func openssl(_ arguments: [String]) {
    let result = try? run("openssl", arguments, directory: directory.path)
    if result?.exit != .code(0) {
      fatalError("openssl \(arguments): \(result?.errors ?? "is not installed")")
    }
  }

  func path(_ name: String) -> String { directory.file(name) }
  func text(_ name: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path(name)) ?? Data(), as: UTF8.self)
  }
  func base64(_ name: String) -> JSON { .string(Base64.encode(text(name).utf8)) }
}

/// The stand-in of Fixtures/apiserver.py, running.
final class TestServer {
  let port: Int
  let folder = temporaryDirectory()
  private let process: ChildProcess

  /// - Parameter certificate: nil serves plain HTTP.
  init(certificate: String? = "server", _ options: [String] = []) throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/apiserver.py").path
    let authority = TestAuthority.shared
    folder.write("{}", to: "tokens")
    var arguments = [script, "--tokens", folder.file("tokens")]
    if let certificate {
      arguments += ["--cert", authority.path("\(certificate).crt"), "--key", authority.path("server.key")]
      arguments += ["--client-ca", authority.path("test-ca.crt")]
    }
    process = try ChildProcess("python3", arguments + options)
    let process = process
    guard waitUntil({ process.output.contains("\n") || process.exit != nil }),
      let port = Int(process.output.prefix { $0 != "\n" })
    else { throw IdentityError.notInCluster(why: "the server did not start: \(process.errors)") }
    self.port = port
  }

  /// Accepts these tokens, or "user:password" pairs, from now on.
  func accept(_ users: [String: JSON]) {
    let members = users.map { JSONObject.Member(key: $0.key, value: $0.value) }
    folder.write(JSON.object(JSONObject(members)).text, to: "tokens")
  }

  var requests: [JSON] {
    process.output.split(separator: "\n").dropFirst().compactMap { JSON.parse(Array($0.utf8)).value }
  }

  var base: String { "https://127.0.0.1:\(port)" }

  /// A kubeconfig of one context for it, and its path.
  func kubeconfig(cluster: JSON = .null, user: JSON, server: String? = nil) -> String {
    var body: JSON = [
      "server": .string(server ?? base),
      "certificate-authority-data": TestAuthority.shared.base64("test-ca.crt"),
    ]
    for member in cluster.members { body[member.key] = member.value }
    let config: JSON = [
      "apiVersion": "v1", "kind": "Config", "current-context": "test",
      "contexts": [["name": "test", "context": ["cluster": "k", "user": "u", "namespace": "shop"]]],
      "clusters": [["name": "k", "cluster": body]], "users": [["name": "u", "user": user]],
    ]
    return folder.write(config.yaml(), to: "config")
  }
}
