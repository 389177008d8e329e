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
    fatalError("not yet")
  }

  /// Blocks the caller until the whole answer is there. Never call it on the main or the curl thread.
  package func fetch(_ request: ReadRequest) throws(HTTPError) -> Response {
    fatalError("not yet")
  }
}

/// Sends anything: made only with consent.
package struct Client: Sendable {
  private let session: HTTPSession
  private let server: Server
  private let headers: @Sendable () -> [Header]

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
    fatalError("not yet")
  }

  /// Blocks the caller until the whole answer is there. Never call it on the main or the curl thread.
  package func fetch(_ request: Request) throws(HTTPError) -> Response {
    fatalError("not yet")
  }
}

/// A handle on a running request.
package final class Transfer: Sendable {
  /// Ends the transfer with `.ended(.cancelled)`, unless it has ended already.
  package func cancel() {}
  /// Asks again for the bytes that were refused with `.pause`.
  package func resume() {}
}
