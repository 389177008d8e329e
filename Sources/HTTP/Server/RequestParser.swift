/// Cuts the bytes of one connection into requests (RFC 9112), one at a time.
struct RequestParser {
  enum Step {
    case needsMore
    /// The client waits for our consent before it sends the body (RFC 9110, section 10.1.1).
    case expectsContinue
    case request(ServerRequest, Version)
    /// Nothing more can be read from this connection; the status to say so with.
    case refused(status: Int, why: String)
  }

  /// What the version of a request allows the answer.
  struct Version: Hashable {
    var keepsAlive: Bool
    var knowsChunks: Bool
  }

  private enum State {
    case head
    case body(bytesLeft: Int)
    case chunkSize
    case chunk(bytesLeft: Int)
    case chunkEnd
    case trailers
    case failed(status: Int, why: String)
  }

  private let limits: ServerLimits
  private var state = State.head
  private var buffer: [UInt8] = []
  /// Where the unread bytes begin.
  private var start = 0
  /// Where to go on searching for a line's end, so that a slow sender doesn't cost a rescan per byte.
  private var scanned = 0
  private var trailerBytes = 0
  private var pending: (request: ServerRequest, version: Version)?

  init(limits: ServerLimits = ServerLimits()) { self.limits = limits }

  var bufferedBytes: Int { buffer.count - start }
  /// Whether a request has begun and is not complete.
  var isInside: Bool { bufferedBytes > 0 || pending != nil }

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    if start == buffer.count {
      buffer.removeAll(keepingCapacity: buffer.capacity <= 256 << 10)
      (start, scanned) = (0, 0)
    }
    buffer.append(contentsOf: bytes)
  }

  mutating func next() -> Step {
    while true {
      switch state {
      case .head:
        guard let step = readHead() else { continue }
        return step
      case .body(let left):
        let taken = takeBody(left)
        if taken < left {
          state = .body(bytesLeft: left - taken)
          return .needsMore
        }
        return complete()
      case .chunkSize: if !readChunkSize() { return .needsMore }
      case .chunk(let left):
        let taken = takeBody(left)
        state = taken < left ? .chunk(bytesLeft: left - taken) : .chunkEnd
        if taken < left { return .needsMore }
      case .chunkEnd:
        guard let line = takeLine(maxBytes: 2) else {
          if hasFailed { continue }
          return .needsMore
        }
        if line.isEmpty { state = .chunkSize } else { fail(400, "a chunk is longer than its size says") }
      case .trailers:
        let before = start
        guard let line = takeLine(maxBytes: limits.headBytes) else {
          if hasFailed { continue }
          return .needsMore
        }
        trailerBytes += start - before
        if trailerBytes > limits.headBytes {
          fail(431, "the trailers are too long")
        } else if line.isEmpty {
          return complete()
        }
      case .failed(let status, let why): return .refused(status: status, why: why)
      }
    }
  }

  private mutating func fail(_ status: Int, _ why: String) { state = .failed(status: status, why: why) }

  private mutating func complete() -> Step {
    state = .head
    let (request, version) = pending!
    pending = nil
    return .request(request, version)
  }
}

// MARK: Lines and bodies

extension RequestParser {
  /// The next line without its end; nil when it is not there yet, or too long (then the state has failed).
  private mutating func takeLine(maxBytes: Int) -> ArraySlice<UInt8>? {
    guard let end = buffer[max(start, scanned)...].firstIndex(of: UInt8(ascii: "\n")) else {
      scanned = buffer.count
      if buffer.count - start > maxBytes { fail(400, "a line is too long") }
      return nil
    }
    var line = buffer[start..<end]
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    start = end + 1
    scanned = start
    return line
  }

  private mutating func takeBody(_ left: Int) -> Int {
    let count = min(left, bufferedBytes)
    pending!.request.body.append(contentsOf: buffer[start..<start + count])
    start += count
    scanned = start
    return count
  }

  /// False when the line is not there yet.
  private mutating func readChunkSize() -> Bool {
    guard let line = takeLine(maxBytes: 4096) else { return hasFailed }
    let digits = line.prefix {
      $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t")
    }
    guard !digits.isEmpty, digits.count <= 15 else {
      fail(400, "a chunk without a size")
      return true
    }
    var size = 0
    for digit in digits {
      guard let value = hexValue(digit) else {
        fail(400, "a chunk without a size")
        return true
      }
      size = size << 4 | Int(value)
    }
    if size > limits.bodyBytes - pending!.request.body.count {
      fail(413, "the body is longer than \(limits.bodyBytes) bytes")
    } else if size == 0 {
      trailerBytes = 0
      state = .trailers
    } else {
      state = .chunk(bytesLeft: size)
    }
    return true
  }

  private var hasFailed: Bool { if case .failed = state { true } else { false } }
}

// MARK: Heads

