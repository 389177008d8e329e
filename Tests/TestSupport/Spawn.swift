import CPty
import Foundation

/// What could not be started, and why.
package struct SpawnError: Error, CustomStringConvertible {
  package var program: String
  package var code: CInt
  package var description: String { "\(program): \(String(cString: strerror(code)))" }
}

/// Where a child's standard streams go; -1 is the terminal where there is one, else nothing.
struct Streams {
  var input: CInt = -1
  var output: CInt = -1
  var error: CInt = -1
}

/// Starts a child with an empty signal mask and default handlers. `environment` adds to this process's own; a nil
/// value takes a variable away.
func spawn(
  _ program: String, _ arguments: [String], environment: [String: String?], directory: String?,
  terminal: String? = nil, streams: Streams = Streams()
) throws -> pid_t {
  var variables = ProcessInfo.processInfo.environment
  for (name, value) in environment { variables[name] = value }
  let path = executable(program, search: variables["PATH"] ?? "/usr/bin:/bin")
  let argumentPointers = ([program] + arguments).map { strdup($0) } + [nil]
  let environmentPointers = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
  defer { (argumentPointers + environmentPointers).forEach { free($0) } }
  var pid: pid_t = 0
  let code = pty_spawn(
    &pid, path, argumentPointers, environmentPointers, directory, terminal, streams.input, streams.output,
    streams.error)
  guard code == 0 else { throw SpawnError(program: program, code: code) }
  return pid
}

private func executable(_ program: String, search: String) -> String {
  if program.contains("/") { return program }
  let candidates = search.split(separator: ":").map { "\($0)/\(program)" }
  return candidates.first { access($0, X_OK) == 0 } ?? program
}

func makePipe() throws -> (read: CInt, write: CInt) {
  var ends: [CInt] = [-1, -1]
  guard pipe(&ends) == 0 else { throw SpawnError(program: "pipe", code: errno) }
  for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  return (ends[0], ends[1])
}

/// How a child ended.
package enum Exit: Hashable, Sendable {
  case code(CInt)
  case signal(CInt)

  init(status: CInt) {
    let signal = status & 0x7F
    self = signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
  }
}
