import Cluster
import Terminal

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The full-screen program: one thread that waits for keys, deltas and signals, and draws when something changed.
/// A key is answered at once; changes are drawn at most thirty times a second.
struct Loop {
  private static let frameMilliseconds: Int64 = 33

  let session: Session
  let preferences: Preferences
  var script: Script?
  private var startIsOverAt: Int64 = .max
  let watch = FileWatch()
  private var isDirty = true
  /// Whether the terminal was asked for its background.
  private var hasAsked = false
  private var nextFrame: Int64 = 0

  init(session: Session, preferences: Preferences, script: Script? = nil) {
    (self.session, self.preferences) = (session, preferences)
    self.script = script
  }

  /// Runs until the person quits or a signal ends the program; returns the exit code.
  mutating func run(on screen: TerminalScreen) -> Int32 {
    startIsOverAt = session.milliseconds + StartupPages.restMilliseconds
    watch?.watch(preferences.watched)
    while true {
      let now = session.milliseconds
      if now >= startIsOverAt {
        StartupPages.release()
        startIsOverAt = .max
      }
      if isDirty, now >= nextFrame { draw(on: screen, now) }
      if let text = session.editorText {
        session.edited(screen.suspend { Editor.edit(text, preferring: preferences.setup.settings.editor) })
        drawAtOnce()
        continue
      }
      if let code = answer(wait(screen), screen) { return code }
    }
  }

  private mutating func draw(on screen: TerminalScreen, _ now: Int64) {
    follow()
    let (width, height) = screen.size
    let canvas = session.frame(width: width, height: height)
    wear(on: screen)
    screen.show(canvas)
    // Not before there is something to read: the answer may take its time.
    if !hasAsked, preferences.wantsBackground { screen.askForBackground() }
    hasAsked = true
    isDirty = false
    nextFrame = now + Self.frameMilliseconds
    script?.saw(canvas, session)
  }

  private mutating func drawAtOnce() { (isDirty, nextFrame) = (true, 0) }

  /// The exit code where this ends the program.
  private mutating func answer(_ event: Event, _ screen: TerminalScreen) -> Int32? {
    switch event {
    case .keys(let keys):
      for key in keys {
        if case .background(let isLight) = key {
          preferences.told(isLight: isLight)
          continue
        }
        session.handle(key)
        if perform(screen) { return 0 }
      }
      drawAtOnce()
    case .deltas:
      if session.takeIn() { isDirty = true }
      if perform(screen) { return 0 }
    case .signals(let signals):
      for case .terminate(let number) in signals {
        // ctrl-c is a key to a prompt, and to everything else the end.
        guard number == SIGINT else { return 128 + number }
        session.handle(.control("c"))
        if perform(screen) { return 128 + number }
      }
      drawAtOnce()
    case .time:
      session.takeIn()
      if perform(screen) { return 0 }
      isDirty = true
    }
    return nil
  }

  private enum Event {
    case keys([Key])
    case deltas
    case signals([TerminalSignal])
    case time
  }

  private mutating func wait(_ screen: TerminalScreen) -> Event {
    if let keys = script?.nextKeys(session) { return .keys(keys) }
    let now = session.milliseconds
    // While a frame is due anyway the mailbox is left alone: a flood must not wake us more often than we draw.
    var polled = [
      pollfd(fd: screen.inputDescriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: screen.signalDescriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: session.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: watch?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
    ]
    let count: nfds_t = isDirty ? 2 : 4
    var timeout = isDirty ? max(0, nextFrame - now) : -1
    if !isDirty { timeout = max(0, min(session.wakeAt, startIsOverAt) - now) }
    if script != nil { timeout = timeout < 0 ? 10 : min(timeout, 10) }
    _ = poll(&polled, count, CInt(clamping: timeout))
    if polled[1].revents != 0 { return .signals(screen.takeSignals()) }
    if polled[0].revents != 0 {
      let keys = screen.readKeys()
      // Held keys must not keep the data waiting.
      if polled[2].revents != 0 { session.takeIn() }
      // A terminal that is gone reads as ready for ever.
      if keys.isEmpty, polled[0].revents & Int16(POLLHUP | POLLERR) != 0 {
        return .signals([.terminate(SIGHUP)])
      }
      return .keys(keys)
    }
    if polled[3].revents != 0, watch?.take() == true { reload(isAsked: false) }
    return polled[2].revents != 0 || isDirty ? .deltas : .time
  }

  /// True when the program is to end.
  private func perform(_ screen: TerminalScreen) -> Bool {
    for effect in session.takePending() {
      switch effect {
      case .quit: return true
      case .copy(let text, let what):
        if screen.copyToClipboard(text) {
          session.inform("copied \(what)")
        } else {
          session.fail(
            "\(what): this terminal's clipboard does not take it, or not that much; ctrl-s saves it to a file"
          )
        }
      case .save(let name, let text): session.save(name: name, text: text)
      case .alert(let alert):
        screen.alert(
          ringsBell: alert.ringsBell && preferences.setup.settings.ringsBell,
          text: alert.notifies ? alert.text : nil)
      case .plugin(let call): run(call, screen)
      case .skin(let name): choose(skin: name)
      case .reload: reload()
      // The session has done it.
      case .visit, .endVisit, .switchContext, .submit, .readChanges, .remember, .refresh, .write, .finished:
        break
      }
    }
    return false
  }
}
