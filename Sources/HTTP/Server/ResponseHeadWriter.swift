#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How the end of an answer's body is told (RFC 9112, section 6).
enum Framing: Hashable {
  case length(Int)
  case chunked
  /// For HTTP/1.0: the connection is closed at the end.
  case untilClose
}

/// Writes the status line and headers of an answer.
enum ResponseHeadWriter {
  static func bytes(status: Int, headers: [Header], framing: Framing, closes: Bool) -> [UInt8] {
    var text = "HTTP/1.1 \(status) \(reason(status))\r\n"
    var hasDate = false
    for header in headers {
      let name = header.name.lowercased()
      // How the body is framed is ours to say; a wrong length would break the connection for the next answer.
      if ["content-length", "transfer-encoding", "connection"].contains(name) { continue }
      if name == "date" { hasDate = true }
      text += "\(oneLine(header.name)): \(oneLine(header.value))\r\n"
    }
    if !hasDate { text += "Date: \(date(time(nil)))\r\n" }
    switch framing {
    case .length(let count):
      // 204 and 304 have no body, and a length would belong to one (RFC 9110, section 8.6).
      if status != 204, status != 304 { text += "Content-Length: \(count)\r\n" }
    case .chunked: text += "Transfer-Encoding: chunked\r\n"
    case .untilClose: break
    }
    if closes || framing == .untilClose { text += "Connection: close\r\n" }
    return Array((text + "\r\n").utf8)
  }

  /// A line break in a value would let the value add headers of its own.
  private static func oneLine(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 }) else { return text }
    return String(decoding: text.utf8.map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
  }

  /// IMF-fixdate (RFC 9110, section 5.6.7), in English whatever the locale says.
  static func date(_ seconds: time_t) -> String {
    var seconds = seconds
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ number: CInt) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][Int(parts.tm_wday)]
    let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return "\(day), \(two(parts.tm_mday)) \(month[Int(parts.tm_mon)]) \(parts.tm_year + 1900)"
      + " \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
  }

  static func reason(_ status: Int) -> String { reasons[status] ?? "Status" }

  private static let reasons = [
    100: "Continue", 101: "Switching Protocols", 200: "OK", 201: "Created", 202: "Accepted",
    204: "No Content",
    301: "Moved Permanently", 302: "Found", 304: "Not Modified", 307: "Temporary Redirect",
    400: "Bad Request",
    401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
    408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required", 413: "Content Too Large",
    415: "Unsupported Media Type", 422: "Unprocessable Content", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented",
    502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
  ]
}
