import Cluster
import Document

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The file that `Remembered` is kept in. Several programs may write it: each change is made to what the file says now, and
/// the new file takes the old one's place whole. A file that can't be understood is told, set aside, and costs nothing else.
struct StateFile {
  let path: String

  /// $XDG_STATE_HOME/clustertui/state.json
  static var standard: StateFile {
    let home = getenv("HOME").map { String(cString: $0) } ?? ""
    let state = getenv("XDG_STATE_HOME").map { String(cString: $0) } ?? ""
    return StateFile(path: (state.hasPrefix("/") ? state : home + "/.local/state") + "/clustertui/state.json")
  }

  private static let maxBytes = 1 << 20

  /// What was remembered, and what is wrong with the file.
  func load() -> (remembered: Remembered, problem: String?) {
    guard access(path, F_OK) == 0 else {
      let isMissing = errno == ENOENT || errno == ENOTDIR
      return (Remembered(), isMissing ? nil : "cannot read \(path): \(String(cString: strerror(errno)))")
    }
    guard let text = TextFile.contents(path) else {
      return (Remembered(), "cannot read \(path): \(String(cString: strerror(errno)))")
    }
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.maxBytes else { return (Remembered(), "\(path) is too big to be ours") }
    let (value, problem) = bytes.withUnsafeBytes { JSON.parse($0) }
    guard let value, value.object != nil else {
      return (
        Remembered(), "\(path) is broken and counts for nothing: \(problem?.description ?? "no object")"
      )
    }
    var problems: [String] = []
    let remembered = Remembered(value, problems: &problems)
    return (remembered, problems.first.map { "\(path): \($0)" })
  }

  /// Notes one thing in what the file says now; nil when it is written, else why not.
  func note(_ note: Remembered.Note) -> String? {
    var (remembered, problem) = load()
    // What a person wrote by hand and got wrong is not thrown away.
    if problem != nil { rename(path, path + ".broken") }
    problem = nil
    remembered.note(note)
    return write(remembered.json.encoded() + [0x0A])
  }

  private func write(_ bytes: [UInt8]) -> String? {
    var made = ""
    for part in path.split(separator: "/").dropLast() {
      made += "/" + part
      mkdir(made, 0o700)
    }
    let fresh = "\(path).\(getpid())"
    let file = FileWriter.create(fresh, O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode: 0o600)
    guard file >= 0 else { return "cannot write \(fresh): \(String(cString: strerror(errno)))" }
    let isWhole = FileWriter.writeAll(bytes, to: file)
    FileWriter.close(file)
    guard isWhole, rename(fresh, path) == 0 else {
      let why = String(cString: strerror(errno))
      unlink(fresh)
      return "cannot write \(path): \(why)"
    }
    return nil
  }
}
