import Cluster
import Document

/// Roles and bindings as they are read, and what follows from them.
///
/// Source: Kubernetes, "Using RBAC Authorization".
struct Authority {
  struct Role {
    var ref: ObjectRef
    var rules: [Rule]
  }

  struct Rule {
    var verbs: [String]
    var groups: [String]
    var resources: [String]
    var names: [String]
    var paths: [String]

    init(_ json: JSON) {
      func texts(_ key: String) -> [String] { json[key].array.compactMap(\.string).map(Moment.plain) }
      verbs = texts("verbs")
      groups = texts("apiGroups")
      resources = texts("resources")
      names = texts("resourceNames")
      paths = texts("nonResourceURLs")
    }

    func allows(_ action: AccessAction) -> Bool {
      func holds(_ list: [String], _ word: String) -> Bool { list.contains("*") || list.contains(word) }
      guard holds(verbs, action.verb), holds(groups, action.group) else { return false }
      let parts = action.resource.split(separator: "/", maxSplits: 1)
      let part = parts.count > 1 ? "*/\(parts[1])" : ""
      guard holds(resources, action.resource) || !part.isEmpty && resources.contains(part) else {
        return false
      }
      return names.isEmpty || !action.name.isEmpty && names.contains(action.name)
    }
  }

  struct Binding {
    var ref: ObjectRef
    var role: ObjectRef
    var subjects: [AccessSubject]
  }

  static let group = "rbac.authorization.k8s.io"
  private static func id(_ plural: String) -> Kind.ID { "\(group)/v1/\(plural)" }
  static let roleKinds = [id("roles"), id("clusterroles")]
  static let bindingKinds = [id("rolebindings"), id("clusterrolebindings")]

  private(set) var roles: [String: Role] = [:]
  private(set) var bindings: [Binding] = []

  mutating func add(role json: JSON, kind: Kind.ID) {
    let ref = Self.ref(json, kind)
    roles[Self.key(ref)] = Role(ref: ref, rules: json["rules"].array.map(Rule.init))
  }

  mutating func add(binding json: JSON, kind: Kind.ID) {
    let ref = Self.ref(json, kind)
    let isClusterRole = json["roleRef"]["kind"].string == "ClusterRole"
    let role = ObjectRef(
      kind: Self.id(isClusterRole ? "clusterroles" : "roles"), namespace: isClusterRole ? "" : ref.namespace,
      name: Moment.plain(json["roleRef"]["name"].string ?? ""))
    let subjects = json["subjects"].array.compactMap { subject -> AccessSubject? in
      guard let sort = subject["kind"].string.flatMap(AccessSubject.Sort.init),
        let name = subject["name"].string
      else { return nil }
      let space = sort == .account ? subject["namespace"].string ?? ref.namespace : ""
      return AccessSubject(sort, Moment.plain(name), namespace: Moment.plain(space))
    }
    bindings.append(Binding(ref: ref, role: role, subjects: subjects))
  }

  private static func ref(_ json: JSON, _ kind: Kind.ID) -> ObjectRef {
    let metadata = json["metadata"]
    return ObjectRef(
      kind: kind, namespace: metadata["namespace"].string ?? "", name: metadata["name"].string ?? "",
      uid: metadata["uid"].string ?? "")
  }

  private static func key(_ ref: ObjectRef) -> String { "\(ref.namespace)/\(ref.name)" }

  private func role(_ ref: ObjectRef) -> Role? { roles[Self.key(ref)] }

  // MARK: What follows

  /// Somebody, and the groups they are in without being told so.
  static func standing(for subject: AccessSubject) -> Set<AccessSubject> {
    var all: Set = [subject]
    switch subject.sort {
    case .account:
      all.insert(AccessSubject(.group, "system:serviceaccounts"))
      all.insert(AccessSubject(.group, "system:serviceaccounts:\(subject.namespace)"))
      all.insert(AccessSubject(.group, "system:authenticated"))
      all.insert(AccessSubject(.user, "system:serviceaccount:\(subject.namespace):\(subject.name)"))
    case .user: all.insert(AccessSubject(.group, "system:authenticated"))
    case .group: break
    }
    return all
  }

  /// What somebody may do, and roles that their bindings name and that are not there.
  func rules(of subject: AccessSubject) -> (rules: [AccessRule], missing: [AccessGrant]) {
    let standing = Self.standing(for: subject)
    var rules: [AccessRule] = []
    var missing: [AccessGrant] = []
    for binding in bindings where binding.subjects.contains(where: standing.contains) {
      let grant = AccessGrant(binding: binding.ref, role: binding.role)
      guard let role = role(binding.role) else {
        missing.append(grant)
        continue
      }
      rules += Self.flat(role.rules, namespace: binding.ref.namespace, grant)
    }
    return (Self.merged(rules), missing)
  }

  func rules(ofRole ref: ObjectRef) -> [AccessRule] {
    guard let role = role(ref) else { return [] }
    return Self.merged(Self.flat(role.rules, namespace: "", AccessGrant(binding: nil, role: ref)))
  }

  func holders(ofRole ref: ObjectRef) -> [AccessHolder] {
    let found = bindings.filter { $0.role.kind == ref.kind && Self.key($0.role) == Self.key(ref) }
    return holders(found)
  }

  /// Who may do something: by a role of its namespace or of the cluster.
  func holders(of action: AccessAction) -> [AccessHolder] {
    holders(
      bindings.filter { binding in
        guard binding.ref.namespace.isEmpty || binding.ref.namespace == action.namespace else { return false }
        return role(binding.role)?.rules.contains { $0.allows(action) } ?? false
      })
  }

