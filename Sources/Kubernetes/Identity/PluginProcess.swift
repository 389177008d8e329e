#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a plug-in may have of our terminal.
package enum PluginTerminal: Sendable {
  /// Nothing: the screen is ours. It runs in a session of its own, so that even opening /dev/tty fails.
  case none
  /// Standard input and error: nothing else is using the terminal.
  case own
}

/// One run of another program: its output captured, its life bounded by a deadline.
///
/// Not Foundation's Process, which hands Dispatch's nearly full signal mask to the child: such a child can't be
/// ended with SIGTERM.
struct PluginProcess {
  enum Ending: Equatable {
    case notStarted(code: CInt)
    case exited(Int)
    case killed(signal: Int)
    case timedOut
  }

  struct Result {
    var ending: Ending
    var output: [UInt8] = []
    var errors: [UInt8] = []
  }

  var command: String
  var arguments: [String]
  var variables: [String: String]
  var usesTerminal: Bool
  var deadlineSeconds: Int

  /// Bytes kept of each stream; the rest is read and dropped.
  static let maxBytes = 1 << 20
  /// How long a child that got SIGTERM may take, and how long something it left behind may hold its output.
  private static let graceMilliseconds: Int64 = 500

  func run() -> Result {
    guard let output = Pipe(), let errors = Pipe() else { return Result(ending: .notStarted(code: errno)) }
    var pid: pid_t = 0
    let code = spawn(&pid, output: output.writeEnd, errors: errors.writeEnd)
    output.closeWriteEnd()
    errors.closeWriteEnd()
    guard code == 0 else { return Result(ending: .notStarted(code: code)) }
    return watch(pid, output, errors)
  }

  // MARK: Starting

  private func spawn(_ pid: inout pid_t, output: CInt, errors: CInt) -> CInt {
    var actions = Self.newFileActions()
    var attributes = Self.newAttributes()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    if !usesTerminal {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      posix_spawn_file_actions_adddup2(&actions, errors, 2)
    }
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    Self.resetSignals(&attributes)
    let session: Int16 = usesTerminal ? 0 : Self.setSID
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | session)
    let texts = [command] + arguments
    let entries = variables.map { "\($0.key)=\($0.value)" }
    return Self.withCStrings(texts) { argv in
      Self.withCStrings(entries) { envp in posix_spawnp(&pid, command, &actions, &attributes, argv, envp) }
    }
  }

  private static func resetSignals(_ attributes: inout posix_spawnattr_t) {
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var standard = sigset_t()
    sigemptyset(&standard)
    for signal in [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU, SIGCHLD, SIGWINCH] {
      sigaddset(&standard, signal)
    }
    posix_spawnattr_setsigdefault(&attributes, &standard)
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

  // MARK: Watching

  private func watch(_ pid: pid_t, _ output: Pipe, _ errors: Pipe) -> Result {
    var deadline = Self.milliseconds() + Int64(deadlineSeconds) * 1_000
    var isTimedOut = false
    var status: CInt?
    while true {
      let now = Self.milliseconds()
      if status == nil { status = Self.collect(pid) }
      if status != nil && !output.isOpen && !errors.isOpen { break }
      if now >= deadline {
        if status != nil || isTimedOut { break }
        isTimedOut = true
        deadline = now + Self.graceMilliseconds
        signal(pid, SIGTERM)
      } else if status != nil {
        // Ended, and something it started still holds our pipes: take what is there, and don't wait for more.
        deadline = min(deadline, now + Self.graceMilliseconds)
      }
      // Ends are noticed by the pipes; only who closes them and goes on is asked every 20 ms.
      let wait = output.isOpen && status == nil ? min(deadline - now, 200) : 20
      Pipe.wait(output, errors, milliseconds: CInt(clamping: max(1, wait)))
      output.drain(limit: Self.maxBytes)
      errors.drain(limit: Self.maxBytes)
    }
    if status == nil {
      signal(pid, SIGKILL)
      status = Self.collect(pid, blocking: true)
    }
    let ending = isTimedOut ? .timedOut : Self.ending(status ?? 0)
    return Result(ending: ending, output: output.bytes, errors: errors.bytes)
  }

  /// To the whole session where it has one of its own.
  private func signal(_ pid: pid_t, _ number: CInt) { kill(usesTerminal ? pid : -pid, number) }

  private static func collect(_ pid: pid_t, blocking: Bool = false) -> CInt? {
    var status: CInt = 0
    while true {
      let found = waitpid(pid, &status, blocking ? 0 : WNOHANG)
      if found == pid { return status }
      if found < 0 && errno == EINTR { continue }
      return found < 0 ? 0 : nil
    }
  }

  /// The macros WIFSIGNALED and WEXITSTATUS, which Swift does not import.
  private static func ending(_ status: CInt) -> Ending {
    let signal = status & 0x7F
    return signal == 0 ? .exited(Int(status >> 8 & 0xFF)) : .killed(signal: Int(signal))
  }

  private static func milliseconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
  }
}

/// The two ends of a pipe to a child and what came through it.
private final class Pipe {
  private var readEnd: CInt
  private(set) var writeEnd: CInt
  private(set) var bytes: [UInt8] = []
  var isOpen: Bool { readEnd >= 0 }

  init?() {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    (readEnd, writeEnd) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(readEnd, F_SETFL, O_NONBLOCK)
  }

  deinit {
    closeWriteEnd()
    if readEnd >= 0 { close(readEnd) }
  }

  func closeWriteEnd() {
    if writeEnd >= 0 { close(writeEnd) }
    writeEnd = -1
  }

  func drain(limit: Int) {
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while readEnd >= 0 {
      let count = read(readEnd, &chunk, chunk.count)
      if count > 0 {
        if bytes.count < limit { bytes += chunk[..<count] }
      } else if count < 0 && errno == EINTR {
        continue
      } else if count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) {
        return
      } else {
        close(readEnd)
        readEnd = -1
      }
    }
  }

  static func wait(_ a: Pipe, _ b: Pipe, milliseconds: CInt) {
    // poll skips negative descriptors.
    var polled = [
      pollfd(fd: a.readEnd, events: Int16(POLLIN), revents: 0),
      pollfd(fd: b.readEnd, events: Int16(POLLIN), revents: 0),
    ]
    _ = poll(&polled, nfds_t(polled.count), milliseconds)
  }
}
