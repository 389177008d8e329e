import Foundation
import HTTP
import TestSupport
import Testing

/// The built program in a pseudo terminal, and without one.
@Suite(.serialized) struct ProgramTests {
  static let lists = [
    "/api/v1/pods": "pods.json", "/api/v1/namespaces/shop/pods": "pods.json",
    "/apis/apps/v1/deployments": "deployments.json",
  ]

  private func start(
    _ server: RecordedServer, _ arguments: [String] = [], width: Int = 120, height: Int = 24,
    leader: PseudoTerminal.Leader = .program
  ) throws -> PseudoTerminal {
    let home = temporaryDirectory()
    return try PseudoTerminal(
      builtProgram, ["pods", "-A", "--server", server.base] + arguments, width: width, height: height,
      environment: ["HOME": home.path, "KUBECONFIG": nil], leader: leader)
  }

  // MARK: In a terminal

  @Test func rowsAppearAndAKeyDrillsDown() throws {
    let server = try RecordedServer(lists: Self.lists)
    defer { server.server.stop() }
    let terminal = try start(server)
    #expect(terminal.waitForText("recommender-6b9b"), "\(terminal.text)")
    terminal.type(":dp\r")
    #expect(
      terminal.waitForText("> deployments") && terminal.waitForText("report-builder"), "\(terminal.text)")
    terminal.type(":q\r")
    #expect(terminal.waitForExit() == .code(0))
  }

  @Test func aLostServerMakesTheDataOldAndComesBackWithCursorAndRows() throws {
    let server = try RecordedServer(lists: Self.lists)
    let port = server.server.port
    let terminal = try start(server)
    #expect(terminal.waitForText("live"), "\(terminal.text)")
    terminal.type("jjjj")
    #expect(terminal.waitForScreen { $0.look(x: 2, y: 6).reverse && !$0.look(x: 2, y: 2).reverse })
    let before = Self.rows(terminal)
    let cursor = Self.cursorLine(terminal.screen)
    server.server.stop()
    #expect(
      terminal.waitForScreen { $0.text.contains(" s old") && $0.text.contains("recommender-") },
      "\(terminal.text)")
    let again = try RecordedServer(lists: Self.lists, port: port)
    defer { again.server.stop() }
    #expect(
      terminal.waitForScreen(seconds: 40) { $0.text.contains("live") && !$0.text.contains(" old") },
      "\(terminal.text)")
    #expect(Self.rows(terminal) == before)
    #expect(Self.cursorLine(terminal.screen) == cursor)
  }

  /// The names on screen.
  private static func rows(_ terminal: PseudoTerminal) -> [String] {
    terminal.text.split(separator: "\n").dropFirst(2).map { String($0.prefix(40)) }.filter {
      $0.hasPrefix("x ") || $0.hasPrefix(". ") || $0.hasPrefix("! ")
    }
  }

  private static func cursorLine(_ screen: VirtualScreen) -> String {
    let lines = screen.text.split(separator: "\n", omittingEmptySubsequences: false)
    for (y, line) in lines.enumerated() where y >= 2 && screen.look(x: 2, y: y).reverse {
      return String(line.prefix(40))
    }
    return ""
  }

  @Test func resizingDownToTwentyByFiveAndBackLeavesAWholeScreen() throws {
    let server = try RecordedServer(lists: Self.lists)
    defer { server.server.stop() }
    let terminal = try start(server)
    #expect(terminal.waitForText("live"))
    terminal.resize(width: 20, height: 5)
    terminal.type("j")
    #expect(terminal.waitForScreen { $0.width == 20 && $0.text.contains("pods") }, "\(terminal.text)")
    terminal.resize(width: 200, height: 50)
    #expect(terminal.waitForText("Describe") && terminal.waitForText("recommender-"), "\(terminal.text)")
    terminal.resize(width: 80, height: 24)
    #expect(
      terminal.waitForScreen { $0.width == 80 && $0.text.contains("? help") && !$0.text.contains("Describe") }
    )
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func signalsLeaveTheTerminalUsable(number: CInt) throws {
    let server = try RecordedServer(lists: Self.lists)
    defer { server.server.stop() }
    let terminal = try start(server, leader: .shell)
    #expect(terminal.waitForText("live"))
    if let program = terminal.programID { kill(program, number) }
    #expect(terminal.waitForText("[ended \(128 + number)]"), "\(terminal.text)")
    #expect(
      !terminal.screen.isAlternate && terminal.screen.isCursorVisible && terminal.screen.mouseModes.isEmpty)
  }

  @Test func aCrashLeavesTheTerminalUsable() throws {
    let server = try RecordedServer(lists: Self.lists)
    defer { server.server.stop() }
    let terminal = try start(server, leader: .shell)
    #expect(terminal.waitForText("live"))
    if let program = terminal.programID { kill(program, SIGSEGV) }
    #expect(terminal.waitForText("[ended \(128 + SIGSEGV)]"), "\(terminal.text)")
    #expect(
      !terminal.screen.isAlternate && terminal.screen.isCursorVisible && terminal.screen.mouseModes.isEmpty)
  }

  @Test func nothingIsWrittenWhileNothingChanges() throws {
    let server = try RecordedServer(lists: Self.lists)
    defer { server.server.stop() }
    let terminal = try start(server)
    #expect(terminal.waitForText("live"))
    // The namespaces and kinds that the server does not have are asked for once the pods are there.
    terminal.type("?")
    #expect(terminal.waitForText("On this screen"))
    let before = terminal.bytesWritten
    terminal.type("x")  // a key that means nothing
    terminal.type("\u{1B}")
    #expect(terminal.waitForText("recommender-"))
    #expect(terminal.bytesWritten - before < 12_000)
  }

  @Test func hostileNamesFromTheWireStayInTheirCells() throws {
    let name = #"evil\u001b[2J\u001b]0;owned\u0007\r\nname\u202e"#
    let pod = """
      {"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"\(name)",\
      "namespace":"a","uid":"1","labels":{"x\\u001b[31m":"y"}},"spec":{"containers":[{"name":"c"}]},\
      "status":{"phase":"\\u001b[HRunning","reason":"\\u009b31m"}}]}
      """
    let server = try RecordedServer(bodies: ["/api/v1/pods": Array(pod.utf8)])
    defer { server.server.stop() }
    let terminal = try start(server)
    #expect(terminal.waitForText("evil"), "\(terminal.text)")
    #expect(terminal.screen.title.isEmpty && terminal.screen.unknown.isEmpty)
    #expect(terminal.text.hasPrefix(" 127.0.0.1"))
    terminal.type("\u{17}d")
    #expect(terminal.waitForText("describe"))
    #expect(terminal.screen.title.isEmpty && terminal.screen.unknown.isEmpty)
  }

  // MARK: Without a terminal

  private func run(_ arguments: String...) throws -> (exit: Exit?, output: String, errors: String) {
    let home = temporaryDirectory()
    return try TestSupport.run(
      builtProgram, arguments, environment: ["HOME": home.path, "KUBECONFIG": nil], seconds: 60)
  }

  @Test func printWritesOneWholeScreen() throws {
    let server = try RecordedServer(lists: Self.lists)
    defer { server.server.stop() }
    let result = try run("print", "pods /recommender", "--server", server.base, "-A", "--size", "100x6")
    #expect(result.exit == .code(0), "\(result.errors)")
    let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count >= 6 && lines[2].contains("recommender-6b9b9b4dfd"), "\(result.output)")
    #expect(!result.output.contains("\u{1B}"))
  }

  @Test func wrongUseIsOneLineWithTheNearestMatchAndCodeTwo() throws {
    let option = try run("--contxt", "x")
    #expect(
      option.exit == .code(2)
        && option.errors == "clustertui: unknown option --contxt: did you mean --context?\n")
    let server = try RecordedServer(lists: Self.lists)
    defer { server.server.stop() }
    let kind = try run("print", "pdos", "--server", server.base)
    #expect(kind.exit == .code(2), "\(kind.output)")
    #expect(kind.errors == "clustertui: no kind or command 'pdos': did you mean pods?\n")
    let full = try run("deploymets", "--server", server.base)
    #expect(full.exit == .code(2) && full.errors.contains("did you mean deployments?"))
    let screen = try run("pods", "--server", server.base)
    #expect(screen.exit == .code(2) && screen.errors.contains("needs a terminal"), "\(screen.errors)")
  }

  @Test func versionHelpAndCompletionNeedNoCluster() throws {
    #expect(try run("version").output.hasPrefix("clustertui 0."))
    #expect(try run("help").output.contains("--log-file FILE"))
    for shell in ["bash", "zsh", "fish"] {
      let script = try run("completion", shell)
      #expect(script.exit == .code(0) && script.output.contains("context"))
    }
    let bash = try run("completion", "bash").output
    #expect(try TestSupport.run("bash", ["-n"], input: bash).exit == .code(0))
    #expect(try run("completion", "ksh").exit == .code(2))
  }

  @Test func aScriptPlaysKeysAndSavesScreens() throws {
    let server = try RecordedServer(lists: Self.lists)
    defer { server.server.stop() }
    let directory = temporaryDirectory()
    let saved = directory.file("screen.txt")
    let script = directory.write(
      "size 100x12\nwait live\ntype /OOM\nidle\nsave \(saved)\nkeys esc\nquit\n", to: "script")
    let result = try run("pods", "--script", script, "--server", server.base, "-A")
    #expect(result.exit == .code(0), "\(result.errors)")
    let screen = try String(contentsOfFile: saved, encoding: .utf8)
    #expect(screen.contains("1 of") && screen.contains("OOMKilled (exit 137)"), "\(screen)")
  }

  @Test func aScriptThatWaitsInVainSaysForWhat() throws {
    let directory = temporaryDirectory()
    let wrong = directory.write("press x\n", to: "wrong")
    let result = try run("--script", wrong)
    #expect(result.exit == .code(2) && result.errors.contains("line 1: 'press x' is no step"))
  }

  @Test func theLogFileHoldsNoSecret() throws {
    let server = try RecordedServer(lists: Self.lists)
    defer { server.server.stop() }
    let file = temporaryDirectory()
    let path = file.file("log")
    _ = try run(
      "print", "pods", "secrets", "--server", server.base, "--token", "s3cr3t-token", "--log-file", path)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      text.contains("start rows v1/pods") && text.contains("refused") && !text.contains("s3cr3t"), "\(text)")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }
}
