import Cluster
import Document

extension Rule {
  /// Aggregated APIs that do not answer, and certificates of theirs that run out.
  ///
  /// kube-aggregator pkg/controllers/status: the reasons of Available=False.
  static let apiService = Rule(
    "apiservice", "aggregated APIs that do not answer, their certificates",
    of: ["apiregistration.k8s.io/v1/apiservices"]
  ) { subject in
    guard !subject.isEnding, !subject.spec["service"].isNull else { return [] }
    return [APIServiceTrouble.unavailable(subject), APIServiceTrouble.authority(subject)].compactMap { $0 }
  }
}

private enum APIServiceTrouble {
  /// The aggregator looks every 30 s, and a pod of it may just be replaced.
  static let settleSeconds: Int64 = 30

  static func unavailable(_ subject: Case) -> Finding? {
    guard let condition = subject.conditions.failing("Available"),
      subject.hasLasted(settleSeconds, since: condition.since)
    else { return nil }
    let service = subject.spec["service"]
    let (name, space) = (service["name"].line, service["namespace"].line)
    let api = "\(subject.spec["group"].line)/\(subject.spec["version"].line)"
    let object = ObjectRef(kind: "v1/services", namespace: space, name: name)
    let why =
      switch condition.reason {
      case "ServiceNotFound": "its service \(space)/\(name) is missing"
      case "MissingEndpoints", "EndpointsNotFound": "its service \(space)/\(name) has no ready pod"
      case "ServicePortError": "its service \(space)/\(name) lacks the port"
      default: dial(condition.message)
      }
    let isFollowing = condition.reason == "MissingEndpoints" || condition.reason == "EndpointsNotFound"
    let finding = Finding(
      "api-unavailable", of: subject.ref, key: "api-unavailable",
      "API \(api) does not answer: \(why)".shortened(to: 120), since: condition.since,
      .unclear("clients of it fail until it answers; deleting namespaces waits for it, too")
    ).with(condition.evidence).with(Evidence(.field("spec.service"), "\(space)/\(name)")).causedBy(
      Finding.Cause(object, "service \(space)/\(name) does not answer for \(api)")
    ).offering(Offer("look at its service", .view(.describe(object))))
    return isFollowing ? finding.asConsequence : finding
  }

  /// "failing or missing response from https://10.0.0.1:443/...: Get "https://...": dial tcp ...: connect: connection refused"
  private static func dial(_ message: String) -> String {
    if message.contains("connection refused") { return "connection refused" }
    if message.contains("no route to host") { return "no route to it" }
    if message.contains("i/o timeout") || message.contains("deadline exceeded")
      || message.contains("Client.Timeout")
    {
      return "it does not answer in time"
    }
    if message.contains("x509: ") {
      return "its certificate: " + (message.part(after: "x509: ", before: "") ?? "")
    }
    if let status = message.part(after: "bad status from ", before: "") {
      return "it answers with an error: " + (status.part(after: ": ", before: "") ?? status)
    }
    return message
  }

  /// The authority that the server trusts for it.
  static func authority(_ subject: Case) -> Finding? {
    guard let expiry = Expiry(caBundle: subject.spec["caBundle"].string) else { return nil }
    return expiry.finding(
      subject, "api-authority", "the authority (caBundle) that its certificate is checked against")
  }
}

/// When a certificate that is no secret runs out.
struct Expiry {
  /// A person should know some days before.
  static let warnSeconds: Int64 = 14 * 86_400

  let certificate: Certificate

  /// - Parameter caBundle: base64 of PEM text, as webhooks and APIServices have it; the first certificate counts.
  init?(caBundle: String?) {
    guard let caBundle, !caBundle.isEmpty, let pem = Base64.decode(caBundle),
      let found = Certificate(pem: pem)
    else {
      return nil
    }
    certificate = found
  }

  init(certificate: Certificate) { self.certificate = certificate }

  func finding(
    _ subject: Case, _ rule: String, _ what: String, _ source: Evidence.Source = .field("spec.caBundle"),
    in ref: ObjectRef? = nil, part: String = ""
  ) -> Finding? {
    let left = certificate.notAfter - subject.now
    guard left < Self.warnSeconds else {
      subject.review(at: certificate.notAfter - Self.warnSeconds)
      return nil
    }
    // The words count days or hours.
    subject.review(inSeconds: left > 172_800 ? 43_200 : 3_600)
    let subjectName = certificate.subject.description
    return Finding(
      rule, of: subject.ref, part: part, key: rule,
      left <= 0 ? "\(what) has expired" : "\(what) expires in \(Lapse.words(left))",
      left <= 0 ? .error : .warning,
      since: left <= 0 ? certificate.notAfter : nil, .unclear("whoever issued it may renew it")
    ).with(
      Evidence(
        source,
        "\(subjectName.isEmpty ? "certificate" : subjectName), not after \(Timestamp(seconds: certificate.notAfter).text)",
        in: ref))
  }
}
