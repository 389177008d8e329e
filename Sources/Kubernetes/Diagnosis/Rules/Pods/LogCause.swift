/// What a program complains of in its log, where that is one of the things that many complain of: another that does not
/// answer, a login, a file, a right, a setting.
struct LogCause: Hashable {
  enum Sort: String, Hashable {
    case unreachable
    case unknownHost = "unknown-host"
    case login
    case forbidden
    case permission
    case readOnly = "read-only"
    case file = "missing-file"
    case setting = "missing-setting"
    case port = "port-in-use"
    case memory = "out-of-memory"
    case disk = "disk-full"
    case certificate
  }

  let sort: Sort
  /// What it is about: "db:5432", "/data", "DATABASE_URL"; empty where the line does not tell.
  let target: String

  init?(_ line: String) {
    let said = Wording(line)
    let found =
      Self.rights(said) ?? Self.network(said) ?? Self.login(said) ?? Self.files(said) ?? Self.resources(said)
      ?? Self.setting(said)
    guard let found else { return nil }
    (sort, target) = found
  }

  /// "cannot reach db:5432"
  var headline: String {
    let target = Wording.shortened(self.target, to: 50)
    switch sort {
    case .unreachable: return "cannot reach \(target.isEmpty ? "what it depends on" : target)"
    case .unknownHost: return "there is no host \(target.isEmpty ? "of the name it wants" : target)"
    case .login: return "its login is refused\(target.isEmpty ? "" : " (\(target))")"
    case .forbidden: return "its account lacks a right in the cluster"
    case .permission: return "no permission for \(target.isEmpty ? "a file" : target)"
    case .readOnly: return "\(target.isEmpty ? "a file system it writes to" : target) is read-only"
    case .file: return "\(target.isEmpty ? "a file" : target) is missing"
    case .setting: return "setting \(target) is missing"
    case .port: return "port \(target.isEmpty ? "it wants" : target) is already in use"
    case .memory: return "the program ran out of its own memory"
    case .disk: return "no space is left on its disk"
    case .certificate: return "a certificate is not accepted"
    }
  }

  var ground: String {
    switch sort {
    case .unreachable: "it heals when \(target.isEmpty ? "that" : target) answers again"
    case .unknownHost: "it heals when there is such a Service or name"
    case .login: "the user or the password has to be another"
    case .forbidden: "a role has to grant it"
    case .permission, .readOnly: "rights and mounts do not change by trying again"
    case .file: "nothing makes the file by itself"
    case .setting: "nobody sets it by itself"
    case .port: "whoever has the port keeps it"
    case .memory: "it comes again with the same load"
    case .disk: "it heals when there is room again"
    case .certificate: "the certificate, or what is trusted, has to be another"
    }
  }

  var isHopeless: Bool {
    switch sort {
    case .unreachable, .unknownHost, .disk, .memory, .certificate: false
    default: true
    }
  }

  private typealias Found = (Sort, String)

  // MARK: What the lines say

  private static func rights(_ said: Wording) -> Found? {
    said.has("is forbidden: user \"system:serviceaccount", "is forbidden: user \\\"system:serviceaccount")
      ? (.forbidden, "") : nil
  }

  private static func network(_ said: Wording) -> Found? {
    let isUnknown = said.has(
      "no such host", " enotfound", "eai_again", "could not translate host name", "unknownhostexception",
      "host not found", "name or service not known", "temporary failure in name resolution", "nxdomain",
      "can't resolve", "getaddrinfo", "gaierror", "nodename nor servname", "could not resolve host",
      "unknown host",
      "no address associated with hostname", "name does not resolve", "could not be resolved")
    if isUnknown { return (.unknownHost, unknownHost(said)) }
    let isUnreachable = said.has(
      "connection refused", "econnrefused", "can't connect to", "could not connect to", "connectexception",
      "i/o timeout", "etimedout", "connection timed out", "no route to host", "ehostunreach",
      "network is unreachable",
      "econnreset", "connection reset by peer", "failed to connect to", "connect: cannot assign",
      "connection to",
      "not reachable", "unable to connect to", "cannot connect to", "connection attempt failed",
      "actively refused it", "error 111 connecting", "no connection could be made")
    guard isUnreachable, !said.has("connection to x closed") else { return nil }
    let target = place(said)
    if target.isEmpty,
      !said.has("refused", "timed out", "timeout", "no route", "unreachable", "reachable", "connect")
    {
      return nil
    }
    return (.unreachable, target)
  }

  private static func unknownHost(_ said: Wording) -> String {
    for phrase in [
      "lookup ", "enotfound ", "eai_again ", "unknownhostexception: ", "resolve host: ", "server can't find ",
    ] {
      if let word = said.word(behind: phrase) { return host(word) }
    }
    for phrase in ["translate host name", "upstream", "can't resolve"] {
      if let name = said.quoted(behind: phrase) { return host(name) }
    }
    return place(said)
  }

  private static func host(_ word: String) -> String {
    String(word.split(separator: ",").first ?? "")
  }

