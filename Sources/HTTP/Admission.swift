/// Decides how many transfers one server gets at a time.
///
/// Over HTTP/2 all share a few connections, and libcurl knows how many streams the server allows. Over
/// HTTP/1.1 each transfer is a connection of its own, and watches never give theirs back: some are kept for
/// lists.
struct Admission {
  enum Version { case unknown, one, two }

  /// Before the first answer nobody knows whether more would be streams or connections.
  static let unknownLimit = 50
  static let connectionLimit = 96
  static let endlessLimit = 72
  /// Connections to one HTTP/2 server; most allow 100 streams or more on each.
  static let multiplexedConnections = 8

  var version = Version.unknown
  private(set) var endless = 0
  private(set) var finite = 0

  var count: Int { endless + finite }

  func admits(isEndless: Bool) -> Bool {
    switch version {
    case .unknown: count < Self.unknownLimit
    case .one: count < Self.connectionLimit && (!isEndless || endless < Self.endlessLimit)
    case .two: true
    }
  }

  mutating func began(isEndless: Bool) {
    if isEndless { endless += 1 } else { finite += 1 }
  }

  mutating func ended(isEndless: Bool) {
    if isEndless { endless -= 1 } else { finite -= 1 }
  }
}
