/// Gathers the header lines that libcurl hands over one by one, until the head of the real answer is whole.
struct ResponseHeadParser {
  private var status = 0
  private var headers: [Header] = []
  private(set) var isDone = false
  private(set) var isHTTP2 = false

  /// - Returns: the head, when this was the line that ended it. Interim answers (RFC 9110, section 15.2) and
  ///   trailers after the body are passed over.
  mutating func take(_ line: UnsafeRawBufferPointer) -> ResponseHead? {
    guard !isDone else { return nil }
    var line = line[...]
    while let last = line.last, last == UInt8(ascii: "\r") || last == UInt8(ascii: "\n") { line.removeLast() }
    if line.starts(with: "HTTP/".utf8) {
      begin(line)
    } else if line.isEmpty {
      guard status >= 200 else { return nil }
      isDone = true
      return ResponseHead(status: status, headers: headers)
    } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
      let value = line[colon...].dropFirst().drop { $0 == 0x20 || $0 == 0x09 }
      let end = value.lastIndex { $0 != 0x20 && $0 != 0x09 }
      headers.append(
        Header(
          String(decoding: line[..<colon], as: UTF8.self),
          String(decoding: end.map { value[...$0] } ?? value, as: UTF8.self)))
    }
    return nil
  }

  private mutating func begin(_ line: Slice<UnsafeRawBufferPointer>) {
    isHTTP2 = line.dropFirst(5).first == UInt8(ascii: "2")
    headers = []
    status = 0
    for digit in line.drop(while: { $0 != 0x20 }).dropFirst().prefix(3) {
      guard (0x30...0x39).contains(digit) else { break }
      status = status * 10 + Int(digit - 0x30)
    }
  }
}
