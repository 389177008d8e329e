import Cluster
import DemoCluster
import Kubernetes
import Terminal

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Performs what the command line asks for. Every function returns the exit code: 0 well, 1 failed, 2 used wrongly.
enum Run {
  static func main(_ words: [String]) -> Int32 {
    let arguments: Arguments
    do throws(Arguments.Problem) { arguments = try Arguments.parse(words) } catch {
      return misused(error.text)
    }
    switch arguments.mode {
    case .version: return say("clustertui \(Usage.version)")
    case .help: return say(Usage.text)
    case .completion: return say(ShellCompletion.script(for: arguments.words[0]))
    case .doctor: return doctor(arguments)
    case .demo: return demo(arguments)
    case .config: return ConfigCommand.run(arguments)
    case .metrics: return MetricsCommand.run(arguments)
    case .why, .oncall:
      let config = Kubeconfig.load(explicit: arguments.kubeconfig)
      let connector = Connector(
        config, arguments.overrides, isReadOnly: true, scrapes: arguments.scrapeOptions)
      let context = arguments.context ?? config.currentContext ?? ""
      return arguments.mode == .why
        ? WhyCommand.run(arguments, connector, context: context)
        : OncallCommand.run(arguments, connector, context: context)
    case .print, .fullScreen:
      let config = Kubeconfig.load(explicit: arguments.kubeconfig)
      let preferences = Preferences()
      return run(
        arguments,
        Connector(
          config, arguments.overrides, isReadOnly: arguments.isReadOnly || arguments.mode == .print,
          care: preferences.setup.configuration, scrapes: arguments.scrapeOptions),
        context: arguments.context ?? config.currentContext, preferences)
    }
  }

  static func say(_ text: String) -> Int32 {
    print(text)
    return 0
  }

  static func complain(_ text: String) {
    _ = FileWriter.writeAll(Array("clustertui: \(text)\n".utf8), to: STDERR_FILENO)
  }

  static func misused(_ text: String) -> Int32 {
    complain(text)
    return 2
  }

  static func failed(_ text: String) -> Int32 {
    complain(text)
    return 1
  }

  // MARK: Screens

  private static func run(
    _ arguments: Arguments, _ connector: Connector, context: String?, _ preferences: Preferences
  ) -> Int32 {
    let session = Session(connector: connector)
    defer { session.close() }
    session.audit = .standard
    session.configure(preferences.told)
    if let code = keepJournal(arguments, session) { return code }
    if arguments.mode == .print {
      for problem in preferences.problems { complain(problem.text) }
      return printScreens(arguments, session, context: context ?? "", preferences)
    }
    // A script shall find the same wherever it is played.
    if arguments.script == nil { session.remember(in: .standard) }
    let command = arguments.words.isEmpty ? "" : arguments.words[0]
    let whole =
      arguments.words.count == 2
      ? "\(command) /\(arguments.words[1])"
      : command.isEmpty ? preferences.setup.settings.defaultView : command
    session.open(
      context: context ?? "", namespaces: arguments.namespaces, command: whole,
      isReadOnly: arguments.isReadOnly)
    if session.shell.isWaiting {
      // A kind that no table of ours knows: the server is asked before the screen opens.
      _ = Headless.settle(session, width: 80, height: 24, patienceMilliseconds: 10_000)
      if let problem = Command.parse(whole, session.world.kinds).problem { return misused(problem) }
    }
    if let problem = preferences.problems.first { session.fail(problem.text) }
    return fullScreen(arguments, session, preferences)
  }

  /// The exit code where the journal that is asked for can't be written.
  static func keepJournal(_ arguments: Arguments, _ session: Session) -> Int32? {
    guard let path = arguments.logFile else { return nil }
    guard let journal = Journal(path: path) else {
      return failed("cannot write \(path): \(String(cString: strerror(errno)))")
    }
    session.journal = journal
    return nil
  }

  static func fullScreen(_ arguments: Arguments, _ session: Session, _ preferences: Preferences) -> Int32 {
    var script: Script?
    if let path = arguments.script {
      guard let text = TextFile.contents(path) else {
        return failed("cannot read \(path): \(String(cString: strerror(errno)))")
      }
      do throws(Script.Problem) { script = try Script.parse(text) } catch {
        return misused("\(path): \(error.text)")
      }
    }
    if let script, isatty(STDOUT_FILENO) == 0 || isatty(STDIN_FILENO) == 0 {
      return Headless.play(script, session).map(failed) ?? 0
    }
    let screen: TerminalScreen
    do throws(TerminalError) { screen = try TerminalScreen() } catch { return misused(error.advice) }
    var loop = Loop(session: session, preferences: preferences, script: script)
    let code = loop.run(on: screen)
    screen.close()
    return loop.script?.failure.map(failed) ?? code
  }