extension RequestParser {
  /// nil when the state went on.
  private mutating func readHead() -> Step? {
    // Empty lines before a request are to be ignored (RFC 9112, section 2.2).
    while start < buffer.count, buffer[start] == UInt8(ascii: "\r") || buffer[start] == UInt8(ascii: "\n") {
      start += 1
    }
    // Somebody who speaks TLS to us is told at once, and doesn't wait for a line's end that never comes.
    if start < buffer.count, !Self.isTokenByte(buffer[start]) {
      fail(400, "no HTTP request line")
      return nil
    }
    guard let end = headEnd() else {
      if bufferedBytes <= limits.headBytes { return .needsMore }
      fail(431, "the head is longer than \(limits.headBytes) bytes")
      return nil
    }
    guard end - start <= limits.headBytes else {
      fail(431, "the head is longer than \(limits.headBytes) bytes")
      return nil
    }
    let lines = buffer[start..<end].split(separator: UInt8(ascii: "\n")).map { line in
      line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }.filter { !$0.isEmpty }
    start = end
    scanned = end
    guard let first = lines.first, let parts = requestLine(first) else { return nil }
    guard let headers = headers(lines.dropFirst()) else { return nil }
    return begin(parts, headers)
  }

  /// The index after the empty line that ends a head.
  private mutating func headEnd() -> Int? {
    var at = max(start, scanned)
    while let feed = buffer[at...].firstIndex(of: UInt8(ascii: "\n")) {
      var next = feed + 1
      if next < buffer.count, buffer[next] == UInt8(ascii: "\r") { next += 1 }
      guard next < buffer.count else {
        scanned = feed
        return nil
      }
      if buffer[next] == UInt8(ascii: "\n") { return next + 1 }
      at = feed + 1
    }
    scanned = buffer.count
    return nil
  }

  private mutating func requestLine(
    _ line: ArraySlice<UInt8>
  ) -> (method: String, target: Substring, version: Int)? {
    let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty, parts[0].allSatisfy(Self.isTokenByte),
      parts[1].allSatisfy({ $0 > 0x20 && $0 != 0x7F }), parts[2].count == 8,
      parts[2].starts(with: "HTTP/".utf8)
    else {
      fail(400, "no HTTP request line")
      return nil
    }
    let method = String(decoding: parts[0], as: UTF8.self)
    let target = Substring(String(decoding: parts[1], as: UTF8.self))
    switch String(decoding: parts[2].dropFirst(5), as: UTF8.self) {
    case "1.1": return (method, target, 1)
    case "1.0": return (method, target, 0)
    default:
      fail(505, "HTTP/1.1 is spoken here")
      return nil
    }
  }

  private mutating func headers(_ lines: ArraySlice<ArraySlice<UInt8>>) -> [Header]? {
    var headers: [Header] = []
    for line in lines {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
        line[..<colon].allSatisfy(Self.isTokenByte),
        line[colon...].allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 })
      else {
        fail(400, "a header line can't be read")
        return nil
      }
      let value = line[colon...].dropFirst().drop(while: Self.isBlank)
      let end = value.lastIndex { !Self.isBlank($0) }
      headers.append(
        Header(
          String(decoding: line[..<colon], as: UTF8.self),
          String(decoding: end.map { value[...$0] } ?? [], as: UTF8.self)))
    }
    return headers
  }

  /// Decides how long the body is (RFC 9112, section 6.3).
  private mutating func begin(
    _ line: (method: String, target: Substring, version: Int), _ headers: [Header]
  ) -> Step? {
    let request = ServerRequest(method: line.method, target: line.target, headers: headers)
    func values(_ name: String) -> [String] {
      headers.filter { $0.name.lowercased() == name }.flatMap { header in
        header.value.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
      }
    }
    let connection = values("connection")
    pending = (
      request,
      Version(keepsAlive: line.version == 1 && !connection.contains("close"), knowsChunks: line.version == 1)
    )
    let codings = values("transfer-encoding")
    let lengths = Set(values("content-length"))
    if line.version == 1, request["host"] == nil {
      fail(400, "HTTP/1.1 needs a Host header")
    } else if line.method == "CONNECT" {
      fail(501, "no tunnels here")
    } else if !codings.isEmpty {
      if !lengths.isEmpty || line.version == 0 {
        fail(400, "two lengths for one body")
      } else if codings == ["chunked"] {
        state = .chunkSize
      } else {
        fail(501, "transfer coding \(codings.joined(separator: ", ")) is not known")
      }
    } else if let text = lengths.first {
      guard lengths.count == 1, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(text)
      else {
        fail(400, "no valid Content-Length")
        return nil
      }
      if length > limits.bodyBytes {
        fail(413, "the body is longer than \(limits.bodyBytes) bytes")
      } else {
        state = .body(bytesLeft: length)
      }
    } else {
      state = .body(bytesLeft: 0)
    }
    if hasFailed { return nil }
    return bufferedBytes == 0 && values("expect").contains("100-continue") ? .expectsContinue : nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// The bytes of methods and header names (RFC 9110, section 5.6.2).
  private static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
