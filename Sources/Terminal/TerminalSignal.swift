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
      "this needs a terminal for its input and output; `clustertui print` does without one"
    case .unknownTerminal(let name):
      name.isEmpty
        ? "TERM is not set; try TERM=xterm-256color"
        : "the terminal type \"\(Text.harmless(name))\" can't show a full screen; try TERM=xterm-256color"
    }
  }
}

/// What came as a signal and is the program's to answer.
package enum TerminalSignal: Hashable, Sendable {
  case resized
  /// Back from a stop; everything has to be drawn again.
  case resumed
  /// SIGINT, SIGTERM or SIGHUP: end, in order. ctrl-c comes as SIGINT, and the third that nobody takes ends the
  /// program at once.
  case terminate(Int32)
}
