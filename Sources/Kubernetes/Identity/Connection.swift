import Cluster
import Document
import HTTP

/// One context, resolved: the server, who asks it, and the names a person knows them by.
package struct Connection: Sendable {
  package enum Source: Sendable, Hashable { case kubeconfig, inCluster, commandLine }

  package var source: Source
  /// Names for people and the default namespace.
  package var place: Place
  /// Everything but the client certificate, which `Access` adds.
  package var server: Server
  package var credential: Credential
  package var impersonation = Impersonation()
  /// What --request-timeout says, for requests that come to an end.
  package var requestTimeoutSeconds: Int?
}

extension Connection {
  /// What the command line, the kubeconfig and the pod we may be in say, in this order.
  ///
  /// Reads files, so call it off the main thread once the screen runs. `root` stands in for "/" in tests.
  package static func resolve(
    _ overrides: Overrides, environment: Environment = .process, root: String = ""
  ) throws(IdentityError) -> Connection {
    let config = Kubeconfig.load(explicit: overrides.kubeconfig, environment: environment)
    return try resolve(overrides, in: config, environment: environment, root: root)
  }

  /// The same for a kubeconfig that was read already.
  package static func resolve(
    _ overrides: Overrides, in config: Kubeconfig, environment: Environment = .process, root: String = ""
  ) throws(IdentityError) -> Connection {
    if let explicit = overrides.kubeconfig, config.files.isEmpty {
      let problem = config.problems.first
      throw .kubeconfig(problem ?? KubeconfigProblem(file: explicit, message: "can't be read"))
    }
    let saysNothing = config.contexts.isEmpty && overrides.server == nil && overrides.context == nil
    if saysNothing && overrides.cluster == nil && InCluster.isPossible(environment) {
      return try InCluster.connection(overrides, environment: environment, root: root)
    }
    return try config.connection(overrides)
  }
}
