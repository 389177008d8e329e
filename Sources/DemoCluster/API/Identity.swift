import Document

/// Who a request comes from.
struct Identity: Sendable, Hashable {
  let name: String
  let groups: [String]

  static let admin = Identity(name: "harbour-master", groups: ["system:masters", "system:authenticated"])

  /// The token of a service account.
  static func token(namespace: String, account: String, expires: Int64) -> String {
    let claims: JSON = [
      "sub": .string("system:serviceaccount:\(namespace):\(account)"), "exp": .number("\(expires)"),
    ]
    let head = Base64.encoded(Array("{\"alg\":\"none\",\"typ\":\"JWT\"}".utf8), isForURL: true)
    return "\(head).\(Base64.encoded(claims.encoded(), isForURL: true)).demo"
  }
}
