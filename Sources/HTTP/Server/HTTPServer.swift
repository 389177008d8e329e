/// Where a server listens.
package enum ListenAddress: Sendable, Hashable {
  /// Port 0 asks the system for a free one.
  case tcp(host: String, port: Int)
  case unix(path: String)
}

/// A small HTTP/1.1 server: one thread, keep-alive, answers and streams from any thread.
package final class HTTPServer: Sendable {
  /// - Parameter handler: runs on the server's thread; it answers through the `Responder`, at once or later.
  package init(
    _ address: ListenAddress, handler: @escaping @Sendable (ServerRequest, Responder) -> Void
  ) throws(HTTPError) {
    fatalError("not yet")
  }

  /// The real one when 0 was asked; 0 for a unix socket.
  package var port: Int { 0 }
  /// Closes everything and returns when the thread has ended.
  package func stop() {}
  /// Cuts every open connection at once; for tests.
  package func dropConnections() {}
}

/// One whole request as it came.
package struct ServerRequest: Sendable {
  package var method: String
  /// Percent-decoded, without the query.
  package var path: String
  /// As it came, without the query.
  package var rawPath: String
  package var query: [QueryItem]
  package var headers: [Header]
  package var body: [UInt8]

  /// The first header of that name, case-insensitively.
  package subscript(header: String) -> String? { nil }
  /// The first value of that name.
  package func query(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

/// The place to answer one request: once, from any thread.
package final class Responder: Sendable {
  package func respond(_ status: Int, _ headers: [Header] = [], body: [UInt8] = []) {}
  package func stream(_ status: Int, _ headers: [Header] = []) -> ResponseStream { fatalError("not yet") }
}

/// An answer whose end is not known yet (chunked). Every function may be called from any thread.
package final class ResponseStream: Sendable {
  package func write(_ bytes: [UInt8]) {}
  /// Ends the answer well.
  package func finish() {}
  /// Cuts the connection in the middle of the answer.
  package func abort() {}
  package var isOpen: Bool { false }
  /// Bytes written that the kernel has not taken yet.
  package var backlogBytes: Int { 0 }
  /// Called once when the stream is over, whichever side ended it; at once if it is already.
  package func onClose(_ body: @escaping @Sendable () -> Void) {}
}
