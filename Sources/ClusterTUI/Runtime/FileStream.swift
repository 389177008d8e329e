import Cluster
import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A file that a screen wants to be written for as long as it says so.
struct SaveFile: Hashable {
  let id = UInt64.random(in: 0...UInt64.max)
  var name: String
}

/// What a person is told of such a file.
struct FileStatus: Hashable {
  var path: String
  var byteCount = 0
  /// Handed over and not written yet.
  var pendingBytes = 0
  var problem: String?
}

/// Writes to a file on a queue of its own, so that a slow disk holds up no key. At the end all is on the disk before that
/// is said.
final class FileStream: Sendable {
  private let queue = DispatchQueue(label: "file")
  private let file: CInt
  private let state: Mutex<FileStatus>
  private let outbox: Outbox

  /// Into the directory the program was started in, readable by its owner alone, never over another file; else why not.
  static func open(_ name: String, _ outbox: Outbox) -> Result<FileStream, ConnectionProblem> {
    switch FileWriter.createNew(name: name, suffix: "txt") {
    case .success(let (path, file)): .success(FileStream(path, file, outbox))
    case .failure(let problem): .failure(problem)
    }
  }

  private init(_ path: String, _ file: CInt, _ outbox: Outbox) {
    (self.file, self.outbox) = (file, outbox)
    state = Mutex(FileStatus(path: path))
  }

  var status: FileStatus { state.withLock { $0 } }

  func write(_ bytes: [UInt8]) {
    state.withLock { $0.pendingBytes += bytes.count }
    queue.async { [self] in
      let isWritten = status.problem == nil && FileWriter.writeAll(bytes, to: file)
      state.withLock { status in
        status.pendingBytes -= bytes.count
        if isWritten { status.byteCount += bytes.count }
      }
      if !isWritten, status.problem == nil { fail() }
    }
  }

  /// Tells when all is on the disk.
  ///
  /// - Parameter isWhole: whether all came that was to stand in it.
  func close(isWhole: Bool) {
    queue.async { [self] in
      if status.problem == nil, fsync(file) != 0, errno != EINVAL { fail() }
      FileWriter.close(file)
      let status = status
      if status.problem == nil {
        let words = isWhole ? "" : ", up to where the log was left"
        outbox.post(.notice("saved \(status.byteCount) bytes: \(status.path)\(words)"))
      }
    }
  }

  /// Waits until all is written: for the end of the program.
  func finish() {
    close(isWhole: false)
    queue.sync {}
  }

  private func fail() {
    let why = String(cString: strerror(errno))
    state.withLock { $0.problem = "could not write \($0.path): \(why)" }
    outbox.post(.notice(status.problem ?? why))
  }
}
