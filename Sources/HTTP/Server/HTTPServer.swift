/// Where a server listens.
package enum ListenAddress: Sendable, Hashable {
  /// Port 0 asks the system for a free one.
  case tcp(host: String, port: Int)
  case unix(path: String)
}

/// A small HTTP/1.1 server: one thread, keep-alive, answers and streams from any thread.
package final class HTTPServer: Sendable {
  /// What a client sends is parsed on this thread, as deeply nested as the parsers allow: only pages that are touched
  /// are taken.
  private static let stackBytes = 8 << 20

  /// The real one when 0 was asked; 0 for a unix socket.
  package let port: Int
  private let board = ServerBoard()

  /// Listens when it returns.
  /// - Parameters:
  ///   - limits: of what clients may take.
  ///   - handler: runs on the server's thread; it answers through the `Responder`, at once or later.
  package init(
    _ address: ListenAddress, limits: ServerLimits = ServerLimits(),
    handler: @escaping @Sendable (ServerRequest, Responder) -> Void
  ) throws(HTTPError) {
    let listener = try Listener(address)
    port = listener.port
    let board = board
    board.threadWillStart()
    WorkerThread.start(stackBytes: Self.stackBytes) {
      do {
        let loop = ServerLoop(listener: listener, board: board, limits: limits, handler: handler)
        loop.run()
      }
      board.threadEnded()
    }
  }

  deinit { board.stop(waits: false) }

  /// Closes everything and returns when the thread has ended; from the handler it returns at once.
  package func stop() { board.stop(waits: true) }

  /// Open connections, of whatever use.
  package var connectionCount: Int { board.connectionCount }

  /// Cuts every open connection; for tests.
  package func dropConnections() { board.dropConnections() }
}
