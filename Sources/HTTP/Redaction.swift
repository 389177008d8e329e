// Keys, tokens and passwords must not show up where a value is printed, dumped or put into a crash message.

extension TLS: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String {
    var parts: [String] = []
    if let authorities { parts.append("authorities: \(authorities.count) bytes") }
    if let clientCertificate { parts.append("certificate: \(clientCertificate.count) bytes") }
    if clientKey != nil { parts.append("key: hidden") }
    if let serverName { parts.append("name: \(serverName)") }
    if insecureSkipVerify { parts.append("unverified") }
    return "TLS(\(parts.joined(separator: ", ")))"
  }

  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["summary": description]) }
}

extension Server: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String {
    var parts = [withoutUser(base), "\(tls)"]
    if let proxy { parts.append("proxy: \(withoutUser(proxy))") }
    if let unixSocket { parts.append("socket: \(unixSocket)") }
    return "Server(\(parts.joined(separator: ", ")))"
  }

  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["summary": description]) }
}

extension Header: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// What a header of such a name says is nobody's business: credentials, cookies, and the bearer token that
  /// WebSockets carry as a protocol.
  private var isSecret: Bool {
    let lower = name.lowercased()
    return ["authorization", "token", "cookie", "secret", "password", "key", "websocket-protocol"].contains {
      part in lower.hasSuffix(part)
    }
  }

  package var description: String { "\(name): \(isSecret ? "hidden" : value)" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["summary": description]) }
}

extension Request: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "\(method) \(path), \(headers.count) headers, \(body.count) bytes" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["summary": description]) }
}

extension Response: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "\(head.status), \(head.headers.count) headers, \(body.count) bytes" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["summary": description]) }
}

/// A text without what stands between `//` and `@`: user and password of a URL in it.
func withoutUser(_ text: String) -> String {
  let bytes = Array(text.utf8)
  var out: [UInt8] = []
  var at = 0
  while at < bytes.count {
    out.append(bytes[at])
    at += 1
    guard out.count >= 2, bytes[at - 1] == UInt8(ascii: "/"), bytes[at - 2] == UInt8(ascii: "/") else {
      continue
    }
    let end = bytes[at...].firstIndex { "/ '\"".utf8.contains($0) } ?? bytes.count
    if let mark = bytes[at..<end].lastIndex(of: UInt8(ascii: "@")) { at = mark + 1 }
  }
  return String(decoding: out, as: UTF8.self)
}
