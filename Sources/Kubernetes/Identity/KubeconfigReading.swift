import Document

/// One kubeconfig document being turned into entries. Unknown fields are left alone: newer programs write them.
struct KubeconfigReading {
  let file: String
  private let folder: String
  private(set) var contexts: [Kubeconfig.Context] = []
  private(set) var clusters: [ClusterEntry] = []
  private(set) var users: [UserEntry] = []
  private(set) var currentContext: String?
  private(set) var problems: [KubeconfigProblem] = []

  init(file: String) {
    self.file = file
    folder = LocalFile.folder(of: file)
  }

  mutating func complain(_ message: String) {
    problems.append(KubeconfigProblem(file: file, message: message))
  }

  mutating func read(_ document: JSON) {
    if document.isNull { return }
    guard document.object != nil else { return complain("is no kubeconfig: its top is no mapping") }
    if let kind = document["kind"].string, !kind.isEmpty, kind != "Config" {
      return complain("is no kubeconfig: its kind is \(kind)")
    }
    currentContext = text(document, "current-context", of: "the file")
    for (name, body) in entries(document, "clusters", "cluster") { clusters.append(cluster(name, body)) }
    for (name, body) in entries(document, "users", "user") { users.append(user(name, body)) }
    for (name, body) in entries(document, "contexts", "context") { contexts.append(context(name, body)) }
  }

  // MARK: Entries

  /// The named entries of a list, the first of each name.
  private mutating func entries(_ document: JSON, _ list: String, _ key: String) -> [(String, JSON)] {
    let value = document[list]
    guard case .array(let items) = value else {
      if !value.isNull { complain("\(list) is no list") }
      return []
    }
    var found: [(String, JSON)] = []
    for (index, item) in items.enumerated() {
      let place = "\(list)[\(index)]"
      guard let name = text(item, "name", of: place) else {
        complain("\(place) has no name")
        continue
      }
      if found.contains(where: { $0.0 == name }) {
        complain("\(key) \"\(name)\" stands there twice; the first counts")
        continue
      }
      if item[key].object == nil && !item[key].isNull { complain("\(key) \"\(name)\" is no mapping") }
      found.append((name, item[key]))
    }
    return found
  }

  private mutating func context(_ name: String, _ body: JSON) -> Kubeconfig.Context {
    let place = "context \"\(name)\""
    return Kubeconfig.Context(
      name: name, cluster: text(body, "cluster", of: place) ?? "", user: text(body, "user", of: place) ?? "",
      namespace: text(body, "namespace", of: place))
  }

  private mutating func cluster(_ name: String, _ body: JSON) -> ClusterEntry {
    let place = "cluster \"\(name)\""
    var entry = ClusterEntry(name: name, folder: folder)
    entry.server = text(body, "server", of: place) ?? ""
    entry.authority = fileOrData(body, "certificate-authority", of: place)
    entry.tlsServerName = text(body, "tls-server-name", of: place)
    entry.insecureSkipVerify = flag(body, "insecure-skip-tls-verify", of: place)
    entry.proxy = text(body, "proxy-url", of: place).map { Secret($0) }
    entry.execConfig =
      body["extensions"].array.first { $0["name"].string == "client.authentication.k8s.io/exec" }?[
        "extension"]
    return entry
  }

  private mutating func user(_ name: String, _ body: JSON) -> UserEntry {
    let place = "user \"\(name)\""
    var entry = UserEntry(name: name, folder: folder)
    entry.certificate = fileOrData(body, "client-certificate", of: place)
    entry.key = fileOrData(body, "client-key", of: place)
    entry.token = text(body, "token", of: place).map { Secret($0) }
    entry.tokenFile = text(body, "tokenFile", of: place).map { LocalFile.resolve($0, in: folder) }
    entry.username = text(body, "username", of: place)
    entry.password = text(body, "password", of: place).map { Secret($0) }
    entry.impersonation.user = text(body, "as", of: place)
    entry.impersonation.uid = text(body, "as-uid", of: place)
    entry.impersonation.groups = texts(body["as-groups"], "as-groups", of: place)
    for member in body["as-user-extra"].members {
      let values = texts(member.value, "as-user-extra", of: place)
      entry.impersonation.extra.append((key: member.key, values: values))
    }
    entry.authProvider = body["auth-provider"].isNull ? nil : body["auth-provider"]["name"].string ?? ""
    if body["exec"].object != nil { entry.exec = exec(body["exec"], of: place) }
    return entry
  }

  private mutating func exec(_ body: JSON, of place: String) -> ExecEntry {
    var entry = ExecEntry()
    entry.apiVersion = text(body, "apiVersion", of: place) ?? ""
    entry.command = text(body, "command", of: place) ?? ""
    // A command with a slash in it is a path, and paths start where the file is. Others are found by PATH.
    if entry.command.contains("/") { entry.command = LocalFile.resolve(entry.command, in: folder) }
    entry.arguments = texts(body["args"], "args", of: place).map { Secret($0) }
    for (index, variable) in body["env"].array.enumerated() {
      let name = text(variable, "name", of: "env[\(index)] of \(place)") ?? ""
      let value = text(variable, "value", of: "env[\(index)] of \(place)") ?? ""
      entry.environment.append((name: name, value: Secret(value)))
    }
    entry.installHint = text(body, "installHint", of: place)
    entry.provideClusterInfo = flag(body, "provideClusterInfo", of: place)
    entry.interactiveMode = text(body, "interactiveMode", of: place)
    return entry
  }

  // MARK: Values

  private mutating func fileOrData(_ body: JSON, _ key: String, of place: String) -> FileOrData? {
    if let data = text(body, key + "-data", of: place) { return .data(Secret(data)) }
    return text(body, key, of: place).map { .file(LocalFile.resolve($0, in: folder)) }
  }

  /// nil where it is absent or empty. A number or a flag is taken as it was written, with a remark, for kubectl
  /// refuses it.
  private mutating func text(_ body: JSON, _ key: String, of place: String) -> String? {
    switch body[key] {
    case .null: return nil
    case .string(let text): return text.isEmpty ? nil : text
    case .number(let text):
      complain("\(key) of \(place) is a number; kubectl wants it in quotes")
      return text
    case .bool(let flag):
      complain("\(key) of \(place) is a truth value; kubectl wants it in quotes")
      return flag ? "true" : "false"
    case .array, .object:
      complain("\(key) of \(place) is no text")
      return nil
    }
  }

  private mutating func texts(_ value: JSON, _ key: String, of place: String) -> [String] {
    guard case .array(let items) = value else {
      if !value.isNull { complain("\(key) of \(place) is no list") }
      return []
    }
    return items.compactMap { item in
      switch item {
      case .string(let text), .number(let text): return text
      default:
        complain("\(key) of \(place) holds something that is no text")
        return nil
      }
    }
  }

  private mutating func flag(_ body: JSON, _ key: String, of place: String) -> Bool {
    if let flag = body[key].bool { return flag }
    if !body[key].isNull { complain("\(key) of \(place) is neither true nor false") }
    return false
  }
}
