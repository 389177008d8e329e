import Foundation
import TestSupport
import Testing

@testable import Terminal

private func probe(
  _ arguments: [String] = [], width: Int = 80, height: Int = 24, environment: [String: String?] = [:]
) throws -> PseudoTerminal {
  try PseudoTerminal(
    builtProduct("TerminalProbe"), arguments, width: width, height: height, environment: environment,
    leader: .shell)
}

/// What the probe shows of a file, drawn here.
func expectedLines(_ texts: [String]) -> [String] {
  var canvas = Canvas(width: 60, height: texts.count)
  for (y, text) in texts.enumerated() {
    canvas.put("|", x: 0, y: y)
    canvas.put(text, x: 1, y: y, maxColumns: 30)
    canvas.put("|", x: 31, y: y)
    canvas.put("row \(y)", x: 33, y: y)
  }
  return canvas.text().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
}

let hostileLines = hostileTexts.filter { !$0.contains("\n") }

@Suite(.serialized) struct ScreenTests {
  @Test func hostileTextChangesNothingOutsideItsCells() throws {
    let directory = temporaryDirectory()
    directory.write(hostileLines.joined(separator: "\n"), to: "lines")
    let height = hostileLines.count + 3
    let terminal = try probe([directory.file("lines")], height: height)
    #expect(terminal.waitForText("ready size 80x\(height)"))
    let screen = terminal.screen
    for (y, line) in expectedLines(hostileLines).enumerated() {
      #expect(screen.line(y) == line)
      #expect(screen.look(x: 1, y: y).foreground == 1)
      #expect(screen.look(x: 31, y: y) == .init())
      #expect(screen.look(x: 33, y: y) == .init(foreground: 10, bold: true))
    }
    #expect(screen.unknown == [] && screen.title == "" && screen.clipboard == "" && screen.bellCount == 0)
  }

  @Test func utf8WorksWhateverTheLocale() throws {
    let directory = temporaryDirectory()
    directory.write("漢字 é …", to: "lines")
    for locale in ["C", "POSIX", "xx_XX.UTF-8", "en_US.ISO-8859-1"] {
      let terminal = try probe([directory.file("lines")], environment: ["LC_ALL": locale, "LANG": locale])
      #expect(terminal.waitForText("ready"))
      #expect(terminal.screen.line(0).hasPrefix("|漢字 é …  "), "\(locale)")
    }
  }

