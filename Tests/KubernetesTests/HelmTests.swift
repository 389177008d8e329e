import Cluster
import Document
import Testing

@testable import Kubernetes

/// Releases of Helm: what the labels of their Secrets tell, and what is in one.
struct HelmTests {
  /// A release as Helm 3 writes it, made with Python's gzip: revision 3 of "shop", which failed.
  private static let packed =
    """
      SDRzSUFBQUFBQUFDQTRWVWJXdmJNQkQrSzBMN3VOaU44OUlYUXorTWpURktOMmliamRHNWxMTjlpYlhJa3BEa3RHbkpmOTlK \
      U2RPa3RCMFlJNTFPenozMzZPNGV1WUlXZWM1ZG93M3Z4WjB6VUVXVDF4Ykp0a0RyaEZZOEgvYTRVRlBOODBjK0ZkYjUyeHFO \
      MUV1c3lYblFIeHdtV1pZTStwUCtNTy8zNlV1endYQTBQanc2UHJrbUZBbHZYTWkyRno3Mk0vcVRiNDBTZmZTaWpmUGdPMGZy \
      S1FoSnhuRHNLaXVNajZUNFR6T3pVQ01yWWc0RloydS9uRlZhZWJ6M3JFYW9wVkRJOEw1Q3JDT0UwaDRENXFRQk5XZEwzYVY4 \
      MWVOVkE5YUg5RnIwVUlPSHNONFhhQ3NHejlKUk9pQUxHUE5yYXp4SnN3QzBBTmtGL0VkdUtXTlJBYTB6SWw0R1U2TWRCZUZT \
      VnlEanVzZU5EbkhIbytGZ0ZkSXJ1eG5QdmUxd0ZVaHBOUld6ZmF6aEN5d3pDeURnM0oyMlFiYjU1Q1JaWEF6dWI4L3ZqaDh1 \
      eXhGL2hsV2RsTFJyUVlrcHhzdEpraFRxQTd2U25hMHdaeUhSQTQrdGtVQWFIVGlzTFBwMENhMHNGQml4eVRWbmk2eFFjNkZJ \
      Nkt2b1VxZ24xZkpDTVJaa1c0TWxkVm1vcmYySlpjNGd1eGlmLzc2Ky9LNmE2ZVJiTlVKNUpuNThPajB0MVB1TTdyQjhoUTQ5 \
      Z3p0NDV2UWxWbHFMNmgxZUJGUW9aN0NLQjAvcTVtejRQd1pXUzN5RmdpMmhTcUh6amJiaUFVSjVwdk5qbHdxOXcrdXo3SnhI \
      ZTBrSWJ4TGJodGRLTGhsUUliZnJST2lSRzYzblZBQi85dW95YVFYMWdBL05HcUtROVV5WHNTSjhzM0haWWY5WHIvWGplMVd3 \
      bTBnSnZtcDJTQlBhMnlwdVlrZDJ1Q0NlZ1I0M0ZwTnUzWm44WnRQOXRsT2hacW1oTFhYM0xmZ1hZeURMeDJFTWhHbEJLWnM0 \
      QTE3MUdtKzhUQU11YVBCMVBSbFdxNXZWUCt5OSsxdlJCQUFB
    """

  private func secret(_ data: String) -> JSON {
    ["metadata": ["labels": ["name": "shop"]], "data": ["release": .string(data)]]
  }

  private var release: Release { HelmSecret.release(secret(Self.packed)) }

  @Test func aReleaseIsUnpackedWithAllThatIsInIt() {
    let release = release
    #expect(release.problems == [])
    #expect(release.name == "shop" && release.namespace == "store" && release.revision == 3)
    #expect(release.status == "failed")
    #expect(release.description == "Upgrade \"shop\" failed: context deadline exceeded")
    #expect(release.chart == "shop-1.4.2" && release.appVersion == "9.1" && release.notes == "Thank you.")
    #expect(release.firstDeployed == 1_795_143_600)
    #expect(release.lastDeployed == 1_795_226_400, "with the zone that Helm ran in")
  }

  @Test func whatWasSetWinsOverTheChartAndNullTakesAway() {
    let expected: JSON = [
      "replicas": 3, "db": ["host": "pg", "port": 5432, "password": "kT9-vQ2x_Lw8zRb4"],
    ]
    #expect(release.allValues == expected)
    #expect(HelmSecret.merged(["a": 1], with: .null) == ["a": 1])
    #expect(HelmSecret.merged(.null, with: ["a": 1]) == ["a": 1])
    #expect(HelmSecret.merged(["a": ["b": 1]], with: ["a": 2]) == ["a": 2])
  }

