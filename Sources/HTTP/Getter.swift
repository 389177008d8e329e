/// Reads, and nothing else: what the program holds when nobody consented to changes.
package struct Getter: Sendable {
  private let session: HTTPSession
  private let server: Server
  private let headers: @Sendable () -> [Header]

  /// - Parameter headers: asked at the start of every request: credentials and impersonation.
  package init(session: HTTPSession, server: Server, headers: @escaping @Sendable () -> [Header] = { [] }) {
    self.session = session
    self.server = server
    self.headers = headers
  }

  /// Returns at once; everything that happens is told to `event` on the curl thread.
  @discardableResult
  package func start(
    _ request: ReadRequest, on event: @escaping @Sendable (TransferEvent) -> Flow
  ) -> Transfer {
    session.start(Job(request, to: server, headers: headers(), event: event))
  }

  /// Blocks the caller until the whole answer is there. Never call it on the main or the curl thread.
  package func fetch(_ request: ReadRequest) throws(HTTPError) -> Response {
    try session.fetch { Job(request, to: server, headers: headers(), event: $0) }
  }
}

/// Sends anything: made only with consent.
package struct Client: Sendable {
  private let session: HTTPSession
  private let server: Server
  private let headers: @Sendable () -> [Header]

  /// - Parameter headers: asked at the start of every request: credentials and impersonation.
  package init(session: HTTPSession, server: Server, headers: @escaping @Sendable () -> [Header] = { [] }) {
    self.session = session
    self.server = server
    self.headers = headers
  }

  /// The reading face of the same server and identity.
  package var getter: Getter { Getter(session: session, server: server, headers: headers) }

  /// Returns at once; everything that happens is told to `event` on the curl thread.
  @discardableResult
  package func start(
    _ request: Request, on event: @escaping @Sendable (TransferEvent) -> Flow
  ) -> Transfer {
    session.start(Job(request, to: server, headers: headers(), event: event))
  }

  /// Blocks the caller until the whole answer is there. Never call it on the main or the curl thread.
  package func fetch(_ request: Request) throws(HTTPError) -> Response {
    try session.fetch { Job(request, to: server, headers: headers(), event: $0) }
  }
}
