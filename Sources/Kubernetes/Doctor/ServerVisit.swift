import Cluster
import Document
import HTTP

/// The questions a doctor asks once requests can be sent.
struct ServerVisit {
  typealias Step = Doctor.Step

  let doctor: Doctor
  let access: Access
  let session: HTTPSession
  let getter: Getter

  // MARK: Identity

  /// - Returns: the step, and whether it makes sense to ask more.
  func lookAtIdentity() -> (Step, Bool) {
    let body: JSON = ["apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"]
    let request = ReadRequest(review: .selfSubjectReviews, body: body.encoded())
    var answer = fetch(request, getter)
    if case .success(let response) = answer, response.head.status == 401, access.refreshed(after: 401),
      let fresh = try? access.getter(over: session)
    {
      answer = fetch(request, fresh)
    }
    switch answer {
    case .failure(let error):
      return (Step(name: "identity", state: .failed, found: error.advice), false)
    case .success(let response): return judge(response)
    }
  }

  private func judge(_ response: Response) -> (Step, Bool) {
    let json = JSON.parse(response.body).value ?? .null
    var step = Step(name: "identity", state: .ok, found: "")
    switch (response.head.status, json["kind"].string) {
    case (200...299, "SelfSubjectReview"):
      step.found = who(json["status"]["userInfo"])
      if json["status"]["userInfo"]["username"].string == "system:anonymous" {
        step.state = .warned
        step.advice = "give the user in the kubeconfig a credential"
      }
      return (step, true)
    case (401, _):
      step.state = .failed
      let credential = access.connection.credential
      step.found =
        credential.isNone
        ? "the server wants a credential" : "the server does not accept the \(credential.summary)"
      step.said = ["401 " + ServerWords.message(of: response)]
      step.advice = remedy
      return (step, false)
    case (403, "Status"):
      let message = ServerWords.message(of: response)
      step.state = message.contains("cannot impersonate") ? .failed : .warned
      step.found = "the server does not say who you are"
      step.said = ["403 " + message]
      return (step, true)
    case (404, "Status"):
      step.state = .warned
      step.found = "the server is older than 1.28 and can't say who you are"
      return (step, true)
    case (_, "Status"):
      step.state = .failed
      step.found = "the server failed"
      step.said = ["\(response.head.status) " + ServerWords.message(of: response)]
      return (step, false)
    default:
      step.state = .failed
      step.found = "this is no Kubernetes API server: it answered \(ServerWords.description(of: response))"
      step.advice =
        "check the server's address, port and path; a login page or a load balancer may be in front"
      return (step, false)
    }
  }

  private func who(_ user: JSON) -> String {
    let name = Harmless.line(user["username"].string ?? "?")
    let groups = user["groups"].array.compactMap(\.string).map { Harmless.line($0) }
    var words = "you are \(name)"
    if !groups.isEmpty {
      let more = groups.count > 8 ? " and \(groups.count - 8) more" : ""
      words += " (groups: \(groups.prefix(8).joined(separator: ", "))\(more))"
    }
    let credential = access.connection.credential
    words += credential.isNone ? ", without a credential" : ", by \(credential.summary)"
    if let actsAs = access.connection.impersonation.user { words += ", acting as \(actsAs)" }
    return words
  }

  /// What to do about a 401.
  private var remedy: String {
    let credential = access.connection.credential
    if let ends = access.tokenExpires, ends <= doctor.now {
      return "the token ended \(doctor.relative(ends)): get a new one"
    }
    if let plugin = credential.plugin {
      return "log in again with the tool behind \(plugin.displayName); what it gave is not accepted here"
    }
    if let certificate = access.clientCertificate {
      if certificate.notAfter <= doctor.now {
        return "the client certificate ended \(doctor.relative(certificate.notAfter)): get a new one"
      }
      return
        "the client certificate was signed by \(certificate.issuer): does this cluster trust that authority?"
    }
    if credential.token != nil || credential.tokenFile != nil {
      return "the token is wrong, was revoked, or is another cluster's: get a new one"
    }
    if credential.username != nil { return "Kubernetes 1.19 removed passwords: use a token or a certificate" }
    return "the user in the kubeconfig has no credential"
  }

  // MARK: Permission

