import HTTP

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Name, TCP, proxy and TLS.
extension Doctor {
  /// - Returns: whether there is a connection that requests can be sent over.
  func lookAtNetwork(_ server: Server, _ tell: (Step) -> Void) -> Bool {
    let probe = ConnectionProbe.run(server)
    let place = ServerPlace(server.base)
    if let proxy = proxy(for: server, place, probe) {
      tell(Step(name: "name", state: .skipped, found: "the proxy looks up \(place.host)"))
      tell(Step(name: "tcp", state: .skipped, found: "the proxy connects"))
      tell(proxy)
      guard proxy.state == .ok else {
        tell(Step(name: "tls", state: .skipped, found: "not reached"))
        return false
      }
    } else {
      let name = lookAtName(place)
      tell(name)
      let tcp = name.state == .failed ? nil : lookAtTCP(place, probe)
      tell(tcp ?? Step(name: "tcp", state: .skipped, found: "no address"))
      tell(Step(name: "proxy", state: .skipped, found: "none is used"))
      guard tcp?.state == .ok else {
        tell(Step(name: "tls", state: .skipped, found: "not reached"))
        return false
      }
    }
    let tls = lookAtTLS(server, place, probe)
    tell(tls)
    return tls.state != .failed
  }

  // MARK: Name

  private func lookAtName(_ place: ServerPlace) -> Step {
    let found = Resolution.addresses(of: place.host)
    guard let addresses = found.addresses else {
      return Step(
        name: "name", state: .failed, found: "the name \(place.host) is not known", said: [found.problem],
        advice: "check the server's name in the kubeconfig, DNS, /etc/hosts and the VPN")
    }
    if addresses == [place.host] {
      return Step(name: "name", state: .ok, found: "\(place.host) is an address")
    }
    return Step(name: "name", state: .ok, found: "\(place.host) is \(addresses.joined(separator: ", "))")
  }

  // MARK: TCP

  private func lookAtTCP(_ place: ServerPlace, _ probe: ConnectionProbe) -> Step {
    if let address = probe.address {
      let shown = address.contains(":") ? "[\(address)]" : address
      let time = probe.connectMilliseconds.map { " in \($0) ms" } ?? ""
      return Step(name: "tcp", state: .ok, found: "\(shown):\(probe.port ?? place.port) answers\(time)")
    }
    var step = Step(name: "tcp", state: .failed, found: "\(place.host):\(place.port) can't be reached")
    switch probe.error {
    case .unreachable(_, let why):
      step.found = "\(place.host):\(place.port): \(why)"
      step.advice =
        "is the API server running there, and is the port right? A firewall or a VPN may be between"
    case .timedOut(_, _, let seconds):
      step.found = "\(place.host):\(place.port) did not answer in \(seconds) s"
      step.advice = "a firewall drops what we send, a VPN is off, or the address is no longer the server's"
    case let error?: step.said = [error.advice]
    case nil: break
    }
    return step
  }

  // MARK: Proxy

  /// nil where the server is reached without one.
  private func proxy(for server: Server, _ place: ServerPlace, _ probe: ConnectionProbe) -> Step? {
    var shown = "of the environment"
    var isUsed = false
    if let own = server.proxy, !own.isEmpty {
      shown = Self.withoutUser(own) + " of the kubeconfig"
      isUsed = true
    } else if server.proxy == nil, let (name, value) = environmentProxy(place) {
      shown = Self.withoutUser(value) + " of \(name)"
      // Whether no_proxy exempts this server is known from where the connection went.
      let proxyPlace = ServerPlace(value.contains("://") ? value : "http://" + value)
      isUsed = probe.address != nil && probe.port == proxyPlace.port && place.port != probe.port
    }
    if let why = Self.proxyFailure(probe, isUsed: isUsed) {
      return Step(
        name: "proxy", state: .failed, found: "the proxy \(shown) does not connect us to \(place.host)",
        said: [why], advice: "check proxy-url and the variables https_proxy and no_proxy")
    }
    guard isUsed else { return nil }
    let milliseconds = probe.connectMilliseconds.map { ", answers in \($0) ms" } ?? ""
    return Step(name: "proxy", state: .ok, found: "through \(shown)\(milliseconds)")
  }

  private static func proxyFailure(_ probe: ConnectionProbe, isUsed: Bool) -> String? {
    switch probe.error {
    case .proxy(_, let why): why
    case .timedOut(_, let phase, let seconds) where phase.contains("proxy"): "silent for \(seconds) s"
    case let error? where isUsed && probe.address == nil: error.advice
    default: nil
    }
  }

  private func environmentProxy(_ place: ServerPlace) -> (name: String, value: String)? {
    let names =
      (place.isSecure ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]) + ["all_proxy", "ALL_PROXY"]
    for name in names {
      if let value = environment[name] { return (name, value) }
    }
    return nil
  }

  private static func withoutUser(_ url: String) -> String {
    guard let at = url.lastIndex(of: "@") else { return url }
    let scheme = url.firstRange(of: "://").map { url[..<$0.upperBound] } ?? ""
    return String(scheme) + url[url.index(after: at)...]
  }
}

/// Host and port of a URL, for people.
struct ServerPlace {
  var isSecure: Bool
  var host: String
  var port: Int

  init(_ base: String) {
    isSecure = base.lowercased().hasPrefix("https://")
    let rest = base.firstRange(of: "://").map { base[$0.upperBound...] } ?? base[...]
    var authority = rest.prefix { $0 != "/" }
    if let at = authority.lastIndex(of: "@") { authority = authority[at...].dropFirst() }
    var tail = Substring()
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      host = String(authority[..<end].dropFirst())
      tail = authority[end...].dropFirst()
    } else {
      let colon = authority.firstIndex(of: ":") ?? authority.endIndex
      host = String(authority[..<colon])
      tail = authority[colon...]
    }
    port = Int(tail.dropFirst()) ?? (isSecure ? 443 : 80)
  }

  var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}

/// What the system knows of a host's name.
enum Resolution {
  /// Addresses as text, each once; nil with the system's words where there are none.
  static func addresses(of host: String) -> (addresses: [String]?, problem: String) {
    var hints = addrinfo()
    #if canImport(Glibc)
      hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    #else
      hints.ai_socktype = SOCK_STREAM
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &list)
    guard code == 0 else { return (nil, String(cString: gai_strerror(code))) }
    defer { freeaddrinfo(list) }
    var found: [String] = []
    var next = list
    while let entry = next?.pointee {
      var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      let flags = NI_NUMERICHOST
      if getnameinfo(entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, flags) == 0 {
        let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if !found.contains(address) { found.append(address) }
      }
      next = entry.ai_next
    }
    return found.isEmpty ? (nil, "it has no address") : (found, "")
  }
}
