import Document

/// Decides by the roles and bindings in the store who may do what.
struct Authorizer {
  let world: World
  let identity: Identity
  private static let group = "rbac.authorization.k8s.io"

  /// What somebody wants to do.
  struct Action: Sendable {
    var verb: String
    var group = ""
    /// With its subresource: `pods/log`.
    var resource = ""
    var name: String?
    /// nil: in the cluster as a whole.
    var namespace: String?
    /// Instead of a resource.
    var path: String?
  }

  /// A rule with what it comes from.
  private struct Grant {
    let rule: JSON
    let reason: String
  }

  /// Why an action is allowed; nil: it is not.
  func permission(for action: Action) -> String? {
    if identity.groups.contains("system:masters") { return "" }
    if let path = action.path, action.verb == "get",
      Authorizer.openPaths.contains(where: { Authorizer.fits(path, $0) })
    {
      return ""
    }
    if action.resource.hasPrefix("selfsubject"), action.verb == "create" { return "" }
    return grants(in: action.namespace).first { Authorizer.allows($0.rule, action) }?.reason
  }

  private static let openPaths = [
    "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz",
    "/version",
    "/version/", "/",
  ]

  private static func fits(_ path: String, _ pattern: String) -> Bool {
    pattern.last == "*" ? path.hasPrefix(pattern.dropLast()) : path == pattern
  }

  private static func allows(_ rule: JSON, _ action: Action) -> Bool {
    func has(_ key: String, _ value: String) -> Bool {
      rule[key].array.contains { $0.string == "*" || $0.string == value }
    }
    guard has("verbs", action.verb) else { return false }
    if let path = action.path {
      return rule["nonResourceURLs"].array.contains { fits(path, $0.string ?? "") }
    }
    guard has("apiGroups", action.group) else { return false }
    let part = action.resource.split(separator: "/").last.map { "*/\($0)" } ?? ""
    guard has("resources", action.resource) || (action.resource.contains("/") && has("resources", part))
    else {
      return false
    }
    let names = rule["resourceNames"].array
    return names.isEmpty || names.contains { $0.string == action.name }
  }

  // MARK: Bindings

  private func grants(in namespace: String?) -> [Grant] {
    var grants: [Grant] = []
    let cluster = world.store[StoreKey("clusterrolebindings", Authorizer.group)].objects
    for binding in cluster { grants += self.grants(binding, "ClusterRoleBinding") }
    guard let namespace else { return grants }
    let shelf = world.store[StoreKey("rolebindings", Authorizer.group)]
    for place in shelf.range(namespace: namespace) {
      grants += self.grants(shelf.objects[place], "RoleBinding")
    }
    return grants
  }

  private func grants(_ binding: Object, _ kind: String) -> [Grant] {
    guard let subject = (binding.json("subjects") ?? .null).array.first(where: isMe) else { return [] }
    let role = binding.json("roleRef") ?? .null
    let name = role["name"].string ?? ""
    let isCluster = role["kind"] == "ClusterRole"
    let key = StoreKey(isCluster ? "clusterroles" : "roles", Authorizer.group)
    let place = ObjectKey(namespace: isCluster ? "" : binding.meta.namespace, name: name)
    let title =
      binding.meta.namespace.isEmpty ? binding.meta.name : "\(binding.meta.name)/\(binding.meta.namespace)"
    let owner =
      subject["namespace"].string.map { "\(subject["name"].string ?? "")/\($0)" } ?? subject["name"].string
      ?? ""
    let reason =
      "RBAC: allowed by \(kind) \"\(title)\" of \(isCluster ? "ClusterRole" : "Role") \"\(name)\" to "
      + "\(subject["kind"].string ?? "") \"\(owner)\""
    let rules = world.store[key][place]?.json("rules") ?? .null
    return rules.array.map { Grant(rule: $0, reason: reason) }
  }

  private func isMe(_ subject: JSON) -> Bool {
    let name = subject["name"].string ?? ""
    switch subject["kind"].string {
    case "User": return name == identity.name
    case "Group": return identity.groups.contains(name)
    case "ServiceAccount":
      return identity.name == "system:serviceaccount:\(subject["namespace"].string ?? ""):\(name)"
    default: return false
    }
  }

  /// All rules that hold in a namespace.
  func rules(in namespace: String) -> [JSON] {
    let isMaster = identity.groups.contains("system:masters")
    let all: JSON = ["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]
    let everything: JSON = ["verbs": ["*"], "nonResourceURLs": ["*"]]
    return (isMaster ? [all, everything] : []) + grants(in: namespace).map(\.rule)
  }

  // MARK: Requests

  /// - Throws: 403 in the server's words.
  func check(_ action: Action) throws(Failure) {
    if permission(for: action) != nil { return }
    if let path = action.path {
      throw Failure(
        code: 403, message: "forbidden: User \"\(identity.name)\" cannot \(action.verb) path \"\(path)\"",
        reason: "Forbidden", details: Failure.Details())
    }
    let plural = action.resource.split(separator: "/").first.map(String.init) ?? ""
    let qualified = action.group.isEmpty ? plural : "\(plural).\(action.group)"
    let place = action.namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
    throw Failure(
      code: 403,
      message:
        "\(qualified)\(action.name.map { " \"\($0)\"" } ?? "") is forbidden: User \"\(identity.name)\" cannot "
        + "\(action.verb) resource \"\(action.resource)\" in API group \"\(action.group)\" \(place)",
      reason: "Forbidden", details: Failure.Details(name: action.name, group: action.group, kind: plural))
  }

  /// The same for what is passed on; nil: nothing is.
  static func action(proxied path: String, method: String) -> Action? {
    guard Proxied.concerns(path) else { return nil }
    let parts = path.split(separator: "/").map(String.init)
    var verb = ["POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"][method] ?? "get"
    let isMetrics = parts.first == "apis"
    let place = isMetrics ? parts.dropFirst(3) : parts.dropFirst(2)
    let isInside = place.first == "namespaces" && place.count > 2
    let rest = Array(isInside ? place.dropFirst(2) : place)
    guard let plural = rest.first, isMetrics || (rest.count > 2 && rest[2] == "proxy") else {
      return isMetrics ? Action(verb: "get", path: path) : nil
    }
    if isMetrics, verb == "get", rest.count < 2 { verb = "list" }
    return Action(
      verb: verb, group: isMetrics ? "metrics.k8s.io" : "", resource: isMetrics ? plural : "\(plural)/proxy",
      name: rest.count > 1 ? rest[1] : nil, namespace: isInside ? place.dropFirst().first : nil)
  }

  /// What a request wants to do with what it names.
  static func action(_ route: Route, method: String, path: String, isWatch: Bool) -> Action {
    switch route {
    case .objects(let target):
      let hasName = target.name != nil
      let verb =
        switch method {
        case "POST": "create"
        case "PUT": "update"
        case "PATCH": "patch"
        case "DELETE": hasName ? "delete" : "deletecollection"
        default: isWatch ? "watch" : hasName ? "get" : "list"
        }
      let plural = target.resource.plural
      let isNamespace = target.resource.store == .namespaces
      return Action(
        verb: verb, group: target.resource.group,
        resource: target.subresource.map { "\(plural)/\($0)" } ?? plural, name: target.name,
        namespace: isNamespace ? target.name : target.namespace)
    case .review(let group, let kind): return Action(verb: "create", group: group, resource: kind)
    default: return Action(verb: "get", path: path)
    }
  }
}