  func lookAtPermission() -> Step {
    let namespace = access.connection.place.namespace ?? "default"
    let questions: [(what: String, resource: String, namespace: String?)] = [
      ("pods in \(Harmless.line(namespace))", "pods", namespace), ("pods in all namespaces", "pods", nil),
      ("namespaces", "namespaces", nil),
    ]
    var (allowed, denied, said): ([String], [String], [String]) = ([], [], [])
    for question in questions {
      switch mayList(question.resource, in: question.namespace) {
      case .success(true): allowed.append(question.what)
      case .success(false): denied.append(question.what)
      case .failure(let refusal):
        said = [refusal.why]
        denied.append(question.what)
      }
    }
    var step = Step(name: "permission", state: .ok, found: "", said: said)
    let may = "you may list \(Self.joined(allowed, "and"))"
    let mayNot = "not \(Self.joined(denied, "nor"))"
    if denied.isEmpty {
      step.found = may
    } else if allowed.isEmpty {
      step.state = .failed
      step.found = "you may list neither \(Self.joined(denied, "nor"))"
      step.advice = "name a namespace you may see with -n, or ask for the ClusterRole \"view\""
    } else {
      step.state = .warned
      step.found = "\(may), \(mayNot)"
      step.advice = "name the namespaces you may see with -n"
    }
    return step
  }

  private func mayList(_ resource: String, in namespace: String?) -> Result<Bool, Unavailable> {
    var attributes: JSON = ["verb": "list", "group": "", "resource": .string(resource)]
    if let namespace { attributes["namespace"] = .string(namespace) }
    let body: JSON = [
      "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
      "spec": ["resourceAttributes": attributes],
    ]
    switch fetch(ReadRequest(review: .selfSubjectAccessReviews, body: body.encoded()), getter) {
    case .failure(let error): return .failure(Unavailable(error.advice))
    case .success(let response):
      let json = JSON.parse(response.body).value ?? .null
      if let isAllowed = json["status"]["allowed"].bool { return .success(isAllowed) }
      let status = response.head.status
      return .failure(Unavailable("\(status) " + ServerWords.message(of: response)))
    }
  }

  private static func joined(_ words: [String], _ last: String) -> String {
    guard let final = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(last) " + final
  }

  // MARK: Version and discovery

  /// The versions whose recorded answers the program was tested with.
  private static let testedMinor = 36
  private static let oldestMinor = 26

  func lookAtVersion() -> Step {
    var step = Step(name: "version", state: .ok, found: "")
    let response: Response
    switch fetch(ReadRequest("/version"), getter) {
    case .failure(let error): return Step(name: "version", state: .failed, found: error.advice)
    case .success(let got): response = got
    }
    let json = JSON.parse(response.body).value ?? .null
    guard response.head.status == 200, let text = json["gitVersion"].string else {
      step.state = .warned
      step.found = "the server does not say its version"
      step.said = ["\(response.head.status) " + ServerWords.message(of: response)]
      return step
    }
    step.found = "Kubernetes \(text)"
    if let platform = json["platform"].string { step.found += " on \(platform)" }
    // Providers write "28+".
    let minor = Int((json["minor"].string ?? "").prefix { $0.isNumber }) ?? Self.testedMinor
    if minor < Self.oldestMinor {
      step.state = .warned
      step.advice = "update the cluster: below 1.\(Self.oldestMinor) kinds are found one group at a time"
    } else if minor > Self.testedMinor {
      step.found += " (newer than 1.\(Self.testedMinor), which this program was tested with)"
    }
    return step
  }

  func lookAtDiscovery() -> Step {
    let discovery: Discovery
    do throws(DiscoveryError) { discovery = try Discovery.fetch(getter) } catch {
      return Step(name: "discovery", state: .failed, found: error.advice)
    }
    let kinds = discovery.kinds.count
    var step = Step(name: "discovery", state: .ok, found: "\(kinds) kinds in \(discovery.groupCount) groups")
    if !discovery.outages.isEmpty {
      step.state = .warned
      step.found += "; \(discovery.outages.count) down: "
      step.found += discovery.outages.prefix(6).map(\.groupVersion).joined(separator: ", ")
      step.said = discovery.outages.prefix(6).map { "\($0.groupVersion): \($0.why)" }
      step.advice = "see the APIService objects of these groups: `clustertui apiservices`"
    }
    return step
  }

  private func fetch(_ request: ReadRequest, _ getter: Getter) -> Result<Response, HTTPError> {
    var request = request
    if let seconds = access.connection.requestTimeoutSeconds, seconds > 0 {
      request.idleTimeoutSeconds = seconds
    }
    do throws(HTTPError) { return .success(try getter.fetch(request)) } catch { return .failure(error) }
  }
}