  /// The host and port a line names: db:5432, 10.0.0.1:80, https://api:8443/x; or a host and a port in words.
  static func place(_ said: Wording) -> String {
    if let server = said.quoted(behind: "server at"), let port = said.word(behind: "port ") {
      return "\(server):\(port.filter(\.isNumber))"
    }
    let words = said.text.split { " \"'`()<>,;=[]{}\\".contains($0) }
    var best = ""
    for word in words {
      // "lookup db on 10.96.0.10:53" names the resolver.
      guard let place = hostPort(String(word)), !place.hasSuffix(":53") else { continue }
      best = place
      if !place.hasPrefix("127.") { break }
    }
    if !best.isEmpty { return best }
    for phrase in [
      "can't connect to", "connect to", "connecting to", "connection to", "waiting for", "reach ",
    ] {
      if let word = said.word(behind: phrase), word.contains(where: \.isLetter), word.count > 1,
        !["the", "a", "server", "database", "host", "on", "to", "be", "local"].contains(word.lowercased())
      {
        return word
      }
    }
    if let name = said.text.split(separator: " ").first, said.has("not reachable") { return String(name) }
    return ""
  }

  private static func hostPort(_ word: String) -> String? {
    var word = Substring(word)
    if let scheme = word.firstRange(of: "://") {
      word = word[scheme.upperBound...]
      if let at = word.firstIndex(of: "@") { word = word[word.index(after: at)...] }
      word = word.prefix { $0 != "/" && $0 != "?" }
      if !word.contains(":") { return word.isEmpty ? nil : String(word) }
    }
    word = word.drop { $0 == "/" }.prefix { $0 != "/" && $0 != "?" }
    while word.hasSuffix(".") || word.hasSuffix(":") { word = word.dropLast() }
    guard let colon = word.lastIndex(of: ":") else { return nil }
    let port = word[word.index(after: colon)...]
    let host = word[..<colon]
    guard let number = Int(port), number > 0, number < 65_536, !host.isEmpty,
      host.allSatisfy({ $0.isLetter || $0.isNumber || "-._".contains($0) })
    else { return nil }
    // "main.go:52" and "03:11" are no places on a network.
    let isAddress = host.split(separator: ".").count == 4 && host.allSatisfy { $0.isNumber || $0 == "." }
    if isAddress { return String(word) }
    guard host.contains(where: \.isLetter) else { return nil }
    let endings = [
      ".go", ".py", ".js", ".ts", ".rb", ".java", ".cs", ".rs", ".conf", ".yaml", ".yml", ".sh", ".c", ".cc",
      ".php",
    ]
    if endings.contains(where: { host.lowercased().hasSuffix($0) }) { return nil }
    return port.count > 1 || number == 0 ? String(word) : nil
  }

  private static func login(_ said: Wording) -> Found? {
    guard
      said.has(
        "password authentication failed", "access denied for user", "authentication failed", "wrongpass",
        "noauth",
        "invalid credentials", "login failed", "invalid username or password", "401 unauthorized",
        "invalid_client", "bad credentials", "permission denied (publickey", "role \"",
        "incorrect username or password")
    else { return nil }
    if said.has("role \""), !said.has("does not exist") { return nil }
    let user = said.quoted(behind: "for user") ?? said.quoted(behind: "role")
    return (.login, user.map { "user \($0)" } ?? "")
  }

  private static func files(_ said: Wording) -> Found? {
    if said.has("read-only file system", "erofs", "read only file system") { return (.readOnly, path(said)) }
    if said.has("permission denied", "eacces", "accessdeniedexception", "operation not permitted", "eperm") {
      return (.permission, path(said))
    }
    if said.has("no such file or directory", "enoent", "filenotfound", "nosuchfile", "could not find file") {
      let place = path(said)
      return place.isEmpty ? nil : (.file, place)
    }
    if said.has("cannot find module", "no module named") {
      return (.file, "module \(said.quoted(behind: "module") ?? "")")
    }
    return nil
  }

  /// The first path a line names.
  private static func path(_ said: Wording) -> String {
    for word in said.text.split(whereSeparator: { " \"'`(),;=[]".contains($0) })
    where word.hasPrefix("/") && word.count > 1 {
      return Wording.bare(word) ?? ""
    }
    return ""
  }

  private static func resources(_ said: Wording) -> Found? {
    if said.has("address already in use", "eaddrinuse", "port is already allocated", "bind: address in use") {
      let place = place(said)
      let port =
        place.split(separator: ":").last.map(String.init)
        ?? said.text.split { !$0.isNumber }.last.map(String.init)
      return (.port, port ?? "")
    }
    if said.has("no space left on device", "enospc", "disk quota exceeded") { return (.disk, "") }
    if said.has(
      "outofmemoryerror", "heap out of memory", "cannot allocate memory", "bad_alloc", "memoryerror",
      "out of memory", "outofmemoryexception")
    {
      return (.memory, "")
    }
    if said.has(
      "x509:", "certificate verify failed", "cert_has_expired", "sslhandshakeexception",
      "unable to verify the first",
      "self-signed certificate", "certificate has expired", "pkix path building failed")
    {
      return (.certificate, "")
    }
    return nil
  }

  /// "DATABASE_URL is not set", "missing required environment variable X", "KeyError: 'X'".
  private static func setting(_ said: Wording) -> Found? {
    guard
      said.has(
        " is not set", " not set", "environment variable", "is required", "missing required", "keyerror",
        "must be set",
        "is undefined", "is missing", "not defined", "required key", "no value for")
    else { return nil }
    let names = said.text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.filter { word in
      word.count > 3 && word.contains("_") && word.allSatisfy { $0.isUppercase || $0.isNumber || $0 == "_" }
    }
    return names.first.map { (.setting, String($0)) }
  }
}
