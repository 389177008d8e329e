import Document
import HTTP

/// What a server answered in place of what it was asked for: a `Status` object or whatever stood in its way.
struct ErrorAnswer: Error, Sendable, Hashable {
  var status: Int
  /// The server's own words.
  var message: String
  /// "Expired", "Forbidden"; empty where the answer is no Status.
  var reason = ""
  /// What the server says beside its message: the disruption budget that does not allow an eviction.
  var causes: [String] = []
  var retryAfterSeconds: Double?
  /// An expired page token's answer holds another one, which goes on with newer data.
  var continueToken: String?

  init(status: Int, message: String, reason: String = "", retryAfterSeconds: Double? = nil) {
    self.status = status
    self.message = message
    self.reason = reason
    self.retryAfterSeconds = retryAfterSeconds
  }

  /// Fairness, unknown groups and dead aggregated servers answer in plain text, proxies in HTML.
  init(head: ResponseHead, body: [UInt8]) {
    let status = body.withUnsafeBytes { ErrorAnswer(object: JSONSlice($0)) }
    self = status ?? ErrorAnswer(status: head.status, message: Self.words(body, status: head.status))
    // The header counts: a Status may come without a code.
    self.status = head.status
    if let seconds = head["Retry-After"].flatMap(Double.init) { retryAfterSeconds = seconds }
  }

  /// A Status object: the body of an answer, or what an ERROR event carries.
  init?(object: JSONSlice) {
    guard object.isObject, object["kind"]?.string == "Status" else { return nil }
    status = object["code"]?.int ?? 500
    reason = object["reason"]?.string ?? ""
    message = object["message"]?.string ?? reason
    if message.isEmpty { message = "HTTP \(status)" }
    object["details"]?["causes"]?.eachElement { cause in
      if let text = cause["message"]?.string, !message.contains(text) { causes.append(text) }
    }
    retryAfterSeconds = object["details"]?["retryAfterSeconds"]?.double
    if let token = object["metadata"]?["continue"]?.string, !token.isEmpty { continueToken = token }
  }

  /// Everything it says.
  var words: String { ([message] + causes).joined(separator: ": ") }

  /// The first line of a text, never a page of HTML.
  private static func words(_ body: [UInt8], status: Int) -> String {
    let line = body.prefix(300).split(separator: UInt8(ascii: "\n")).first.map {
      String(decoding: $0, as: UTF8.self)
    }
    let text = line.map { String($0.drop { $0 == " " || $0 == "\r" }) } ?? ""
    if text.isEmpty { return "HTTP \(status)" }
    return text.hasPrefix("<") || text.hasPrefix("{")
      ? "HTTP \(status) from a server that is not Kubernetes" : text
  }
}
