/// What a client may take of the server: bytes, connections and time.
package struct ServerLimits: Sendable, Hashable {
  /// Of a request's line and headers; a longer head is refused with 431.
  package var headBytes = 64 << 10
  /// Of a request's body; a longer one is refused with 413.
  package var bodyBytes = 16 << 20
  /// At so many the one that has waited longest without an answer under way makes room for the next; while all are
  /// being answered, new ones wait in the system's queue.
  package var connections = 1024
  /// For one request to arrive, from its first byte to its last.
  package var requestSeconds = 30.0
  /// Without a request.
  package var idleSeconds = 180.0
  /// For a client to take an answer of known length, from its beginning; nil: as long as it likes. Streams have no
  /// such end.
  package var answerSeconds: Double?

  package init() {}
}
