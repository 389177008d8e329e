import Cluster

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Session {
  /// Writes into the directory the program was started in, readable by its owner alone, never over another file.
  func save(name: String, text: String) {
    let isJSON = name.hasSuffix(".json")
    switch FileWriter.createNew(
      name: isJSON ? String(name.dropLast(5)) : name, suffix: isJSON ? "json" : "txt")
    {
    case .failure(let problem): fail(problem.text)
    case .success(let (path, file)):
      defer { FileWriter.close(file) }
      guard FileWriter.writeAll(Array(text.utf8), to: file) else {
        return fail("could not write \(path): \(String(cString: strerror(errno)))")
      }
      inform("saved \(path)")
    }
  }
}

/// Writes bytes whole, whatever the system takes at a time.
enum FileWriter {
  /// A descriptor, or a negative number with the reason in `errno`.
  static func create(_ path: String, _ flags: CInt, mode: mode_t) -> CInt {
    open(path, O_WRONLY | O_CREAT | flags, mode)
  }

  /// A file of that name that was not there before, in the directory the program was started in.
  static func createNew(name: String, suffix: String) -> Result<(path: String, file: CInt), ConnectionProblem>
  {
    let safe = String(name.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." ? $0 : "-" })
    for attempt in 0..<1_000 {
      let path = "clustertui-\(safe)\(attempt == 0 ? "" : "-\(attempt)").\(suffix)"
      let file = create(path, O_EXCL, mode: 0o600)
      if file < 0, errno == EEXIST { continue }
      guard file >= 0 else {
        return .failure(
          ConnectionProblem(text: "could not write \(path): \(String(cString: strerror(errno)))"))
      }
      return .success((path, file))
    }
    return .failure(
      ConnectionProblem(text: "could not save: there are too many clustertui-\(safe) files here"))
  }

  static func close(_ file: CInt) { _ = closeDescriptor(file) }

  static func writeAll(_ bytes: [UInt8], to file: CInt) -> Bool {
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      start += count
    }
    return true
  }
}

private func closeDescriptor(_ file: CInt) -> CInt { close(file) }
