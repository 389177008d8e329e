import Cluster
import HTTP

extension Kubeconfig {
  /// The connection that a context of this kubeconfig and the command line make together.
  func connection(_ overrides: Overrides) throws(IdentityError) -> Connection {
    let context = try chosenContext(overrides)
    var cluster = try chosenCluster(overrides, context)
    var user = try chosenUser(overrides, context)
    cluster.apply(overrides)
    user.apply(overrides)
    let credential = try user.credential(toldOf: cluster)
    var server = try cluster.resolvedServer(hasCertificate: credential.certificate != nil)
    if let seconds = overrides.requestTimeoutSeconds, seconds > 0 {
      server.connectTimeoutSeconds = min(seconds, server.connectTimeoutSeconds)
    }
    return Connection(
      source: contexts.isEmpty ? .commandLine : .kubeconfig,
      place: Place(
        context: context.name, cluster: cluster.name.isEmpty ? server.place : cluster.name, user: user.name,
        namespace: overrides.namespace ?? context.namespace),
      server: server, credential: credential, impersonation: user.impersonation,
      requestTimeoutSeconds: overrides.requestTimeoutSeconds)
  }

  private func chosenContext(_ overrides: Overrides) throws(IdentityError) -> Context {
    if let name = overrides.context ?? currentContext {
      if let context = contexts.first(where: { $0.name == name }) { return context }
      throw .unknownContext(name, known: contexts.map(\.name))
    }
    if overrides.server != nil || overrides.cluster != nil {
      return Context(name: "", cluster: "", user: "")
    }
    throw .noContext(known: contexts.map(\.name), files: files, missing: missing)
  }

  private func chosenCluster(_ overrides: Overrides, _ context: Context) throws(IdentityError) -> ClusterEntry
  {
    let name = overrides.cluster ?? context.cluster
    if let cluster = clusters.first(where: { $0.name == name }) { return cluster }
    if overrides.server != nil && overrides.cluster == nil { return ClusterEntry(name: name) }
    throw .unknownCluster(name, context: context.name)
  }

  private func chosenUser(_ overrides: Overrides, _ context: Context) throws(IdentityError) -> UserEntry {
    let name = overrides.user ?? context.user
    if let user = users.first(where: { $0.name == name }) { return user }
    if name.isEmpty { return UserEntry(name: "") }
    throw .unknownUser(name, context: context.name)
  }
}

extension ClusterEntry {
  /// What the command line says wins. A new server makes the old name to verify meaningless, and a new way to
  /// trust replaces the old one whole.
  mutating func apply(_ overrides: Overrides) {
    if let server = overrides.server { self.server = server }
    if overrides.server != nil || overrides.tlsServerName != nil { tlsServerName = overrides.tlsServerName }
    if overrides.insecureSkipTLSVerify || overrides.certificateAuthority != nil {
      insecureSkipVerify = overrides.insecureSkipTLSVerify
      authority = overrides.certificateAuthority.map { .file(LocalFile.absolute($0)) }
    }
  }

  func resolvedServer(hasCertificate: Bool) throws(IdentityError) -> Server {
    let wantsTLS = authority != nil || insecureSkipVerify || hasCertificate
    var server = Server(base: try base(wantsTLS: wantsTLS))
    server.tls.serverName = tlsServerName
    server.tls.insecureSkipVerify = insecureSkipVerify
    if let authority {
      if insecureSkipVerify { throw .insecureWithAuthority(cluster: name) }
      server.tls.authorities = try authority.pem("certificate-authority of cluster \"\(name)\"")
    }
    if let proxy {
      let schemes = ["http://", "https://", "socks5://", "socks5h://"]
      guard schemes.contains(where: { proxy.revealed.lowercased().hasPrefix($0) }) else {
        throw .badProxy(cluster: name)
      }
      server.proxy = proxy.revealed
    }
    return server
  }

  /// The URL with its scheme, which may be left out as in "localhost:8080" (client-go's DefaultServerURL).
  private func base(wantsTLS: Bool) throws(IdentityError) -> String {
    if server.isEmpty { throw .noServer(cluster: name) }
    var base = server.contains("://") ? server : (wantsTLS ? "https://" : "http://") + server
    while base.hasSuffix("/") { base.removeLast() }
    let lower = base.lowercased()
    guard let scheme = ["https://", "http://"].first(where: { lower.hasPrefix($0) }) else {
      throw .badServer(server, why: "its scheme is neither https nor http")
    }
    let rest = base.dropFirst(scheme.count)
    let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if host.isEmpty || host.hasPrefix(":") { throw .badServer(server, why: "it names no host") }
    let isPlain = rest.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F }
    if !isPlain || rest.contains("?") || rest.contains("#") {
      throw .badServer(server, why: "it holds characters that no server's URL has")
    }
    return base
  }
}

extension UserEntry {
  mutating func apply(_ overrides: Overrides) {
    if let token = overrides.token {
      self.token = token
      tokenFile = nil
    }
    if let path = overrides.clientCertificate { certificate = .file(LocalFile.absolute(path)) }
    if let path = overrides.clientKey { key = .file(LocalFile.absolute(path)) }
    if let user = overrides.asUser { impersonation.user = user }
    if let uid = overrides.asUID { impersonation.uid = uid }
    if !overrides.asGroups.isEmpty { impersonation.groups = overrides.asGroups }
  }

  /// Which ways to identify count when several are given, as in client-go: a token, a password or a certificate
  /// keeps a plug-in from being run, and a certificate is shown beside a token.
  func credential(toldOf cluster: ClusterEntry) throws(IdentityError) -> Credential {
    var credential = Credential(user: name)
    if certificate != nil && key == nil { throw .keyMissing(user: name) }
    if certificate == nil && key != nil { throw .certificateMissing(user: name) }
    if impersonation.user == nil && impersonation != Impersonation() {
      throw .impersonationWithoutUser(user: name)
    }
    let hasToken = token != nil || tokenFile != nil
    if hasToken && username != nil { throw .tokenAndPassword(user: name) }
    credential.certificate = certificate
    credential.key = key
    credential.token = token
    credential.tokenFile = tokenFile
    credential.username = username
    credential.password = password
    if hasToken || username != nil || certificate != nil { return credential }
    if let authProvider { throw .authProvider(authProvider, user: name) }
    if let exec { credential.plugin = try ExecPlugin(exec, cluster: cluster) }
    return credential
  }
}

extension FileOrData {
  /// The bytes, which must look like PEM. `what` names the field for messages.
  func pem(_ what: String) throws(IdentityError) -> [UInt8] {
    let bytes: [UInt8]
    switch self {
    case .data(let text):
      guard let decoded = Base64.decode(text.revealed) else { throw .notBase64(what: what + " (data)") }
      bytes = decoded
    case .file(let path):
      do { bytes = try LocalFile.read(path) } catch {
        throw .unreadable(what: what, path: path, why: error.why)
      }
    }
    guard PEM.isPlausible(bytes) else { throw .notPEM(what: what) }
    return bytes
  }
}

extension Server {
  /// The address without its scheme, for a server that no kubeconfig gave a name.
  fileprivate var place: String { base.firstRange(of: "://").map { String(base[$0.upperBound...]) } ?? base }
}
