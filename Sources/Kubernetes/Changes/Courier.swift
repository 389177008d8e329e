import Document
import HTTP

/// Carries requests to the server, one after another, and says what surely became of each. Blocks: for the queue of
/// changes, never for the main or the curl thread.
struct Courier: Sendable {
  /// A client with the credential of now. Asked before each request; may block (a credential plug-in).
  var client: @Sendable () -> Result<Client, Unavailable>
  /// After a 401; nil when there is a new credential.
  var refresh: @Sendable () -> Unavailable?

  enum Answer: Sendable {
    case taken(JSON, warnings: [String])
    /// The server's own no.
    case refused(ErrorAnswer)
    /// The server did not get it.
    case unsent(String)
    /// It was sent, and nobody knows what became of it.
    case lost(String)

    var object: JSON? { if case .taken(let json, _) = self { json } else { nil } }

    /// Why there is no object.
    var problem: String? {
      switch self {
      case .taken: nil
      case .refused(let answer): answer.words
      case .unsent(let why), .lost(let why): why
      }
    }
  }

  func get(_ path: String, _ query: [QueryItem] = []) -> Answer {
    var request = Request(method: "GET", path: path)
    request.query = query
    request.headers = [Header("Accept", "application/json")]
    return carry(request)
  }

  /// The items of a list, all its pages; nil where it can't be had.
  func items(_ path: String, _ query: [QueryItem] = []) -> [JSON]? {
    var (items, token): ([JSON], String?) = ([], nil)
    repeat {
      let page = query + [QueryItem("limit", "500")] + (token.map { [QueryItem("continue", $0)] } ?? [])
      guard let list = get(path, page).object else { return nil }
      items += list["items"].array
      token = list["metadata"]["continue"].string.flatMap { $0.isEmpty ? nil : $0 }
    } while token != nil && items.count < 20_000
    return items
  }

  func carry(_ request: Request, isSecond: Bool = false) -> Answer {
    let client: Client
    switch self.client() {
    case .success(let made): client = made
    case .failure(let problem): return .unsent(problem.why)
    }
    do throws(HTTPError) {
      let response = try client.fetch(request)
      if response.head.status == 401, !isSecond, refresh() == nil { return carry(request, isSecond: true) }
      guard (200..<300).contains(response.head.status) else {
        return .refused(ErrorAnswer(head: response.head, body: response.body))
      }
      return .taken(JSON.parse(response.body).value ?? .null, warnings: Self.warnings(response.head))
    } catch {
      return Self.wasSent(error) ? .lost(error.advice) : .unsent(error.advice)
    }
  }

  /// Whether the server may have got the request all the same.
  static func wasSent(_ error: HTTPError) -> Bool {
    switch error {
    case .badURL, .unresolved, .unreachable, .untrusted, .certificateRequired, .certificateUnusable, .proxy,
      .noLibrary, .cannotListen:
      false
    case .timedOut(_, let phase, _):
      phase == "waiting for an answer" || phase == "in the middle of the answer"
    case .lost, .tooLarge, .cancelled: true
    }
  }

  /// `Warning: 299 - "text"` (RFC 7234, section 5.5).
  private static func warnings(_ head: ResponseHead) -> [String] {
    head.headers.filter { $0.name.lowercased() == "warning" }.map { header in
      guard let start = header.value.firstIndex(of: "\""), let end = header.value.lastIndex(of: "\""),
        start < end
      else { return header.value }
      return String(header.value[header.value.index(after: start)..<end])
    }
  }
}