  @Test func theManifestNamesItsObjectsAndTheirTemplates() {
    let parts = release.manifest.map { "\($0.ref.kind) \($0.ref.namespace)/\($0.ref.name) \($0.source)" }
    #expect(
      parts == [
        "v1/secrets store/shop-db shop/templates/secret.yaml",
        "apps/v1/deployments store/shop-web shop/templates/web.yaml",
        "rbac.authorization.k8s.io/v1/clusterroles /shop shop/templates/role.yaml",
      ])
    let hooks = release.hooks.map {
      "\($0.ref.kind) \($0.ref.name) \($0.events) \($0.phase) \($0.completed ?? 0)"
    }
    #expect(hooks == ["batch/v1/jobs shop-migrate pre-upgrade Failed 1795226100"])
  }

  @Test func credentialsInValuesAndManifestAreMaskedForEverybodyElse() {
    let redacted = release.redacted
    for text in [redacted.values.text, redacted.allValues.text, redacted.manifest[0].json.text] {
      #expect(!text.contains("kT9-vQ2x_Lw8zRb4") && !text.contains("a1Q5LXZR"))
    }
    #expect(redacted.manifest[1].json == release.manifest[1].json)
  }

  @Test func ofATableOnlyTheChartIsRead() {
    let chart = HelmSecret.chart(secret(Self.packed).encoded())
    #expect(
      chart
        == HelmChart(
          chart: "shop-1.4.2", appVersion: "9.1",
          description: "Upgrade \"shop\" failed: context deadline exceeded"))
    #expect(HelmSecret.chart(Array("{}".utf8)) == nil)
  }

  @Test func whatCanNotBeUnpackedIsSaid() {
    #expect(HelmSecret.release(["data": [:]]).problems == ["the Secret holds no release"])
    #expect(HelmSecret.release(secret("bm90IGd6aXA=")).problems == ["the release can't be unpacked"])
    let cut = String(Self.packed.filter { !$0.isWhitespace }.prefix(400))
    #expect(HelmSecret.release(secret(cut)).problems == ["the release can't be unpacked"])
    #expect(HelmSecret.release(secret(cut)).name == "shop")
  }

  // MARK: Lists

  private func metadata(_ name: String, _ version: Int, _ status: String, modified: Int64 = 1_000) -> String {
    #"{"metadata":{"name":"sh.helm.release.v1.\#(name).v\#(version)","namespace":"store","uid":"\#(name)-\#(version)","creationTimestamp":"2026-11-20T03:00:00Z","labels":{"modifiedAt":"\#(modified)","name":"\#(name)","owner":"helm","status":"\#(status)","version":"\#(version)"}}}"#
  }

  private func list(_ items: String..., to source: HelmSource) {
    let text = #"{"kind":"PartialObjectMetadataList","items":[\#(items.joined(separator: ","))]}"#
    Array(text.utf8).withUnsafeBytes { source.listed(ListBody($0), begins: true, completes: true) }
  }

  private func tell(_ change: String, _ item: String, to source: HelmSource) {
    Array(#"{"type":"\#(change)","object":\#(item)}"#.utf8).withUnsafeBytes { bytes in
      if let event = WatchEvent(line: bytes) { source.happened(event) }
    }
    source.settled()
  }

  private final class Table {
    let store = RowStore()
    let isOfRevisions: Bool
    lazy var source = HelmSource(
      source: 0, isOfRevisions: isOfRevisions, post: { [unowned self] in store.apply($0) }, tell: { _ in },
      changed: {})
    init(isOfRevisions: Bool) { self.isOfRevisions = isOfRevisions }

    var rows: [String] {
      store.aliveSlots.map { slot in
        let row = store[slot]
        return "\(row.name) \(row.cell(0)) \(row.cell(1)) \(row.cell(2))\(row.tone.glyph)"
      }.sorted()
    }
  }

  @Test func aReleaseStandsForItsNewestRevision() throws {
    let table = Table(isOfRevisions: false)
    list(
      metadata("web", 9, "superseded"), metadata("web", 10, "deployed"), metadata("db", 1, "deployed"),
      #"{"metadata":{"name":"other","uid":"x","labels":{"owner":"helm"}}}"#, to: table.source)
    #expect(table.rows == ["db 1 deployed .", "web 10 deployed ."])
    tell("ADDED", metadata("web", 11, "pending-upgrade"), to: table.source)
    #expect(table.rows == ["db 1 deployed .", "web 11 pending-upgrade !"])
    tell("MODIFIED", metadata("web", 11, "failed"), to: table.source)
    #expect(table.rows == ["db 1 deployed .", "web 11 failed x"])
    // A rollback takes the failed one away.
    tell("DELETED", metadata("web", 11, "failed"), to: table.source)
    tell("DELETED", metadata("db", 1, "uninstalling"), to: table.source)
    #expect(table.rows == ["web 10 deployed ."])
    let revision = try #require(table.source.shown.first)
    table.source.learn(HelmChart(chart: "web-2.0", appVersion: "7", description: ""), of: revision)
    #expect(table.rows == ["web 10 deployed web-2.0."])
    #expect(table.store[table.store.aliveSlots[0]].drill == "sh.helm.release.v1.web.v10")
  }

  @Test func everyRevisionHasARowAmongRevisions() {
    let table = Table(isOfRevisions: true)
    list(metadata("web", 1, "superseded"), metadata("web", 2, "failed"), to: table.source)
    #expect(
      table.rows == ["sh.helm.release.v1.web.v1 1 superseded o", "sh.helm.release.v1.web.v2 2 failed x"])
    tell("DELETED", metadata("web", 1, "superseded"), to: table.source)
    #expect(table.rows == ["sh.helm.release.v1.web.v2 2 failed x"])
  }
}
