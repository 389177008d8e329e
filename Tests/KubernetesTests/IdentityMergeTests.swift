import Document
import Foundation
import TestSupport
import Testing

@testable import Kubernetes

/// KUBECONFIG lists, merged by us and by kubectl.
struct IdentityMergeTests {
  @Test(arguments: 1...10)
  func generatedListsMergeAsKubectlMergesThem(seed: UInt64) throws {
    let folder = temporaryDirectory()
    var random = Numbers(state: seed)
    var files: [String] = []
    for index in 0..<random.below(4) + 1 {
      if random.below(6) == 0 { files.append(folder.file("missing-\(index)")) }
      files.append(KubeconfigMaker(folder: folder, index: index).write(&random))
    }
    if random.below(2) == 0 { files.insert("", at: 0) }
    if random.below(2) == 0 { files.append(files[0]) }
    let list = files.joined(separator: ":")
    let ours = Kubeconfig.load(environment: Environment(["KUBECONFIG": list]))
    #expect(ours.problems.map(\.description) == [])
    #expect(try summary(ours) == summary(ofKubectl: ["KUBECONFIG": list]))
  }

  @Test func withoutAVariableTheHomeFolderIsRead() throws {
    let folder = temporaryDirectory()
    folder.write(#"{"current-context": "home"}"#, to: ".kube/config")
    let ours = Kubeconfig.load(environment: Environment(["HOME": folder.path, "KUBECONFIG": ""]))
    #expect(ours.currentContext == "home")
    #expect(ours.files == [folder.file(".kube/config")])
  }

  @Test func aFileNamedOnTheCommandLineIsTheOnlyOne() {
    let folder = temporaryDirectory()
    let one = folder.write(#"{"current-context": "one"}"#, to: "one")
    let two = folder.write(#"{"current-context": "two"}"#, to: "two")
    let ours = Kubeconfig.load(explicit: two, environment: Environment(["KUBECONFIG": one]))
    #expect(ours.currentContext == "two")
    #expect(ours.files == [two])
  }

  @Test func yamlAsPeopleWriteItMeansWhatKubectlSays() throws {
    let folder = temporaryDirectory()
    let file = folder.write(
      """
      # written by hand
      apiVersion: v1
      kind: Config
      preferences: {}
      current-context: &now "dev \\u00e9"   # the one I use
      contexts:
      - name: *now
        context: {cluster: kind-dev, user: 'it''s me', namespace: shop}
      - context:
          cluster: prod
          user: >-
            two
            words
        name: prod
      clusters:
      - cluster:
          certificate-authority-data: |
            LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCkFBPT0K
            LS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=
          server: https://127.0.0.1:6443
        name: kind-dev
      - name: prod
        cluster:
          server: https://prod.example.com
          insecure-skip-tls-verify: false
          extensions:
          - {name: x, extension: {a: [1, 2]}}
      users:
      - name: it's me
        user:
          exec:
            apiVersion: client.authentication.k8s.io/v1beta1
            args: [get-token, "--login", azurecli]
            command: kubelogin
            env: null
            installHint: |

              Install kubelogin first.
            provideClusterInfo: false
      - name: two words
        user: {token: abc.def-ghi==, as: "", as-groups: []}
      ...

      """, to: "config")
    let ours = Kubeconfig.load(environment: Environment(["KUBECONFIG": file]))
    #expect(ours.problems.map(\.description) == [])
    #expect(ours.currentContext == "dev é")
    #expect(try summary(ours) == summary(ofKubectl: ["KUBECONFIG": file]))
  }

  // MARK: What both say

  private func summary(ofKubectl environment: [String: String?]) throws -> [String] {
    let arguments = ["config", "view", "--raw", "--flatten", "-o", "json"]
    let result = try run("kubectl", arguments, environment: environment)
    #expect(result.exit == .code(0), "\(result.errors)")
    let json = try #require(JSON.parse(Array(result.output.utf8)).value)
    var lines = ["current \(json["current-context"].string ?? "")"]
    for context in json["contexts"].array {
      let body = context["context"]
      let parts = [context["name"], body["cluster"], body["user"], body["namespace"]]
      lines.append("context " + parts.map { $0.string ?? "" }.joined(separator: " | "))
    }
    for cluster in json["clusters"].array {
      let body = cluster["cluster"]
      let authority = Base64.decode(body["certificate-authority-data"].string ?? "") ?? []
      let flag = body["insecure-skip-tls-verify"].bool ?? false
      let parts = [cluster["name"], body["server"], body["tls-server-name"], body["proxy-url"]]
      let texts = parts.map { $0.string ?? "" } + [String(decoding: authority, as: UTF8.self), "\(flag)"]
      lines.append("cluster " + texts.joined(separator: " | "))
    }
    for user in json["users"].array {
      let body = user["user"]
      let certificate = Base64.decode(body["client-certificate-data"].string ?? "") ?? []
      let parts = [user["name"], body["token"], body["username"], body["password"], body["as"]]
      let exec = body["exec"]
      let groups = body["as-groups"].array.compactMap(\.string)
      var texts = parts.map { $0.string ?? "" } + [String(decoding: certificate, as: UTF8.self)]
      texts += groups + [exec["apiVersion"].string ?? ""] + exec["args"].array.compactMap(\.string)
      texts += exec["env"].array.map { "\($0["name"].string ?? "")=\($0["value"].string ?? "")" }
      lines.append("user " + texts.joined(separator: " | "))
    }
    return lines.sorted()
  }

  private func summary(_ config: Kubeconfig) throws -> [String] {
    var lines = ["current \(config.currentContext ?? "")"]
    for context in config.contexts {
      let parts = [context.name, context.cluster, context.user, context.namespace ?? ""]
      lines.append("context " + parts.joined(separator: " | "))
    }
    for cluster in config.clusters {
      let parts = [cluster.name, cluster.server, cluster.tlsServerName, cluster.proxy?.revealed]
      let texts = parts.map { $0 ?? "" } + [try content(cluster.authority), "\(cluster.insecureSkipVerify)"]
      lines.append("cluster " + texts.joined(separator: " | "))
    }
    for user in config.users {
      let parts = [
        user.name, user.token?.revealed, user.username, user.password?.revealed, user.impersonation.user,
      ]
      var texts = parts.map { $0 ?? "" } + [try content(user.certificate)]
      texts += user.impersonation.groups + [user.exec?.apiVersion ?? ""]
      texts += (user.exec?.arguments ?? []).map(\.revealed)
      texts += (user.exec?.environment ?? []).map { "\($0.name)=\($0.value.revealed)" }
      lines.append("user " + texts.joined(separator: " | "))
    }
    return lines.sorted()
  }

  private func content(_ source: FileOrData?) throws -> String {
    switch source {
    case nil: ""
    case .data(let text): String(decoding: try #require(Base64.decode(text.revealed)), as: UTF8.self)
    case .file(let path): String(decoding: try LocalFile.read(path), as: UTF8.self)
    }
  }
}

/// Numbers that are the same in every run.
struct Numbers {
  var state: UInt64

  mutating func below(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }
}

/// Writes kubeconfigs with few names, so that files compete for them, each in a folder of its own.
private struct KubeconfigMaker {
  let folder: TemporaryDirectory
  let index: Int

  func write(_ random: inout Numbers) -> String {
    folder.write("certificate of file \(index)\n", to: "\(index)/pki/cert.pem")
    var config: JSON = ["apiVersion": "v1", "kind": "Config", "preferences": [:]]
    if random.below(2) == 0 { config["current-context"] = .string(name(&random)) }
    config["contexts"] = entries(&random) { random in
      var body: JSON = ["cluster": .string(name(&random))]
      if random.below(3) > 0 { body["user"] = .string(name(&random)) }
      if random.below(2) == 0 { body["namespace"] = .string("space-\(index)") }
      return ["context": body]
    }
    config["clusters"] = entries(&random) { random in
      var body: JSON = ["server": .string("https://server-\(index):6443"), "future-field": [1, 2]]
      switch random.below(4) {
      case 0: body["certificate-authority"] = "pki/cert.pem"
      case 1: body["certificate-authority-data"] = .string(Base64.encode("data of \(index)".utf8))
      case 2: body["insecure-skip-tls-verify"] = true
      default: break
      }
      if random.below(3) == 0 { body["tls-server-name"] = .string("name-\(index)") }
      if random.below(3) == 0 { body["proxy-url"] = .string("http://proxy-\(index):3128") }
      return ["cluster": body]
    }
    config["users"] = entries(&random) { random in ["user": user(&random)] }
    return folder.write(config.text, to: "\(index)/config")
  }

  private func user(_ random: inout Numbers) -> JSON {
    var body: JSON = [:]
    if random.below(2) == 0 { body["token"] = .string("token-\(index)") }
    switch random.below(3) {
    case 0: body["client-certificate"] = .string("../\(index)/pki/cert.pem")
    case 1: body["client-certificate-data"] = .string(Base64.encode("user data of \(index)".utf8))
    default: break
    }
    if random.below(3) == 0 {
      body["username"] = .string("someone-\(index)")
      body["password"] = .string("word-\(index)")
    }
    if random.below(3) == 0 {
      body["as"] = .string("other-\(index)")
      body["as-groups"] = ["a", .string("b-\(index)")]
    }
    if random.below(3) == 0 {
      body["exec"] = [
        "apiVersion": "client.authentication.k8s.io/v1", "command": "plugin", "interactiveMode": "Never",
        "args": ["--number", .string("\(index)")], "env": [["name": "FILE", "value": .string("\(index)")]],
      ]
    }
    return body
  }

  private func name(_ random: inout Numbers) -> String { ["red", "blue", "green", "gray"][random.below(4)] }

  private func entries(_ random: inout Numbers, _ body: (inout Numbers) -> JSON) -> JSON {
    var names: [String] = []
    for _ in 0..<random.below(4) { names.append(name(&random)) }
    return .array(
      Set(names).sorted().map { name in
        var entry = body(&random)
        entry["name"] = .string(name)
        return entry
      })
  }
}
