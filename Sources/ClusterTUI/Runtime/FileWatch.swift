#if canImport(Glibc)
  import Glibc

  /// Tells when a file in some folders was written, came or went; costs nothing until then (inotify).
  final class FileWatch {
    /// Readable when something happened.
    let descriptor: CInt
    private var watches: [CInt] = []
    private static let events = UInt32(
      IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF
        | IN_ONLYDIR)

    private static let comings = UInt32(IN_CREATE | IN_MOVED_TO | IN_ONLYDIR)

    init?() {
      descriptor = inotify_init1(CInt(IN_NONBLOCK) | CInt(IN_CLOEXEC))
      if descriptor < 0 { return nil }
    }

    deinit { close(descriptor) }

    /// Watches these folders and no others; of one that is not there the nearest above it that is, so that its coming
    /// is noticed.
    func watch(_ folders: [String]) {
      for watch in watches { inotify_rm_watch(descriptor, watch) }
      watches = []
      _ = take()
      for folder in folders {
        guard let found = Self.existing(folder) else { continue }
        // Above a folder that is missing nothing but its coming matters; IN_MASK_ADD keeps what was asked for before.
        let events = found == folder ? Self.events : Self.comings
        let watch = inotify_add_watch(descriptor, found, events | UInt32(IN_MASK_ADD))
        if watch >= 0, !watches.contains(watch) { watches.append(watch) }
      }
    }

    private static func existing(_ folder: String) -> String? {
      var path = folder[...]
      while access(String(path), F_OK) != 0 {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return nil }
        path = path[..<slash]
      }
      return String(path)
    }

    /// Whether anything happened since the last call.
    func take() -> Bool {
      var buffer = [UInt8](repeating: 0, count: 1 << 14)
      var happened = false
      while read(descriptor, &buffer, buffer.count) > 0 { happened = true }
      return happened
    }
  }
#else
  /// There is no inotify here: `:reload` reads files again.
  final class FileWatch {
    let descriptor: CInt = -1
    init?() { return nil }
    func watch(_ folders: [String]) {}
    func take() -> Bool { false }
  }
#endif
