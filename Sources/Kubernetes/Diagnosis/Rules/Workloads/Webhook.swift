import Cluster
import Document

/// The configuration that a webhook of some name stands in; looked for only when the webhook is in the way.
struct Webhook {
  let ref: ObjectRef
  private let json: JSON

  private static let kinds: [Kind.ID] = [
    "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
    "admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
  ]

  /// nil where no configuration has it, or where they may not be read.
  init?(_ name: String, _ subject: Case) {
    for kind in Self.kinds {
      for configuration in subject.list(kind, in: "") ?? [] {
        guard let found = configuration["webhooks"].array.first(where: { $0["name"].line == name }) else {
          continue
        }
        ref = ObjectRef(kind: kind, namespace: "", name: configuration["metadata"]["name"].line)
        json = found
        return
      }
    }
    return nil
  }

  func evidence(_ now: Int64) -> [Evidence] {
    var evidence = [
      Evidence(
        .field("webhooks[].failurePolicy"),
        "\(json["failurePolicy"].string.map(Moment.plain) ?? "Fail") in \(ref.name)",
        in: ref)
    ]
    if let certificate = Expiry(caBundle: json["clientConfig"]["caBundle"].string)?.certificate,
      certificate.notAfter < now
    {
      evidence.append(
        Evidence(
          .field("webhooks[].clientConfig.caBundle"), "expired \(Moment.mark(certificate.notAfter))",
          at: certificate.notAfter, in: ref))
    }
    return evidence
  }
}
