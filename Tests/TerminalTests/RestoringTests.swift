import Foundation
import TestSupport
import Testing

/// However a program ends, the shell after it finds the terminal as it was.
@Suite(.serialized) struct RestoringTests {
  /// Runs the probe below a shell, ends it somehow, and compares the terminal before and after.
  private func check(
    _ ending: Exit, shows message: String? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ end: (PseudoTerminal) -> Void
  ) throws {
    // Its own program ends at once: what the terminal is like when a shell has it.
    let terminal = try PseudoTerminal(
      "sh", ["-c", #"echo "before"; read go; exec "$0""#, builtProduct("TerminalProbe")], leader: .shell)
    #expect(terminal.waitForText("before"), sourceLocation: sourceLocation)
    let modes = terminal.modes
    terminal.type("\n")
    #expect(terminal.waitForText("ready size"), sourceLocation: sourceLocation)
    #expect(terminal.modes != modes, sourceLocation: sourceLocation)
    end(terminal)
    #expect(terminal.waitForExit() == ending, sourceLocation: sourceLocation)
    #expect(terminal.modes == modes, sourceLocation: sourceLocation)
    let screen = terminal.screen
    #expect(!screen.isAlternate, sourceLocation: sourceLocation)
    #expect(screen.isCursorVisible, sourceLocation: sourceLocation)
    #expect(screen.mouseModes == [], sourceLocation: sourceLocation)
    #expect(!screen.isBracketedPaste, sourceLocation: sourceLocation)
    #expect(!screen.isApplicationKeypad && !screen.isApplicationCursor, sourceLocation: sourceLocation)
    #expect(!screen.isInsertMode && screen.wrapsLines, sourceLocation: sourceLocation)
    #expect(screen.scrollRegion == 0...23, sourceLocation: sourceLocation)
    #expect(screen.line(0) == "before", sourceLocation: sourceLocation)
    let ended = screen.text.split(separator: "\n").lastIndex { $0.hasPrefix("[ended") } ?? 0
    #expect(screen.look(x: 0, y: ended) == .init(), sourceLocation: sourceLocation)
    if let message { #expect(screen.contains(message), sourceLocation: sourceLocation) }
  }

  @Test func afterQuitting() throws { try check(.code(0), shows: "bye") { $0.type("q") } }

  @Test func afterExitInTheMiddle() throws { try check(.code(3)) { $0.type("\u{1B}OS") } }

  @Test func afterSignalsToEnd() throws {
    try check(.code(0), shows: "terminated by 2") { $0.signal(SIGINT) }
    try check(.code(0), shows: "terminated by 15") { $0.signal(SIGTERM) }
    try check(.code(0), shows: "terminated by 1") { $0.signal(SIGHUP) }
    try check(.code(0), shows: "terminated by 2") { $0.type("\u{3}") }
  }

  @Test func afterInsistingOnAProgramThatHangs() throws {
    for number in [SIGINT, SIGTERM] {
      try check(.signal(number)) { terminal in
        terminal.type("\u{1B}[21~")
        #expect(terminal.waitForText("hanging"))
        // Signals do not queue, so it takes more than three where they come too fast.
        let hasEnded = waitUntil {
          if number == SIGINT { terminal.type("\u{3}") } else { terminal.signal(number) }
          // What is typed after the program's end would drown what the shell says of it.
          return terminal.waitForText("[ended", seconds: 0.5)
        }
        #expect(hasEnded)
      }
    }
  }

  @Test func afterAFailedCheckWhoseMessageIsSeen() throws {
    // Swift's trap: SIGILL on x86, SIGTRAP on ARM.
    #if arch(arm64)
      let trap = SIGTRAP
    #else
      let trap = SIGILL
    #endif
    try check(.signal(trap), shows: "Fatal error: a planted failure") { $0.type("\u{1B}OP") }
  }

  @Test func afterAWriteToNowhere() throws { try check(.signal(SIGSEGV)) { $0.type("\u{1B}OQ") } }

  @Test func afterAbort() throws { try check(.signal(SIGABRT)) { $0.type("\u{1B}OR") } }

  @Test func afterAStackOverflow() throws { try check(.signal(SIGSEGV)) { $0.type("\u{1B}[24~") } }

  @Test func afterACrashOfAnotherThreadInMidDraw() throws {
    for _ in 0..<3 { try check(.signal(SIGABRT)) { $0.type("\u{1B}[17~") } }
  }

  @Test func afterACrashInMidDraw() throws {
    for number in [SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGQUIT] {
      try check(.signal(number)) { terminal in
        terminal.type("\u{1B}[15~")
        #expect(terminal.waitForText("xxxxxxxx"))
        let frames = terminal.bytesWritten + 200_000
        #expect(waitUntil { terminal.bytesWritten > frames })
        terminal.signal(number)
      }
    }
  }

  @Test func whatWasWrittenToStandardErrorIsShownAfterwards() throws {
    try check(.code(0), shows: "noise on standard error") { terminal in
      terminal.type("\u{1B}[20~")
      #expect(terminal.waitForText("keys: F9"))
      #expect(!terminal.text.contains("noise"))
      terminal.type("q")
    }
  }

  @Test func whileAnotherProgramHasTheTerminal() throws {
    try check(.code(0), shows: "bye") { terminal in
      terminal.type("\u{1B}[18~")
      #expect(terminal.waitForScreen { !$0.isAlternate && $0.contains("in between") && $0.isCursorVisible })
      #expect(terminal.screen.mouseModes == [])
      terminal.resize(width: 70, height: 20)
      terminal.type("news\r")
      #expect(terminal.waitForText("came back with news size 70x20"))
      #expect(terminal.screen.isAlternate && terminal.screen.mouseModes == [1000, 1006])
      terminal.resize(width: 80, height: 24)
      #expect(terminal.waitForText("size 80x24"))
      terminal.type("q")
    }
  }

  @Test func whenTheTerminalGoesAway() throws {
    let terminal = try PseudoTerminal(builtProduct("TerminalProbe"))
    #expect(terminal.waitForText("ready"))
    terminal.hangUp()
    #expect(waitUntil { terminal.exit != nil })
    #expect(terminal.exit == .code(0))
  }

  @Test func acrossAStopByTheShell() throws {
    let shell = try PseudoTerminal(
      "bash", ["--norc", "--noprofile", "--noediting", "-i"],
      environment: ["PS1": "shell> ", "PROBE": builtProduct("TerminalProbe")])
    #expect(shell.waitForText("shell>"))
    func isAtPrompt(_ screen: VirtualScreen) -> Bool {
      screen.text.split(separator: "\n").last == "shell>"
    }
    let modes = shell.modes
    shell.type("\"$PROBE\"\n")
    #expect(shell.waitForText("ready size"))
    for round in 1...2 {
      // By a signal from somebody, then by itself.
      if round == 1 { kill(try #require(shell.children.first), SIGTSTP) } else { shell.type("\u{1B}[23~") }
      #expect(
        shell.waitForScreen {
          !$0.isAlternate && $0.contains("Stopped") && isAtPrompt($0) && $0.isCursorVisible
        })
      #expect(shell.screen.mouseModes == [])
      #expect(waitUntil { shell.modes == modes })
      shell.type("echo $((20 + \(round)))\n")
      #expect(shell.waitForScreen { $0.contains("\n2\(round)\n") })
      shell.resize(width: 60 + round, height: 20)
      shell.type("fg\n")
      #expect(shell.waitForText("size \(60 + round)x20 resumed \(round)"))
      #expect(shell.screen.isAlternate && shell.screen.mouseModes == [1000, 1006])
      shell.type("\(round)")
      #expect(shell.waitForScreen { $0.line(18).hasSuffix("\(round)") })
    }
    shell.type("q")
    #expect(shell.waitForScreen { !$0.isAlternate && $0.contains("bye") })
    #expect(shell.screen.unknown == [])
  }

  @Test func acrossAStopThatNobodyAnnounced() throws {
    let terminal = try PseudoTerminal(builtProduct("TerminalProbe"), leader: .shell)
    #expect(terminal.waitForText("ready"))
    terminal.signal(SIGSTOP)
    terminal.signal(SIGCONT)
    #expect(terminal.waitForText("resumed 1"))
    terminal.type("x")
    #expect(terminal.waitForText("keys: x"))
  }
}
