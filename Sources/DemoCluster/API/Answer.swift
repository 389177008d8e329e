import HTTP

/// What is answered to a request.
enum Answer: Sendable {
  case whole(status: Int, contentType: String, body: Bytes, headers: [Header] = [])
  /// Something that goes on: whoever made it writes to the stream.
  case streaming

  static func json(_ body: Bytes, status: Int = 200, headers: [Header] = []) -> Answer {
    .whole(status: status, contentType: "application/json", body: body, headers: headers)
  }

  static func text(_ text: String, status: Int = 200) -> Answer {
    .whole(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
  }

  static func failure(_ failure: Failure) -> Answer {
    if failure.isPlain { return .text(failure.message, status: failure.code) }
    var headers: [Header] = []
    if let seconds = failure.details?.retryAfterSeconds {
      headers.append(Header("Retry-After", "\(seconds)"))
    }
    return .whole(
      status: failure.code, contentType: "application/json", body: failure.status, headers: headers)
  }
}
