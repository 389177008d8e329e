import Cluster
import Document

/// Why the server does not let a controller make an object, read from what the controller quotes of its answer.
///
/// The words come from the admission plugins (k8s.io/apiserver/pkg/admission, plugin/pkg/admission) and from
/// validation; controllers put their own before them.
struct CreationRefusal: Hashable {
  enum Ground: Hashable {
    /// `needs` is what is short: resource, what is asked for, what is used, what there is.
    case quota(name: String, needs: [Need])
    /// The quota counts what the pod does not say.
    case quotaUnsaid(name: String, what: String)
    /// The quota has not been counted yet.
    case quotaUnknown(name: String)
    case limitRange(String)
    case webhookDenied(name: String, why: String)
    case webhookDown(name: String, service: String, namespace: String, why: String)
    case policy(name: String, why: String)
    case podSecurity(level: String, violations: [String])
    case securityConstraint(String)
    case serviceAccount(String)
    case priorityClass(String)
    case runtimeClass(String)
    case namespaceEnding(String)
    case invalid(String)
    case rights(String)
    case exists(String)
    case overloaded(String)
    case other(String)
  }

  struct Need: Hashable {
    var resource: String
    var requested: String
    var used: String
    var limited: String
  }

  let ground: Ground
  /// The server's own words, without the controller's.
  let message: String

  /// - Parameter text: of a ReplicaFailure condition or of an event FailedCreate.
  init(_ text: String) {
    let message = Self.stripped(Moment.plain(text))
    self.message = message
    let said = message.part(after: " is forbidden: ", before: "") ?? message
    ground =
      Self.quota(said) ?? Self.webhook(said) ?? Self.security(said) ?? Self.missing(said)
      ?? Self.limitRange(said) ?? Self.rest(said)
  }

  private static func stripped(_ text: String) -> String {
    var text = text
    let prefixes = ["(combined from similar events): ", "Error creating: ", "Failed to create pod: "]
    for prefix in prefixes where text.hasPrefix(prefix) { text = String(text.dropFirst(prefix.count)) }
    // "create Pod db-0 in StatefulSet db failed error: ..."
    if text.hasPrefix("create "), let said = text.part(after: " failed error: ", before: "") { text = said }
    return text
  }

  private static func quota(_ said: String) -> Ground? {
    if let name = said.part(after: "exceeded quota: ", before: ",") {
      let requested = pairs(said.part(after: "requested: ", before: ", used: "))
      let used = Dictionary(pairs(said.part(after: "used: ", before: ", limited: "))) { first, _ in first }
      let limited = Dictionary(pairs(said.part(after: "limited: ", before: ""))) { first, _ in first }
      let needs = requested.map {
        Need(resource: $0.0, requested: $0.1, used: used[$0.0] ?? "?", limited: limited[$0.0] ?? "?")
      }
      return .quota(name: name, needs: needs)
    }
    if let name = said.part(after: "failed quota: ", before: ":") {
      return .quotaUnsaid(name: name, what: said.part(after: "must specify ", before: "") ?? "")
    }
    return said.part(after: "status unknown for quota: ", before: ",").map { .quotaUnknown(name: $0) }
  }

  /// "requests.cpu=500m,pods=1"
  private static func pairs(_ text: String?) -> [(String, String)] {
    (text ?? "").split(separator: ",").compactMap { pair in
      let halves = pair.split(separator: "=", maxSplits: 1)
      guard halves.count == 2, let key = halves[0].split(separator: " ").last else { return nil }
      return (String(key), String(halves[1].split(separator: " ").first ?? ""))
    }
  }

  private static func webhook(_ said: String) -> Ground? {
    if let name = said.part(after: "failed calling webhook \"", before: "\"") {
      let place = said.part(after: "https://", before: ".svc") ?? ""
      let parts = place.split(separator: ".").map(String.init)
      return .webhookDown(
        name: name, service: parts.count == 2 ? parts[0] : "", namespace: parts.count == 2 ? parts[1] : "",
        why: why(said))
    }
    if let name = said.part(after: "admission webhook \"", before: "\"") {
      let why = said.part(after: "denied the request: ", before: "") ?? "it gives no reason"
      return .webhookDenied(name: name, why: why)
    }
    if let name = said.part(after: "ValidatingAdmissionPolicy '", before: "'") {
      return .policy(name: name, why: said.part(after: "denied request: ", before: "") ?? said)
    }
    return nil
  }

