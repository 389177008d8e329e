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

  private func found(hosts: String = #""shop.example""#, beforeEnd seconds: Int64) throws -> [String] {
    let world = Examination(now: Self.made.end - seconds)
    let key = world.take(
      "networking.k8s.io/v1/ingresses",
      #"{"metadata":{"name":"web","namespace":"shop","uid":"i"},"spec":{"tls":[{"hosts":[\#(hosts)],"secretName":"web-tls"},{"secretName":"web-tls"}]}}"#
    )
    let secrets = TLSSecret.all(of: try #require(world.facts.fact(key)))
    #expect(secrets.map(\.name) == ["web-tls"], "what is named twice is one secret")
    let (subject, certificate) = (
      try #require(world.examine(key)), try #require(Certificate(pem: Self.made.pem))
    )
    return secrets.flatMap { $0.findings(subject, certificate) }.map { "\($0.severity): \($0.headline)" }
  }

  @Test func aCertificateThatRunsOutIsToldInTime() throws {
    #expect(try found(beforeEnd: 15 * 86_400) == [])
    #expect(
      try found(beforeEnd: 5 * 86_400) == ["warning: the certificate in secret web-tls expires in 5 days"])
    #expect(try found(beforeEnd: -60) == ["error: the certificate in secret web-tls has expired"])
  }

  @Test func aHostThatItIsNotForIsNamed() throws {
    let early: Int64 = 30 * 86_400
    #expect(try found(hosts: #""SHOP.example","a.shop.example""#, beforeEnd: early) == [])
    #expect(
      try found(hosts: #""shop.example","b.a.shop.example""#, beforeEnd: early)
        == ["warning: the certificate in secret web-tls is not for b.a.shop.example"])
  }

  private static let ingress = ObjectRef(
    kind: "networking.k8s.io/v1/ingresses", namespace: "market", name: "market")

  @Test func ofASecretThatNobodyAskedAboutNothingIsRead() throws {
    let demo = try DiagnosisDemo([], leadSeconds: 60)
    demo.start(.diagnosis(Self.ingress))
    #expect(demo.wait { $0.diagnoses[Self.ingress]?.isWhole == true }, "\(demo.phases)")
    let checked = demo.diagnoses[Self.ingress]?.checked ?? []
    #expect(!checked.isEmpty && !checked.contains { $0.contains("certificate") }, "\(checked)")
  }

  @Test func whoAsksAboutAnIngressIsToldOfItsCertificate() throws {
    let demo = try DiagnosisDemo([], leadSeconds: 60)
    demo.start(.diagnosis(Self.ingress), .certificates(Self.ingress))
    let isTold = demo.wait { demo in
      demo.diagnoses[Self.ingress]?.checked.contains(
        "the certificate in secret market-tls, good until 2066-11-12") == true
    }
    #expect(isTold, "\(demo.diagnoses[Self.ingress]?.checked ?? [])")
  }

  @Test func whoMayNotReadSecretsIsToldSo() throws {
    let demo = try DiagnosisDemo([], leadSeconds: 60, user: ("watch-keeper", "dockside:watch"))
    demo.start(.diagnosis(Self.ingress), .certificates(Self.ingress))
    let isTold = demo.wait { demo in
      demo.diagnoses[Self.ingress]?.unseen.contains {
        $0.hasPrefix("the certificate in secret market-tls: ")
      } == true
    }
    #expect(isTold, "\(demo.diagnoses[Self.ingress]?.unseen ?? [])")
  }
}
