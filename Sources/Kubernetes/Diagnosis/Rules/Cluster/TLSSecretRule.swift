import Cluster
import Document

extension Rule {
  /// Certificates in TLS secrets that expire or are for other hosts. A secret is read only when somebody asks about it or about
  /// the ingress that shows it, and of what it holds only the certificate is kept.
  ///
  /// Kubernetes, "TLS Secrets"; RFC 6125, section 6.4.3, wildcards.
  static let tlsSecret = Rule(
    "tls-secret", "certificates in TLS secrets, when somebody asks",
    of: ["networking.k8s.io/v1/ingresses", "v1/secrets"]
  ) { subject in
    if subject.isEnding { return [] }
    return TLSSecret.all(of: subject.ref, subject.object).flatMap { secret in
      guard let expiry = Expiry(caBundle: subject.certificateKnown(in: secret.name)) else {
        return [Finding]()
      }
      let isOwn = subject.ref.kind == "v1/secrets"
      let what = isOwn ? "its certificate" : "the certificate in secret \(secret.name)"
      return [
        expiry.finding(subject, "tls-certificate", what, .field("data[tls.crt]"), part: secret.name),
        secret.stranger(subject, expiry.certificate),
      ].compactMap { $0 }
    }
  }
}

/// A secret whose certificate is shown to clients, and for which hosts.
struct TLSSecret {
  let name: String
  let hosts: [String]

  /// Those that an ingress names; of a secret that itself.
  static func all(of ref: ObjectRef, _ object: JSON) -> [TLSSecret] {
    if ref.kind == "v1/secrets" { return [TLSSecret(name: ref.name, hosts: [])] }
    guard ref.kind == "networking.k8s.io/v1/ingresses" else { return [] }
    return object["spec"]["tls"].array.compactMap { entry in
      entry["secretName"].string.map {
        TLSSecret(name: Moment.plain($0), hosts: entry["hosts"].array.map(\.line))
      }
    }
  }

  /// A host that the certificate is not for.
  fileprivate func stranger(_ subject: Case, _ certificate: Certificate) -> Finding? {
    let names = certificate.hosts
    guard !names.isEmpty, let host = hosts.first(where: { host in !names.contains { Self.covers($0, host) } })
    else { return nil }
    return Finding(
      "tls-other-host", of: subject.ref, part: name, key: "tls-other-host \(name)",
      "the certificate in secret \(name) is not for \(host)".shortened(to: 110), .warning, since: nil,
      .hopeless("browsers refuse it until a certificate for that host is there")
    ).with(
      Evidence(.field("spec.tls[].hosts"), host),
      Evidence(
        .field("data[tls.crt]"), "it is for \(names.joined(separator: ", ").shortened(to: 200))",
        in: ObjectRef(kind: "v1/secrets", namespace: subject.ref.namespace, name: name)))
  }

  /// A wildcard stands for one label, the first.
  static func covers(_ name: String, _ host: String) -> Bool {
    let (name, host) = (name.lowercased(), host.lowercased())
    guard name.hasPrefix("*."), host.contains(".") else { return name == host }
    return name.dropFirst() == host.drop { $0 != "." }
  }
}
