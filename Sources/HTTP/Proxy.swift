#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Which proxy a transfer goes through.
enum Proxy: Hashable {
  case none
  /// libcurl looks at https_proxy, all_proxy and no_proxy, in small and capital letters.
  case environment
  /// The address without its user, so that no error text can hold the password.
  case fixed(url: String, user: String?, password: String?)

  /// - Returns: nil when the URL's scheme is none we know.
  init?(_ server: Server, _ address: Address) {
    guard let text = server.proxy else {
      // As Go does, and so kubectl: what runs on this machine needs no proxy.
      self = server.unixSocket != nil || address.isLoopback ? .none : Self.fromEnvironment(address)
      return
    }
    if text.isEmpty || server.unixSocket != nil {
      self = .none
      return
    }
    guard let fixed = Self.fixed(text) else { return nil }
    self = fixed
  }

  /// For people; without user and password.
  var place: String {
    switch self {
    case .none: "that nobody configured"
    case .environment: "of the environment"
    case .fixed(let url, _, _): url
    }
  }

  /// libcurl ignores HTTP_PROXY in capitals, which a web server's scripts might get from a request's Proxy
  /// header.
  private static func fromEnvironment(_ address: Address) -> Proxy {
    guard !address.isSecure, getenv("http_proxy") == nil, let capital = getenv("HTTP_PROXY") else {
      return .environment
    }
    return fixed(String(cString: capital)) ?? .environment
  }

  private static func fixed(_ text: String) -> Proxy? {
    let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    var scheme = "http"
    var authority = Substring(text)
    if parts.count == 3, parts[0].hasSuffix(":"), parts[1].isEmpty {
      scheme = parts[0].dropLast().lowercased()
      authority = parts[2]
    }
    authority = authority.prefix { $0 != "/" }
    // The name is looked up by the proxy, which may know names that we don't: Go's reading of socks5.
    if scheme == "socks5" { scheme = "socks5h" }
    guard ["http", "https", "socks5h", "socks4", "socks4a"].contains(scheme) else { return nil }
    guard let at = authority.lastIndex(of: "@") else {
      return .fixed(url: "\(scheme)://\(authority)", user: nil, password: nil)
    }
    let identity = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    return .fixed(
      url: "\(scheme)://\(authority[at...].dropFirst())", user: percentDecoded(identity[0]),
      password: identity.count > 1 ? percentDecoded(identity[1]) : nil)
  }
}
