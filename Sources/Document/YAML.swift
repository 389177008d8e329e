/// Reads YAML as people write it in kubeconfigs and manifests.
package enum YAML {
  /// Every document of a stream, and the problems met on the way, each with its place.
  package static func parse(_ bytes: [UInt8]) -> (documents: [JSON], problems: [Problem]) {
    let (value, problem) = JSON.parse(bytes)
    return (value.map { [$0] } ?? [], problem.map { [$0] } ?? [])
  }
}

extension JSON {
  /// The value as `kubectl get -o yaml` prints it.
  package func yaml() -> String { String(decoding: encoded(pretty: true), as: UTF8.self) + "\n" }
}
