extension HTTPError {
  /// One line for a person: what went wrong, where, and what to check.
  package var advice: String {
    switch self {
    case .badURL(let url): "\(url): not a usable http or https address; check the server's address"
    case .unresolved(let host): "the name \(host) is not known; check the server's address, DNS and VPN"
    case .unreachable(let place, let why):
      "\(place) can't be reached: \(why); check that the server runs there, and the firewall and VPN between"
    case .untrusted(let place, let why):
      "the certificate of \(place) is not trusted: \(why); check the authority and the server's name"
    case .certificateRequired(let place):
      "\(place) wants a client certificate, and none is configured; or it closed for another reason"
    case .certificateUnusable(let why):
      "the client certificate can't be used: \(why); check certificate and key"
    case .timedOut(let place, let phase, let seconds):
      "\(place) was silent for \(seconds) s (\(phase)); check the network, or try again when it is less busy"
    case .lost(let place, let why): "the connection to \(place) was lost: \(why)"
    case .proxy(let place, let why):
      "the proxy \(place) failed: \(why); check proxy-url and the *_proxy variables"
    case .tooLarge(let maxBytes): "the answer is longer than \(maxBytes) bytes and was not read to its end"
    case .cancelled: "cancelled"
    case .cannotListen(let place, let why): "can't listen at \(place): \(why); choose another address"
    case .noLibrary(let why): "libcurl can't be used: \(why); install libcurl4"
    }
  }
}
