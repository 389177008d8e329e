/// An answer other than success, in the API server's own form and words.
struct Failure: Error, Sendable, Hashable {
  struct Cause: Sendable, Hashable {
    var reason: String?
    let message: String
    var field: String?
  }

  let code: Int
  let message: String
  var reason = ""
  /// What is written as `details`, which may be there and empty.
  var details: Details?
  /// Status.metadata.continue: only an expired continue token has one.
  var continueToken: String?
  /// Plain text instead of a Status: what a path outside any API group gets.
  var isPlain = false

  struct Details: Sendable, Hashable {
    var name: String?
    var group: String?
    var kind: String?
    var causes: [Cause] = []
    var retryAfterSeconds: Int?
  }

  /// The Status object.
  var status: Bytes {
    var out = Bytes()
    out.put("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{")
    out.put(member: "continue", continueToken)
    out.close("}")
    out.put(",\"status\":\"Failure\",")
    out.put(member: "message", message)
    if !reason.isEmpty { out.put(member: "reason", reason) }
    if let details {
      out.put("\"details\":")
      details.write(to: &out)
      out.put(",")
    }
    out.put(member: "code", code)
    out.close("}")
    return out
  }
}

extension Failure.Details {
  fileprivate func write(to out: inout Bytes) {
    out.put("{")
    out.put(member: "name", name)
    if let group, !group.isEmpty { out.put(member: "group", group) }
    out.put(member: "kind", kind)
    if !causes.isEmpty {
      out.put("\"causes\":[")
      for cause in causes {
        out.put("{")
        out.put(member: "reason", cause.reason)
        out.put(member: "message", cause.message)
        out.put(member: "field", cause.field)
        out.close("}")
        out.put(",")
      }
      out.close("]")
      out.put(",")
    }
    if let retryAfterSeconds { out.put(member: "retryAfterSeconds", retryAfterSeconds) }
    out.close("}")
  }
}

extension Failure {
  static let unknownPath = Failure(code: 404, message: "404 page not found\n", isPlain: true)

  static let unknownResource = Failure(
    code: 404, message: "the server could not find the requested resource", reason: "NotFound",
    details: Details())

  static let methodNotAllowed = Failure(
    code: 405, message: "the server does not allow this method on the requested resource",
    reason: "MethodNotAllowed", details: Details())

  static let tooLarge = Failure(
    code: 413, message: "Request entity too large: limit is 3145728", reason: "RequestEntityTooLarge",
    details: Details())

  static let notAcceptable = Failure(
    code: 406,
    message: "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, "
      + "application/json;stream=watch",
    reason: "NotAcceptable", details: Details())

  static let tooOldList = Failure(
    code: 410, message: "The resourceVersion for the provided list is too old.", reason: "Expired")

  static func badRequest(_ message: String) -> Failure {
    Failure(code: 400, message: message, reason: "BadRequest")
  }

  static func notFound(_ resource: ResourceDefinition, _ name: String) -> Failure {
    Failure(
      code: 404, message: "\(resource.qualifiedPlural) \"\(name)\" not found", reason: "NotFound",
      details: Details(name: name, group: resource.group, kind: resource.plural))
  }

  static func conflict(_ resource: ResourceDefinition, _ name: String, _ why: String) -> Failure {
    Failure(
      code: 409, message: "Operation cannot be fulfilled on \(resource.qualifiedPlural) \"\(name)\": \(why)",
      reason: "Conflict", details: Details(name: name, group: resource.group, kind: resource.plural))
  }

  static func invalid(kind: String, group: String = "", name: String, _ causes: [Cause]) -> Failure {
    let texts = causes.map { "\($0.field ?? "[]"): \($0.message)" }
    let list = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
    return Failure(
      code: 422, message: "\(kind)\(group.isEmpty ? "" : ".\(group)") \"\(name)\" is invalid: \(list)",
      reason: "Invalid",
      details: Details(name: name.isEmpty ? nil : name, group: group, kind: kind, causes: causes))
  }

  static func tooLargeVersion(_ version: UInt64, current: UInt64) -> Failure {
    let cause = Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version")
    return Failure(
      code: 504, message: "Timeout: Too large resource version: \(version), current: \(current)",
      reason: "Timeout", details: Details(causes: [cause], retryAfterSeconds: 1))
  }

  /// What the token in the answer of an expired one leads to is a list that need not fit the pages before it.
  static func expiredContinue(next token: String) -> Failure {
    Failure(
      code: 410,
      message:
        "The provided continue parameter is too old to display a consistent list result. You can start a "
        + "new list without the continue parameter, or use the continue token in this response to retrieve the "
        + "remainder of the results. Continuing with the provided token results in an inconsistent list - objects "
        + "that were created, modified, or deleted between the time the first chunk was returned and now may show "
        + "up in the list.",
      reason: "Expired", continueToken: token)
  }

  /// The same for a watch, where it comes as an event: `oldest` is the first version that can be watched
  /// from.
  static func tooOldWatch(_ version: UInt64, oldest: UInt64) -> Failure {
    Failure(code: 410, message: "too old resource version: \(version) (\(oldest))", reason: "Expired")
  }
}
