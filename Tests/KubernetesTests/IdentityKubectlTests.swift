import Cluster
import Document
import Foundation
import HTTP
import TestSupport
import Testing

@testable import Kubernetes

/// The same kubeconfig in kubectl's hands and in ours: the server sees the same user.
struct IdentityKubectlTests {
  private static let plugin = "client.authentication.k8s.io/v1"

  private static let users: [(name: String, user: JSON)] = [
    ("token", ["token": "plain"]),
    ("token file", ["tokenFile": "token"]),
    ("token file before token", ["token": "plain", "tokenFile": "token"]),
    ("token when the file is gone", ["token": "plain", "tokenFile": "nowhere"]),
    ("certificate", ["client-certificate": "jane.crt", "client-key": "jane.key"]),
    (
      "token before certificate",
      ["client-certificate": "jane.crt", "client-key": "jane.key", "token": "plain"]
    ),
    ("password", ["username": "me", "password": "secret"]),
    ("plug-in", ["exec": exec]),
    ("token before plug-in", ["exec": exec, "token": "plain"]),
    (
      "certificate before plug-in",
      ["exec": exec, "client-certificate": "jane.crt", "client-key": "jane.key"]
    ),
    (
      "acting as another",
      [
        "token": "plain", "as": "jane", "as-uid": "7", "as-groups": ["dev", "ops"],
        "as-user-extra": ["example.com/Scopes": ["a", "b"], "x": ["y"]],
      ]
    ),
  ]

  private static let exec: JSON = [
    "apiVersion": .string(plugin), "command": "./plugin", "interactiveMode": "Never",
    "provideClusterInfo": true,
    "args": ["a", "b"],
  ]

  private func prepare(_ server: TestServer) throws {
    for name in ["jane.crt", "jane.key"] { server.folder.write(TestAuthority.shared.text(name), to: name) }
    server.folder.write("filed\n", to: "token")
    try executable(
      #"""
      printf '%s' "$KUBERNETES_EXEC_INFO" > "$0.info"
      printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"given"}}'
      """#, in: server.folder, "plugin")
    func user(_ name: String) -> JSON { ["username": .string(name), "groups": ["impersonators"]] }
    server.accept([
      "plain": user("by token"), "filed": user("by file"), "given": user("by plug-in"),
      "me:secret": user("by password"),
    ])
  }

  private func seen(_ server: TestServer) -> String {
    let last = server.requests.last ?? .null
    let headers = last["headers"].members.map { "\($0.key.lowercased()): \($0.value.text)" }.sorted()
    return "\(last["user"].string ?? "refused") \(headers.joined(separator: ", "))"
  }

  @Test func theServerSeesTheSameUser() throws {
    let server = try TestServer()
    try prepare(server)
    for (name, user) in Self.users {
      let config = server.kubeconfig(user: user)
      let result = try run(
        "kubectl", ["--kubeconfig", config, "get", "--raw", "/version"],
        environment: ["HOME": server.folder.path])
      let kubectls = result.exit == .code(0) ? seen(server) : result.errors
      let connection = try Kubeconfig.load(explicit: config).connection(Overrides())
      let session = HTTPSession()
      let response = try Access(connection).getter(over: session).fetch(ReadRequest("/version"))
      #expect(response.head.status == 200, "\(name)")
      #expect(seen(server) == kubectls, "\(name)")
    }
  }

  @Test func aPluginIsToldTheSame() throws {
    let server = try TestServer()
    try prepare(server)
    let cluster: JSON = [
      "tls-server-name": "localhost",
      "extensions": [["name": "client.authentication.k8s.io/exec", "extension": ["audience": "me"]]],
    ]
    let config = server.kubeconfig(cluster: cluster, user: ["exec": Self.exec])
    let result = try run("kubectl", ["--kubeconfig", config, "get", "--raw", "/version"])
    #expect(result.exit == .code(0), "\(result.errors)")
    let kubectls = try info(server)
    let plugin = try Kubeconfig.load(explicit: config).connection(Overrides()).credential.plugin
    _ = try #require(plugin).run(environment: .process)
    #expect(try info(server) == kubectls)
    #expect(kubectls["spec"]["cluster"]["config"]["audience"].string == "me")
  }

  private func info(_ server: TestServer) throws -> JSON {
    let text = try String(contentsOfFile: server.folder.file("plugin.info"), encoding: .utf8)
    return sorted(try #require(JSON.parse(Array(text.utf8)).value))
  }

  private func sorted(_ json: JSON) -> JSON {
    guard let object = json.object else { return json }
    let members = object.members.map { JSONObject.Member(key: $0.key, value: sorted($0.value)) }
    return .object(JSONObject(members.sorted { $0.key < $1.key }))
  }
}
