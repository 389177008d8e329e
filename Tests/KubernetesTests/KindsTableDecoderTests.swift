import Cluster
import Document
import Testing

@testable import Kubernetes

/// Rows that the server prints: kinds without columns of ours, and those whose objects must not travel.
struct KindsTableDecoderTests {
  private func decode(
    _ decoder: inout TableDecoder, _ text: String, removal: Bool = false
  ) -> RowBatch {
    var writer = RowWriter()
    Array(text.utf8).withUnsafeBytes { decoder.decode(table: JSONSlice($0), into: &writer, removal: removal) }
    return writer.takeBatch()
  }

  private func decode(_ file: String) -> (TableDecoder, RowBatch) {
    var decoder = TableDecoder(kind: Kind(id: "example.com/v1/widgets", name: "Widget"))
    decoder.now = { KindsFixtures.listed }
    let batch = decode(&decoder, String(decoding: KindsFixtures.bytes("\(file).table.json"), as: UTF8.self))
    return (decoder, batch)
  }

  /// "NAME: cell, cell" with the titles above, and the reason below a row that has one.
  private func text(_ file: String) -> String {
    let (decoder, batch) = decode(file)
    let kind: Kind = {
      var kind = Kind(id: "v1/x", name: "X")
      kind.columns = decoder.columns
      return kind
    }()
    let titles = decoder.columns.map { $0.isWide ? "(\($0.title))" : $0.title }
    let lines = batch.rows.map { row in
      let cells = decoder.columns.filter { $0.content != .labels }.map {
        row.drawn($0.title, kind, now: KindsFixtures.listed + 60)
      }
      let reason = row.reason(now: KindsFixtures.listed)
      return "\(row.tone.glyph) \(row.name): \(cells.joined(separator: ", "))"
        + (reason.isEmpty ? "" : "\n  \(reason)")
    }
    return ([titles.joined(separator: " ")] + lines).joined(separator: "\n")
  }

