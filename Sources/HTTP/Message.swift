/// Where a server is and how to reach it: everything about a connection but who asks.
package struct Server: Sendable, Hashable {
  /// Scheme, host, port and an optional path in front of every request path: "https://10.0.0.1:6443/k8s".
  package var base: String
  package var tls = TLS()
  /// http://, https://, socks5:// URL with optional user:password; nil asks the *_proxy variables, ""
  /// forbids any.
  package var proxy: String?
  package var unixSocket: String?
  package var connectTimeoutSeconds = 10

  package init(base: String) { self.base = base }
}

/// Certificates from memory, all PEM. Nothing here is ever written to a log.
package struct TLS: Sendable, Hashable {
  /// nil trusts the system's authorities.
  package var authorities: [UInt8]?
  package var clientCertificate: [UInt8]?
  package var clientKey: [UInt8]?
  /// The name to verify and to send as SNI in place of the URL's host (kubeconfig's tls-server-name).
  package var serverName: String?
  package var insecureSkipVerify = false
  package init() {}
}

/// One name=value of a URL's query, not yet percent-encoded.
package struct QueryItem: Sendable, Hashable {
  package var name: String
  package var value: String
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// Something that asks and changes nothing. There is no way to put a method or a body into one, but for the
/// access reviews, which Kubernetes made POSTs although they store nothing.
package struct ReadRequest: Sendable, Hashable {
  package enum Review: String, Sendable {
    case selfSubjectAccessReviews, selfSubjectRulesReviews, selfSubjectReviews
  }

  package var path: String
  package var query: [QueryItem]
  package var accept = "application/json"
  /// Give up when nothing came for so long. nil for watches and followed logs, where silence is legal and
  /// only TCP keep-alive notices a dead link.
  package var idleTimeoutSeconds: Int? = 30
  /// Fail rather than read more than this.
  package var maxBytes: Int?
  /// Go over an HTTP/1.1 connection of its own, where a pause holds the server back at once. Over HTTP/2
  /// libcurl offers the server 32 MB for each stream, and keeps what comes of that during a pause in
  /// memory: fine for short ones, too much for dozens of busy logs that nobody reads on.
  package var hasOwnConnection = false
  package let review: Review?
  package let reviewBody: [UInt8]

  package init(_ path: String, _ query: [QueryItem] = []) {
    self.path = path
    self.query = query
    review = nil
    reviewBody = []
  }

  /// Reviews live below /apis/authorization.k8s.io/v1 and /apis/authentication.k8s.io/v1
  /// (`selfSubjectReviews`).
  package init(review: Review, body: [UInt8]) {
    let group = review == .selfSubjectReviews ? "authentication" : "authorization"
    path = "/apis/\(group).k8s.io/v1/\(review.rawValue.lowercased())"
    query = []
    self.review = review
    reviewBody = body
  }
}

/// Anything that can be sent. Only a `Client` takes it.
package struct Request: Sendable, Hashable {
  package var method: String
  package var path: String
  package var query: [QueryItem] = []
  package var headers: [Header] = []
  package var body: [UInt8] = []
  package var idleTimeoutSeconds: Int? = 30
  package var maxBytes: Int?

  package init(method: String, path: String) {
    self.method = method
    self.path = path
  }
}

package struct Header: Sendable, Hashable {
  package var name: String
  package var value: String
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// The first thing a server answers.
package struct ResponseHead: Sendable, Hashable {
  package var status: Int
  package var headers: [Header]
  package init(status: Int, headers: [Header]) {
    self.status = status
    self.headers = headers
  }

  /// The first header of that name, case-insensitively.
  package subscript(name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }
}

/// A whole answer.
package struct Response: Sendable, Hashable {
  package var head: ResponseHead
  package var body: [UInt8]
  package init(head: ResponseHead, body: [UInt8]) {
    self.head = head
    self.body = body
  }
}

/// What a transfer tells, in this order: `head`, any number of `body`, then `ended` exactly once, always on
/// the curl thread. The bytes are valid during the call only.
package enum TransferEvent {
  case head(ResponseHead)
  case body(UnsafeRawBufferPointer)
  case ended(HTTPError?)
}

/// The answer to a `TransferEvent`: `.pause` on a body means that these bytes were *not* taken; they come
/// again after `Transfer.resume()`. On other events it is ignored.
package enum Flow: Sendable { case more, pause }
