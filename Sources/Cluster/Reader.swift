import Document

/// An orchestrator, as far as it can be read. Everything it tells comes back through the outbox, in order per need.
package protocol Reader: AnyObject, Sendable {
  /// The kinds known before the server was asked.
  var kinds: [Kind] { get }
  var place: Place { get }
  var traffic: Traffic { get }
  /// Begins to serve a need; ends when the returned value is stopped. Never blocks.
  func start(_ need: Need, into outbox: Outbox) -> Stop
  /// Stops everything and frees the connection.
  func close()
}

/// Ends what `start` began. Deltas already posted may still arrive after it.
package struct Stop: Sendable {
  private let action: @Sendable () -> Void
  package init(_ action: @escaping @Sendable () -> Void) { self.action = action }
  package func callAsFunction() { action() }
}

/// Where a reader is connected to, in the person's own words.
package struct Place: Sendable, Hashable {
  package var context: String
  package var cluster: String
  package var user: String
  /// The context's own namespace; nil when it names none.
  package var namespace: String?
  package init(context: String, cluster: String, user: String, namespace: String?) {
    self.context = context
    self.cluster = cluster
    self.user = user
    self.namespace = namespace
  }
}

/// What is asked of the server, all since the start.
package struct Traffic: Sendable, Hashable {
  package var requests = 0
  package var bytesReceived = 0
  package var openWatches = 0
  package init() {}
}

/// An object as the server sent it.
package struct WholeObject: Sendable {
  package var json: JSON
  package init(json: JSON) { self.json = json }
}
