import Document
import HTTP

/// What a request that changes something brings along besides its object.
struct WriteRequest: Sendable {
  enum Validation: String, Sendable {
    case ignore = "Ignore"
    case warn = "Warn"
    case strict = "Strict"
  }

  private(set) var target: Route.Target
  let method: String
  let contentType: String
  let body: [UInt8]
  let isDryRun: Bool
  let fieldManager: String
  let hasFieldManager: Bool
  let isForced: Bool
  let validation: Validation
  let query: [QueryItem]

  init(_ target: Route.Target, _ request: ServerRequest) throws(Failure) {
    self.target = target
    method = request.method
    body = request.body
    query = request.query
    contentType = String((request["Content-Type"] ?? "application/json").prefix { $0 != ";" }).lowercased()
    if let dryRun = request.query("dryRun"), !dryRun.isEmpty {
      guard dryRun == "All" else {
        throw .invalid(
          kind: WriteRequest.optionsKind(method), group: "meta.k8s.io", name: "",
          [.notSupported("dryRun", [.string(dryRun)].goList, ["All"])])
      }
      isDryRun = true
    } else {
      isDryRun = false
    }
    let manager = request.query("fieldManager") ?? ""
    hasFieldManager = !manager.isEmpty
    if manager.utf8.count > 128 {
      throw .invalid(
        kind: WriteRequest.optionsKind(method), group: "meta.k8s.io", name: "",
        [.tooLong("fieldManager", 128)])
    }
    let agent = request["User-Agent"]?.split(separator: "/").first.map(String.init) ?? "unknown"
    fieldManager = manager.isEmpty ? agent : manager
    isForced = ["true", "1"].contains(request.query("force") ?? "")
    validation = request.query("fieldValidation").flatMap(Validation.init) ?? .warn
  }

  /// The same request for something else.
  func aimed(at target: Route.Target) -> WriteRequest {
    var request = self
    request.target = target
    return request
  }

  private static func optionsKind(_ method: String) -> String {
    switch method {
    case "POST": "CreateOptions"
    case "PUT": "UpdateOptions"
    case "DELETE": "DeleteOptions"
    default: "PatchOptions"
    }
  }

  /// The body of a create or an update as a document.
  func document() throws(Failure) -> JSON {
    switch contentType {
    case "application/json", "": return try parsed(body)
    case "application/yaml": return try WriteRequest.yaml(body)
    case Protobuf.contentType:
      guard let document = Protobuf.document(body) else { throw unreadable }
      return document
    default: throw unreadable
    }
  }

  private var unreadable: Failure {
    Failure(
      code: 415,
      message: "the body of the request was in an unknown format - accepted media types include: "
        + "application/json, application/yaml, application/vnd.kubernetes.protobuf",
      reason: "UnsupportedMediaType")
  }

  private func parsed(_ bytes: [UInt8]) throws(Failure) -> JSON {
    guard let value = JSON.parse(bytes).value, value.object != nil else {
      let shown = String(decoding: bytes.prefix(200), as: UTF8.self)
      throw .badRequest(
        "the object provided is unrecognized (must be of type \(target.resource.kind)): couldn't get version/kind; "
          + "json parse error: unexpected end of JSON input (\(shown))")
    }
    return value
  }

  static func yaml(_ bytes: [UInt8]) throws(Failure) -> JSON {
    let (documents, problems) = YAML.parse(bytes)
    guard let value = documents.first, value.object != nil else {
      let why = problems.first.map { "line \($0.line): \($0.message)" } ?? "no object"
      throw .badRequest("error decoding YAML: error converting YAML to JSON: yaml: \(why)")
    }
    return value
  }
}

/// Words for the causes of a 422.
extension Failure.Cause {
  static func required(_ field: String, _ detail: String = "") -> Failure.Cause {
    Failure.Cause(
      reason: "FieldValueRequired", message: detail.isEmpty ? "Required value" : "Required value: \(detail)",
      field: field)
  }

  static func wrong(_ field: String, _ value: JSON, _ detail: String) -> Failure.Cause {
    Failure.Cause(
      reason: "FieldValueInvalid", message: "Invalid value: \(value.text): \(detail)", field: field)
  }

  static func forbidden(_ field: String, _ detail: String) -> Failure.Cause {
    Failure.Cause(reason: "FieldValueForbidden", message: "Forbidden: \(detail)", field: field)
  }

  static func duplicate(_ field: String, _ value: JSON) -> Failure.Cause {
    Failure.Cause(reason: "FieldValueDuplicate", message: "Duplicate value: \(value.text)", field: field)
  }

  static func notSupported(_ field: String, _ value: String, _ known: [String]) -> Failure.Cause {
    let list = known.map { "\"\($0)\"" }.joined(separator: ", ")
    return Failure.Cause(
      reason: "FieldValueNotSupported", message: "Unsupported value: \(value): supported values: \(list)",
      field: field)
  }

  static func tooLong(_ field: String, _ limit: Int) -> Failure.Cause {
    Failure.Cause(
      reason: "FieldValueTooLong", message: "Too long: may not be more than \(limit) bytes", field: field)
  }
}

extension [JSON] {
  /// A list of texts as Go prints one in a message.
  var goList: String { "[]string{" + map(\.text).joined(separator: ", ") + "}" }
}
