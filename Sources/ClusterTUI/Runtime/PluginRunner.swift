import Dispatch

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Starts the programs of a plug-in: with the terminal, or behind the screen with their output kept.
enum PluginRunner {
  struct Outcome: Sendable, Equatable {
    /// Of the last program; nil where one could not be started.
    var code: Int32?
    /// The last program's output, and what all said about errors; only of runs behind the screen.
    var output = ""
    var problem = ""
  }

  private static let maxOutputBytes = 64 << 10

  /// Runs with the terminal, which has to be given back for that, until the last program has ended.
  static func runInForeground(_ call: PluginCall) -> Outcome {
    let started = start(call, input: STDIN_FILENO, output: STDOUT_FILENO, errors: STDERR_FILENO)
    return Outcome(
      code: started.problem == nil ? wait(started.children) : reap(started.children),
      problem: started.problem ?? "")
  }

  /// Runs without the terminal; `ended` is called once, on a queue of its own.
  static func runInBackground(_ call: PluginCall, ended: @escaping @Sendable (Outcome) -> Void) {
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    var ends: [CInt] = [-1, -1]
    guard null >= 0, pipe(&ends) == 0 else {
      if null >= 0 { close(null) }
      return ended(Outcome(problem: String(cString: strerror(errno))))
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let started = start(call, input: null, output: ends[1], errors: ends[1], session: true)
    close(ends[1])
    close(null)
    let (reading, children, problem) = (ends[0], started.children, started.problem)
    DispatchQueue.global().async {
      let output = readAll(reading)
      close(reading)
      let code = wait(children)
      ended(Outcome(code: problem == nil ? code : nil, output: output, problem: problem ?? ""))
    }
  }

  // MARK: Starting

  private static func start(
    _ call: PluginCall, input: CInt, output: CInt, errors: CInt, session: Bool = false
  ) -> (children: [pid_t], problem: String?) {
    var children: [pid_t] = []
    var from = input
    defer { if from != input { close(from) } }
    for (index, words) in call.programs.enumerated() {
      var ends: [CInt] = [-1, -1]
      let isLast = index == call.programs.count - 1
      if !isLast {
        guard pipe(&ends) == 0 else { return (children, String(cString: strerror(errno))) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      }
      let code = spawn(
        words, call.environment, descriptors: [from, isLast ? output : ends[1], errors], session: session,
        &children)
      if from != input { close(from) }
      from = input
      if !isLast {
        close(ends[1])
        from = ends[0]
      }
      guard code == 0 else { return (children, "\(words[0]): \(String(cString: strerror(code)))") }
    }
    return (children, nil)
  }

  /// - Parameter descriptors: what the child has as standard input, output and errors.
  private static func spawn(
    _ words: [String], _ environment: [String: String], descriptors: [CInt], session: Bool,
    _ children: inout [pid_t]
  ) -> CInt {
    var actions = newFileActions()
    var attributes = newAttributes()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (number, descriptor) in descriptors.enumerated() where descriptor != CInt(number) {
      posix_spawn_file_actions_adddup2(&actions, descriptor, CInt(number))
    }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var standard = sigset_t()
    sigemptyset(&standard)
    for signal in [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU, SIGCHLD, SIGWINCH] {
      sigaddset(&standard, signal)
    }
    posix_spawnattr_setsigdefault(&attributes, &standard)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | (session ? setSID : 0))
    var variables = inherited
    for (name, value) in environment { variables[name] = value }
    return withCStrings(words) { argv in
      withCStrings(variables.map { "\($0.key)=\($0.value)" }) { envp in
        var child = pid_t()
        let code = posix_spawnp(&child, words[0], &actions, &attributes, argv, envp)
        if code == 0 { children.append(child) }
        return code
      }
    }
  }

  private static var inherited: [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      entry += 1
    }
    return variables
  }

  private static func withCStrings<Result>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let pointers = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
  }

  #if canImport(Glibc)
    // POSIX_SPAWN_SETSID, which glibc shows to _GNU_SOURCE only.
    private static let setSID: Int16 = 0x80
    private static func newFileActions() -> posix_spawn_file_actions_t { posix_spawn_file_actions_t() }
    private static func newAttributes() -> posix_spawnattr_t { posix_spawnattr_t() }
  #else
    private static let setSID: Int16 = 0x0400
    private static func newFileActions() -> posix_spawn_file_actions_t? { nil }
    private static func newAttributes() -> posix_spawnattr_t? { nil }
  #endif

  // MARK: Ending

  /// The exit code of the last one; 128 and the signal where one ended it.
  private static func wait(_ children: [pid_t]) -> Int32 {
    var code: Int32 = 0
    for child in children {
      var status: Int32 = 0
      while waitpid(child, &status, 0) < 0, errno == EINTR {}
      code = (status & 0x7F) == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }
    return code
  }

  private static func reap(_ children: [pid_t]) -> Int32? {
    _ = wait(children)
    return nil
  }

  /// All that comes until the end; what is more than fits is read and let go.
  private static func readAll(_ descriptor: CInt) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      if bytes.count < maxOutputBytes { bytes += buffer[..<count] }
    }
  }
}
