/// Why a transfer brought no whole answer. A status code is an answer, never an error.
package enum HTTPError: Error, Sendable, Hashable {
  case badURL(String)
  case unresolved(host: String)
  case unreachable(place: String, why: String)
  case untrusted(place: String, why: String)
  /// The server closed the connection after the TLS handshake and we had no certificate to show.
  case certificateRequired(place: String)
  case certificateUnusable(why: String)
  case timedOut(place: String, phase: String, seconds: Int)
  case lost(place: String, why: String)
  case proxy(place: String, why: String)
  case tooLarge(maxBytes: Int)
  case cancelled
  /// libcurl is not installed.
  case noLibrary(why: String)
  /// Of the server half: the address is taken, or may not be used.
  case cannotListen(place: String, why: String)
}
