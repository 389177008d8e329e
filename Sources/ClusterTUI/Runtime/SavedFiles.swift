import Cluster

/// The files that are being written because a screen wants them to be.
struct SavedFiles {
  private var streams: [SaveFile: FileStream] = [:]

  var isEmpty: Bool { streams.isEmpty }
  var statuses: [UInt64: FileStatus] {
    Dictionary(uniqueKeysWithValues: streams.map { ($0.key.id, $0.value.status) })
  }

  /// Opens what is wanted and closes what no screen wants any more. Returns those that can't be opened, and why.
  mutating func serve(_ wanted: Set<SaveFile>, _ outbox: @autoclosure () -> Outbox) -> [(SaveFile, String)] {
    for (file, stream) in streams where !wanted.contains(file) {
      stream.close(isWhole: false)
      streams[file] = nil
    }
    var problems: [(SaveFile, String)] = []
    for file in wanted where streams[file] == nil {
      switch FileStream.open(file.name, outbox()) {
      case .success(let stream): streams[file] = stream
      case .failure(let problem): problems.append((file, problem.text))
      }
    }
    return problems
  }

  func write(_ bytes: [UInt8], to file: SaveFile) { streams[file]?.write(bytes) }

  /// All came that was to stand in it.
  mutating func finish(_ file: SaveFile) { streams.removeValue(forKey: file)?.close(isWhole: true) }

  /// Waits until all is written.
  mutating func finish() {
    for stream in streams.values { stream.finish() }
    streams = [:]
  }
}
