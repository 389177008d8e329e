#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Why there can be no full screen.
package enum TerminalError: Error, Hashable, Sendable {
  /// Standard input or output is a pipe or a file.
  case notATerminal
  /// ncurses does not know it, or it can't address the cursor ("dumb").
  case unknownTerminal(String)

  /// What to tell a person.
  package var advice: String {
    switch self {
    case .notATerminal:
      "this needs a terminal for its input and output; `print` and `--once` do without one"
    case .unknownTerminal(let name):
      name.isEmpty
        ? "TERM is not set; try TERM=xterm-256color"
        : "the terminal type \"\(name)\" can't show a full screen; try TERM=xterm-256color"
    }
  }
}

/// What came as a signal and is the program's to answer.
package enum TerminalSignal: Hashable, Sendable {
  case resized
  /// Back from a stop; everything has to be drawn again.
  case resumed
  /// SIGINT, SIGTERM or SIGHUP: end, in order.
  case terminate(CInt)
}

/// The terminal in full-screen mode. Main thread only; the one place that knows ncurses.
package final class TerminalScreen {
  package init() throws(TerminalError) { throw .notATerminal }

  package var size: (width: Int, height: Int) { (80, 24) }
  package var inputDescriptor: CInt { 0 }
  /// Readable when there are signals to take.
  package var signalDescriptor: CInt { -1 }

  /// Sends what differs from what the terminal shows.
  package func show(_ canvas: Canvas) {}

  /// All keys that are there; waits only the 25 ms that tell a lone escape from the start of a sequence.
  package func readKeys() -> [Key] { [] }

  package func takeSignals() -> [TerminalSignal] { [] }

  /// Gives the terminal back while `body` runs (an editor, a shell), then takes it again and shows the last canvas.
  package func suspend<T>(_ body: () -> T) -> T { body() }

  /// Leaves the terminal as it was before; more than one call is fine.
  package func close() {}

  package func bell() {}

  /// By OSC 52, which many terminals pass on to the clipboard of the person's own machine.
  package func copyToClipboard(_ text: String) {}
}
