extension Program {
  /// Images that are nothing but tools: without a command they have nothing to do.
  private static let tools: Set<String> = [
    "busybox", "alpine", "ubuntu", "debian", "centos", "fedora", "bash", "amazonlinux", "rockylinux",
    "python",
    "node", "golang", "perl", "ruby", "curl", "kubectl", "netshoot", "git", "rust", "openjdk", "toolbox",
  ]

  /// Words that are run as they are, even by an image with an entry point of its own.
  private static let utilities: Set<String> = [
    "sleep", "sh", "bash", "ash", "true", "false", "echo", "exit", "date", "tail", "env", "ls", "cat", "perl",
    "printf", "nslookup", "wget", "curl", "hostname", "pause",
  ]

  /// What an image does that nobody told the demo of: a service that runs, or what its command says.
  static func ofUnknown(_ image: String, command: [String], isCommand: Bool) -> Program {
    var program = guess(image, command: command, isCommand: isCommand)
    program.isGuessed = true
    return program
  }

  private static func guess(_ image: String, command: [String], isCommand: Bool) -> Program {
    let name = ImageName(image)
    let isTool = tools.contains(name.base)
    var program = service(name)
    guard let first = command.first else {
      if name.base == "hello-world" { return hello }
      if isTool { return quiet(.exits(afterSeconds: 0.1...0.4, code: 0)) }
      return program
    }
    let verb = first.split(separator: "/").last.map(String.init) ?? first
    if let bytes = hunger(name, command, verb) {
      program.fate = .allocates(bytes: bytes)
      program.cpuShare = 4
      return program
    }
    if isCommand || isTool, let problem = startProblem(first) {
      program.fate = .cannotStart(message: problem)
      return program
    }
    guard isTool || utilities.contains(verb) else { return program }
    return run(command, verb)
  }

  private static func service(_ name: ImageName) -> Program {
    var program = Program()
    program.linesPerSecond = 0.3
    switch name.base {
    case "nginx", "httpd", "traefik", "caddy", "haproxy": program.log = .nginx
    case let base where base.contains("java") || base.contains("spring") || base.contains("tomcat"):
      program.log = .java
    default: program.log = .logfmt
    }
    let text = name.base + ":" + name.tag
    if text.contains("crash") {
      program.fate = .exits(afterSeconds: 1.5...3, code: 1)
      program.lastWords = ["level=fatal msg=\"cannot go on\" code=1"]
    }
    if text.contains("oom") { program.fate = .leaks(afterSeconds: 20...40) }
    if text.contains("unready") {
      program.readiness = .never(finding: "HTTP probe failed with statuscode: 503")
    }
    return program
  }

  /// The memory that a command takes at once, if it is one of those that do.
  private static func hunger(_ name: ImageName, _ command: [String], _ verb: String) -> Int? {
    if verb == "tail", command.contains("/dev/zero") { return .max }
    guard verb.hasPrefix("stress") || name.base.contains("stress") else { return nil }
    let option = command.firstIndex { $0.hasPrefix("--vm-bytes") || $0 == "-mem-total" }
    guard let option else { return 0 }
    let text = command[option].split(separator: "=").dropFirst().first.map(String.init)
    return Amount.bytes((text ?? (option + 1 < command.count ? command[option + 1] : "")).asQuantity)
  }

  private static var hello: Program {
    var program = quiet(.exits(afterSeconds: 0.1...0.3, code: 0))
    program.script = Script("echo Hello from Docker!")
    return program
  }

  private static func quiet(_ fate: Fate) -> Program {
    var program = Program()
    program.fate = fate
    program.linesPerSecond = 0
    program.script = Script("")
    return program
  }

  /// What the runtime says of a command that is not in the image.
  private static func startProblem(_ command: String) -> String? {
    let words = [
      "no/such", "nope", "missing", "not-there", "does-not-exist", "doesnotexist", "nonexist", "no-such",
    ]
    guard words.contains(where: command.contains) else { return nil }
    let head =
      "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc "
      + "create failed: unable to start container process: exec: \"\(command)\": "
    return command.contains("/")
      ? head + "stat \(command): no such file or directory: unknown"
      : head + "executable file not found in $PATH: unknown"
  }

  private static func run(_ command: [String], _ verb: String) -> Program {
    if verb == "perl" {
      var program = quiet(.exits(afterSeconds: 4...7, code: 0))
      if command.joined().contains("bpi") {
        program.lastWords = [
          "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899"
        ]
      }
      return program
    }
    let isShell = ["sh", "bash", "ash"].contains(verb)
    let script: Script
    if isShell, let place = command.firstIndex(where: { $0.hasPrefix("-") && $0.hasSuffix("c") }) {
      script = Script(place + 1 < command.count ? command[place + 1] : "")
    } else if isShell {
      script = Script("exit 0")
    } else {
      script = Script(arguments: command)
    }
    var program = quiet(.runs)
    program.script = script
    program.cpuShare = 0.1
    // The first process of a container is not stopped by a signal that it does not handle.
    program.ignoresStop = true
    if let code = script.exitCode {
      program.fate = .exits(afterSeconds: script.seconds + 0.05...script.seconds + 0.1, code: code)
    } else if let service = script.awaited {
      program.fate = .waits(service: service)
    }
    return program
  }
}

extension String {
  /// "250M" and "1g" as stress writes them, as quantities.
  fileprivate var asQuantity: String {
    guard let last, last.isLetter, last != "i" else { return self }
    return dropLast() + String(last).uppercased() + "i"
  }
}
