import CPty
import Foundation

/// A program in a terminal of its own, and what that terminal shows. The program is killed with this object.
///
/// `@unchecked Sendable`: everything that changes is guarded by the state's condition.
package final class PseudoTerminal: @unchecked Sendable {
  /// Who the session's leader is: the terminal hangs up and forgets its modes when it ends.
  package enum Leader: Sendable {
    case program
    /// A shell that stays when the program has ended: to look at what the program left behind.
    case shell
  }

  /// The session's leader.
  package let processID: pid_t
  private let leader: Leader
  private let slave: CInt
  private let reader: TerminalReader
  private var exitStatus: Exit?
  private var program: pid_t?

  /// `environment` adds to this process's own; TERM is xterm-256color where it says nothing else.
  package init(
    _ program: String, _ arguments: [String] = [], width: Int = 80, height: Int = 24,
    environment: [String: String?] = [:], directory: String? = nil, leader: Leader = .program
  ) throws {
    var path = [CChar](repeating: 0, count: 128)
    let master = pty_open(&path, path.count)
    guard master >= 0 else { throw SpawnError(program: "a pseudo terminal", code: errno) }
    let name = String(decoding: path.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    _ = pty_resize(master, CInt(width), CInt(height))
    slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    self.leader = leader
    reader = try TerminalReader(master: master, screen: VirtualScreen(width: width, height: height))
    var variables = environment
    for name in ["LINES", "COLUMNS", "NO_COLOR", "COLORTERM"] where variables[name] == nil {
      variables.updateValue(nil, forKey: name)
    }
    if variables["TERM"] == nil { variables["TERM"] = "xterm-256color" }
    let script = #"trap : INT; "$@"; echo "[ended $?]"; while :; do read line; done"#
    do {
      processID = try spawn(
        leader == .shell ? "/bin/sh" : program,
        leader == .shell ? ["-c", script, "sh", program] + arguments : arguments,
        environment: variables, directory: directory, terminal: name)
    } catch {
      reader.stop()
      close(slave)
      throw error
    }
  }

  deinit {
    if let program = programID { kill(program, SIGKILL) }
    if exitStatus == nil {
      kill(processID, SIGKILL)
      var status: CInt = 0
      waitpid(processID, &status, 0)
    }
    reader.stop()
    close(slave)
  }

  /// What is shown now.
  package var screen: VirtualScreen { reader.screen }
  package var text: String { screen.text }
  package var bytesWritten: Int { screen.bytesReceived }

  /// Everything the program wrote, with its escape sequences made readable.
  package var log: String {
    String(decoding: reader.log, as: UTF8.self).split(separator: "\u{1B}", omittingEmptySubsequences: false)
      .joined(separator: "␛")
  }

  /// The program itself: the leader or the leader's child. nil when it has ended.
  package var programID: pid_t? {
    if leader == .program { return exit == nil ? processID : nil }
    // The kernel's list of children may miss one, so it is asked only once.
    if let program { return kill(program, 0) == 0 ? program : nil }
    program = children.first
    return program
  }

  /// The leader's children.
  package var children: [pid_t] {
    let list = "/proc/\(processID)/task/\(processID)/children"
    return (try? String(contentsOfFile: list, encoding: .utf8))?.split(separator: " ").compactMap {
      pid_t($0)
    } ?? []
  }

  /// Sends bytes as the keyboard would: "\r" is enter, "\u{1B}[A" the up key.
  package func type(_ text: String) { reader.write(Array(text.utf8)) }

  package func resize(width: Int, height: Int) { reader.resize(width: width, height: height) }

  package func signal(_ number: CInt) {
    if let programID { kill(programID, number) }
  }

  /// Takes the terminal away, as a closed window does.
  package func hangUp() { reader.stop() }

  /// Waits until the screen shows what is asked for: choose something that no earlier screen showed.
  package func waitForScreen(seconds: Double = 20, _ predicate: (VirtualScreen) -> Bool) -> Bool {
    reader.wait(seconds: seconds, predicate)
  }

  package func waitForText(_ text: String, seconds: Double = 20) -> Bool {
    waitForScreen(seconds: seconds) { $0.contains(text) }
  }

  /// The leader's exit when it has ended by now.
  package var exit: Exit? {
    if exitStatus == nil {
      var status: CInt = 0
      if waitpid(processID, &status, WNOHANG) == processID { exitStatus = Exit(status: status) }
    }
    return exitStatus
  }

  /// Waits for the program's end and until all it wrote has been read. A shell as leader reports a signal as a code
  /// above 128.
  package func waitForExit(seconds: Double = 20) -> Exit? {
    switch leader {
    case .program:
      guard waitUntil(seconds: seconds, { exit != nil }) else { return nil }
      reader.waitForEnd(seconds: 5)
      return exit
    case .shell:
      guard reader.wait(seconds: seconds, { $0.contains("[ended ") && $0.contains("]\n") }) else {
        return nil
      }
      guard let end = text.range(of: "[ended ", options: .backwards) else { return nil }
      let code = CInt(text[end.upperBound...].prefix { $0.isNumber }) ?? -1
      return code > 128 ? .signal(code - 128) : .code(code)
    }
  }

  /// Input, output, control and local flags and the control characters, to compare before and after. Needs a shell as
  /// leader to mean anything after the program's end.
  package var modes: [UInt32] {
    var modes = termios()
    guard tcgetattr(slave, &modes) == 0 else { return [] }
    let characters = withUnsafeBytes(of: modes.c_cc) { $0.map { UInt32($0) } }
    return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag] + characters
  }
}
