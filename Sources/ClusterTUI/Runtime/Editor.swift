#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs the person's editor on a text: $KUBE_EDITOR, $EDITOR, else vi, as kubectl does.
enum Editor {
  /// - Parameter preferred: the editor of the settings, before those of the environment; "" where there is none.
  static func edit(
    _ text: String, preferring preferred: String = "", environment: [String: String] = Environment.all
  ) -> EditorOutcome {
    let directory = environment["TMPDIR"] ?? "/tmp"
    var template = Array("\(directory)/clustertui-XXXXXX".utf8CString)
    // Nobody else may look into it, and what an editor leaves beside the file goes with it.
    guard mkdtemp(&template) != nil else {
      return .failed("cannot write into \(directory): \(String(cString: strerror(errno)))")
    }
    let place = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    defer { remove(place) }
    let path = place + "/object.yaml"
    let file = FileWriter.create(path, O_EXCL | O_CLOEXEC, mode: 0o600)
    guard file >= 0 else { return .failed("cannot write \(path): \(String(cString: strerror(errno)))") }
    let isWritten = FileWriter.writeAll(Array(text.utf8), to: file)
    FileWriter.close(file)
    guard isWritten else { return .failed("cannot write \(path): \(String(cString: strerror(errno)))") }
    let editor = !preferred.isEmpty ? preferred : environment["KUBE_EDITOR"] ?? environment["EDITOR"] ?? "vi"
    let status = run("\(editor) \"$1\"", path)
    guard status == 0 else {
      return .failed("the editor '\(editor)' ended with code \(status): nothing was changed")
    }
    guard let new = TextFile.contents(path) else { return .failed("cannot read \(path) after the editor") }
    return .wrote(new)
  }

  /// A directory with the files in it.
  private static func remove(_ place: String) {
    if let listing = opendir(place) {
      while let entry = readdir(listing) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) {
          String(cString: $0.bindMemory(to: CChar.self).baseAddress!)
        }
        if name != ".", name != ".." { unlink("\(place)/\(name)") }
      }
      closedir(listing)
    }
    rmdir(place)
  }

  /// The editor may be a command with options, so a shell takes it apart. Returns its exit code.
  private static func run(_ command: String, _ path: String) -> Int32 {
    let arguments: [String] = ["sh", "-c", command, "sh", path]
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    words.append(nil)
    defer { words.forEach { free($0) } }
    var child = pid_t()
    let problem = posix_spawn(&child, "/bin/sh", nil, nil, &words, environ)
    guard problem == 0 else { return 127 }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return (status & 0x7F) == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }

  enum Environment {
    static var all: [String: String] {
      var found: [String: String] = [:]
      for name in ["TMPDIR", "KUBE_EDITOR", "EDITOR"] {
        if let value = getenv(name), value.pointee != 0 { found[name] = String(cString: value) }
      }
      return found
    }
  }
}
