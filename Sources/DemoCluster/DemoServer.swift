import HTTP

/// A simulated cluster behind a real HTTP API.
package final class DemoServer: Sendable {
  private let address: DemoAddress

  package init(_ options: DemoOptions, listen address: DemoAddress = .tcp(host: "127.0.0.1", port: 0))
    throws(DemoError)
  {
    self.address = address
  }

  /// The real one when 0 was asked; 0 for a unix socket.
  package var port: Int { 0 }

  /// What a kubeconfig calls the server: "http://127.0.0.1:41234".
  package var url: String { "http://127.0.0.1:\(port)" }

  /// A kubeconfig with one context, as YAML.
  package func kubeconfig(contextName: String = "demo") -> String { "" }

  /// Closes everything and ends the threads.
  package func stop() {}

  /// Cuts every open connection at once; for tests.
  package func dropConnections() {}

  /// Lets this much time pass in a world whose clock is driven; watches have been told of all that happened when it
  /// returns.
  package func advance(seconds: Double) {}
}

/// Why a demo cluster could not start.
package enum DemoError: Error, Sendable, Hashable {
  case cannotListen(place: String, why: String)

  /// One line for a person.
  package var advice: String {
    switch self {
    case .cannotListen(let place, let why): "The demo cluster cannot listen on \(place): \(why)"
    }
  }
}
