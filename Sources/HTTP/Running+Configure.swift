import CCurl

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Tells libcurl what a job wants.
extension Running {
  func configure() throws(HTTPError) {
    setCallbacks()
    try setTarget()
    try setHeaders()
    setMethod()
    setConnection()
    setProxy()
    if address.isSecure { try setTLS() }
    if job.probe != nil { setProbe() }
  }

  private func setCallbacks() {
    let me = Unmanaged.passUnretained(self).toOpaque()
    cc_ptr(curl, easy, CURLOPT_PRIVATE, me)
    cc_ptr(curl, easy, CURLOPT_ERRORBUFFER, errorText)
    cc_ptr(curl, easy, CURLOPT_WRITEDATA, me)
    cc_data(curl, easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, me in
      Unmanaged<Running>.fromOpaque(me!).takeUnretainedValue()
        .received(body: UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    cc_ptr(curl, easy, CURLOPT_HEADERDATA, me)
    cc_data(curl, easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, me in
      let goesOn = Unmanaged<Running>.fromOpaque(me!).takeUnretainedValue()
        .received(headerLine: UnsafeRawBufferPointer(start: bytes, count: size * count))
      return goesOn ? size * count : 0
    }
    cc_ptr(curl, easy, CURLOPT_PREREQDATA, me)
    cc_prereq(curl, easy) { me, _, _, _, _ in
      Unmanaged<Running>.fromOpaque(me!).takeUnretainedValue().connected()
      return CInt(CURL_PREREQFUNC_OK)
    }
    // The answer to CONNECT is the proxy's, not the server's.
    cc_long(curl, easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
  }

  private func setTarget() throws(HTTPError) {
    let name = job.server.tls.serverName.flatMap { $0.isEmpty || !address.isSecure ? nil : $0 }
    if let name {
      guard Address.isHostName(name) else { throw .badURL("the TLS server name is no host name") }
      // libcurl takes the name to verify and to send as SNI from the URL, so the URL gets that name, and the
      // connection goes to the real host.
      lend(CURLOPT_CONNECT_TO, [address.connectTo(from: name)])
    }
    let url = address.url(path: job.path, query: job.query, name: name)
    guard cc_str(curl, easy, CURLOPT_URL, url) == CURLE_OK else { throw .badURL(address.place) }
    // A name like ".." is a name to the server, and nothing to tidy up.
    cc_long(curl, easy, CURLOPT_PATH_AS_IS, 1)
    if let socket = job.server.unixSocket { cc_str(curl, easy, CURLOPT_UNIX_SOCKET_PATH, socket) }
  }

  private func setHeaders() throws(HTTPError) {
    var lines: [String] = []
    for header in job.headers {
      guard !header.name.isEmpty, header.name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }),
        header.value.utf8.allSatisfy({ $0 >= 0x20 || $0 == 0x09 })
      else {
        throw .badURL("the header \(header.name.debugDescription) holds a line break or a control character")
      }
      // To libcurl "Name:" means to leave the header out, and "Name;" means an empty one.
      lines.append(header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
    }
    if !job.has(header: "host") { lines.append("Host: \(address.hostHeader)") }
    if !job.has(header: "user-agent") { lines.append("User-Agent: clustertui") }
    // libcurl would call every body a form, and wait for a consent before it sends a long one.
    if !job.has(header: "content-type") { lines.append("Content-Type:") }
    lines.append("Expect:")
    lend(CURLOPT_HTTPHEADER, lines)
    cc_str(curl, easy, CURLOPT_ACCEPT_ENCODING, "gzip")
  }

  private func setMethod() {
    switch job.method {
    case "GET" where job.body.isEmpty: cc_long(curl, easy, CURLOPT_HTTPGET, 1)
    case "HEAD": cc_long(curl, easy, CURLOPT_NOBODY, 1)
    default:
      cc_str(curl, easy, CURLOPT_CUSTOMREQUEST, job.method)
      if job.body.isEmpty, job.method != "POST", job.method != "PUT", job.method != "PATCH" { return }
      cc_off(curl, easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(job.body.count))
      job.body.withUnsafeBytes { _ = cc_ptr(curl, easy, CURLOPT_COPYPOSTFIELDS, bytesOrEmpty($0)) }
    }
  }

  /// libcurl reads a null pointer as "ask a callback for the body".
  private func bytesOrEmpty(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(mutating: bytes.baseAddress ?? UnsafeRawPointer(errorText))
  }

  private func setConnection() {
    cc_long(curl, easy, CURLOPT_NOSIGNAL, 1)
    // Cancelling a transfer must not wait for a name server that doesn't answer.
    cc_long(curl, easy, cc_quick_exit, 1)
    cc_long(curl, easy, CURLOPT_CONNECTTIMEOUT_MS, job.server.connectTimeoutSeconds * 1000)
    cc_long(curl, easy, CURLOPT_BUFFERSIZE, job.isEndless ? 16 << 10 : 64 << 10)
    if host.speaksHTTP2 {
      cc_long(curl, easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
      // Without this, fifty first requests would open fifty connections.
      cc_long(curl, easy, CURLOPT_PIPEWAIT, 1)
    } else {
      cc_long(curl, easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    }
    if !job.isRepeatable {
      // libcurl sends a request again when a kept connection turns out to be dead; what may not be done twice
      // goes over a connection of its own.
      cc_long(curl, easy, CURLOPT_FRESH_CONNECT, 1)
      cc_long(curl, easy, CURLOPT_FORBID_REUSE, 1)
    }
    cc_long(curl, easy, CURLOPT_TCP_KEEPALIVE, 1)
    cc_long(curl, easy, CURLOPT_TCP_KEEPIDLE, host.keepAlive.idleSeconds)
    cc_long(curl, easy, CURLOPT_TCP_KEEPINTVL, host.keepAlive.intervalSeconds)
    cc_ptr(curl, easy, CURLOPT_SOCKOPTDATA, Unmanaged.passUnretained(self).toOpaque())
    cc_sockopt(curl, easy) { me, descriptor, _ in
      let running = Unmanaged<Running>.fromOpaque(me!).takeUnretainedValue()
      running.host.keepAlive.apply(to: descriptor)
      // A credential plug-in or an editor has no business with our connections.
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      return CInt(CURL_SOCKOPT_OK)
    }
  }

  private func setProxy() {
    switch proxy {
    case .none: cc_str(curl, easy, CURLOPT_PROXY, "")
    case .environment: break
    case .fixed(let url, let user, let password):
      cc_str(curl, easy, CURLOPT_PROXY, url)
      // no_proxy is for proxies of the environment; this one was asked for.
      cc_str(curl, easy, CURLOPT_NOPROXY, "")
      if let user { cc_str(curl, easy, CURLOPT_PROXYUSERNAME, user) }
      if let password { cc_str(curl, easy, CURLOPT_PROXYPASSWORD, password) }
    }
  }

  private func setTLS() throws(HTTPError) {
    let tls = job.server.tls
    if tls.insecureSkipVerify {
      cc_long(curl, easy, CURLOPT_SSL_VERIFYPEER, 0)
      cc_long(curl, easy, CURLOPT_SSL_VERIFYHOST, 0)
    } else if let authorities = tls.authorities {
      if authorities.isEmpty {
        throw .untrusted(place: address.place, why: "the certificate authority data is empty")
      }
      lend(CURLOPT_CAINFO_BLOB, authorities)
    }
    guard let certificate = tls.clientCertificate else { return }
    guard let key = tls.clientKey, !key.isEmpty, !certificate.isEmpty else {
      throw .certificateUnusable(
        why: tls.clientKey == nil ? "the key for it is missing" : "it or its key is empty")
    }
    cc_str(curl, easy, CURLOPT_SSLCERTTYPE, "PEM")
    cc_str(curl, easy, CURLOPT_SSLKEYTYPE, "PEM")
    lend(CURLOPT_SSLCERT_BLOB, certificate)
    lend(CURLOPT_SSLKEY_BLOB, key)
    // OpenSSL would ask for an encrypted key's pass phrase at the terminal, under the program's own screen.
    cc_str(curl, easy, CURLOPT_KEYPASSWD, "")
  }

  private func lend(_ option: CURLoption, _ bytes: [UInt8]) {
    bytes.withUnsafeBytes { _ = cc_blob(curl, easy, option, $0.baseAddress!, $0.count) }
  }

  private func lend(_ option: CURLoption, _ lines: [String]) {
    var list: UnsafeMutablePointer<curl_slist>?
    for line in lines { list = cc_append(curl, list, line) ?? list }
    guard let list else { return }
    cc_ptr(curl, easy, option, list)
    lists.append(list)
  }
}