  @Test func theScreenFollowsTheSizeOfTheTerminal() throws {
    let terminal = try probe()
    #expect(terminal.waitForText("size 80x24"))
    for (width, height) in [(20, 5), (200, 60), (1, 1), (2, 1), (1, 2), (3, 40), (80, 24)] {
      terminal.resize(width: width, height: height)
      let status = "ready size \(width)x\(height) resumed"
      #expect(
        terminal.waitForScreen { $0.line(height - 1) == String(status.prefix(width)) || $0.contains(status) },
        "\(width)x\(height)")
    }
    #expect(terminal.screen.unknown == [])
    #expect(terminal.screen.line(22) == "keys:")
  }

  @Test func tinyTerminalsDoToStartWith() throws {
    for (width, height) in [(1, 1), (2, 2), (20, 5), (0, 0)] {
      let terminal = try probe(width: width, height: height)
      #expect(terminal.waitForScreen { $0.isAlternate })
      terminal.type("q")
      #expect(terminal.waitForScreen { !$0.isAlternate }, "\(width)x\(height)")
    }
  }

  @Test func aSmallChangeTakesFewBytesAndNoneTakesNone() throws {
    let terminal = try probe(width: 200, height: 60)
    #expect(terminal.waitForText("ready"))
    terminal.type("a")
    #expect(terminal.waitForText("keys: a"))
    let before = terminal.bytesWritten
    // Each wakes the program and makes it show the same frame again.
    for _ in 0..<20 { terminal.signal(SIGWINCH) }
    terminal.type("b")
    #expect(terminal.waitForText("keys: a b"))
    #expect(terminal.bytesWritten - before < 20)
  }

  @Test func aWholeRowTakesLessThan300Bytes() throws {
    let terminal = try probe(width: 120, height: 24)
    #expect(terminal.waitForText("ready"))
    let before = terminal.bytesWritten
    terminal.type("\u{1B}[200~" + String(repeating: "pods ", count: 20) + "\u{1B}[201~")
    #expect(terminal.waitForText("keys: paste:pods pods"))
    #expect(terminal.bytesWritten - before < 300)
  }

  @Test func keysPastesAndClicksArrive() throws {
    let terminal = try probe()
    #expect(terminal.waitForText("ready"))
    terminal.type("é\u{1B}OA\u{1B}[1;2C\u{1B}[15~\u{1B}x")
    #expect(terminal.waitForText("keys: é up shift-right F5 alt-x"))
    terminal.type("\u{1B}[15~\u{1B}[<0;11;4M\u{1B}[200~a\u{1B}[31mb\u{1B}[201~")
    #expect(terminal.waitForText("F5 click:10,3 paste:a␛[31mb"))
    terminal.type("\u{17}\u{1C}\u{13}\u{11}\u{1A}\u{16}")
    #expect(terminal.waitForText("ctrl-w ctrl-\\ ctrl-s ctrl-q ctrl-z ctrl-v"))
    terminal.type("\u{1B}")
    #expect(terminal.waitForText("ctrl-v esc"))
  }

  @Test func theMouseCanBeLeftToTheTerminal() throws {
    let terminal = try probe()
    #expect(terminal.waitForScreen { $0.mouseModes == [1000, 1006] && $0.isBracketedPaste })
    terminal.type("m")
    #expect(terminal.waitForScreen { $0.mouseModes == [] && $0.isBracketedPaste })
    terminal.type("M")
    #expect(terminal.waitForScreen { $0.mouseModes == [1000, 1006] })
  }

  @Test func theCursorStandsWhereTheCanvasSays() throws {
    let terminal = try probe()
    #expect(terminal.waitForScreen { $0.contains("ready") && !$0.isCursorVisible })
    terminal.type("c")
    #expect(terminal.waitForScreen { $0.isCursorVisible && $0.cursorPosition == (3, 2) })
    terminal.type("d")
    #expect(terminal.waitForScreen { !$0.isCursorVisible })
  }

  @Test func clipboardAndBellReachTheTerminal() throws {
    let terminal = try probe()
    #expect(terminal.waitForText("ready"))
    terminal.type("\u{1B}[19~b")
    #expect(terminal.waitForScreen { $0.clipboard == "Y29waWVkIHRleHQ=" && $0.bellCount == 1 })
  }

  @Test func theTerminalsColoursAreUsedAsFarAsTheyGo() throws {
    let directory = temporaryDirectory()
    directory.write("red", to: "lines")
    func look(_ environment: [String: String?], tier: String) throws -> VirtualScreen.Look {
      let terminal = try probe([directory.file("lines")], environment: environment)
      #expect(terminal.waitForText(tier), "\(environment)")
      return terminal.screen.look(x: 33, y: 0)  // bright green and bold
    }
    #expect(
      try look(["TERM": "xterm-256color"], tier: "twoHundredFiftySix") == .init(foreground: 10, bold: true))
    #expect(
      try look(["TERM": "tmux-256color"], tier: "twoHundredFiftySix") == .init(foreground: 10, bold: true))
    #expect(try look(["TERM": "xterm"], tier: "eight") == .init(foreground: 2, bold: true))
    #expect(try look(["TERM": "vt100"], tier: "monochrome") == .init(bold: true))
    #expect(try look(["TERM": "xterm-256color", "NO_COLOR": "1"], tier: "monochrome") == .init(bold: true))
    #expect(try look(["NO_COLOR": ""], tier: "twoHundredFiftySix") == .init(foreground: 10, bold: true))
  }

  @Test func whatCanNotBeAFullScreenSaysSo() throws {
    for (name, advice) in [
      ("dumb", #"the terminal type "dumb" can't show a full screen; try TERM=xterm-256color"#),
      (
        "no-such-thing",
        #"the terminal type "no-such-thing" can't show a full screen; try TERM=xterm-256color"#
      ),
      ("", "TERM is not set; try TERM=xterm-256color"),
    ] {
      let terminal = try probe(width: 120, environment: ["TERM": name])
      #expect(terminal.waitForExit() == .code(2))
      #expect(terminal.screen.line(0) == advice)
    }
    let piped = try run(builtProduct("TerminalProbe"))
    #expect(piped.exit == .code(2))
    #expect(
      piped.output == "this needs a terminal for its input and output; `clustertui print` does without one\n")
  }

  @Test func tmuxShowsTheSame() throws {
    let directory = temporaryDirectory()
    let lines = Array(hostileLines.prefix(30)) + ["漢字", "e\u{301}"]
    directory.write(lines.joined(separator: "\n"), to: "lines")
    func tmux(_ arguments: String...) throws -> String {
      try TestSupport.run(
        "tmux", ["-u", "-S", directory.file("socket"), "-f", "/dev/null"] + arguments,
        environment: ["TMUX": nil, "TERM": "xterm-256color"]
      ).output
    }
    defer { _ = try? tmux("kill-server") }
    let command = "'\(builtProduct("TerminalProbe"))' '\(directory.file("lines"))'"
    _ = try tmux("new-session", "-d", "-x", "80", "-y", "40", command)
    var shown = ""
    #expect(
      waitUntil {
        shown = (try? tmux("capture-pane", "-p")) ?? ""
        return shown.contains("ready size 80x40")
      })
    let rows = shown.split(separator: "\n", omittingEmptySubsequences: false)
    for (y, line) in expectedLines(lines).enumerated() { #expect(rows[y] == line) }
    _ = try tmux("send-keys", "Up", "F5", "x")
    _ = try tmux("resize-window", "-x", "20", "-y", "5")
    #expect(
      waitUntil {
        shown = (try? tmux("capture-pane", "-p")) ?? ""
        return shown.contains("keys: up F5 x") && shown.contains("ready size 20x5")
      })
  }
}