  func holders(_ bindings: [Binding]? = nil, sort: AccessSubject.Sort? = nil) -> [AccessHolder] {
    var grants: [AccessSubject: [AccessGrant]] = [:]
    for binding in bindings ?? self.bindings {
      for subject in binding.subjects where sort == nil || subject.sort == sort {
        grants[subject, default: []].append(AccessGrant(binding: binding.ref, role: binding.role))
      }
    }
    return grants.map(AccessHolder.init).sorted {
      ($0.subject.sort.rawValue, $0.subject.namespace, $0.subject.name)
        < ($1.subject.sort.rawValue, $1.subject.namespace, $1.subject.name)
    }
  }

  /// Roles that would allow something, the narrowest first.
  func offers(for action: AccessAction, to subject: AccessSubject) -> [AccessOffer] {
    let usable = roles.values.filter { role in
      (role.ref.namespace.isEmpty || role.ref.namespace == action.namespace)
        && role.rules.contains { $0.allows(action) }
    }
    return usable.map { role in
      let breadth = role.rules.reduce(0) { sum, rule in
        sum + (rule.resources.contains("*") ? 1_000 : rule.resources.count)
          * (rule.verbs.contains("*") ? 10 : rule.verbs.count)
      }
      return AccessOffer(
        role: role.ref, breadth: breadth, command: AccessCommand.binding(role.ref, action, to: subject))
    }.sorted { ($0.breadth, $0.role.name) < ($1.breadth, $1.role.name) }
  }

  // MARK: Rules side by side

  static func flat(_ rules: [Rule], namespace: String, _ grant: AccessGrant?) -> [AccessRule] {
    rules.flatMap { rule -> [AccessRule] in
      let paths = rule.paths.map { AccessRule($0, group: "", verbs: rule.verbs) }
      let resources = rule.groups.flatMap { group in
        rule.resources.map {
          AccessRule($0, group: group, verbs: rule.verbs, names: rule.names, namespace: namespace)
        }
      }
      return (paths + resources).map { each in
        var each = each
        each.grants = grant.map { [$0] } ?? []
        return each
      }
    }
  }

  /// What several rules say of the same objects is one.
  static func merged(_ rules: [AccessRule]) -> [AccessRule] {
    struct Key: Hashable {
      var namespace: String
      var group: String
      var resource: String
      var names: [String]
    }
    var order: [Key] = []
    var found: [Key: AccessRule] = [:]
    for rule in rules {
      let key = Key(
        namespace: rule.namespace, group: rule.group, resource: rule.resource, names: rule.names.sorted())
      guard var known = found[key] else {
        order.append(key)
        found[key] = rule
        continue
      }
      known.verbs += rule.verbs.filter { !known.verbs.contains($0) }
      known.grants += rule.grants.filter { !known.grants.contains($0) }
      found[key] = known
    }
    return order.compactMap { found[$0] }.sorted {
      let left = ($0.resource.hasPrefix("/") ? 1 : 0, $0.namespace, $0.group, $0.resource)
      return left < ($1.resource.hasPrefix("/") ? 1 : 0, $1.namespace, $1.group, $1.resource)
    }
  }
}

/// What an administrator would enter to allow something.
enum AccessCommand {
  static func binding(_ role: ObjectRef, _ action: AccessAction, to subject: AccessSubject) -> String {
    let isCluster = role.kind.hasSuffix("/clusterroles")
    let who = subject.name.isEmpty ? "--user=NAME" : flag(subject)
    let name = quoted("\(subject.name.isEmpty ? "NAME" : plain(subject.name))-\(plain(role.name))")
    if action.namespace.isEmpty {
      return "kubectl create clusterrolebinding \(name) --clusterrole=\(quoted(role.name)) \(who)"
    }
    return
      "kubectl -n \(quoted(action.namespace)) create rolebinding \(name) --\(isCluster ? "clusterrole" : "role")=\(quoted(role.name)) \(who)"
  }

  /// Both a role and its binding, where no role fits.
  static func role(_ action: AccessAction, to subject: AccessSubject) -> String {
    let verbs = ["get", "list", "watch"].contains(action.verb) ? "get,list,watch" : quoted(action.verb)
    let resource = action.group.isEmpty ? action.resource : resourceWithGroup(action)
    let name = "\(plain(action.resource))-\(plain(action.verb))"
    let space = action.namespace.isEmpty ? "" : " -n \(quoted(action.namespace))"
    let kind = action.namespace.isEmpty ? "clusterrole" : "role"
    let role = ObjectRef(
      kind: Authority.roleKinds[action.namespace.isEmpty ? 1 : 0], namespace: action.namespace, name: name)
    return "kubectl\(space) create \(kind) \(name) --verb=\(verbs) --resource=\(quoted(resource)) && "
      + binding(role, action, to: subject)
  }

  /// "deployments.apps/scale"
  private static func resourceWithGroup(_ action: AccessAction) -> String {
    let parts = action.resource.split(separator: "/", maxSplits: 1).map(String.init)
    return parts.count > 1 ? "\(parts[0]).\(action.group)/\(parts[1])" : "\(action.resource).\(action.group)"
  }

  private static func flag(_ subject: AccessSubject) -> String {
    switch subject.sort {
    case .user: "--user=\(quoted(subject.name))"
    case .group: "--group=\(quoted(subject.name))"
    case .account: "--serviceaccount=\(quoted("\(subject.namespace):\(subject.name)"))"
    }
  }

  /// As a part of a name.
  private static func plain(_ text: String) -> String {
    let lower = text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return String(lower).split(separator: "-").joined(separator: "-")
  }

  /// For a shell: whatever the text is, it stays one word.
  private static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy { byte in
        (byte | 32 >= 97 && byte | 32 <= 122) || (byte >= 48 && byte <= 57) || "-_.:/,@".utf8.contains(byte)
      }
    return isPlain
      ? text
      : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
