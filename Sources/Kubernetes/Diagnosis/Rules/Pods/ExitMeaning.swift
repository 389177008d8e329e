/// What the code says with which a program ended.
///
/// Sources: POSIX shell (126, 127, 128 + signal), sysexits.h (64 to 78), Docker and runc (125, 128), Java and .NET habits.
enum ExitMeaning {
  /// "killed by SIGKILL", "command not found"; nil where a code has no meaning of its own.
  static func of(_ code: Int, signal: Int = 0) -> String? {
    if signal != 0 { return "killed by \(Signal.name(signal))\(signalNote(signal))" }
    switch code {
    case 0: return "ended without a complaint"
    case 1: return nil
    case 2: return "wrong usage, or a panic in Go"
    case 78: return "sysexits: wrong configuration"
    case 64: return "sysexits: wrong usage"
    case 69: return "sysexits: a service is unavailable"
    case 73, 74: return "sysexits: a file cannot be written"
    case 77: return "sysexits: permission denied"
    case 125: return "the container could not be run"
    case 126: return "a command cannot be executed"
    case 127: return "a command was not found"
    case 128: return "could not be started"
    case 129...159: return "killed by \(Signal.name(code - 128))\(signalNote(code - 128))"
    case 255: return "ended with -1, or its node stopped"
    default: return nil
    }
  }

  private static func signalNote(_ signal: Int) -> String {
    switch signal {
    case 4: ": an instruction this processor lacks"
    case 6: ": it gave up by itself (abort)"
    case 7: ": bus error"
    case 8: ": arithmetic error"
    case 11: ": it reached for memory that is not its own"
    case 15: ": it was asked to end"
    default: ""
    }
  }
}
