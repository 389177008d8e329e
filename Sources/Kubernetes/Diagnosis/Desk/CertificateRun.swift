import Cluster
import Document

/// Serves the need for the certificates that an ingress shows: reads its TLS secrets as long as somebody asks, and again when one of
/// them has changed. Of what a secret holds only the certificate is kept; the diagnosis of the ingress tells of it.
///
/// @unchecked: confined to the engine's queue.
final class CertificateRun: DiagnosisSubscriber, @unchecked Sendable {
  private let ref: ObjectRef
  private let outbox: Outbox
  private weak var desk: DiagnosisDesk?
  /// Tell when a secret has changed, by its metadata.
  private var watches: [FactKey: SingleWatch?] = [:]
  private(set) var asks: [Ask: FactKey] = [:]

  init(_ ref: ObjectRef, outbox: Outbox) {
    self.ref = ref
    self.outbox = outbox
  }

  var onlyAsks: Bool { true }

  func began(_ desk: DiagnosisDesk) {
    self.desk = desk
    outbox.post(.phase(.certificates(ref), .live))
  }

  func changed(now: Int64) {
    guard let desk, let fact = desk.facts.fact(FactKey(ref)) else { return }
    let keys = TLSSecret.all(of: fact).map { FactKey("v1/secrets", ref.namespace, $0.name) }
    for key in keys where watches[key] == nil {
      watches[key] = .some(
        desk.watchOne(ObjectRef(kind: key.kind, namespace: key.namespace, name: key.name)))
    }
    // What has changed is left out once, and so asked for anew.
    asks = keys.reduce(into: [:]) { asks, key in
      let ask = Ask.certificate(key)
      let isKnown = if case nil = desk.facts.answers[ask] { false } else { true }
      if !isKnown || !desk.examiner.lastTouched(by: key) { asks[ask] = fact.key }
    }
  }

  func phaseChanged(_ phase: Phase) {}

  func ended() {
    for case let watch? in watches.values { desk?.end(watch) }
    // What was read is forgotten with the next round.
    desk?.schedule()
  }
}

/// A secret whose certificate an ingress shows, and for which hosts.
///
/// Kubernetes, "TLS Secrets"; RFC 6125, section 6.4.3, wildcards.
struct TLSSecret {
  let name: String
  private(set) var hosts: [String]

  /// Those that an ingress names, each once; none of anything else.
  static func all(of fact: Fact) -> [TLSSecret] {
    guard fact.ref.kind == "networking.k8s.io/v1/ingresses" else { return [] }
    var found: [TLSSecret] = []
    for entry in fact.object["spec"]["tls"].array {
      guard let name = entry["secretName"].string.map(Moment.plain), !name.isEmpty else { continue }
      let hosts = entry["hosts"].array.map(\.line)
      if let place = found.firstIndex(where: { $0.name == name }) {
        found[place].hosts += hosts
      } else {
        found.append(TLSSecret(name: name, hosts: hosts))
      }
    }
    return found
  }

  private func ref(_ subject: Case) -> ObjectRef {
    ObjectRef(kind: "v1/secrets", namespace: subject.ref.namespace, name: name)
  }

  /// What is wrong with its certificate: it ends, or is for other hosts.
  func findings(_ subject: Case, _ certificate: Certificate) -> [Finding] {
    let expiry = Expiry(certificate: certificate)
    return [
      expiry.finding(
        subject, "tls-certificate", "the certificate in secret \(name)", .field("data[tls.crt]"),
        in: ref(subject),
        part: name),
      stranger(subject, certificate),
    ].compactMap { $0 }
  }

  /// A host that the certificate is not for.
  private func stranger(_ subject: Case, _ certificate: Certificate) -> Finding? {
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
        in: ref(subject)))
  }

  /// A wildcard stands for one label, the first.
  static func covers(_ name: String, _ host: String) -> Bool {
    let (name, host) = (name.lowercased(), host.lowercased())
    guard name.hasPrefix("*."), host.contains(".") else { return name == host }
    return name.dropFirst() == host.drop { $0 != "." }
  }
}
