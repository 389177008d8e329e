import Document
import HTTP

/// Who a request comes from.
struct Identity: Sendable, Hashable {
  let name: String
  let groups: [String]

  /// Whoever shows no credentials: the demo cluster has no locks on its doors.
  static let admin = Identity(name: "harbour-master", groups: ["system:masters", "system:authenticated"])
  static let viewer = Identity(name: "watch-keeper", groups: ["dockside:watch", "system:authenticated"])
  static let developer = Identity(
    name: "fulfil-developer", groups: ["dockside:fulfil", "system:authenticated"])

  /// The users of the written kubeconfig besides the one without a name, by their tokens.
  static let tokens: [(token: String, identity: Identity)] = [
    ("demo-admin", admin), ("demo-viewer", viewer), ("demo-fulfil", developer),
  ]

  /// - Throws: 401 for a token that nobody has, or that is over.
  static func of(_ request: ServerRequest, now: Moment) throws(Failure) -> Identity {
    var identity = admin
    if let header = request["Authorization"] {
      let parts = header.split(separator: " ")
      guard parts.count == 2, parts[0].lowercased() == "bearer",
        let known = Identity.identity(token: String(parts[1]), now: now)
      else { throw .unauthorized }
      identity = known
    }
    guard let other = request["Impersonate-User"] else { return identity }
    if !identity.groups.contains("system:masters") {
      throw Failure(
        code: 403,
        message:
          "users \"\(other)\" is forbidden: User \"\(identity.name)\" cannot impersonate resource \"users\" in "
          + "API group \"\" at the cluster scope", reason: "Forbidden",
        details: Failure.Details(name: other, kind: "users"))
    }
    let groups = request.headers.filter { $0.name.lowercased() == "impersonate-group" }.map(\.value)
    return Identity(
      name: other, groups: (groups.isEmpty ? accountGroups(other) : groups) + ["system:authenticated"])
  }

  static func identity(token: String, now: Moment) -> Identity? {
    if let known = tokens.first(where: { $0.token == token }) { return known.identity }
    let parts = token.split(separator: ".")
    guard parts.count == 3, parts[2] == "demo", let claims = Base64.decoded(String(parts[1])),
      let json = JSON.parse(claims).value, let name = json["sub"].string,
      let end = json["exp"].int, Int64(end) > now.seconds
    else { return nil }
    return Identity(name: name, groups: accountGroups(name) + ["system:authenticated"])
  }

  private static func accountGroups(_ name: String) -> [String] {
    let parts = name.split(separator: ":")
    guard name.hasPrefix("system:serviceaccount:"), parts.count == 4 else { return [] }
    return ["system:serviceaccounts", "system:serviceaccounts:\(parts[2])"]
  }

  /// The token of a service account. It says whose it is and until when, and nothing vouches for it.
  static func token(namespace: String, account: String, expires: Int64) -> String {
    let claims: JSON = [
      "sub": .string("system:serviceaccount:\(namespace):\(account)"), "exp": .number("\(expires)"),
    ]
    let head = Base64.encoded(Array("{\"alg\":\"none\",\"typ\":\"JWT\"}".utf8), isForURL: true)
    return "\(head).\(Base64.encoded(claims.encoded(), isForURL: true)).demo"
  }
}

extension Failure {
  static let unauthorized = Failure(code: 401, message: "Unauthorized", reason: "Unauthorized")
}
