import HTTP

/// A URL that a person gave: http(s)://[USER:PASSWORD@]HOST[:PORT][/PATH][?QUERY].
struct WebAddress: Sendable {
  /// Scheme, host and port.
  let base: String
  let host: String
  /// "" or with a slash in front.
  let path: String
  let query: [QueryItem]
  private let credential: String?

  init?(_ url: String) {
    guard let scheme = ["http://", "https://"].first(where: url.hasPrefix) else { return nil }
    let rest = url.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let at = authority.lastIndex(of: "@")
    let host = at.map { authority[authority.index(after: $0)...] } ?? authority
    guard !host.isEmpty else { return nil }
    self.host = String(host)
    base = scheme + host
    credential = at.map { Base64.encode(Self.decoded(authority[..<$0])) }
    (path, query) = Self.split(rest.dropFirst(authority.count))
  }

  /// For people: without the password.
  var shown: String { base + path }

  /// With the password, for this place alone.
  func getter(_ session: HTTPSession) -> Getter {
    let credential = credential
    return Getter(
      session: session, server: Server(base: base),
      headers: { credential.map { [Header("Authorization", "Basic \($0)")] } ?? [] })
  }

  /// A path and what follows its question mark.
  static func split(_ text: Substring) -> (path: String, query: [QueryItem]) {
    let path = text.prefix { $0 != "?" }
    let items = text.dropFirst(path.count + 1).split(separator: "&").map { pair in
      let name = pair.prefix { $0 != "=" }
      return QueryItem(plain(name), plain(pair.dropFirst(name.count + 1)))
    }
    return (String(path), items)
  }

  private static func plain(_ text: Substring) -> String {
    String(decoding: decoded(text.replacing("+", with: " ")[...]), as: UTF8.self)
  }

  /// Percent signs with two digits are bytes (RFC 3986, 2.1).
  private static func decoded(_ text: Substring) -> [UInt8] {
    let bytes = Array(text.utf8)
    var plain: [UInt8] = []
    var at = 0
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count,
        let byte = UInt8(String(decoding: bytes[at + 1...at + 2], as: UTF8.self), radix: 16)
      {
        plain.append(byte)
        at += 3
      } else {
        plain.append(bytes[at])
        at += 1
      }
    }
    return plain
  }
}
