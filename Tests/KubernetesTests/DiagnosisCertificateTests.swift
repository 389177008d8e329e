import Cluster
import DemoCluster
import Document
import Foundation
import TestSupport
import Testing

@testable import Kubernetes

/// Certificates in TLS secrets: read only when somebody asks.
@Suite struct DiagnosisCertificateTests {
  /// By openssl, good for ten days.
  private static let made: (pem: [UInt8], end: Int64) = {
    let folder = temporaryDirectory()
    let result = try! run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "10",
        "-subj", "/CN=shop", "-addext", "subjectAltName=DNS:shop.example,DNS:*.shop.example",
        "-keyout", folder.file("key"), "-out", folder.file("crt"),
      ])
    precondition(result.exit == .code(0), "\(result.errors)")
    let pem = try! LocalFile.read(folder.file("crt"))
    return (pem, Certificate(pem: pem)!.notAfter)
  }()

  private let ask = Ask.certificate(FactKey("v1/secrets", "shop", "web-tls"))

  private func world(hosts: String = #""shop.example""#, at moment: Int64) -> (Examination, FactKey) {
    let world = Examination(now: moment)
    world.isWhole("v1/services")
    let key = world.take(
      "networking.k8s.io/v1/ingresses",
      #"{"metadata":{"name":"web","namespace":"shop","uid":"i"},"spec":{"tls":[{"hosts":[\#(hosts)],"secretName":"web-tls"}]},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}"#
    )
    return (world, key)
  }

  private func found(hosts: String = #""shop.example""#, beforeEnd seconds: Int64) -> [String] {
    let (world, key) = world(hosts: hosts, at: Self.made.end - seconds)
    let answer: JSON = ["certificate": .string(Base64.encode(Self.made.pem))]
    world.answer(ask, .object(answer))
    return world.findings(key, by: .tlsSecret).map { "\($0.severity): \($0.headline)" }
  }

  @Test func ofASecretThatNobodyAskedAboutNothingIsRead() throws {
    let (world, key) = world(at: Self.made.end + 10)
    let subject = try #require(world.examine(key))
    #expect(Rule.tlsSecret.examine(subject).isEmpty && subject.asks.isEmpty)
  }

  @Test func aCertificateThatRunsOutIsToldInTime() {
    #expect(found(beforeEnd: 15 * 86_400) == [])
    #expect(
      found(beforeEnd: 5 * 86_400) == ["warning: the certificate in secret web-tls expires in 5 days"])
    #expect(found(beforeEnd: -60) == ["error: the certificate in secret web-tls has expired"])
  }

  @Test func aHostThatItIsNotForIsNamed() {
    let early: Int64 = 30 * 86_400
    #expect(found(hosts: #""SHOP.example","a.shop.example""#, beforeEnd: early) == [])
    #expect(
      found(hosts: #""shop.example","b.a.shop.example""#, beforeEnd: early)
        == ["warning: the certificate in secret web-tls is not for b.a.shop.example"])
  }

  @Test func whoAsksAboutAnIngressIsToldOfItsCertificate() throws {
    let demo = try DiagnosisDemo([], leadSeconds: 60)
    let ingress = ObjectRef(kind: "networking.k8s.io/v1/ingresses", namespace: "market", name: "market")
    demo.start(.diagnosis(ingress))
    #expect(demo.wait { $0.diagnoses[ingress]?.isWhole == true }, "\(demo.phases)")
    let checked = demo.diagnoses[ingress]?.checked ?? []
    #expect(checked.contains("the certificate in secret market-tls, good until 2066-11-12"), "\(checked)")
  }

  @Test func whoMayNotReadSecretsIsToldSo() throws {
    let demo = try DiagnosisDemo([], leadSeconds: 60, user: ("watch-keeper", "dockside:watch"))
    let ingress = ObjectRef(kind: "networking.k8s.io/v1/ingresses", namespace: "market", name: "market")
    demo.start(.diagnosis(ingress))
    #expect(demo.wait { $0.diagnoses[ingress]?.isWhole == true }, "\(demo.phases)")
    let unseen = demo.diagnoses[ingress]?.unseen ?? []
    #expect(unseen.contains { $0.hasPrefix("the certificate in secret market-tls: ") }, "\(unseen)")
  }
}