  private static func printScreens(
    _ arguments: Arguments, _ session: Session, context: String, _ preferences: Preferences
  ) -> Int32 {
    var code: Int32 = 0
    for (index, command) in arguments.screens.enumerated() {
      session.open(context: context, namespaces: arguments.namespaces, command: command, isReadOnly: true)
      let (width, height) = (arguments.size.width, arguments.size.height)
      let canvas = Headless.settle(session, width: width, height: height, patienceMilliseconds: 15_000)
      if let problem = session.problem { return failed(problem.text) }
      if let problem = Command.parse(command, session.world.kinds).problem { return misused(problem) }
      if let problem = (session.shell.top as? TableScreen)?.filterProblem { return misused(problem) }
      if index > 0 { print("") }
      print(arguments.usesColor ? canvas.ansi(preferences.look.scheme) : canvas.text())
      if let need = session.shell.top?.mainNeed, session.world.phase(need) != .live { code = 1 }
    }
    guard fflush(nil) == 0 else { return failed("cannot write: \(String(cString: strerror(errno)))") }
    return code
  }

  // MARK: Doctor and demo

  private static func doctor(_ arguments: Arguments) -> Int32 {
    var overrides = arguments.overrides
    overrides.namespace = arguments.namespaces?.first
    // A plug-in may ask its questions here: nothing else uses the terminal.
    let hasTerminal = isatty(0) == 1 && isatty(2) == 1
    return Doctor(overrides, terminal: hasTerminal ? .own : .none).run { step in
      for line in step.lines { print(line) }
      fflush(nil)
    }
  }

  private static func demo(_ arguments: Arguments) -> Int32 {
    if arguments.listsStories { return listStories() }
    let options: DemoOptions
    let listen: DemoAddress
    do throws(Arguments.Problem) {
      options = try arguments.demoOptions()
      listen = try address(arguments.listen)
    } catch { return misused(error.text) }
    let server: DemoServer
    do throws(DemoError) { server = try DemoServer(options, listen: listen) } catch {
      return failed(error.advice)
    }
    defer { server.stop() }
    let kubeconfig = server.kubeconfig(contextName: "demo")
    if let path = arguments.writeKubeconfig {
      let file = FileWriter.create(path, O_TRUNC, mode: 0o600)
      guard file >= 0, FileWriter.writeAll(Array(kubeconfig.utf8), to: file) else {
        return failed("cannot write \(path): \(String(cString: strerror(errno)))")
      }
      FileWriter.close(file)
    }
    if arguments.servesOnly { return serve(server, arguments) }
    var config = Kubeconfig()
    config.add(Array(kubeconfig.utf8), file: "the demo cluster's own kubeconfig")
    return run(
      screenArguments(arguments),
      Connector(
        config, Overrides(), isReadOnly: arguments.isReadOnly, scrapes: arguments.scrapeOptions),
      context: "demo", Preferences())
  }

  private static func listStories() -> Int32 {
    let known = DemoOptions.knownStories
    let width = known.map(\.name.count).max() ?? 0
    for story in known {
      print(story.name + String(repeating: " ", count: width + 2 - story.name.count) + story.sentence)
    }
    return 0
  }

  private static func screenArguments(_ arguments: Arguments) -> Arguments {
    var screen = arguments
    screen.mode = .fullScreen
    screen.namespaces = arguments.namespaces ?? []
    return screen
  }

  /// "127.0.0.1:8001" or "unix:/path"; a free port of loopback where nothing is said.
  private static func address(_ text: String?) throws(Arguments.Problem) -> DemoAddress {
    guard let text else { return .tcp(host: "127.0.0.1", port: 0) }
    if text.hasPrefix("unix:") { return .unix(path: String(text.dropFirst(5))) }
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      port < 65_536
    else {
      throw Arguments.Problem(text: "--listen is ADDRESS:PORT or unix:PATH, not '\(text)'")
    }
    let host = String(text[..<colon])
    guard ["127.0.0.1", "localhost", "[::1]", "::1"].contains(host) else {
      throw Arguments.Problem(
        text: "the demo cluster has no locks on its doors: it listens on 127.0.0.1 only, not on '\(host)'")
    }
    return .tcp(host: host, port: port)
  }

  private static func serve(_ server: DemoServer, _ arguments: Arguments) -> Int32 {
    print("demo cluster at \(server.url)")
    if let path = arguments.writeKubeconfig { print("KUBECONFIG=\(path)") }
    fflush(nil)
    waitForEnd()
    return 0
  }

  /// Returns when somebody wants the program to end.
  static func waitForEnd() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    var number: CInt = 0
    sigwait(&signals, &number)
  }

  /// Signals that end `demo --serve` and `metrics` are taken by `sigwait`: they must be blocked before any thread exists.
  static func blockEndingSignals() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }
}
