/// The curl thread and its connections, shared by all Getters and Clients of the program.
package final class HTTPSession: Sendable {
  package init() {}

  package var traffic: HTTPTraffic { HTTPTraffic() }

  package func shutdown() {}
}

/// How much was asked of servers since the session began.
package struct HTTPTraffic: Sendable, Hashable {
  package var requests = 0
  package var openTransfers = 0
  package var connectionsOpened = 0
  /// Bytes of answers' bodies, after decompression.
  package var bytesReceived = 0
}