  @Test func secretsAndConfigMapsShowOnlyWhatTheServerCounts() {
    #expect(
      text("secrets.shop") == """
        TYPE DATA (LABELS)
        . orders-db: Opaque, 4
        . registry-creds: kubernetes.io/dockerconfigjson, 1
        . sh.helm.release.v1.shop.v1: helm.sh/release.v1, 1
        . sh.helm.release.v1.shop.v2: helm.sh/release.v1, 1
        . sh.helm.release.v1.shop.v3: helm.sh/release.v1, 1
        . sh.helm.release.v1.shop.v4: helm.sh/release.v1, 1
        """)
    #expect(
      text("configmaps.shop") == """
        DATA (LABELS)
        . feature-flags: 1
        . kube-root-ca.crt: 1
        . web-config: 4
        """)
  }

  @Test func customResourcesTellTheirVerdictAndItsReason() {
    #expect(
      text("cr.certificates") == """
        READY SECRET (ISSUER) (STATUS) (LABELS)
        x admin-tls: False, admin-tls, letsencrypt, Issuing certificate as Secret does not exist
          Ready is False: Issuing certificate as Secret does not exist
        . shop-tls: True, shop-tls, letsencrypt, Certificate is up to date and has not expired
        """)
    #expect(
      text("cr.applications") == """
        SYNC STATUS HEALTH STATUS (REVISION) (PROJECT) (LABELS)
        . monitoring: Synced, Healthy, 9f8e7d6c5b4a39281706f5e4d3c2b1a098765432, platform
        x shop: OutOfSync, Degraded, 4d1f6c9b6a1e0f5c1f1fb0b7a43f7c1a2d3e4f50, default
          Health Status is Degraded
        """)
    #expect(
      text("cr.kustomizations") == """
        READY STATUS (LABELS)
        x apps: False, dependency 'ops/infra' is not ready
          Ready is False: dependency 'ops/infra' is not ready
        . experiments: , 
        x infra: False, kustomize build failed: accumulating resources: accumulation err='accumulating resources from ../base: no such directory'
          Ready is False: kustomize build failed: accumulating resources: accumulation err='accumulating resources from ../base: no such directory'
        """)
  }

  @Test func cellsOfEveryTypeAreWrittenAsTheServerPrintsThem() {
    #expect(
      text("cr.widgets") == """
        REPLICAS LOAD ENABLED DUE HOSTS (OBJ) (LABELS)
        . alpha: 3, 0.75, true, <invalid>, a.example.com, {"a":1,"b":["x",true]}
        . empty: , , , , , 
        """)
    let (decoder, _) = decode("cr.widgets")
    #expect(decoder.columns.map(\.content) == [.number, .number, .text, .age, .text, .text, .labels])
  }

  @Test func rowsWithoutAUIDAreToldApartByTheirName() {
    let (_, batch) = decode("componentstatuses")
    #expect(batch.rows.map(\.uid) == ["/etcd-0", "/scheduler", "/controller-manager"])
    #expect(batch.rows.map(\.name) == ["etcd-0", "scheduler", "controller-manager"])
  }

  @Test func aColumnOfTheCreationTimeIsLeftToTheProgram() {
    let (decoder, batch) = decode("clusterroles")
    #expect(decoder.columns == [.labels])
    #expect(batch.rows.map(\.created) == [1_795_230_649, 1_795_230_649, 1_795_230_649])
  }

  private let first = """
    {"kind":"Table","columnDefinitions":[{"name":"Name","type":"string","format":"name","priority":0},
    {"name":"Size","type":"integer","format":"","priority":0},{"name":"Seen","type":"date","format":"","priority":1},
    {"name":"Age","type":"date","format":"","priority":0}],
    "rows":[{"cells":["a",3,"5m",""],"object":{"metadata":{"name":"a","namespace":"n","uid":"1","labels":{"k":"v"},
    "ownerReferences":[{"uid":"9"},{"uid":"8","controller":true}]}}}]}
    """

  @Test func laterEventsOfAWatchComeWithoutDefinitions() {
    var decoder = TableDecoder(kind: Kind(id: "example.com/v1/things", name: "Thing"))
    decoder.now = { 1000 }
    let opening = decode(&decoder, first)
    #expect(opening.columns == [Column("SIZE", .number), Column("SEEN", .age, wide: true), .labels])
    #expect(opening.rows[0].labels == "k=v")
    #expect(opening.rows[0].ownerUID == "8")
    // Printed as "5m" at second 1000, so it was seen at 700.
    #expect(opening.rows[0].moment(0) == 700)

    let change = decode(
      &decoder,
      """
      {"columnDefinitions":null,"rows":[{"cells":["a",4,"<unknown>","6m"],"object":{"metadata":{"name":"a","uid":"1"}}}]}
      """)
    #expect(change.columns == nil)
    #expect(change.rows[0].cell(0) == "4")
    #expect(change.rows[0].cell(1) == "<unknown>")

    let removal = decode(
      &decoder,
      "{\"rows\":[{\"cells\":[\"a\",4,\"\",\"\"],\"object\":{\"metadata\":{\"name\":\"a\",\"uid\":\"1\"}}}]}",
      removal: true)
    #expect(removal.entries.map(\.isRemoval) == [true])
  }

  @Test func aBookmarksRowIsNoRow() {
    var decoder = TableDecoder(kind: Kind(id: "example.com/v1/things", name: "Thing"))
    _ = decode(&decoder, first)
    let bookmark = decode(
      &decoder,
      """
      {"rows":[{"cells":["",0,"<unknown>","<unknown>"],"object":{"kind":"PartialObjectMetadata",
      "metadata":{"resourceVersion":"2600","creationTimestamp":null}}}]}
      """)
    #expect(bookmark.isEmpty)
    #expect(decode(&decoder, "{\"kind\":\"Status\",\"code\":410}").isEmpty)
  }

  @Test func somethingDeletedSaysWhatKeepsIt() {
    var decoder = TableDecoder(kind: Kind(id: "example.com/v1/things", name: "Thing"))
    let batch = decode(
      &decoder,
      """
      {"columnDefinitions":[{"name":"Name","format":"name"}],"rows":[{"cells":["a"],"object":{"metadata":{"name":"a",
      "uid":"1","deletionTimestamp":"2026-11-21T03:00:00Z","finalizers":["a.b/c","d"]}}}]}
      """)
    #expect(batch.rows[0].tone == .ending)
    #expect(batch.rows[0].reason(now: 1_795_230_060) == "deleted 60s ago, kept by the finalizers a.b/c, d")
  }

  @Test(arguments: [("5m30s", 330), ("12d", 1_036_800), ("3y40d", 98_064_000), ("0s", 0)])
  func printedAgesAreRead(text: String, seconds: Int64) {
    #expect(Age.seconds(of: text) == seconds)
  }

  @Test(arguments: ["", "<invalid>", "5", "m5", "5x", "99999999999999999999s"])
  func whatIsNoAgeIsNotRead(text: String) {
    #expect(Age.seconds(of: text) == nil)
  }
}
