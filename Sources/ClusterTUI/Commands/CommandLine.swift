/// What the program was started with, read strictly: a mistyped option is told, never guessed.
struct Arguments: Equatable {
  enum Mode: Equatable {
    case fullScreen
    case print
    case doctor
    case demo
    case metrics
    case why
    case oncall
    case config
    case version
    case help
    case completion
  }

  var mode = Mode.fullScreen
  /// KIND [NAME] of the full screen, the screens to print, or the shell to complete for.
  var words: [String] = []
  /// nil takes the context's own.
  var namespaces: [String]?
  var context: String?
  var cluster: String?
  var user: String?
  var kubeconfig: String?
  var server: String?
  var token: String?
  var impersonate: String?
  var impersonateGroups: [String] = []
  var certificateAuthority: String?
  var clientCertificate: String?
  var clientKey: String?
  var tlsServerName: String?
  var insecureSkipVerify = false
  var requestTimeoutSeconds: Int?
  var isReadOnly = false
  /// Pages of metrics outside the cluster.
  var scrapes: [String] = []
  var prometheus: String?
  var script: String?
  var logFile: String?
  var size = Size(width: 120, height: 40)
  var usesColor = false
  /// `config`: a file that says what holds anyway.
  var wantsExample = false
  // why and oncall
  var output = Output.text
  /// How long `why` waits for its object to be well.
  var waitSeconds: Int64?
  var ringsBell = false
  var notifies = false
  /// Where `oncall` writes the incident bundle to.
  var bundle: String?
  // demo and metrics
  var listen: String?
  // metrics and oncall
  var once = false
  var tokenFile: String?
  var skipsUsage = false
  // demo
  var servesOnly = false
  var writeKubeconfig: String?
  var pods: Int?
  var seed: UInt64?
  var churn: Double?
  var faults: [String] = []
  var stories: [String] = []
  var listsStories = false

  enum Output: String, Equatable { case text, json }

  /// In columns and rows.
  struct Size: Equatable {
    var width: Int
    var height: Int
  }

  /// What `print` shows: each word is a screen, but for what needs an object: "why deploy/web".
  var screens: [String] {
    var screens: [String] = []
    for word in words {
      if word.contains("/"), let last = screens.last, ["why", "timeline", "rollout"].contains(last) {
        screens[screens.count - 1] = "\(last) \(word)"
      } else {
        screens.append(word)
      }
    }
    return screens.isEmpty ? ["problems"] : screens
  }

  struct Problem: Error, Equatable {
    var text: String
  }

  static let modes: [String: Mode] = [
    "print": .print, "doctor": .doctor, "demo": .demo, "metrics": .metrics, "why": .why,
    "oncall": .oncall, "config": .config, "version": .version, "help": .help, "completion": .completion,
  ]

  // MARK: Options

  fileprivate enum Action {
    case flag((inout Arguments) -> Void)
    case value(String, (inout Arguments, String) throws(Problem) -> Void)
  }

  struct Option {
    var names: [String]
    var placeholder: String?
    var summary: String
    fileprivate var action: Action
    /// Empty: everywhere that connects.
    var onlyFor: [Mode]
  }

  private static func flag(
    _ names: String..., summary: String, only: Mode..., set: @escaping (inout Arguments) -> Void
  ) -> Option {
    Option(names: names, placeholder: nil, summary: summary, action: .flag(set), onlyFor: only)
  }

  private static func value(
    _ names: String..., placeholder: String, summary: String, only: Mode...,
    set: @escaping (inout Arguments, String) throws(Problem) -> Void
  ) -> Option {
    Option(
      names: names, placeholder: placeholder, summary: summary, action: .value(placeholder, set),
      onlyFor: only)
  }

