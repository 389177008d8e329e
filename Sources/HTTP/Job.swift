/// One request as it goes to the curl thread: everything decided, nothing to ask.
struct Job: Sendable {
  var server: Server
  var method: String
  var path: String
  var query: [QueryItem]
  var headers: [Header]
  var body: [UInt8]
  var idleTimeoutSeconds: Int?
  var maxBytes: Int?
  var hasOwnConnection = false
  var event: @Sendable (TransferEvent) -> Flow
  /// Only connect, send nothing, and tell this what came of it.
  var probe: (@Sendable (ConnectionProbe) -> Void)?

  /// Silence is legal, and it may go on for ever: a watch or a followed log.
  var isEndless: Bool { idleTimeoutSeconds == nil }
  /// Changes nothing, so that it may be sent twice. A PATCH may not (RFC 5789, section 2), and though a PUT or DELETE
  /// does the same twice, its second answer tells of a conflict or of nothing found.
  var isRepeatable: Bool { method == "GET" || method == "HEAD" || isReview }
  private var isReview = false

  init(
    _ request: ReadRequest, to server: Server, headers: [Header],
    event: @escaping @Sendable (TransferEvent) -> Flow
  ) {
    self.server = server
    method = request.review == nil ? "GET" : "POST"
    path = request.path
    query = request.query
    self.headers = [Header("Accept", request.accept)]
    if request.review != nil { self.headers.append(Header("Content-Type", "application/json")) }
    self.headers += headers
    body = request.reviewBody
    isReview = request.review != nil
    hasOwnConnection = request.hasOwnConnection
    idleTimeoutSeconds = request.idleTimeoutSeconds
    maxBytes = request.maxBytes
    self.event = event
  }

  init(
    _ request: Request, to server: Server, headers: [Header],
    event: @escaping @Sendable (TransferEvent) -> Flow
  ) {
    self.server = server
    method = request.method
    path = request.path
    query = request.query
    self.headers = request.headers + headers
    body = request.body
    idleTimeoutSeconds = request.idleTimeoutSeconds
    maxBytes = request.maxBytes
    self.event = event
  }

  func has(header name: String) -> Bool { headers.contains { $0.name.lowercased() == name } }
}
