import Cluster
import Terminal

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What files of settings and plug-ins want of the one who holds the terminal.
extension Loop {
  /// Another context may have settings of its own.
  func follow() {
    let place = session.world.place
    let now = SettingsFolders.Place(cluster: place.cluster, context: place.context)
    guard session.world.isConnected, now != preferences.place else { return }
    preferences.enter(now)
    configured()
  }

  func wear(on screen: TerminalScreen) {
    let look = preferences.look
    screen.use(look.scheme)
    screen.useASCII(look.isASCII)
    screen.useMouse(look.hasMouse && session.shell.usesMouse)
  }

  /// - Parameter isAsked: else a file was written, perhaps one of somebody else: what changed nothing is not told.
  func reload(isAsked: Bool = true) {
    let (before, old, look) = (preferences.problems, preferences.setup, preferences.look)
    preferences.reload()
    if !isAsked, preferences.setup == old, preferences.problems == before, preferences.look == look {
      watch?.watch(preferences.watched)
      return
    }
    configured()
    let problems = preferences.problems
    if let problem = problems.first(where: { !before.contains($0) }) ?? problems.first {
      let more = problems.count > 1 ? " (and \(problems.count - 1) more: see :config)" : ""
      session.fail(problem.text + more)
    } else {
      session.inform("read the settings again")
    }
  }

  private func configured() {
    session.configure(preferences.told)
    watch?.watch(preferences.watched)
  }

  func choose(skin name: String?) {
    guard preferences.choose(skin: name) else {
      let nearest = Nearest.word(to: name ?? "", among: preferences.shelf.names).map {
        ": did you mean \($0)?"
      }
      return session.fail("there is no skin '\(name ?? "")'\(nearest ?? "; :config lists them")")
    }
    session.inform(
      name == nil
        ? "the skin of the files again: \(preferences.look.skin.name)"
        : "skin \(preferences.look.skin.name); 'ui: {skin: \(name ?? "")}' in config.yaml keeps it")
  }

  // MARK: Plug-ins

  func run(_ call: PluginCall, _ screen: TerminalScreen) {
    guard call.runsInBackground || call.tellsOutput else {
      let outcome = screen.suspend {
        let outcome = PluginRunner.runInForeground(call)
        if outcome.code != 0 { Self.waitForEnter(call, outcome) }
        return outcome
      }
      if let trouble = outcome.trouble(of: call) { session.fail(trouble) }
      return
    }
    if call.runsInBackground { session.inform("'\(call.name)' runs") }
    let outbox = session.outbox
    PluginRunner.runInBackground(call) { outcome in
      outbox.post(.notice(outcome.words(of: call)))
    }
  }

  /// What the program said would be gone with the next frame.
  private static func waitForEnter(_ call: PluginCall, _ outcome: PluginRunner.Outcome) {
    let text = "\r\n\(outcome.trouble(of: call) ?? ""): enter goes back "
    _ = FileWriter.writeAll(Array(text.utf8), to: STDOUT_FILENO)
    var byte: UInt8 = 0
    while read(STDIN_FILENO, &byte, 1) > 0, byte != 0x0A, byte != 0x0D {}
  }
}

extension PluginRunner.Outcome {
  /// Why it did not go well; nil where it did.
  func trouble(of call: PluginCall) -> String? {
    guard let code else { return "'\(call.name)' could not be started: \(problem)" }
    return code == 0 ? nil : "'\(call.name)' ended with code \(code)"
  }

  /// One line: the output's first where the plug-in wants that told, or a sentence of ours.
  func words(of call: PluginCall) -> String {
    let lines = output.split { $0.isNewline }
    if let trouble = trouble(of: call) { return trouble + (lines.last.map { ": \($0)" } ?? "") }
    if call.tellsOutput, let line = lines.first { return String(line) }
    return "'\(call.name)' has ended" + (lines.first.map { ": \($0)" } ?? "")
  }
}