  static var options: [Option] {
    [
      value("-n", "--namespace", placeholder: "NS[,NS]", summary: "these namespaces") {
        $0.namespaces = Command.names($1)
      },
      flag("-A", "--all-namespaces", summary: "all namespaces") { $0.namespaces = [] },
      value("--context", placeholder: "NAME", summary: "a context of the kubeconfig") { $0.context = $1 },
      value("--kubeconfig", placeholder: "FILE", summary: "instead of KUBECONFIG and ~/.kube/config") {
        $0.kubeconfig = $1
      },
      value("--cluster", placeholder: "NAME", summary: "a cluster of the kubeconfig") { $0.cluster = $1 },
      value("--user", placeholder: "NAME", summary: "a user of the kubeconfig") { $0.user = $1 },
      value("-s", "--server", placeholder: "URL", summary: "another API server") { $0.server = $1 },
      value("--token", placeholder: "TOKEN", summary: "a bearer token") { $0.token = $1 },
      value("--as", placeholder: "USER", summary: "act as somebody else") { $0.impersonate = $1 },
      value("--as-group", placeholder: "GROUP", summary: "and as a member of this group (repeatable)") {
        $0.impersonateGroups.append($1)
      },
      value("--certificate-authority", placeholder: "FILE", summary: "trust this authority") {
        $0.certificateAuthority = $1
      },
      value("--client-certificate", placeholder: "FILE", summary: "show this certificate") {
        $0.clientCertificate = $1
      },
      value("--client-key", placeholder: "FILE", summary: "its key") { $0.clientKey = $1 },
      value("--tls-server-name", placeholder: "NAME", summary: "the name to verify") {
        $0.tlsServerName = $1
      },
      flag("--insecure-skip-tls-verify", summary: "trust any certificate") { $0.insecureSkipVerify = true },
      value("--request-timeout", placeholder: "SECONDS", summary: "give up a request after so long") {
        (arguments, text) throws(Problem) in
        arguments.requestTimeoutSeconds = try number(
          text.hasSuffix("s") ? String(text.dropLast()) : text, "--request-timeout")
      },
      flag("--read-only", "--readonly", summary: "nothing that changes the cluster") { $0.isReadOnly = true },
      value(
        "--scrape", placeholder: "URL", summary: "a page of metrics to read besides (repeatable)"
      ) { (arguments, text) throws(Problem) in arguments.scrapes.append(try url(text, "--scrape")) },
      value(
        "--prometheus", placeholder: "URL", summary: "ask this Prometheus for history in charts"
      ) { (arguments, text) throws(Problem) in arguments.prometheus = try url(text, "--prometheus") },
      value("--script", placeholder: "FILE", summary: "play keys and save screens (see README)") {
        $0.script = $1
      },
      value("--log-file", placeholder: "FILE", summary: "write what happens there; no secrets") {
        $0.logFile = $1
      },
      value("--size", placeholder: "COLSxROWS", summary: "of the printed screen", only: .print) {
        (arguments, text) throws(Problem) in
        let parts = text.split(separator: "x").map(String.init)
        guard parts.count == 2 else {
          throw Problem(text: "--size is COLSxROWS, such as 120x40, not '\(text)'")
        }
        let (width, height) = (try number(parts[0], "--size"), try number(parts[1], "--size"))
        arguments.size = Size(width: max(1, min(1_000, width)), height: max(1, min(1_000, height)))
      },
      flag("--color", summary: "keep the colours", only: .print) { $0.usesColor = true },
      flag("--example", summary: "a file with every setting and what it means", only: .config) {
        $0.wantsExample = true
      },
      flag("--serve", summary: "only serve; no screen", only: .demo) { $0.servesOnly = true },
      value(
        "--listen", placeholder: "ADDRESS:PORT", summary: "where to serve (metrics: 127.0.0.1:9464)",
        only: .metrics, .demo
      ) { $0.listen = $1 },
      value(
        "--token-file", placeholder: "FILE", summary: "ask for the bearer token in this file", only: .metrics
      ) { $0.tokenFile = $1 },
      flag("--no-usage", summary: "leave the kubelets alone", only: .metrics) { $0.skipsUsage = true },
      flag("--once", summary: "print once and end", only: .metrics, .oncall) { $0.once = true },
      value("-o", "--output", placeholder: "text|json", summary: "how to print", only: .why, .oncall) {
        (arguments, text) throws(Problem) in
        guard let output = Output(rawValue: text) else {
          throw Problem(text: "-o is text or json, not '\(text)'")
        }
        arguments.output = output
      },
      value(
        "--wait", placeholder: "DURATION", summary: "until it is well, at most so long: 90s, 5m, 1h30m",
        only: .why
      ) { (arguments, text) throws(Problem) in
        guard let seconds = WaitTime.seconds(text) else {
          throw Problem(text: "--wait takes a duration such as 90s, 5m or 1h30m, not '\(text)'")
        }
        arguments.waitSeconds = seconds
      },
      flag("--bell", summary: "ring when something breaks", only: .oncall) { $0.ringsBell = true },
      flag("--notify", summary: "tell the desktop, through the terminal", only: .oncall) {
        $0.notifies = true
      },
      value(
        "--bundle", placeholder: "FILE", summary: "write all that is known of what is broken and end",
        only: .oncall
      ) { $0.bundle = $1 },
      value("--write-kubeconfig", placeholder: "FILE", summary: "for kubectl and others", only: .demo) {
        $0.writeKubeconfig = $1
      },
      value("--pods", placeholder: "N", summary: "a cluster of about so many pods", only: .demo) {
        (arguments, text) throws(Problem) in arguments.pods = try number(text, "--pods")
      },
      value("--churn", placeholder: "N", summary: "so many changes a second", only: .demo) {
        (arguments, text) throws(Problem) in arguments.churn = Double(try number(text, "--churn"))
      },
      value(
        "--fault", placeholder: "KIND[,KIND]", summary: "slow, drop, 429, 500, expire, tokens, truncate",
        only: .demo
      ) {
        $0.faults += list($1)
      },
      value(
        "--story", placeholder: "NAME[,NAME]", summary: "play what goes wrong, and nothing else", only: .demo
      ) {
        $0.stories += list($1)
      },
      flag("--stories", summary: "list the stories", only: .demo) { $0.listsStories = true },
      value("--seed", placeholder: "N", summary: "the same seed, the same cluster", only: .demo) {
        (arguments, text) throws(Problem) in arguments.seed = UInt64(try number(text, "--seed"))
      },
    ]
  }

