#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Small local files: kubeconfigs, certificates, tokens.
enum LocalFile {
  struct Failure: Error {
    var code: CInt
    var isMissing: Bool { code == ENOENT || code == ENOTDIR }
    var why: String { String(cString: strerror(code)) }
  }

  /// Nobody has a certificate or kubeconfig of this size; a wrong path may well name something endless.
  static let maxBytes = 16 << 20

  static func read(_ path: String) throws(Failure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Failure(code: errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw Failure(code: EISDIR) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count < maxBytes {
      let count = chunk.withUnsafeMutableBytes { systemRead(descriptor, $0.baseAddress!, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw Failure(code: errno) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
    throw Failure(code: EFBIG)
  }

  // The C function of this name, which the static function above hides.
  private static func systemRead(_ descriptor: CInt, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, bytes, count)
    #else
      Darwin.read(descriptor, bytes, count)
    #endif
  }

  /// The folder of a path, without its last slash; "/" for the root, "." where there is none.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// `path` as seen from `folder`, unless it is absolute.
  static func resolve(_ path: String, in folder: String) -> String {
    path.hasPrefix("/") || folder.isEmpty ? path : folder == "/" ? "/" + path : folder + "/" + path
  }

  static func absolute(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let current = getcwd(nil, 0) else { return path }
    defer { free(current) }
    return resolve(path, in: String(cString: current))
  }
}
