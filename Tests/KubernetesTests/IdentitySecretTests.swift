import Document
import Foundation
import HTTP
import TestSupport
import Testing

@testable import Kubernetes

/// Nothing that is printed, dumped or thrown holds a secret.
struct IdentitySecretTests {
  private let folder = temporaryDirectory()
  private static let secrets = [
    "tok-5ecret", "pass-5ecret", "proxy-5ecret", "arg-5ecret", "env-5ecret", "file-5ecret", "KEY5ECRET",
  ]

  private func everything(_ value: Any) -> String {
    var text = "\(value) " + String(reflecting: value)
    dump(value, to: &text)
    return text
  }

  private func expectNoSecret(in value: Any, _ what: String) {
    let text = everything(value)
    let key = Base64.encode(Self.key.utf8)
    for secret in Self.secrets + [key, "\(Array("KEY5ECRET".utf8))".dropFirst().dropLast().description] {
      #expect(!text.contains(secret), "\(what) shows \(secret): \(text)")
    }
  }

  private static let key = "-----BEGIN PRIVATE KEY-----\nKEY5ECRET\n-----END PRIVATE KEY-----\n"

  private var users: [(name: String, user: JSON)] {
    let certificate = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
    return [
      ("token", ["token": "tok-5ecret"]), ("tokenFile", ["tokenFile": "token"]),
      ("password", ["username": "me", "password": "pass-5ecret"]),
      (
        "certificate",
        [
          "client-certificate-data": .string(Base64.encode(certificate.utf8)),
          "client-key-data": .string(Base64.encode(Self.key.utf8)),
        ]
      ),
      (
        "plugin",
        [
          "exec": [
            "apiVersion": "client.authentication.k8s.io/v1", "command": "./plugin",
            "interactiveMode": "Never",
            "args": ["--client-secret=arg-5ecret"], "env": [["name": "SECRET", "value": "env-5ecret"]],
          ]
        ]
      ),
    ]
  }

  private func config(_ user: JSON) -> String {
    let config: JSON = [
      "current-context": "c", "contexts": [["name": "c", "context": ["cluster": "k", "user": "u"]]],
      "clusters": [
        [
          "name": "k",
          "cluster": ["server": "https://127.0.0.1:1", "proxy-url": "http://me:proxy-5ecret@127.0.0.1:1"],
        ]
      ], "users": [["name": "u", "user": user]],
    ]
    folder.write("file-5ecret", to: "token")
    return folder.write(config.text, to: "config")
  }

  @Test func noPartOfAnIdentityShowsASecret() throws {
    try executable(
      #"""
      echo "tok-5ecret" >&2
      printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"tok-5ecret"}}'
      """#, in: folder, "plugin")
    for (name, user) in users {
      let kubeconfig = Kubeconfig.load(explicit: config(user))
      expectNoSecret(in: kubeconfig, "\(name): the kubeconfig")
      let connection = try kubeconfig.connection(Overrides())
      expectNoSecret(in: connection, "\(name): the connection")
      expectNoSecret(in: connection.credential.summary, "\(name): the summary")
      let access = Access(connection)
      let session = HTTPSession()
      let getter = try access.getter(over: session)
      expectNoSecret(in: access, "\(name): the access")
      expectNoSecret(in: getter, "\(name): the getter")
      expectNoSecret(in: try access.writable(over: session), "\(name): the client")
      expectNoSecret(in: access.upstream, "\(name): the upstream")
      expectNoSecret(in: access.refresh() as Any, "\(name): the refusal")
      let held = try HeldCredential(connection, environment: .process, terminal: .none, deadlineSeconds: 20)
      expectNoSecret(in: held, "\(name): the credential")
      expectNoSecret(in: held.headers, "\(name): the headers")
    }
  }

  @Test func noErrorOfAPluginShowsASecret() throws {
    try executable(#"printf '{"token":"tok-5ecret"'"#, in: folder, "plugin")
    let plugin = try #require(
      try Kubeconfig.load(explicit: config(users[4].user)).connection(Overrides()).credential.plugin)
    do throws(PluginError) {
      _ = try plugin.run(environment: .process)
      Issue.record("broken JSON was taken")
    } catch {
      expectNoSecret(in: error, "the error")
      expectNoSecret(in: error.advice, "the advice")
    }
    expectNoSecret(in: plugin, "the plug-in")
  }

  @Test func noDoctorShowsASecret() throws {
    try executable("exit 1", in: folder, "plugin")
    for (name, user) in users {
      expectNoSecret(in: examine(config(user)).description, "\(name): the doctor")
    }
    var overrides = Overrides()
    overrides.token = Secret("tok-5ecret")
    expectNoSecret(in: overrides, "the command line")
  }
}
