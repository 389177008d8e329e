import Cluster
import Terminal

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Drives a session without a terminal: for `print`, and for scripts where there is none.
enum Headless {
  /// Takes in what comes until the session is idle or the time is up. Returns the last frame.
  static func settle(_ session: Session, width: Int, height: Int, patienceMilliseconds: Int64) -> Canvas {
    let end = session.milliseconds + patienceMilliseconds
    var canvas = session.frame(width: width, height: height)
    while session.milliseconds < end {
      if session.isIdle {
        // Drawing may have made new needs (a detail pane): only idle twice is idle.
        canvas = session.frame(width: width, height: height)
        if session.isIdle { return canvas }
      }
      wait(session, atMost: min(50, end - session.milliseconds))
      session.takeIn()
      canvas = session.frame(width: width, height: height)
    }
    return canvas
  }

  /// Plays a script; returns what went wrong, nil when all went well.
  static func play(_ script: Script, _ session: Session) -> String? {
    var script = script
    while true {
      let canvas = session.frame(width: script.width, height: script.height)
      script.saw(canvas, session)
      if let text = session.editorText { session.edited(Editor.edit(text)) }
      if let keys = script.nextKeys(session) {
        for key in keys { session.handle(key) }
        if isOver(session) { return script.failure }
      } else {
        wait(session, atMost: 10)
      }
      session.takeIn()
      if isOver(session) { return script.failure }
    }
  }

  /// Does what is left to do; true when the program is to end.
  private static func isOver(_ session: Session) -> Bool {
    for effect in session.takePending() {
      switch effect {
      case .submit, .readChanges, .visit, .endVisit, .switchContext, .alert, .remember, .refresh, .write,
        .finished,
        .plugin, .skin,
        .reload:
        break
      case .quit: return true
      case .save(let name, let text): session.save(name: name, text: text)
      case .copy(_, let what): session.inform("copied \(what)")
      }
    }
    return false
  }

  /// Until there is something to take in, or the time is up.
  static func wait(_ session: Session, atMost milliseconds: Int64) {
    var polled = pollfd(fd: session.descriptor, events: Int16(POLLIN), revents: 0)
    _ = poll(&polled, 1, CInt(clamping: max(1, milliseconds)))
  }
}
