import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct DiagnosisCustomTests {
  private func recorded(_ name: String, _ kind: Kind.ID) -> [Finding] {
    let recording = DescribeRecording.named(name)
    let world = Examination(now: recording.to)
    return world.findings(world.take(kind, recording.object))
  }

  @Test func theRecordedApplicationTellsItsFailedSyncAndWhatIsDegraded() {
    let found = recorded("cr.application", "argoproj.io/v1alpha1/applications")
    #expect(
      found.map(\.headline) == [
        "degraded, sync failed: Failed sync attempt to 4d1f6c9: one or more objects failed to apply (retried 5 times).",
        "degraded: Deployment checkout",
      ])
    #expect(found.map(\.isConsequence) == [false, true])
  }

  @Test func theRecordedKustomizationTellsWhatDoesNotBuild() {
    let found = recorded("cr.kustomization", "kustomize.toolkit.fluxcd.io/v1/kustomizations")
    #expect(found.map(\.rule) == ["flux-build-failed"])
    #expect(found.first?.headline.hasPrefix("build failed: accumulating resources") == true)
  }

  @Test func theRecordedCertificateIsNotIssued() {
    let found = recorded("cr.certificate", "cert-manager.io/v1/certificates")
    #expect(found.map(\.headline) == ["not issued after 4 failed attempts: secret admin-tls does not exist"])
  }

  private func certificate(_ world: Examination, _ status: String) -> FactKey {
    world.take(
      "cert-manager.io/v1/certificates",
      """
      {"metadata":{"name":"web","namespace":"shop","uid":"c"},"spec":{"secretName":"web-tls",
      "issuerRef":{"kind":"ClusterIssuer","name":"acme"}},"status":{\(status)}}
      """)
  }

  @Test func aCertificateThatRunsOutSaysWhyItIsNotRenewed() {
    let day: Int64 = 86_400
    let world = Examination(now: 100 * day)
    func time(_ days: Int64) -> String { "\"\(Timestamp(seconds: days * day).text)\"" }
    let ready = #"{"type":"Ready","status":"True","reason":"Ready"}"#
    let fine = certificate(
      world, #""conditions":[\#(ready)],"notAfter":\#(time(130)),"renewalTime":\#(time(120))"#)
    #expect(world.findings(fine).isEmpty)
    let failing =
      #"{"type":"Issuing","status":"False","reason":"Failed","message":"The certificate request has failed to complete and will be retried: Failed to wait for order resource \"web-2\" to become ready: order is in \"errored\" state: Failed to create Order: 429 urn:ietf:params:acme:error:rateLimited: too many certificates already issued"}"#
    let key = certificate(
      world, #""conditions":[\#(ready),\#(failing)],"notAfter":\#(time(102)),"renewalTime":\#(time(80))"#)
    let finding = world.findings(key).first
    #expect(
      finding?.headline
        == "expires in 2 days, and its renewal fails: issuer says rateLimited: too many certificates already issued"
    )
    #expect(finding?.severity == .error)
    let expired = certificate(
      world, #""conditions":[\#(ready)],"notAfter":\#(time(99)),"renewalTime":\#(time(80))"#)
    #expect(world.findings(expired).first?.rule == "certificate-expired")
  }

  @Test func aMissingIssuerIsTheCauseOnlyWhereIssuersAreRead() {
    let world = Examination(now: 10_000)
    let status =
      #""conditions":[{"type":"Ready","status":"False","reason":"DoesNotExist","message":"x","lastTransitionTime":"1970-01-01T00:00:00Z"}]"#
    let key = certificate(world, status)
    #expect(world.findings(key).first?.headline == "not issued: secret web-tls does not exist")
    world.isWhole("cert-manager.io/v1/clusterissuers")
    #expect(world.findings(key).first?.headline == "not issued: issuer acme is missing")
  }

  @Test(arguments: [
    (
      "postgresql.cnpg.io/v1/clusters",
      #"{"conditions":[{"type":"Ready","status":"False","reason":"ClusterIsNotReady","message":"Cluster Is Not Ready"}]}"#,
      "not ready: Cluster Is Not Ready"
    ),
    (
      "gateway.networking.k8s.io/v1/httproutes",
      #"{"parents":[{"conditions":[{"type":"Accepted","status":"True"},{"type":"ResolvedRefs","status":"False","reason":"BackendNotFound","message":"Service shop/web not found"}]}]}"#,
      "not resolved refs: Service shop/web not found"
    ),
    (
      "rds.aws.upbound.io/v1beta1/instances",
      #"{"conditions":[{"type":"Ready","status":"False","reason":"Creating"},{"type":"Synced","status":"False","reason":"ReconcileError","message":"create failed: DBSubnetGroupNotFoundFault"}]}"#,
      "not synced: create failed: DBSubnetGroupNotFoundFault"
    ),
    (
      "example.com/v1/things", #"{"conditions":[{"type":"Degraded","status":"True","reason":"Broken"}]}"#,
      "degraded: Broken"
    ),
    (
      "argoproj.io/v1alpha1/workflows", #"{"phase":"Failed","message":"child failed"}"#,
      "failed: child failed"
    ),
  ])
  func aCustomObjectTellsByItsConditions(_ kind: Kind.ID, _ status: String, _ headline: String) {
    let world = Examination()
    let key = world.take(kind, #"{"metadata":{"name":"a","namespace":"shop"},"status":\#(status)}"#)
    #expect(world.findings(key, by: .convention).map(\.headline) == [headline])
  }

  @Test(arguments: [
    #"{"conditions":[{"type":"Ready","status":"True"},{"type":"Degraded","status":"False"}]}"#,
    #"{"conditions":[{"type":"Progressing","status":"True"},{"type":"Reconciling","status":"False"}]}"#,
    #"{"conditions":[{"type":"Paused","status":"False"},{"type":"Whatever","status":"True"}]}"#,
    #"{"conditions":[{"type":"Ready","status":"Unknown"}]}"#,
    #"{"conditions":[{"type":"Ready","status":"False","observedGeneration":1}]}"#,
    #"{"phase":"Running"}"#, "{}",
  ])
  func whatIsWellOrOfUnknownMeaningSaysNothing(_ status: String) {
    let world = Examination()
    let text = #"{"metadata":{"name":"a","namespace":"shop","generation":2},"status":\#(status)}"#
    #expect(world.findings(world.take("example.com/v1/things", text)).isEmpty)
  }

  @Test func whatItsOwnerDoesNotMissIsNoTrouble() {
    let world = Examination()
    world.take(
      "cert-manager.io/v1/certificates",
      #"{"metadata":{"name":"web","namespace":"shop","uid":"c"},"status":{"conditions":[{"type":"Ready","status":"True"}]}}"#
    )
    let key = world.take(
      "cert-manager.io/v1/certificaterequests",
      #"{"metadata":{"name":"web-1","namespace":"shop","ownerReferences":[{"apiVersion":"cert-manager.io/v1","kind":"Certificate","name":"web","uid":"c","controller":true}]},"status":{"conditions":[{"type":"Ready","status":"False","reason":"Failed","message":"x"}]}}"#
    )
    #expect(world.findings(key).isEmpty)
  }

  private func release(_ world: Examination, _ version: Int, _ status: String) -> FactKey {
    world.take(
      HelmReleases.kind,
      """
      {"metadata":{"name":"sh.helm.release.v1.shop.v\(version)","namespace":"shop","labels":{"name":"shop",
      "owner":"helm","status":"\(status)","version":"\(version)","modifiedAt":"1000"}}}
      """)
  }

  @Test func aReleaseThatFailedNamesWhatIsNotReady() {
    let world = Examination(now: 2_000)
    world.isWhole(
      HelmReleases.kind, "apps/v1/deployments", "apps/v1/statefulsets", "apps/v1/daemonsets", "batch/v1/jobs")
    world.take(
      "apps/v1/deployments",
      #"{"metadata":{"name":"web","namespace":"shop","annotations":{"meta.helm.sh/release-name":"shop"}},"spec":{"replicas":2},"status":{"readyReplicas":2,"updatedReplicas":1}}"#
    )
    let older = release(world, 3, "failed")
    let failed = release(world, 4, "failed")
    #expect(world.findings(older, by: .helm).isEmpty)
    let finding = world.findings(failed, by: .helm).first
    #expect(finding?.headline == "upgrade of release shop to revision 4 failed: deployment web is not ready")
    #expect(finding?.cause?.subject.name == "web")
    let pending = release(world, 5, "pending-upgrade")
    #expect(world.findings(pending, by: .helm).first?.rule == "helm-pending")
    #expect(world.findings(release(world, 6, "deployed"), by: .helm).isEmpty)
    #expect(world.findings(pending, by: .helm).isEmpty)
  }
}
