import Document

extension ContainerPlan {
  /// A question that the kubelet asks a container again and again.
  struct Probe: Sendable, Hashable {
    enum Handler: Sendable, Hashable {
      /// The port is a number or a name.
      case http(path: String, port: String)
      case tcp(port: String)
      case exec([String])
      case other
    }

    let periodSeconds, initialDelaySeconds: Double
    let failureThreshold: Int
    let handler: Handler

    init?(_ probe: JSON) {
      if probe.isNull { return nil }
      periodSeconds = Double(max(1, probe["periodSeconds"].int ?? 10))
      initialDelaySeconds = Double(probe["initialDelaySeconds"].int ?? 0)
      failureThreshold = max(1, probe["failureThreshold"].int ?? 3)
      func port(_ handler: JSON) -> String { handler["port"].string ?? "\(handler["port"].int ?? 0)" }
      if !probe["exec"].isNull {
        handler = .exec(probe["exec"]["command"].array.compactMap(\.string))
      } else if !probe["httpGet"].isNull {
        handler = .http(path: probe["httpGet"]["path"].string ?? "/", port: port(probe["httpGet"]))
      } else {
        handler = probe["tcpSocket"].isNull ? .other : .tcp(port: port(probe["tcpSocket"]))
      }
    }
  }

  enum ProbeKind: String, Sendable {
    case startup = "Startup"
    case liveness = "Liveness"
    case readiness = "Readiness"
  }

  func probe(_ kind: ProbeKind) -> Probe? {
    switch kind {
    case .startup: startupProbe
    case .liveness: livenessProbe
    case .readiness: readinessProbe
    }
  }

  /// What is run before a container is asked to stop.
  struct Hook: Sendable, Hashable {
    let seconds: Double
    let fails: Bool

    init?(_ hook: JSON) {
      if hook.isNull { return nil }
      let command = hook["exec"]["command"].array.compactMap(\.string)
      if let seconds = hook["sleep"]["seconds"].int {
        (self.seconds, fails) = (Double(seconds), false)
      } else if command.isEmpty {
        (seconds, fails) = (0.2, false)
      } else {
        let script = Script(arguments: command)
        let isLost = ["no-such", "nope", "missing", "does-not-exist"].contains(where: command[0].contains)
        seconds = script.exitCode == nil ? .infinity : script.seconds + 0.1
        fails = isLost || script.exitCode ?? 0 != 0
      }
    }
  }

  // MARK: What a guessed program answers

  /// What a probe finds wrong; nil: nothing.
  func finding(_ probe: Probe, seconds: Double, address: String) -> String? {
    switch probe.handler {
    case .other: return nil
    case .exec(let command): return finding(command, seconds)
    case .tcp(let port):
      let number = self.number(port)
      return listens(number) ? nil : "dial tcp \(address):\(number): connect: connection refused"
    case .http(let path, let port):
      let number = self.number(port)
      if !listens(number) {
        return "Get \"http://\(address):\(number)\(path)\": dial tcp \(address):\(number): connect: "
          + "connection refused"
      }
      let isPlain = ["nginx", "httpd", "caddy"].contains(ImageName(image).base)
      return isPlain && path != "/" && path != "/index.html"
        ? "HTTP probe failed with statuscode: 404" : nil
    }
  }

  /// Whether the answers change over time.
  var isFickle: Bool { program?.script?.files.isEmpty == false }

  private func number(_ port: String) -> Int { Int(port) ?? ports[port] ?? 0 }

  private static let usualPorts: [String: [Int]] = [
    "nginx": [80], "httpd": [80], "caddy": [80, 443, 2019], "redis": [6379], "valkey": [6379],
    "postgres": [5432], "mysql": [3306], "mariadb": [3306], "mongo": [27017], "rabbitmq": [5672, 15672],
    "memcached": [11211], "agnhost": [8080, 8081, 9376], "registry": [5000], "traefik": [80, 8080],
  ]

  private func listens(_ port: Int) -> Bool {
    if program?.script != nil { return false }
    if let usual = ContainerPlan.usualPorts[ImageName(image).base] { return usual.contains(port) }
    return ports.isEmpty || ports.values.contains(port)
  }

  private func finding(_ command: [String], _ seconds: Double) -> String? {
    var words = command
    if words.count > 2, ["sh", "bash", "ash"].contains(words[0].lastPart), words[1] == "-c" {
      words = words[2].split(separator: " ").map(String.init)
    }
    guard let verb = words.first?.lastPart else { return nil }
    let missing = words.dropFirst().first { !$0.hasPrefix("-") && $0 != "]" && !hasFile($0, seconds) }
    switch verb {
    case "false": return ""
    case "exit": return words.dropFirst().first == "0" ? nil : ""
    case "cat": return missing.map { "cat: can't open '\($0)': No such file or directory" }
    case "ls": return missing.map { "ls: \($0): No such file or directory" }
    case "stat": return missing.map { "stat: can't stat '\($0)': No such file or directory" }
    case "test", "[": return missing.map { _ in "" }
    default: return nil
    }
  }

  private func hasFile(_ path: String, _ seconds: Double) -> Bool {
    guard path.hasPrefix("/"), let script = program?.script else { return true }
    if let isThere = script.hasFile(path, seconds: seconds) { return isThere }
    return ["/etc/", "/bin/", "/usr/", "/proc/", "/dev/"].contains(where: path.hasPrefix)
  }
}

extension String {
  fileprivate var lastPart: String { split(separator: "/").last.map(String.init) ?? self }
}
