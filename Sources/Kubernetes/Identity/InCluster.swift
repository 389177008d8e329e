import Cluster
import HTTP

/// The account that a pod is given (Kubernetes "Accessing the API from a Pod").
package enum InCluster {
  private static let folder = "/var/run/secrets/kubernetes.io/serviceaccount"

  /// Whether this process looks like one in a pod.
  package static func isPossible(_ environment: Environment) -> Bool {
    environment["KUBERNETES_SERVICE_HOST"] != nil && environment["KUBERNETES_SERVICE_PORT"] != nil
  }

  /// `root` stands in for "/" in tests.
  package static func connection(
    _ overrides: Overrides = Overrides(), environment: Environment = .process, root: String = ""
  ) throws(IdentityError) -> Connection {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], let port = environment["KUBERNETES_SERVICE_PORT"]
    else { throw .notInCluster(why: "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set") }
    let folder = root + self.folder
    var cluster = ClusterEntry(name: "in-cluster")
    cluster.server = "https://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    cluster.authority = .file(folder + "/ca.crt")
    var user = UserEntry(name: "service account")
    user.tokenFile = folder + "/token"
    cluster.apply(overrides)
    user.apply(overrides)
    if let path = user.tokenFile {
      do { _ = try LocalFile.read(path) } catch {
        throw .notInCluster(why: "\(path): \(error.why)")
      }
    }
    let own = (try? LocalFile.read(folder + "/namespace")).map { String(decoding: $0, as: UTF8.self) }
    let namespace = own?.split(whereSeparator: \.isWhitespace).first.map(String.init)
    let credential = try user.credential(toldOf: cluster)
    return Connection(
      source: .inCluster,
      place: Place(
        context: "in-cluster", cluster: cluster.name, user: user.name,
        namespace: overrides.namespace ?? namespace),
      server: try cluster.resolvedServer(hasCertificate: credential.certificate != nil),
      credential: credential, impersonation: user.impersonation,
      requestTimeoutSeconds: overrides.requestTimeoutSeconds)
  }
}
