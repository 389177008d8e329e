import Cluster
import Dispatch
import HTTP

/// Where the reader's requests go and who makes them: what it needs of an identity.
package struct Upstream: Sendable {
  package var place: Place
  /// A getter over this session with the credential of now, or why there is none. May block (a credential plug-in).
  package var getter: @Sendable (HTTPSession) -> Result<Getter, Unavailable>
  /// Called after a 401; nil when there is a new credential, else why not. May block.
  package var refresh: @Sendable () -> Unavailable?

  package init(
    place: Place, getter: @escaping @Sendable (HTTPSession) -> Result<Getter, Unavailable>,
    refresh: @escaping @Sendable () -> Unavailable? = { Unavailable("the server refused the credential") }
  ) {
    self.place = place
    self.getter = getter
    self.refresh = refresh
  }
}

/// Why no request can be made, in words for a person.
package struct Unavailable: Error, Sendable, Hashable {
  package var why: String
  package init(_ why: String) { self.why = why }
}

/// A Kubernetes cluster as far as it can be read: serves needs by lists that are then watched, and by log streams.
package final class KubernetesReader: Reader {
  package let place: Place
  private let upstream: Upstream
  private let session = HTTPSession()
  /// Streams of its own, so that one that is paused never holds up a watch.
  private let logSession = HTTPSession()

  package init(upstream: Upstream) {
    self.upstream = upstream
    place = upstream.place
  }

  package var kinds: [Kind] { Kinds.all.map(\.kind) }

  package var traffic: Traffic {
    var traffic = Traffic()
    for part in [session.traffic, logSession.traffic] {
      traffic.requests += part.requests
      traffic.bytesReceived += part.bytesReceived
    }
    return traffic
  }

  package func start(_ need: Need, into mailbox: Mailbox<Delta>) -> Stop {
    mailbox.post(.phase(need, .connecting))
    return Stop {}
  }

  package func close() {
    session.shutdown()
    logSession.shutdown()
  }
}
