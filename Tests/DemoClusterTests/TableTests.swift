import Document
import HTTP
import Testing

@testable import DemoCluster

@Suite struct TableTests {
  @Test func durationsAreWrittenAsTheServerWritesThem() {
    let cases: [(Int64, String)] = [
      (-5, "<invalid>"), (-1, "0s"), (0, "0s"), (119, "119s"), (120, "2m"), (125, "2m5s"), (599, "9m59s"),
      (600, "10m"),
      (10_799, "179m"), (10_800, "3h"), (11_100, "3h5m"), (28_800, "8h"), (172_799, "47h"), (172_800, "2d"),
      (176_400, "2d1h"), (691_200, "8d"), (63_072_000, "2y"), (63_158_400, "2y1d"), (252_288_000, "8y"),
    ]
    for (seconds, text) in cases { #expect(HumanDuration.text(seconds: seconds) == text) }
  }

  @Test func columnsAreThoseOfTheRealServer() throws {
    let demo = Demo.still
    func columns(_ path: String) throws -> String {
      try demo.get(path, accept: Demo.tableAccept)["columnDefinitions"].array.map { column in
        (column["name"].string ?? "") + (column["priority"].int == 0 ? "" : "+")
      }.joined(separator: " ")
    }
    let expected = [
      ("/api/v1/pods", "Name Ready Status Restarts Age IP+ Node+ Nominated Node+ Readiness Gates+"),
      (
        "/api/v1/events",
        "Last Seen Type Reason Object Subobject+ Source+ Message First Seen+ Count+ Name+"
      ),
      (
        "/api/v1/nodes",
        "Name Status Roles Age Version Internal-IP+ External-IP+ OS-Image+ Kernel-Version+ Container-Runtime+"
      ),
      ("/api/v1/services", "Name Type Cluster-IP External-IP Port(s) Age Selector+"),
      ("/api/v1/secrets", "Name Type Data Age"), ("/api/v1/configmaps", "Name Data Age"),
      ("/api/v1/namespaces", "Name Status Age"), ("/api/v1/resourcequotas", "Name Request Limit Age"),
      (
        "/api/v1/persistentvolumeclaims",
        "Name Status Volume Capacity Access Modes StorageClass VolumeAttributesClass Age VolumeMode+"
      ),
      (
        "/api/v1/persistentvolumes",
        "Name Capacity Access Modes Reclaim Policy Status Claim StorageClass VolumeAttributesClass Reason Age "
          + "VolumeMode+"
      ),
      ("/apis/apps/v1/deployments", "Name Ready Up-to-date Available Age Containers+ Images+ Selector+"),
      ("/apis/apps/v1/replicasets", "Name Desired Current Ready Age Containers+ Images+ Selector+"),
      ("/apis/apps/v1/statefulsets", "Name Ready Age Containers+ Images+"),
      (
        "/apis/apps/v1/daemonsets",
        "Name Desired Current Ready Up-to-date Available Node Selector Age Containers+ Images+ Selector+"
      ),
      ("/apis/batch/v1/jobs", "Name Status Completions Duration Age Containers+ Images+ Selector+"),
      (
        "/apis/batch/v1/cronjobs",
        "Name Schedule Timezone Suspend Active Last Schedule Age Containers+ Images+ Selector+"
      ),
      (
        "/apis/autoscaling/v2/horizontalpodautoscalers", "Name Reference Targets MinPods MaxPods Replicas Age"
      ),
      ("/apis/networking.k8s.io/v1/ingresses", "Name Class Hosts Address Ports Age"),
      ("/apis/discovery.k8s.io/v1/endpointslices", "Name AddressType Ports Endpoints Age"),
      ("/apis/policy/v1/poddisruptionbudgets", "Name Min Available Max Unavailable Allowed Disruptions Age"),
      ("/apis/rbac.authorization.k8s.io/v1/rolebindings", "Name Role Age Users+ Groups+ ServiceAccounts+"),
      ("/apis/rbac.authorization.k8s.io/v1/clusterroles", "Name Created At"),
      ("/apis/scheduling.k8s.io/v1/priorityclasses", "Name Value Global-Default Age PreemptionPolicy"),
      ("/apis/cert-manager.io/v1/certificates", "Name Ready Secret Issuer+ Status+ Age"),
      ("/apis/shop.dockside.example/v1/promotions", "Name Percent Active Redeemed Channels Began Rules+"),
    ]
    for (path, names) in expected { #expect(try columns(path) == names, "\(path)") }
  }

  @Test func rowsReadAsKubectlPrintsThem() throws {
    let demo = Demo.still
    #expect(
      try demo.rows("/api/v1/nodes").first
        == "harbour-1 | Ready | control-plane | 143d | v1.36.2 | 10.20.0.11 | <none> | Debian GNU/Linux 13 (trixie) | "
        + "6.12.41-dock (amd64) | containerd://2.1.4")
    #expect(
      try demo.rows("/apis/apps/v1/namespaces/fulfil/deployments").first { $0.hasPrefix("orders ") }
        == "orders | 3/3 | 3 | 3 | 131d | orders,envoy | registry.dockside.example/fulfil/orders:7.3.1,"
        + "registry.dockside.example/envoyproxy/proxy:1.33.2 | app=orders")
    #expect(
      try demo.rows("/apis/shop.dockside.example/v1/promotions").first
        == "autumn-anchors | 15 | true | 4182 | web | 20d | {\"maxPerCustomer\":1,\"minBasket\":\"20.00\"}")
    #expect(
      try demo.rows("/apis/batch/v1/namespaces/platform/jobs").first { $0.hasPrefix("import-") }?
        .hasPrefix("import-catalogue | Complete | 1/1 | 6m2s | 4d4h | exporter |") == true)
    #expect(
      try demo.rows("/apis/cert-manager.io/v1/certificates").first { $0.hasPrefix("partners") }
        == "partners | False | partners-tls | acme-production | Issuing certificate as Secret does not exist | 9h"
    )
    #expect(
      try demo.rows("/apis/rbac.authorization.k8s.io/v1/namespaces/market/rolebindings")
        == ["releaser | ClusterRole/dockside-releaser | 120d |  |  | market/releaser"])
  }

  @Test func objectsComeWithRowsAsAsked() throws {
    let demo = Demo.still
    let base = "/api/v1/namespaces/kube-system/pods?limit=1&includeObject="
    #expect(try demo.get(base + "None", accept: Demo.tableAccept)["rows"][0]["object"].isNull)
    let meta = try demo.get(base + "Metadata", accept: Demo.tableAccept)["rows"][0]["object"]
    #expect(meta["kind"] == "PartialObjectMetadata" && meta["spec"].isNull)
    let object = try demo.get(base + "Object", accept: Demo.tableAccept)["rows"][0]["object"]
    #expect(object["kind"] == "Pod" && !object["spec"].isNull && !object["metadata"]["managedFields"].isNull)
  }

  @Test func printerPathsReachWhatTheySay() {
    let object: JSON = [
      "spec": ["a": ["b.c": 1], "list": ["x", "y"]],
      "status": [
        "conditions": [["type": "Ready", "status": "True"], ["type": "Other", "status": "False"]]
      ],
    ]
    func check(_ path: String, _ expected: [JSON]) {
      #expect(PrinterPath(path).values(in: object) == expected)
    }
    check(".status.conditions[?(@.type==\"Ready\")].status", ["True"])
    check(".status.conditions[?(@.type == 'Other')].status", ["False"])
    check(".spec.a['b.c']", [1])
    check(".spec.list[*]", ["x", "y"])
    check(".spec.list[1]", ["y"])
    check(".spec.nope.more", [])
  }
}
