extension IdentityError {
  /// One line for a person: what is wrong, where, and what to do.
  package var advice: String { Harmless.line(words) }

  private var words: String {
    switch self {
    case .kubeconfig(let problem): return "kubeconfig \(problem)"
    case .noContext(let known, let files, let missing): return Self.noContext(known, files, missing)
    case .unknownContext(let name, let known):
      return "there is no context \"\(name)\" in the kubeconfig; \(Self.list(known))"
    case .unknownCluster(let name, let context):
      return "context \"\(context)\" names cluster \"\(name)\", which the kubeconfig does not have"
    case .unknownUser(let name, let context):
      return "context \"\(context)\" names user \"\(name)\", which the kubeconfig does not have"
    case .noServer(let cluster): return "cluster \"\(cluster)\" of the kubeconfig has no server"
    case .badServer(let server, let why): return "\"\(server)\" is no server's URL: \(why)"
    case .badProxy(let cluster):
      return "proxy-url of cluster \"\(cluster)\" must begin with http://, https:// or socks5://"
    case .unreadable(let what, let path, let why): return "\(what): can't read \(path): \(why)"
    case .notBase64(let what): return "\(what) is no base64"
    case .notPEM(let what): return "\(what) is no PEM (no \"-----BEGIN\" in it)"
    case .keyMissing(let user): return "user \"\(user)\" has a client certificate and no key for it"
    case .certificateMissing(let user): return "user \"\(user)\" has a client key and no certificate for it"
    case .tokenAndPassword(let user):
      return "user \"\(user)\" has a token and a password; a request can carry only one"
    case .insecureWithAuthority(let cluster):
      return "cluster \"\(cluster)\" has a certificate authority and insecure-skip-tls-verify; remove one"
    case .impersonationWithoutUser(let user):
      return "user \"\(user)\" acts as groups, a uid or extras of nobody: --as is missing"
    case .authProvider(let name, let user):
      return "user \"\(user)\" uses the auth-provider \"\(name)\", which Kubernetes 1.26 removed; write the "
        + "kubeconfig anew with your provider's tool, which then uses an exec plug-in"
    case .notInCluster(let why): return "this is no pod with a service account: \(why)"
    case .plugin(let error): return error.advice
    }
  }

  private static func noContext(_ known: [String], _ files: [String], _ missing: [String]) -> String {
    if !known.isEmpty { return "no current context is set; choose one with --context: \(list(known))" }
    if !files.isEmpty { return "there is no context in \(files.joined(separator: ", "))" }
    let places = missing.isEmpty ? "" : " (looked for \(missing.joined(separator: ", ")))"
    return "there is no kubeconfig\(places); write one, or name one with KUBECONFIG or --kubeconfig"
  }

  private static func list(_ names: [String]) -> String {
    if names.isEmpty { return "it has no contexts" }
    let shown = names.prefix(8).joined(separator: ", ")
    return "there are: " + shown + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }
}

extension PluginError {
  /// One line for a person.
  package var advice: String {
    var words = "credential plug-in \(command.isEmpty ? "without a command" : command) \(what)"
    if let first = said.first { words += ": \(first)" }
    if failure == .notFound, let installHint { words += " (\(installHint))" }
    return Harmless.line(words)
  }

  private var what: String {
    switch failure {
    case .noCommand: "can't be run"
    case .unsupportedVersion("client.authentication.k8s.io/v1alpha1"):
      "speaks client.authentication.k8s.io/v1alpha1, which Kubernetes 1.24 removed; update the kubeconfig"
    case .unsupportedVersion(let version):
      "has apiVersion \"\(version)\"; known are client.authentication.k8s.io/v1 and v1beta1"
    case .badInteractiveMode(nil): "has no interactiveMode, which v1 demands: Never, IfAvailable or Always"
    case .badInteractiveMode(let mode?):
      "has interactiveMode \"\(mode)\"; known are Never, IfAvailable and Always"
    case .wantsTerminal:
      "wants to ask you something; run `clustertui doctor` in a terminal first, so that it can"
    case .notFound: "is not installed or not in PATH"
    case .notStarted(let why): "can't be started: \(why)"
    case .exited(let code): "ended with exit code \(code)"
    case .killed(let signal): "was ended by signal \(signal)"
    case .timedOut(let seconds): "gave no answer in \(seconds) s and was ended; perhaps it waits for a person"
    case .badAnswer(let why): "gave no credential: \(why)"
    }
  }
}
