import Document
import HTTP

/// What a server says for itself in an answer that is no success.
enum ServerWords {
  /// The message of a Status object, else the first line of a plain text, else what came instead.
  static func message(of response: Response) -> String {
    if let json = JSON.parse(response.body).value {
      if let message = json["message"].string, !message.isEmpty { return Harmless.line(message) }
      if let reason = json["reason"].string, !reason.isEmpty { return Harmless.line(reason) }
    }
    // Fairness, unknown groups and dead aggregated APIs answer in plain text.
    if response.head["Content-Type"]?.hasPrefix("text/plain") == true,
      let line = Harmless.lines(response.body, maxLines: 1).first
    {
      return line
    }
    return description(of: response)
  }

  /// What kind of answer it was: "200 text/html, titled "Sign in"".
  static func description(of response: Response) -> String {
    let type = response.head["Content-Type"]?.split(separator: ";").first.map(String.init)
    var words = "\(response.head.status) \(type.map(Harmless.line) ?? "without a content type")"
    if let title = title(of: response.body) { words += ", titled \"\(title)\"" }
    if response.body.isEmpty { words += ", empty" }
    return words
  }

  private static func title(of body: [UInt8]) -> String? {
    let text = String(decoding: body.prefix(4_096), as: UTF8.self)
    guard let start = text.firstRange(of: "<title>"), let end = text.firstRange(of: "</title>"),
      start.upperBound <= end.lowerBound
    else { return nil }
    let title = Harmless.line(String(text[start.upperBound..<end.lowerBound]))
    return title.isEmpty ? nil : String(title.prefix(80))
  }
}
