import Document

extension ContinueToken {
  /// The start of a 410's token has no slash in front; both are read.
  static func parse(_ bytes: Bytes) -> ContinueToken? {
    guard let json = JSON.parse(bytes).value, json["v"].string == "meta.k8s.io/v1",
      let version = json["rv"].int,
      let start = json["start"].string
    else { return nil }
    let parts = start.split(separator: "/").map { String($0.filter { $0 != "\0" }) }
    guard let name = parts.last, parts.count <= 2 else { return nil }
    return ContinueToken(
      version: version < 0 ? nil : UInt64(version),
      last: ObjectKey(namespace: parts.count == 2 ? parts[0] : "", name: name))
  }
}
