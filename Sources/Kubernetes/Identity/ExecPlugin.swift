import Document

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A program that gives credentials on its standard output: client.authentication.k8s.io v1 and v1beta1
/// ("client-go credential plugins" in the Kubernetes documentation).
package struct ExecPlugin: Sendable {
  enum InteractiveMode: String, Sendable {
    case never = "Never"
    case ifAvailable = "IfAvailable"
    case always = "Always"
  }

  static let group = "client.authentication.k8s.io/"

  let command: String
  let arguments: [Secret]
  let environment: [(name: String, value: Secret)]
  let installHint: String?
  let apiVersion: String
  let interactiveMode: InteractiveMode
  /// What spec.cluster tells it; nil where it does not ask for that.
  let cluster: JSON?

  init(_ entry: ExecEntry, cluster: ClusterEntry) throws(IdentityError) {
    func refuse(_ failure: PluginError.Failure) -> IdentityError {
      .plugin(PluginError(command: entry.command, failure: failure))
    }
    guard !entry.command.isEmpty else { throw refuse(.noCommand) }
    guard [Self.group + "v1", Self.group + "v1beta1"].contains(entry.apiVersion) else {
      throw refuse(.unsupportedVersion(entry.apiVersion))
    }
    switch entry.interactiveMode {
    // v1 made the field mandatory; before it, a plug-in that could ask was expected to.
    case nil where entry.apiVersion.hasSuffix("/v1beta1"): interactiveMode = .ifAvailable
    case let text:
      guard let mode = text.flatMap(InteractiveMode.init(rawValue:)) else {
        throw refuse(.badInteractiveMode(text))
      }
      interactiveMode = mode
    }
    command = entry.command
    arguments = entry.arguments
    environment = entry.environment
    installHint = entry.installHint.map { Harmless.line($0) }
    apiVersion = entry.apiVersion
    self.cluster = entry.provideClusterInfo ? try Self.described(cluster) : nil
  }

  /// The last part of the command's path, for people.
  var displayName: String { Harmless.line(String(command.split(separator: "/").last ?? "?")) }

  /// spec.cluster of an ExecCredential: what the plug-in needs to talk to the cluster by itself.
  private static func described(_ cluster: ClusterEntry) throws(IdentityError) -> JSON {
    var json: JSON = ["server": .string(cluster.server)]
    if let name = cluster.tlsServerName { json["tls-server-name"] = .string(name) }
    if cluster.insecureSkipVerify { json["insecure-skip-tls-verify"] = true }
    if let authority = cluster.authority {
      let pem = try authority.pem("certificate-authority of cluster \"\(cluster.name)\"")
      json["certificate-authority-data"] = .string(Base64.encode(pem))
    }
    if let proxy = cluster.proxy { json["proxy-url"] = .string(proxy.revealed) }
    if let config = cluster.execConfig, !config.isNull { json["config"] = config }
    return json
  }

  /// The text of KUBERNETES_EXEC_INFO.
  func info(isInteractive: Bool) -> String {
    var spec: JSON = [:]
    if let cluster { spec["cluster"] = cluster }
    spec["interactive"] = .bool(isInteractive)
    let json: JSON = ["kind": "ExecCredential", "apiVersion": .string(apiVersion), "spec": spec]
    return json.text
  }
}

extension ExecPlugin {
  /// What a plug-in gave. At least one of token and certificate is there.
  struct Grant: Sendable {
    var token: Secret?
    var certificate: [UInt8]?
    var key: Secret?
    /// Seconds since 1970; nil means until a 401.
    var expires: Int64?
  }

  /// Runs it and waits for its answer, `deadlineSeconds` at most. Never on the main or the curl thread.
  func run(
    environment base: Environment, terminal: PluginTerminal = .none, deadlineSeconds: Int = 60
  ) throws(PluginError) -> Grant {
    let isInteractive = terminal == .own && interactiveMode != .never
    if interactiveMode == .always && !isInteractive { throw failure(.wantsTerminal) }
    var variables = base.variables
    for variable in environment { variables[variable.name] = variable.value.revealed }
    variables["KUBERNETES_EXEC_INFO"] = info(isInteractive: isInteractive)
    let process = PluginProcess(
      command: command, arguments: arguments.map(\.revealed), variables: variables,
      usesTerminal: isInteractive, deadlineSeconds: deadlineSeconds)
    let result = process.run()
    switch result.ending {
    case .notStarted(let code):
      throw failure(code == ENOENT ? .notFound : .notStarted(why: String(cString: strerror(code))))
    case .exited(0): return try grant(result.output)
    case .exited(let code): throw failure(.exited(code: code), said: result.errors)
    case .killed(let signal): throw failure(.killed(signal: signal), said: result.errors)
    case .timedOut: throw failure(.timedOut(seconds: deadlineSeconds), said: result.errors)
    }
  }

  private func failure(_ failure: PluginError.Failure, said: [UInt8] = []) -> PluginError {
    let said = Harmless.lines(said, maxLines: 5)
    return PluginError(command: command, failure: failure, said: said, installHint: installHint)
  }

  private func grant(_ output: [UInt8]) throws(PluginError) -> Grant {
    func refuse(_ why: String) -> PluginError { failure(.badAnswer(why: why)) }
    let json = JSON.parse(output).value ?? YAML.parse(output).documents.first ?? .null
    if output.isEmpty { throw refuse("it printed nothing") }
    guard json.object != nil else { throw refuse("what it printed is no JSON") }
    guard json["kind"].string == "ExecCredential" else { throw refuse("its kind is not ExecCredential") }
    guard let version = json["apiVersion"].string, version == apiVersion else {
      throw refuse("it answers another apiVersion than the \(apiVersion) it was asked for")
    }
    let status = json["status"]
    var grant = Grant()
    grant.token = status["token"].string.flatMap { $0.isEmpty ? nil : Secret($0) }
    let certificate = status["clientCertificateData"].string ?? ""
    let key = status["clientKeyData"].string ?? ""
    if certificate.isEmpty != key.isEmpty { throw refuse("it gave half of a client certificate") }
    if !certificate.isEmpty {
      guard PEM.isPlausible(Array(certificate.utf8)), PEM.isPlausible(Array(key.utf8)) else {
        throw refuse("its client certificate or key is no PEM")
      }
      grant.certificate = Array(certificate.utf8)
      grant.key = Secret(key)
    }
    if grant.token == nil && grant.certificate == nil {
      throw refuse("it gave neither a token nor a client certificate")
    }
    if let text = status["expirationTimestamp"].string {
      guard let time = Timestamp(text) else { throw refuse("its expirationTimestamp is no time") }
      grant.expires = time.seconds
    }
    return grant
  }
}

extension ExecPlugin: CustomReflectable {
  // Arguments and variables carry client secrets.
  package var customMirror: Mirror {
    Mirror(self, children: ["command": command, "apiVersion": apiVersion])
  }
}