  /// "a,b": other than of namespaces, there is no word for all or none of them.
  private static func list(_ text: String) -> [String] {
    let words = text.split(separator: ",").map(String.init)
    return words.isEmpty ? [""] : words
  }

  private static func url(_ text: String, _ option: String) throws(Problem) -> String {
    let rest = ["http://", "https://"].first(where: text.hasPrefix).map { text.dropFirst($0.count) }
    guard let rest, let first = rest.first, first != "/" else {
      throw Problem(text: "\(option) takes http://HOST:PORT or https://HOST, not '\(text)'")
    }
    return text
  }

  private static func number(_ text: String, _ option: String) throws(Problem) -> Int {
    guard let number = Int(text), number >= 0 else {
      throw Problem(text: "\(option) takes a number, not '\(text)'")
    }
    return number
  }

  // MARK: Reading

  /// `words` without the program's own name.
  static func parse(_ words: [String]) throws(Problem) -> Arguments {
    var arguments = Arguments()
    var rest = words[...]
    var isFirst = true
    var onlyWords = false
    while let word = rest.popFirst() {
      if onlyWords || !word.hasPrefix("-") || word == "-" {
        if isFirst, let mode = modes[word] { arguments.mode = mode } else { arguments.words.append(word) }
        isFirst = false
      } else if word == "--" {
        onlyWords = true
      } else if word == "-h" || word == "--help" {
        arguments.mode = .help
        return arguments
      } else if word == "--version" {
        arguments.mode = .version
      } else {
        try apply(word, &rest, to: &arguments)
      }
    }
    return try checked(arguments)
  }

  private static func apply(
    _ word: String, _ rest: inout ArraySlice<String>, to arguments: inout Arguments
  ) throws(Problem) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let option = options.first(where: { $0.names.contains(parts[0]) }) else {
      let known = options.flatMap(\.names) + ["--help", "--version"]
      let nearest = Nearest.word(to: parts[0], among: known).map { ": did you mean \($0)?" } ?? ""
      throw Problem(text: "unknown option \(parts[0])\(nearest)")
    }
    if !option.onlyFor.isEmpty, !option.onlyFor.contains(arguments.mode) {
      let names = option.onlyFor.compactMap { mode in modes.first { $0.value == mode }?.key }
      throw Problem(text: "\(parts[0]) belongs to '\(names.joined(separator: "' and '"))'")
    }
    switch option.action {
    case .flag(let set):
      guard parts.count == 1 else { throw Problem(text: "\(parts[0]) takes no value") }
      set(&arguments)
    case .value(let placeholder, let set):
      guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
        throw Problem(text: "\(parts[0]) needs a value: \(parts[0]) \(placeholder)")
      }
      try set(&arguments, value)
    }
  }

  private static func checked(_ arguments: Arguments) throws(Problem) -> Arguments {
    switch arguments.mode {
    case .completion:
      guard let shell = arguments.words.first, ShellCompletion.shells.contains(shell) else {
        throw Problem(text: "completion takes a shell: \(ShellCompletion.shells.joined(separator: ", "))")
      }
    case .why:
      if let problem = arguments.whyProblem { throw Problem(text: problem) }
    case .oncall:
      if let word = arguments.words.first { throw Problem(text: "unexpected '\(word)'") }
      if let problem = arguments.oncallProblem { throw Problem(text: problem) }
    case .version, .doctor, .demo, .metrics, .config:
      if let word = arguments.words.first { throw Problem(text: "unexpected '\(word)'") }
    case .fullScreen:
      if arguments.words.count > 2 { throw Problem(text: "unexpected '\(arguments.words[2])'") }
    case .print, .help: break
    }
    return arguments
  }
}
