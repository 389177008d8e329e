import Cluster
import Document

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file with one JSON object a line for each step of each change: when, where, who, what, and what came of it. Only
/// its owner may read it.
struct Audit {
  let path: String

  /// $XDG_STATE_HOME/clustertui/audit.jsonl
  static var standard: Audit {
    let home = getenv("HOME").map { String(cString: $0) } ?? ""
    let state = getenv("XDG_STATE_HOME").map { String(cString: $0) } ?? ""
    return Audit(path: (state.hasPrefix("/") ? state : home + "/.local/state") + "/clustertui/audit.jsonl")
  }

  /// Made with the first change: who only reads leaves nothing behind.
  private func open() -> CInt {
    var made = ""
    for part in path.split(separator: "/").dropLast() {
      made += "/" + part
      mkdir(made, 0o700)
    }
    let file = FileWriter.create(path, O_APPEND | O_CLOEXEC | O_NOFOLLOW, mode: 0o600)
    if file >= 0 { fchmod(file, 0o600) }
    return file
  }

  /// nil when it is written, else why not.
  func write(_ entry: Ledger.Entry, now: Int64) -> String? {
    let file = open()
    guard file >= 0 else {
      return "the change is not recorded, cannot write \(path): \(String(cString: strerror(errno)))"
    }
    defer { FileWriter.close(file) }
    let change = entry.change
    var line: JSON = [
      "time": .string(Timestamp(seconds: now).text), "id": .int(entry.id), "context": .string(entry.context),
      "user": .string(entry.user), "change": .string(entry.preview.title),
      "request": .string(entry.preview.request), "kubectl": .string(entry.preview.command),
      "kind": .string(change.target.kind), "namespace": .string(change.target.namespace),
      "name": .string(change.target.name), "uid": .string(change.target.uid),
      "state": .string("\(entry.progress.state)"), "outcome": .string(entry.progress.text),
    ]
    // What it would do stands in the line of its sending; the others tell what came of it.
    if entry.progress.state == .sending {
      line["difference"] = .array(entry.preview.difference.map { .string($0.text) })
    } else {
      line["seconds"] = .int(Int(now - entry.sentAt))
    }
    return FileWriter.writeAll(line.encoded() + [0x0A], to: file)
      ? nil : "the change is not recorded: \(path) takes no more"
  }
}
