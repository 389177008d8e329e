import Document

/// What Helm keeps of the releases it made: one Secret for each revision.
extension Shop {
  /// A chart and the versions of it that were installed one after the other.
  private struct Chart {
    var name: String
    var versions: [(chart: String, app: String, age: Age)]
    var values: JSON
    var set: JSON
    var image: String
  }

  /// They come last and bring dice of their own, so that nothing else of the world is other for them.
  func addReleases() {
    var dice = Dice(seed: 0x4865_6C6D)
    for chart in charts {
      for (index, version) in chart.versions.enumerated() {
        let number = index + 1
        let isNewest = number == chart.versions.count
        let status = isNewest ? "deployed" : "superseded"
        let after = isNewest ? version.age : chart.versions[index + 1].age
        var meta = Meta(
          name: "sh.helm.release.v1.\(chart.name).v\(number)", namespace: "platform", uid: dice.uid(),
          created: builder.time(version.age))
        meta.labels = [
          Pair("modifiedAt", "\(builder.time(after))"), Pair("name", chart.name), Pair("owner", "helm"),
          Pair("status", status), Pair("version", "\(number)"),
        ]
        let packed = StoredGzip.packed(release(chart, number, status).encoded())
        // Helm writes base64, and so does Kubernetes with whatever a Secret holds.
        let text = Base64.encoded(Array(Base64.encoded(packed).utf8))
        builder.put(
          .secrets, meta, api: "v1", ["data": ["release": .string(text)], "type": "helm.sh/release.v1"])
      }
    }
  }

  private func release(_ chart: Chart, _ number: Int, _ status: String) -> JSON {
    let version = chart.versions[number - 1]
    let deployed = World.timestamp(builder.time(version.age))
    return [
      "name": .string(chart.name), "namespace": "platform", "version": .int(number),
      "info": [
        "first_deployed": .string(World.timestamp(builder.time(chart.versions[0].age))),
        "last_deployed": .string(deployed), "deleted": "", "status": .string(status),
        "description": number == 1 ? "Install complete" : "Upgrade complete",
        "notes": .string(
          "\(chart.name) \(version.app) is on its way.\n\nSee how it goes with:\n\n  kubectl -n platform rollout status deploy/\(chart.name)\n"
        ),
      ],
      "chart": [
        "metadata": [
          "name": .string(chart.name), "version": .string(version.chart), "apiVersion": "v2",
          "appVersion": .string(version.app), "description": .string("Runs \(chart.name)"),
        ], "values": chart.values,
      ],
      "config": chart.set, "manifest": .string(manifest(chart, version.app)), "hooks": [],
    ]
  }

  private func manifest(_ chart: Chart, _ app: String) -> String {
    let name = chart.name
    return """
      ---
      # Source: \(name)/templates/serviceaccount.yaml
      apiVersion: v1
      kind: ServiceAccount
      metadata:
        name: \(name)
        labels:
          app.kubernetes.io/managed-by: Helm
      ---
      # Source: \(name)/templates/secret.yaml
      apiVersion: v1
      kind: Secret
      metadata:
        name: \(name)-token
      type: Opaque
      data:
        token: czNjcjN0LXRva2VuLTIwMjY=
      ---
      # Source: \(name)/templates/deployment.yaml
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: \(name)
      spec:
        selector:
          matchLabels:
            app: \(name)
        template:
          metadata:
            labels:
              app: \(name)
          spec:
            containers:
              - name: \(name)
                image: "\(chart.image):\(app)"

      """
  }

  private var charts: [Chart] {
    [
      Chart(
        name: "cert-manager",
        versions: [("1.17.2", "v1.17.2", .days(140)), ("1.18.1", "v1.18.1", .days(44))],
        values: ["replicaCount": 1, "crds": ["enabled": false, "keep": true], "logLevel": 2],
        set: ["crds": ["enabled": true]], image: "ghcr.io/cert-manager/controller"),
      Chart(
        name: "ingress-nginx",
        versions: [
          ("4.12.0", "v1.12.0", .days(142)), ("4.13.1", "v1.13.1", .days(80)),
          ("4.14.0", "v1.14.0", .days(31)),
        ],
        values: ["controller": ["replicaCount": 1, "service": ["type": "LoadBalancer"]]],
        set: ["controller": ["replicaCount": 2]], image: "registry.k8s.io/ingress-nginx/controller"),
      Chart(
        name: "mailer",
        versions: [("1.3.0", "1.3.0", .days(86)), ("1.3.1", "1.3.1", .days(13))],
        values: ["replicas": 1, "smtp": ["host": "localhost", "port": 25], "metrics": true],
        set: [
          "replicas": 2,
          "smtp": ["host": "smtp.dockside.example", "username": "mailer", "password": "kT9-vQ2x_Lw8zRb4"],
        ], image: Shop.image("platform/mailer", "1.3.1").split(separator: ":").first.map(String.init) ?? ""),
    ]
  }
}

/// Bytes in the form of gzip that packs nothing: stored blocks (RFC 1951, section 3.2.4; RFC 1952).
enum StoredGzip {
  private static let maxBlock = 65_535

  static func packed(_ bytes: Bytes) -> Bytes {
    var out: Bytes = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 0xFF]
    var at = 0
    repeat {
      let count = min(maxBlock, bytes.count - at)
      let isLast = at + count == bytes.count
      out.append(isLast ? 1 : 0)
      out += little(UInt32(count), bytes: 2) + little(~UInt32(count), bytes: 2)
      out += bytes[at..<at + count]
      at += count
    } while at < bytes.count
    return out + little(checksum(bytes), bytes: 4) + little(UInt32(truncatingIfNeeded: bytes.count), bytes: 4)
  }

  private static func little(_ value: UInt32, bytes count: Int) -> Bytes {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt32($0 * 8)) }
  }

  /// CRC-32 (ISO 3309), bit by bit.
  private static func checksum(_ bytes: Bytes) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }
}
