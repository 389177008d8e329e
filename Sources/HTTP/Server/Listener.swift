#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A listening socket: made on the caller's thread so that errors are known at once.
final class Listener: Sendable {
  let descriptor: CInt
  /// 0 for a unix socket.
  let port: Int
  private let unixPath: String?
  /// IPPROTO_TCP, which the Glibc module of the static standard library does not show.
  private static let tcpProtocol: CInt = 6
  private static let ipv6Protocol: CInt = 41

  init(_ address: ListenAddress) throws(HTTPError) {
    switch address {
    case .tcp(let host, let port):
      (descriptor, self.port) = try Self.openTCP(host: host, port: port)
      unixPath = nil
    case .unix(let path):
      descriptor = try Self.openUnix(path: path)
      port = 0
      unixPath = path
    }
  }

  /// Called once, by the server's thread at its end: who waits for that may listen at the same place again.
  func close() {
    Self.close(descriptor)
    if let unixPath { unlink(unixPath) }
  }

  private static func close(_ descriptor: CInt) {
    #if canImport(Glibc)
      _ = Glibc.close(descriptor)
    #else
      _ = Darwin.close(descriptor)
    #endif
  }

  /// The next waiting connection, ready for use.
  func accept() -> (descriptor: CInt?, isExhausted: Bool) {
    #if canImport(Glibc)
      let connection = Glibc.accept(descriptor, nil, nil)
    #else
      let connection = Darwin.accept(descriptor, nil, nil)
    #endif
    guard connection >= 0 else { return (nil, errno == EMFILE || errno == ENFILE || errno == ENOMEM) }
    Descriptor.prepare(connection)
    if unixPath == nil { Self.setOption(connection, Self.tcpProtocol, TCP_NODELAY) }
    #if !canImport(Glibc)
      Self.setOption(connection, SOL_SOCKET, SO_NOSIGPIPE)
    #endif
    return (connection, false)
  }

  private static func openTCP(host: String, port: Int) throws(HTTPError) -> (CInt, Int) {
    let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    hints.ai_family = AF_UNSPEC
    #if canImport(Glibc)
      hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    #else
      hints.ai_socktype = SOCK_STREAM
    #endif
    var found: UnsafeMutablePointer<addrinfo>?
    let failure = getaddrinfo(host.isEmpty ? nil : host, String(port), &hints, &found)
    guard failure == 0, let first = found else {
      throw .cannotListen(place: place, why: String(cString: gai_strerror(failure)))
    }
    defer { freeaddrinfo(first) }
    // No address stands for all of them: a socket of IPv6 takes IPv4 too, where the machine has IPv6 at all.
    var candidates: [addrinfo] = []
    var next: UnsafeMutablePointer<addrinfo>? = first
    while let one = next {
      candidates.append(one.pointee)
      next = one.pointee.ai_next
    }
    if host.isEmpty {
      candidates.sort { $0.ai_family == AF_INET6 && $1.ai_family != AF_INET6 }
    } else {
      candidates = [candidates[0]]
    }
    var why = ""
    for info in candidates {
      let descriptor = socket(info.ai_family, info.ai_socktype, info.ai_protocol)
      why = systemText(errno)
      guard descriptor >= 0 else { continue }
      setOption(descriptor, SOL_SOCKET, SO_REUSEADDR)
      if host.isEmpty, info.ai_family == AF_INET6 { setOption(descriptor, ipv6Protocol, IPV6_V6ONLY, 0) }
      if bind(descriptor, info.ai_addr, info.ai_addrlen) == 0, listen(descriptor, 128) == 0 {
        Descriptor.prepare(descriptor)
        return (descriptor, boundPort(descriptor))
      }
      why = systemText(errno)
      close(descriptor)
    }
    throw .cannotListen(place: place, why: why)
  }

  private static func boundPort(_ descriptor: CInt) -> Int {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutableBytes(of: &storage) { bytes in
      let address = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)
      guard getsockname(descriptor, address, &length) == 0 else { return 0 }
      // The port is the second 16-bit word, big-endian, of both sockaddr_in and sockaddr_in6.
      return Int(bytes[2]) << 8 | Int(bytes[3])
    }
  }

  private static func openUnix(path: String) throws(HTTPError) -> CInt {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard bytes.count < room else {
      throw .cannotListen(place: path, why: "a socket's path may have \(room - 1) bytes")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    // A socket that a killed server left behind would refuse the new one.
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { unlink(path) }
    #if canImport(Glibc)
      let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
    #endif
    let isBound = withUnsafeBytes(of: &address) { bytes in
      bind(
        descriptor, bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self),
        socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
    }
    guard isBound, listen(descriptor, 128) == 0 else {
      let why = systemText(errno)
      close(descriptor)
      throw .cannotListen(place: path, why: why)
    }
    Descriptor.prepare(descriptor)
    return descriptor
  }

  private static func setOption(_ descriptor: CInt, _ level: CInt, _ option: CInt, _ value: CInt = 1) {
    var value = value
    setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
  }
}
