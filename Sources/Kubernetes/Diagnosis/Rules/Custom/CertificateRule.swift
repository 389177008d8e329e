import Cluster
import Document

extension Rule {
  /// Certificates of cert-manager that are not issued, expire, or cannot be renewed.
  ///
  /// cert-manager.io/v1 CertificateStatus; requests, orders and challenges below it say why.
  static let certificate = Rule(
    "certificate", "certificates that are not issued, expire or are not renewed", of: [Rule.everyKind]
  ) { subject in
    guard !subject.isEnding, Custom.is(subject.ref.kind, "cert-manager.io", "certificates") else { return [] }
    let certificate = CertificateTrouble(subject)
    return [certificate.expiry() ?? certificate.notReady()].compactMap { $0 }
  }
}

private struct CertificateTrouble {
  /// An ACME order takes a minute or two.
  static let issueSeconds: Int64 = 300
  static let failedSeconds: Int64 = 30
  /// Nearer than that, a person has to look although it still works.
  static let nearSeconds: Int64 = 14 * 86_400
  static let lateSeconds: Int64 = 3 * 86_400
  /// The controller begins at renewalTime; what is not done after an hour is held up.
  static let renewSeconds: Int64 = 3_600

  let subject: Case
  init(_ subject: Case) { self.subject = subject }

  private var secret: String { subject.spec["secretName"].line }
  private var attempts: Int { subject.status["failedIssuanceAttempts"].int32 ?? 0 }
  /// What the last attempt failed of.
  private var failure: Conditions.Condition? {
    subject.conditions.failing("Issuing").flatMap { $0.reason == "Failed" ? $0 : nil }
  }

  func expiry() -> Finding? {
    guard let end = subject.status["notAfter"].seconds else { return nil }
    let left = end - subject.now
    let renewal = subject.status["renewalTime"].seconds
    let isDue = renewal.map { subject.now > $0 + Self.renewSeconds } ?? false
    guard left < Self.nearSeconds || failure != nil, left <= 0 || isDue || failure != nil else {
      subject.review(at: renewal.map { max($0 + Self.renewSeconds, end - Self.nearSeconds) } ?? end)
      return nil
    }
    subject.review(inSeconds: left > 172_800 ? 43_200 : 3_600)
    let why = reason()
    let when = left <= 0 ? "expired \(Moment.mark(end))" : "expires in \(Lapse.words(left))"
    let failing = why.isEmpty ? (isDue ? ", and it was not renewed" : "") : ", and its renewal fails: \(why)"
    return Finding(
      left <= 0 ? "certificate-expired" : "certificate-expiring", of: subject.ref, key: "certificate-expiry",
      "\(when)\(failing)".shortened(to: 130), left < Self.lateSeconds ? .error : .warning,
      since: left <= 0 ? end : failure?.since ?? renewal, verdict(why)
    ).with(Evidence(.field("status.notAfter"), Timestamp(seconds: end).text)).with(failure?.evidence).with(
      tried
    ).with(
      chain()
    ).causedBy(issuer()).offering(Offer("look at it", .view(.describe(subject.ref))))
  }

  func notReady() -> Finding? {
    guard let condition = subject.conditions.failing("Ready"),
      subject.hasLasted(
        attempts > 0 || failure != nil ? Self.failedSeconds : Self.issueSeconds, since: condition.since)
    else { return nil }
    let why = reason()
    let isMissing = condition.reason == "DoesNotExist"
    let text = why.isEmpty ? (isMissing ? "secret \(secret) does not exist" : condition.text) : why
    let after = attempts > 0 ? " after \(attempts.of("failed attempt"))" : ""
    let issuer = issuer()
    let headline = "not issued\(after): \(issuer?.headline ?? text)"
    return Finding(
      "certificate-not-ready", of: subject.ref, key: "certificate-not-ready", headline.shortened(to: 130),
      since: condition.since, verdict(why)
    ).with(condition.evidence).with(failure?.evidence).with(tried).with(chain()).with(
      Evidence(.field("spec.secretName"), "secret \(secret) is not written meanwhile")
    ).causedBy(issuer).offering(Offer("look at it", .view(.describe(subject.ref))))
  }

