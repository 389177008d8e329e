import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A secret in a file, which a client must show. The file is read again when it has changed, so that a token can be
/// renewed without a restart; while it can't be read, nobody is let in.
package final class BearerToken: Sendable, CustomStringConvertible {
  /// Why there is no token to ask for.
  package struct Unreadable: Error, Sendable, Hashable, CustomStringConvertible {
    package var file: String
    package var why: String
    package var description: String { "the token file \(file) \(why)" }
  }

  /// What tells that a file is another one than before.
  private struct Stamp: Equatable {
    var device: UInt64
    var number: UInt64
    var size: Int64
    var seconds: Int
    var nanoseconds: Int
  }

  private struct State {
    var stamp: Stamp?
    var token: [UInt8] = []
  }

  private static let maxBytes = 64 << 10
  private let file: String
  private let state = Mutex(State())

  package init(file: String) throws(Unreadable) {
    self.file = file
    let token = try Self.read(file)
    let stamp = Self.stamp(file)
    state.withLock { $0 = State(stamp: stamp, token: token) }
  }

  package var description: String { "(secret)" }

  /// - Parameter authorization: the header's value, `Bearer <token>`; nil where there is none.
  package func accepts(authorization: String?) -> Bool {
    let expected = current
    guard !expected.isEmpty, let authorization, authorization.utf8.count > 7,
      authorization.prefix(7).lowercased() == "bearer "
    else { return false }
    return Self.isEqual(Array(authorization.dropFirst(7).utf8), expected)
  }

  private var current: [UInt8] {
    let stamp = Self.stamp(file)
    return state.withLock { state in
      if stamp == nil || stamp != state.stamp {
        state = State(stamp: stamp, token: (try? Self.read(file)) ?? [])
      }
      return state.token
    }
  }

  /// Takes as long for a wrong token as for the right one, so that it can't be guessed byte by byte.
  static func isEqual(_ shown: [UInt8], _ expected: [UInt8]) -> Bool {
    var difference: UInt8 = shown.count == expected.count ? 0 : 1
    for (index, byte) in expected.enumerated() {
      difference |= byte ^ (index < shown.count ? shown[index] : ~byte)
    }
    return difference == 0
  }

  private static func stamp(_ file: String) -> Stamp? {
    var status = stat()
    guard stat(file, &status) == 0 else { return nil }
    #if canImport(Glibc)
      let changed = status.st_mtim
    #else
      let changed = status.st_mtimespec
    #endif
    return Stamp(
      device: UInt64(truncatingIfNeeded: status.st_dev), number: UInt64(status.st_ino),
      size: Int64(status.st_size), seconds: changed.tv_sec, nanoseconds: changed.tv_nsec)
  }

  private static func read(_ file: String) throws(Unreadable) -> [UInt8] {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Unreadable(file: file, why: "can't be read: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: maxBytes + 1)
    let count = bytes.withUnsafeMutableBytes { buffer in
      #if canImport(Glibc)
        Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      #else
        Darwin.read(descriptor, buffer.baseAddress, buffer.count)
      #endif
    }
    guard count >= 0 else {
      throw Unreadable(file: file, why: "can't be read: \(String(cString: strerror(errno)))")
    }
    guard count <= maxBytes else { throw Unreadable(file: file, why: "is longer than \(maxBytes) bytes") }
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
    let token = bytes[..<count].drop(while: isBlank)
    guard let end = token.lastIndex(where: { !isBlank($0) }) else {
      throw Unreadable(file: file, why: "is empty")
    }
    return Array(token[...end])
  }
}
