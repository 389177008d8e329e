/// What the command line says in place of the kubeconfig, under kubectl's names.
package struct Overrides: Sendable {
  package var kubeconfig: String?
  package var context: String?
  package var cluster: String?
  package var user: String?
  package var namespace: String?
  package var asUser: String?
  package var asGroups: [String] = []
  package var asUID: String?
  package var token: Secret?
  package var server: String?
  package var tlsServerName: String?
  package var insecureSkipTLSVerify = false
  package var certificateAuthority: String?
  package var clientCertificate: String?
  package var clientKey: String?
  package var requestTimeoutSeconds: Int?

  package init() {}

  /// The same for another context: switching keeps who one pretends to be, and nothing that names a place.
  package func switched(to context: String) -> Overrides {
    var overrides = Overrides()
    overrides.kubeconfig = kubeconfig
    overrides.context = context
    overrides.asUser = asUser
    overrides.asGroups = asGroups
    overrides.asUID = asUID
    overrides.requestTimeoutSeconds = requestTimeoutSeconds
    return overrides
  }
}