  private var tried: Evidence? {
    guard attempts > 0 else { return nil }
    return Evidence(
      .field("status.failedIssuanceAttempts"), "\(attempts)", at: subject.status["lastFailureTime"].seconds)
  }

  private func verdict(_ why: String) -> Finding.Verdict {
    why.contains("rateLimited") || why.contains("429")
      ? .unclear("the issuer's rate limit ends by itself; cert-manager tries again with growing pauses")
      : .unclear("cert-manager tries again with pauses that grow to 32 h")
  }

  /// What is said furthest down: by the challenge, the order, the request, the certificate.
  private func reason() -> String {
    chain().last?.text ?? failure.map { Self.short($0.message) } ?? ""
  }

  /// "The certificate request has failed to complete and will be retried: Failed to wait for order resource "x" to become ready: ..."
  private static func short(_ message: String) -> String {
    var text = message
    let frames = [
      "will be retried: ", "to become ready: ", "state: ", "Failed to create Order: ", "acme: ",
    ]
    for frame in frames { if let rest = text.part(after: frame, before: ""), !rest.isEmpty { text = rest } }
    // RFC 8555 gives errors these names.
    return text.part(after: "urn:ietf:params:acme:error:", before: "").map { "issuer says \($0)" } ?? text
  }

  /// What its requests, orders and challenges say, where they are watched.
  private func chain() -> [Evidence] {
    let version = subject.ref.kind.split(separator: "/").dropFirst().first.map(String.init) ?? "v1"
    let requests = subject.owned("cert-manager.io/\(version)/certificaterequests")
    guard let request = requests.max(by: { $0.created < $1.created }) else { return [] }
    var evidence: [Evidence] = []
    if let ready = Conditions(request.object["status"]["conditions"]).failing("Ready"),
      ready.reason != "Pending"
    {
      evidence.append(
        Evidence(.condition("Ready"), Self.short(ready.message), at: ready.since, in: request.ref))
    }
    for order in subject.owned("acme.cert-manager.io/\(version)/orders", by: request.ref.uid) {
      let status = order.object["status"]
      let reason = status["reason"].line
      if !reason.isEmpty {
        evidence.append(Evidence(.field("status.reason"), Self.short(reason), in: order.ref))
      }
      for challenge in subject.owned("acme.cert-manager.io/\(version)/challenges", by: order.ref.uid) {
        let reason = challenge.object["status"]["reason"].line
        if !reason.isEmpty {
          evidence.append(Evidence(.field("status.reason"), Self.short(reason), in: challenge.ref))
        }
      }
    }
    return evidence
  }

  /// The issuer, where that is what is wrong.
  private func issuer() -> Finding.Cause? {
    let ref = subject.spec["issuerRef"]
    guard (ref["group"].string ?? "cert-manager.io") == "cert-manager.io", let name = ref["name"].string
    else {
      return nil
    }
    let version = subject.ref.kind.split(separator: "/").dropFirst().first.map(String.init) ?? "v1"
    let isWide = ref["kind"].string == "ClusterIssuer"
    let kind = "cert-manager.io/\(version)/\(isWide ? "clusterissuers" : "issuers")"
    let space = isWide ? "" : subject.ref.namespace
    let object = ObjectRef(kind: kind, namespace: space, name: Moment.plain(name))
    // Asked for it would seem to be missing, too, where no such kind is served.
    guard let issuers = subject.facts(kind, in: space) else { return nil }
    guard let found = issuers.first(where: { $0.ref.name == object.name }) else {
      return Finding.Cause(object, "issuer \(object.name) is missing")
    }
    return Conditions(found.object["status"]["conditions"]).failing("Ready").map {
      Finding.Cause(found.ref, "issuer \(object.name) is not ready: \($0.text)".shortened())
    }
  }
}
