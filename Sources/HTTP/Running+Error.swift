import CCurl

extension Running {
  /// What libcurl's result means to a person.
  func error(_ code: CURLcode) -> HTTPError {
    var systemError = 0
    var proxyAnswer = 0
    cc_get_long(curl, easy, CURLINFO_OS_ERRNO, &systemError)
    cc_get_long(curl, easy, CURLINFO_HTTP_CONNECTCODE, &proxyAnswer)
    let own = String(cString: errorText)
    return CurlFailure(
      code: code, text: withoutUser(own.isEmpty ? String(cString: cc_strerror(curl, code)) : own),
      systemError: CInt(systemError), proxyAnswer: proxyAnswer,
      place: place, host: address.host, proxy: proxy, isSecure: address.isSecure,
      showedCertificate: job.server.tls.clientCertificate != nil,
      showedIdentity: job.has(header: "authorization"),
      isFirstWord: hasReceivedNothing && countConnections() > 0, connectPhase: connectPhase,
      connectSeconds: job.server.connectTimeoutSeconds
    ).error
  }

  var idleError: HTTPError {
    switch phase {
    case .waitingForTurn:
      .timedOut(
        place: place, phase: "waiting for a free connection", seconds: job.server.connectTimeoutSeconds)
    case .connecting: .timedOut(place: place, phase: connectPhase, seconds: job.server.connectTimeoutSeconds)
    case .waitingForAnswer:
      .timedOut(place: place, phase: "waiting for an answer", seconds: job.idleTimeoutSeconds ?? 0)
    case .receiving:
      .timedOut(place: place, phase: "in the middle of the answer", seconds: job.idleTimeoutSeconds ?? 0)
    }
  }

  var proxyPlace: String { proxy.place }

  private var place: String { job.server.unixSocket ?? address.place }

  private var connectPhase: String {
    // libcurl's words for its own time-outs are the only place where this shows.
    if String(cString: errorText).hasPrefix("Resolving") { return "looking up the name" }
    guard isShakingHands else { return "connecting" }
    if case .fixed = proxy { return "connecting through the proxy" }
    return address.isSecure ? "TLS handshake" : "connecting"
  }
}

/// What is known when libcurl gives up, and what it amounts to.
struct CurlFailure {
  var code: CURLcode
  /// libcurl's own words, without any user and password.
  var text: String
  /// An errno; 0 when the system had no say.
  var systemError: CInt = 0
  /// The status a proxy answered CONNECT with; 0 for none.
  var proxyAnswer = 0
  var place: String
  var host: String
  var proxy = Proxy.none
  var isSecure = true
  var showedCertificate = false
  /// A token or password went along: a server that takes these does not insist on a certificate.
  var showedIdentity = false
  /// Nothing at all came over a connection that was made for this transfer.
  var isFirstWord = false
  var connectPhase = "connecting"
  var connectSeconds = 0

  var error: HTTPError {
    switch code {
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .badURL(place)
    case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: .proxy(place: proxyPlace, why: text)
    case CURLE_COULDNT_RESOLVE_HOST: .unresolved(host: host)
    case CURLE_COULDNT_CONNECT:
      isAboutProxy
        ? .proxy(place: proxyPlace, why: systemWords) : .unreachable(place: place, why: systemWords)
    case CURLE_OPERATION_TIMEDOUT: .timedOut(place: place, phase: connectPhase, seconds: connectSeconds)
    case CURLE_SSL_CERTPROBLEM: .certificateUnusable(why: plainText)
    // So libcurl calls an alert that says "certificate expired": what it finds wrong itself it calls a
    // problem.
    case CURLE_PEER_FAILED_VERIFICATION
    where showedCertificate && text == "SSL certificate verification failed":
      .certificateUnusable(why: "\(place) refused it: certificate expired")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
      CURLE_SSL_INVALIDCERTSTATUS:
      .untrusted(place: place, why: plainText)
    case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT: .lost(place: place, why: text)
    default: closed
    }
  }

  /// The connection ended before the answer did.
  private var closed: HTTPError {
    if proxyAnswer >= 300 { return .proxy(place: proxyPlace, why: "it answered \(proxyAnswer) to CONNECT") }
    if isSecure, let alert { return alert }
    if code == CURLE_SSL_CONNECT_ERROR { return .lost(place: place, why: handshakeText) }
    // Under TLS 1.3 a server asks for the certificate after the handshake has succeeded for us, so that all
    // we see of its refusal may be a closed connection.
    if code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR, isSecure, isFirstWord, !showedIdentity {
      return showedCertificate
        ? .lost(
          place: place,
          why: "closed right after the handshake, as by a server that refuses the client certificate")
        : .certificateRequired(place: place)
    }
    return .lost(place: place, why: systemError != 0 ? systemText(systemError) : plainText)
  }

  /// What the server said of our certificate (RFC 8446, section 6.2).
  private var alert: HTTPError? {
    let lower = text.lowercased()
    guard lower.contains("alert") else { return nil }
    let aboutCertificates = [
      "certificate required", "bad certificate", "certificate expired", "certificate revoked",
      "unsupported certificate", "certificate unknown", "unknown ca", "handshake failure", "access denied",
      "decrypt error",
    ]
    guard let word = aboutCertificates.first(where: { lower.contains($0) }) else { return nil }
    if !showedCertificate { return word == "unknown ca" ? nil : .certificateRequired(place: place) }
    return .certificateUnusable(why: "\(place) refused it: \(word)")
  }

  private var isAboutProxy: Bool {
    if case .none = proxy { return false }
    if case .fixed = proxy { return true }
    // Whether the environment names a proxy only libcurl knows; its words name whom it failed to reach.
    return !text.contains(" \(host) ")
  }

  private var proxyPlace: String { proxy.place }

  private var systemWords: String { systemError != 0 ? systemText(systemError) : plainText }

  /// Without libcurl's repetition of what our own words say.
  private var plainText: String {
    for start in ["SSL certificate problem: ", "SSL: "] where text.hasPrefix(start) {
      return String(text.dropFirst(start.count))
    }
    return text
  }

  private var handshakeText: String {
    text.contains("wrong version number") || text.contains("packet length too long")
      ? "it does not speak TLS on this port" : plainText
  }
}
