import Document

/// What the kubeconfig files say, merged as kubectl merges them: the first file that names an entry gives all of it.
///
/// Reading never fails: what can't be read is a problem beside the rest.
package struct Kubeconfig: Sendable {
  /// A cluster and a user put together under a name.
  package struct Context: Sendable, Hashable {
    package var name: String
    package var cluster: String
    package var user: String
    package var namespace: String?
  }

  /// The files that were read, in order of precedence, absolute.
  package internal(set) var files: [String] = []
  /// Files that were named and don't exist.
  package internal(set) var missing: [String] = []
  package internal(set) var contexts: [Context] = []
  package internal(set) var clusters: [ClusterEntry] = []
  package internal(set) var users: [UserEntry] = []
  package internal(set) var currentContext: String?
  package internal(set) var problems: [KubeconfigProblem] = []

  package init() {}
}

/// Something in a kubeconfig that can't be used, and where.
package struct KubeconfigProblem: Sendable, Hashable, CustomStringConvertible {
  package var file: String
  /// From 1; nil where the text reads well and means nothing.
  package var line: Int?
  package var column: Int?
  package var message: String

  package var description: String {
    guard let line, let column else { return "\(file): \(message)" }
    return "\(file):\(line):\(column): \(message)"
  }
}

/// A server as a kubeconfig describes it.
package struct ClusterEntry: Sendable {
  package var name: String
  /// The folder that relative paths start from.
  var folder = ""
  package var server = ""
  var authority: FileOrData?
  var tlsServerName: String?
  var insecureSkipVerify = false
  var proxy: Secret?
  /// For exec plug-ins: the cluster extension client.authentication.k8s.io/exec.
  var execConfig: JSON?
}

/// A way to identify as a kubeconfig describes it.
package struct UserEntry: Sendable {
  package var name: String
  var folder = ""
  var certificate: FileOrData?
  var key: FileOrData?
  var token: Secret?
  var tokenFile: String?
  var username: String?
  var password: Secret?
  var impersonation = Impersonation()
  var exec: ExecEntry?
  /// The name of an auth-provider, which Kubernetes 1.26 removed.
  var authProvider: String?
}

/// Bytes that stand in a kubeconfig or in a file it names. The data wins where both are given, as for kubectl.
enum FileOrData: Sendable, Hashable {
  /// Base64, not yet decoded.
  case data(Secret)
  /// The path is absolute.
  case file(String)
}

/// The exec section of a user, as written.
struct ExecEntry: Sendable {
  var apiVersion = ""
  var command = ""
  var arguments: [Secret] = []
  var environment: [(name: String, value: Secret)] = []
  var installHint: String?
  var provideClusterInfo = false
  var interactiveMode: String?
}

/// Whom to act as in place of who one is (Kubernetes "User impersonation").
package struct Impersonation: Sendable, Hashable {
  package var user: String?
  package var groups: [String] = []
  package var uid: String?
  package var extra: [(key: String, values: [String])] = []

  package static func == (a: Impersonation, b: Impersonation) -> Bool {
    a.user == b.user && a.groups == b.groups && a.uid == b.uid
      && a.extra.elementsEqual(b.extra) { $0.key == $1.key && $0.values == $1.values }
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(user)
    hasher.combine(groups)
  }
}
