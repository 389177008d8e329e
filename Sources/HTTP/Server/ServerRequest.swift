/// One whole request as it came.
package struct ServerRequest: Sendable {
  package var method: String
  /// Percent-decoded, without the query.
  package var path: String
  /// As it came, without the query.
  package var rawPath: String
  package var query: [QueryItem]
  package var headers: [Header]
  package var body: [UInt8]

  /// The first header of that name, case-insensitively.
  package subscript(header: String) -> String? {
    let wanted = header.lowercased()
    return headers.first { $0.name.lowercased() == wanted }?.value
  }

  /// The first value of that name.
  package func query(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

extension ServerRequest {
  /// - Parameter target: of the request line (RFC 9112, section 3.2): a path, or a whole URL as sent to
  ///   proxies.
  init(method: String, target: Substring, headers: [Header], body: [UInt8] = []) {
    var rest = target
    if !rest.hasPrefix("/"), let colon = rest.utf8.firstIndex(of: UInt8(ascii: ":")),
      rest[colon...].hasPrefix("://")
    {
      rest = rest[colon...].dropFirst(3)
      rest = rest[(rest.utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex)...]
      if rest.isEmpty { rest = "/" }
    }
    let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?"))
    rawPath = String(rest[..<(mark ?? rest.endIndex)])
    path = percentDecoded(rawPath[...])
    query = mark.map { Self.items(rest[rest.utf8.index(after: $0)...]) } ?? []
    self.method = method
    self.headers = headers
    self.body = body
  }

  private static func items(_ text: Substring) -> [QueryItem] {
    text.split(separator: "&").map { pair in
      let equals = pair.firstIndex(of: "=") ?? pair.endIndex
      return QueryItem(
        percentDecoded(pair[..<equals], plusIsSpace: true),
        percentDecoded(pair[equals...].dropFirst(), plusIsSpace: true))
    }
  }
}

/// A `%` that no two hex digits follow stays as it is.
func percentDecoded(_ text: Substring, plusIsSpace: Bool = false) -> String {
  let bytes = Array(text.utf8)
  var out: [UInt8] = []
  out.reserveCapacity(bytes.count)
  var at = 0
  while at < bytes.count {
    let byte = bytes[at]
    if byte == UInt8(ascii: "%"), at + 2 < bytes.count, let high = hexValue(bytes[at + 1]),
      let low = hexValue(bytes[at + 2])
    {
      out.append(high << 4 | low)
      at += 3
    } else {
      out.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      at += 1
    }
  }
  return String(decoding: out, as: UTF8.self)
}

/// The value of an ASCII hex digit.
func hexValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