  /// Why a webhook could not be called, in short: what Go's dialer, the TLS handshake or the resolver of services said.
  private static func why(_ said: String) -> String {
    if said.contains("no endpoints available") { return "its service has no ready pod" }
    if said.contains("connection refused") { return "connection refused" }
    if said.contains("context deadline exceeded") || said.contains("i/o timeout")
      || said.contains("Client.Timeout")
    {
      return "it does not answer in time"
    }
    if said.contains("certificate has expired") { return "its certificate has expired" }
    if said.contains("x509: ") {
      return "its certificate is not trusted: \(said.part(after: "x509: ", before: "") ?? "")"
    }
    if said.contains("no route to host") { return "no route to it" }
    if let service = said.part(after: "service \"", before: "\" not found") {
      return "its service \(service) is missing"
    }
    return said.part(after: "\": ", before: "") ?? said
  }

  private static func security(_ said: String) -> Ground? {
    if let level = said.part(after: "violates PodSecurity \"", before: "\"") {
      let list = said.part(after: "\": ", before: "") ?? ""
      return .podSecurity(level: level, violations: topLevel(list))
    }
    if said.contains("security context constraint") || said.contains("pod security policy") {
      return .securityConstraint(said)
    }
    return nil
  }

  /// The parts between commas that stand outside parentheses, each without its parentheses: "runAsNonRoot != true".
  private static func topLevel(_ list: String) -> [String] {
    var (parts, depth): ([String], Int) = ([""], 0)
    for character in list {
      switch character {
      case "(": depth += 1
      case ")": depth -= 1
      case "," where depth == 0: parts.append("")
      default: if depth == 0 { parts[parts.count - 1].append(character) }
      }
    }
    return parts.map { part in part.split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty }
  }

  private static func missing(_ said: String) -> Ground? {
    if said.contains("error looking up service account") || said.hasPrefix("serviceaccount \""),
      let name = said.part(after: "serviceaccount \"", before: "\"")
    {
      return .serviceAccount(name)
    }
    if let name = said.part(after: "no PriorityClass with name ", before: " was found") {
      return .priorityClass(name)
    }
    if said.contains("RuntimeClass"), said.contains("not found"),
      let name = said.part(after: "RuntimeClass \"", before: "\"")
        ?? said.part(after: "\"", before: "\" not found")
    {
      return .runtimeClass(name)
    }
    if said.contains("because it is being terminated") {
      return .namespaceEnding(said.part(after: "in namespace ", before: " ") ?? "")
    }
    return nil
  }

  private static func limitRange(_ said: String) -> Ground? {
    let marks = [
      " usage per Container is ", " usage per Pod is ", " ratio per Container is ", " ratio per Pod is ",
    ]
    guard marks.contains(where: said.contains) || said.contains(" usage per PersistentVolumeClaim is ") else {
      return nil
    }
    // Several come in brackets.
    let text = said.hasPrefix("[") ? String(said.dropFirst().dropLast(said.hasSuffix("]") ? 1 : 0)) : said
    return .limitRange(text)
  }

  private static func rest(_ said: String) -> Ground {
    if let why = said.part(after: "\" is invalid: ", before: "") { return .invalid(why) }
    if said.contains(" cannot create resource ") || said.contains("cannot set blockOwnerDeletion") {
      return .rights(said)
    }
    if said.contains("already exists") { return .exists(said) }
    let busy = [
      "Timeout: ", "etcdserver", "context deadline exceeded", "unable to return a response in the time",
      "connection refused", "too many requests", "Client.Timeout", "http2: ",
    ]
    if busy.contains(where: said.contains) { return .overloaded(said) }
    return .other(said)
  }
}
