/// A server's base URL taken apart, and whole URLs put together from it.
struct Address: Hashable {
  var isSecure: Bool
  /// Without the brackets of an IPv6 address.
  var host: String
  var port: Int
  /// Goes in front of every path; without a slash at its end.
  var prefix: String
  private var hostPart: String

  /// nil for what is no http or https URL with a host; user names are not accepted either.
  init?(base: String) {
    let lower = base.lowercased()
    guard lower.hasPrefix("http://") || lower.hasPrefix("https://") else { return nil }
    isSecure = lower.hasPrefix("https://")
    let rest = base.dropFirst(isSecure ? 8 : 7)
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    guard let (host, port) = Self.split(rest[..<slash]) else { return nil }
    self.host = host
    self.port = port ?? (isSecure ? 443 : 80)
    hostPart = host.contains(":") ? "[\(host)]" : host
    var path = rest[slash...]
    guard !path.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F || "?#".utf8.contains($0) }) else {
      return nil
    }
    while path.hasSuffix("/") { path.removeLast() }
    prefix = String(path)
  }

  /// "10.0.0.1:6443", for people.
  var place: String { "\(hostPart):\(port)" }

  var isLoopback: Bool {
    host.lowercased() == "localhost" || host == "::1"
      || (host.hasPrefix("127.") && host.split(separator: ".").count == 4)
  }

  /// - Parameter name: stands in for the host, as TLS wants to see it.
  func url(path: String, query: [QueryItem], name: String? = nil) -> String {
    let shown = name.map { $0.contains(":") ? "[\($0)]" : $0 } ?? hostPart
    var url = "\(isSecure ? "https" : "http")://\(shown):\(port)\(prefix)"
    url += Self.encoded(path, leaving: "/:@!$&'()*+,;=%")
    for (index, item) in query.enumerated() {
      url += index == 0 ? "?" : "&"
      url += Self.encoded(item.name, leaving: "/:") + "=" + Self.encoded(item.value, leaving: "/:")
    }
    return url
  }

  /// What goes into a Host header: default ports are left out, as other clients do.
  var hostHeader: String { port == (isSecure ? 443 : 80) ? hostPart : place }

  /// For CURLOPT_CONNECT_TO: connect to the real host although the URL names another.
  func connectTo(from name: String) -> String {
    "\(name.contains(":") ? "[\(name)]" : name):\(port):\(hostPart):\(port)"
  }

  /// Whether a name can stand in a URL's host without changing what the URL says.
  static func isHostName(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        byte >= 0x80 || hexValue(byte) != nil || (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
          || "-._:%".utf8.contains(byte)
      }
  }

  private static func split(_ authority: Substring) -> (String, Int?)? {
    var host = authority
    var port: Substring?
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      host = authority[..<end].dropFirst()
      let rest = authority[end...].dropFirst()
      guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      port = authority[colon...].dropFirst()
    }
    guard isHostName(String(host)) else { return nil }
    guard let port, !port.isEmpty else { return (String(host), nil) }
    guard let number = Int(port), (1...65_535).contains(number) else { return nil }
    return (String(host), number)
  }

  /// A `%` that is left stands only before two hex digits: such text was encoded before.
  private static func encoded(_ text: String, leaving safe: String) -> String {
    let bytes = Array(text.utf8)
    let digits = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      let isPlain: Bool
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        isPlain = true
      case UInt8(ascii: "%"):
        isPlain =
          safe.utf8.contains(byte) && index + 2 < bytes.count && hexValue(bytes[index + 1]) != nil
          && hexValue(bytes[index + 2]) != nil
      default: isPlain = safe.utf8.contains(byte)
      }
      if isPlain {
        out.append(byte)
      } else {
        out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
