import CCurl
import Testing

@testable import HTTP

@Suite struct DecisionTests {
  @Test func connectionsAreKeptForListsOverHTTP1() {
    var admission = Admission()
    for _ in 0..<Admission.unknownLimit {
      #expect(admission.admits(isEndless: false))
      admission.began(isEndless: true)
    }
    // Nobody knows yet whether these share a connection.
    #expect(!admission.admits(isEndless: false))
    admission.version = .two
    #expect(admission.admits(isEndless: true))
    admission.version = .one
    while admission.admits(isEndless: true) { admission.began(isEndless: true) }
    #expect(admission.endless == Admission.endlessLimit)
    while admission.admits(isEndless: false) { admission.began(isEndless: false) }
    #expect(admission.count == Admission.connectionLimit)
    admission.ended(isEndless: true)
    #expect(admission.admits(isEndless: true))
  }

  private func error(_ code: CURLcode, _ text: String, _ change: (inout CurlFailure) -> Void = { _ in })
    -> HTTPError
  {
    var failure = CurlFailure(code: code, text: text, place: "h:1", host: "h")
    change(&failure)
    return failure.error
  }

  @Test func whatLibcurlSaysBecomesWhatAPersonCanUse() {
    #expect(error(CURLE_COULDNT_RESOLVE_HOST, "Could not resolve host: h") == .unresolved(host: "h"))
    #expect(
      error(CURLE_COULDNT_CONNECT, "Failed to connect to h port 1") { $0.systemError = 111 }
        == .unreachable(place: "h:1", why: "Connection refused"))
    #expect(
      error(CURLE_PEER_FAILED_VERIFICATION, "SSL certificate problem: certificate has expired")
        == .untrusted(place: "h:1", why: "certificate has expired"))
    #expect(error(CURLE_PARTIAL_FILE, "transfer closed") == .lost(place: "h:1", why: "transfer closed"))
    #expect(
      error(CURLE_OPERATION_TIMEDOUT, "") {
        $0.connectPhase = "TLS handshake"
        $0.connectSeconds = 7
      } == .timedOut(place: "h:1", phase: "TLS handshake", seconds: 7))
  }

  @Test func aConnectionClosedAfterTheHandshakeMeansAMissingCertificateOnlyWhereThatIsLikely() {
    let text = "getpeername() failed with errno 107: Transport endpoint is not connected"
    #expect(error(CURLE_SEND_ERROR, text) { $0.isFirstWord = true } == .certificateRequired(place: "h:1"))
    #expect(error(CURLE_RECV_ERROR, text) { $0.isFirstWord = false } == .lost(place: "h:1", why: text))
    let withToken = error(CURLE_RECV_ERROR, text) {
      $0.isFirstWord = true
      $0.showedIdentity = true
    }
    #expect(withToken == .lost(place: "h:1", why: text))
    let plain = error(CURLE_RECV_ERROR, text) {
      $0.isFirstWord = true
      $0.isSecure = false
    }
    #expect(plain == .lost(place: "h:1", why: text))
  }

  @Test func everyErrorHasAnAdviceOfOneLine() {
    let errors: [HTTPError] = [
      .badURL("x"), .unresolved(host: "h"), .unreachable(place: "h:1", why: "w"),
      .untrusted(place: "h:1", why: "w"),
      .certificateRequired(place: "h:1"), .certificateUnusable(why: "w"),
      .timedOut(place: "h:1", phase: "p", seconds: 3), .lost(place: "h:1", why: "w"),
      .proxy(place: "p", why: "w"),
      .tooLarge(maxBytes: 5), .cancelled, .noLibrary(why: "w"), .cannotListen(place: "h:1", why: "w"),
    ]
    for error in errors { #expect(!error.advice.isEmpty && !error.advice.contains("\n")) }
    #expect(
      HTTPError.timedOut(place: "10.0.0.1:6443", phase: "TLS handshake", seconds: 10).advice
        == "10.0.0.1:6443 was silent for 10 s (TLS handshake); check the network, or try again when it is less busy"
    )
  }

  @Test func addressesAreTakenApart() {
    #expect(Address(base: "https://10.0.0.1:6443")?.place == "10.0.0.1:6443")
    #expect(Address(base: "HTTPS://Example.com/k8s/")?.place == "Example.com:443")
    #expect(Address(base: "http://[fd00::1]/")?.place == "[fd00::1]:80")
    #expect(Address(base: "http://[fd00::1]:81/")?.hostHeader == "[fd00::1]:81")
    #expect(Address(base: "https://h:443")?.hostHeader == "h")
    #expect(Address(base: "https://h")?.connectTo(from: "kubernetes") == "kubernetes:443:h:443")
    #expect(Address(base: "https://h/a/b//")?.url(path: "/c", query: []) == "https://h:443/a/b/c")
    for bad in [
      "", "h:1", "https://", "https://h:0", "https://h:x", "https://u@h", "https://h?x", "https://h/a b",
      "https://[::1",
    ] {
      #expect(Address(base: bad) == nil, "\(bad)")
    }
  }

  @Test func usersInURLsAreLeftOut() {
    #expect(
      withoutUser("see http://u:p@h:1/x and 'https://q@k' but not http://h/a@b")
        == "see http://h:1/x and 'https://k' but not http://h/a@b")
    #expect(withoutUser("//a@b@c") == "//c")
    #expect(withoutUser("") == "")
  }
}
