/// Why it can't be told which server to ask, or as whom. `advice` has the words.
package enum IdentityError: Error, Sendable, Hashable {
  /// The file that --kubeconfig names can't be read.
  case kubeconfig(KubeconfigProblem)
  /// Nothing says which context to use.
  case noContext(known: [String], files: [String], missing: [String])
  case unknownContext(String, known: [String])
  case unknownCluster(String, context: String)
  case unknownUser(String, context: String)
  case noServer(cluster: String)
  case badServer(String, why: String)
  case badProxy(cluster: String)
  /// `what` is the field: "certificate-authority of cluster \"prod\"".
  case unreadable(what: String, path: String, why: String)
  case notBase64(what: String)
  case notPEM(what: String)
  case keyMissing(user: String)
  case certificateMissing(user: String)
  case tokenAndPassword(user: String)
  case insecureWithAuthority(cluster: String)
  case impersonationWithoutUser(user: String)
  case authProvider(String, user: String)
  case notInCluster(why: String)
  case plugin(PluginError)
}

/// What went wrong with an exec credential plug-in.
package struct PluginError: Error, Sendable, Hashable {
  package enum Failure: Sendable, Hashable {
    case noCommand
    case unsupportedVersion(String)
    case badInteractiveMode(String?)
    /// Wants to ask a person, and there is no terminal it may have.
    case wantsTerminal
    case notFound
    case notStarted(why: String)
    case exited(code: Int)
    case killed(signal: Int)
    case timedOut(seconds: Int)
    /// What it printed is no ExecCredential; a phrase that holds none of it.
    case badAnswer(why: String)
  }

  /// As the kubeconfig names it.
  package var command: String
  package var failure: Failure
  /// The first lines of its standard error, harmless.
  package var said: [String] = []
  package var installHint: String?
}
