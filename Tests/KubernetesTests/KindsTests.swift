import Cluster
import Document
import Testing

@testable import Kubernetes

struct KindsTests {
  @Test func idsNamesAndShortNamesAreThoseOfKubectl() {
    let text = Kinds.all.map { "\($0.kind.id) \($0.kind.name) \($0.kind.shortNames.joined(separator: ","))" }
    #expect(
      text.joined(separator: "\n") == """
        v1/pods Pod po
        containers Container co
        v1/namespaces Namespace ns
        v1/nodes Node no
        v1/events Event ev
        apps/v1/deployments Deployment deploy
        apps/v1/statefulsets StatefulSet sts
        apps/v1/daemonsets DaemonSet ds
        apps/v1/replicasets ReplicaSet rs
        batch/v1/jobs Job 
        batch/v1/cronjobs CronJob cj
        autoscaling/v2/horizontalpodautoscalers HorizontalPodAutoscaler hpa
        v1/services Service svc
        networking.k8s.io/v1/ingresses Ingress ing
        networking.k8s.io/v1/ingressclasses IngressClass 
        discovery.k8s.io/v1/endpointslices EndpointSlice 
        v1/endpoints Endpoints ep
        networking.k8s.io/v1/networkpolicies NetworkPolicy netpol
        v1/configmaps ConfigMap cm
        v1/secrets Secret 
        v1/serviceaccounts ServiceAccount sa
        v1/persistentvolumeclaims PersistentVolumeClaim pvc
        v1/persistentvolumes PersistentVolume pv
        storage.k8s.io/v1/storageclasses StorageClass sc
        storage.k8s.io/v1/volumeattachments VolumeAttachment 
        storage.k8s.io/v1/csinodes CSINode 
        storage.k8s.io/v1/csidrivers CSIDriver 
        policy/v1/poddisruptionbudgets PodDisruptionBudget pdb
        v1/resourcequotas ResourceQuota quota
        v1/limitranges LimitRange limits
        v1/replicationcontrollers ReplicationController rc
        coordination.k8s.io/v1/leases Lease 
        rbac.authorization.k8s.io/v1/roles Role 
        rbac.authorization.k8s.io/v1/rolebindings RoleBinding 
        rbac.authorization.k8s.io/v1/clusterroles ClusterRole 
        rbac.authorization.k8s.io/v1/clusterrolebindings ClusterRoleBinding 
        scheduling.k8s.io/v1/priorityclasses PriorityClass pc
        node.k8s.io/v1/runtimeclasses RuntimeClass 
        admissionregistration.k8s.io/v1/validatingwebhookconfigurations ValidatingWebhookConfiguration 
        admissionregistration.k8s.io/v1/mutatingwebhookconfigurations MutatingWebhookConfiguration 
        apiregistration.k8s.io/v1/apiservices APIService 
        certificates.k8s.io/v1/certificatesigningrequests CertificateSigningRequest csr
        apiextensions.k8s.io/v1/customresourcedefinitions CustomResourceDefinition crd,crds
        events.k8s.io/v1/events Event ev
        workloads Workload wk
        ports Port port
        helm/v1/releases Helm release helm
        helm/v1/revisions Helm revision 
        targets Target target
        metrics Metric metric
        """, "the containers, workloads, ports, releases, targets and metrics are this program's own")
  }

  @Test func secretsAndConfigMapsNeverHaveTheirObjectsListed() {
    #expect(Kinds.builtIn("v1/secrets")?.listsAsTable == true)
    #expect(Kinds.builtIn("v1/configmaps")?.listsAsTable == true)
    #expect(Kinds.builtIn("v1/pods")?.listsAsTable == false)
  }

  @Test func thePodColumnsThatStayLongestAreTheOnesThatTellMost() {
    let columns = BuiltIn.pods.kind.columns!.filter { !$0.isWide }.sorted { $0.priority > $1.priority }
    #expect(
      columns.map(\.title) == [
        "STATUS", "READY", "RESTARTS", "CPU", "MEM", "%MEM/L", "LAST RESTART", "%CPU/L", "CPU TREND", "NODE",
        "IP",
        "%CPU/R", "%MEM/R",
      ])
  }

  @Test func everyKindWritesACellForEachOfItsColumns() {
    for builtIn in Kinds.all {
      guard builtIn.decoder != nil, builtIn.kind.id != "containers" else { continue }
      let row = KindsFixtures.rows(builtIn, object: "{\"metadata\":{\"name\":\"x\",\"uid\":\"u\"}}").first
      let columns = builtIn.kind.columns!.filter(\.hasCell)
      #expect(row?.cellCount == columns.count, "\(builtIn.kind.id)")
    }
  }

  @Test func aResourceThatIsNotBuiltInIsMadeFromDiscovery() {
    let widget = Kinds.generic(
      group: "example.com", version: "v1", plural: "widgets", singular: "widget", name: "Widget",
      shortNames: ["wd"], namespaced: true, verbs: ["get", "list", "watch", "patch"], subresources: ["scale"])
    #expect(widget.id == "example.com/v1/widgets")
    #expect(widget.columns == nil)
    #expect(widget.abilities == [.describe, .yaml, .events, .edit, .label, .scale])
    let review = Kinds.generic(
      group: "", version: "v1", plural: "bindings", singular: "", name: "Binding", shortNames: [],
      namespaced: true, verbs: ["create"])
    #expect(review.id == "v1/bindings")
    #expect(!review.canList && !review.canWatch)
    let pods = Kinds.generic(
      group: "", version: "v1", plural: "pods", singular: "pod", name: "Pod", shortNames: ["po"],
      namespaced: true, verbs: ["get", "list", "watch", "delete", "patch"])
    #expect(pods.columns != nil)
    #expect(pods.abilities.contains(.logs))
  }

  @Test(arguments: [
    ("v1", "Pod", "v1/pods"), ("apps/v1", "Deployment", "apps/v1/deployments"),
    ("autoscaling/v1", "HorizontalPodAutoscaler", "autoscaling/v2/horizontalpodautoscalers"),
    ("networking.k8s.io/v1", "NetworkPolicy", "networking.k8s.io/v1/networkpolicies"),
    ("example.com/v1", "Proxy", "example.com/v1/proxies"), ("x.io/v1", "Gateway", "x.io/v1/gateways"),
    ("x.io/v1", "Class", "x.io/v1/classes"),
    ("serving.knative.dev/v1", "Service", "serving.knative.dev/v1/services"),
    ("", "Node", "v1/nodes"),
  ])
  func referencesNameTheirKind(apiVersion: String, name: String, id: String) {
    #expect(Kinds.id(apiVersion: apiVersion, name: name) == id)
  }

  @Test func enterKnowsWhereToGo() {
    func drill(_ kind: BuiltIn, _ file: String, _ name: String) -> String {
      KindsFixtures.rows(kind, file).first { $0.name == name }?.drill ?? "no such row"
    }
    #expect(drill(.deployments, "deployments", "web") == "app=web")
    #expect(drill(.services, "services", "legacy-db") == "")
    #expect(drill(.nodes, "nodes", "node-2") == "spec.nodeName=node-2")
    #expect(
      drill(.horizontalPodAutoscalers, "horizontalpodautoscalers", "web") == "apps/v1/deployments shop web")
    #expect(
      drill(.customResourceDefinitions, "customresourcedefinitions", "widgets.example.com")
        == "example.com/v1/widgets")
    #expect(
      drill(.persistentVolumeClaims, "persistentvolumeclaims", "backups")
        == "v1/persistentvolumes  pv-backups")
    #expect(
      drill(.persistentVolumes, "persistentvolumes", "pv-backups") == "v1/persistentvolumeclaims data backups"
    )
    // From a claim's volume enter goes on to its class.
    let volume = KindsFixtures.rows(
      .persistentVolumes,
      object:
        #"{"metadata":{"name":"pv-1"},"spec":{"claimRef":{"namespace":"a","name":"b"},"storageClassName":"fast"}}"#
    )
    #expect(
      volume.first?.drill == "v1/persistentvolumeclaims a b\nstorage.k8s.io/v1/storageclasses  fast")
    #expect(
      drill(.roleBindings, "rolebindings", "system:controller:bootstrap-signer").hasPrefix(
        "rbac.authorization.k8s.io/v1/roles kube-"))
    #expect(
      drill(.endpoints, "endpoints.shop", "web").split(separator: " ").allSatisfy { $0.hasPrefix("web-") })
    let events = KindsFixtures.rows(.events, "events.core.shop")
    #expect(events.contains { $0.drill == "v1/pods shop cart-78b8b85c-zbxbn" })
    #expect(events.contains { $0.drill.hasPrefix("apps/v1/deployments shop ") })
  }

  @Test func podsKnowTheirOwnerAndLabels() {
    let row = KindsFixtures.rows(.pods, "pods").first { $0.name == "cart-78b8b85c-zbxbn" }
    #expect(row?.labels.contains("app=cart") == true)
    let owner = KindsFixtures.rows(.replicaSets, "replicasets").first { $0.name == "cart-78b8b85c" }
    #expect(row?.ownerUID == owner?.uid)
  }

  @Test func aDeletedObjectIsRemovedByItsUID() {
    let object = Array("{\"metadata\":{\"name\":\"x\",\"uid\":\"u-1\",\"namespace\":\"n\"}}".utf8)
    var writer = RowWriter()
    object.withUnsafeBytes { BuiltIn.deployments.decoder!.remove(JSONSlice($0), &writer) }
    let store = RowStore()
    store.apply(batch("{\"metadata\":{\"name\":\"x\",\"uid\":\"u-1\",\"namespace\":\"n\"}}"))
    #expect(store.count == 1)
    store.apply(writer.takeBatch())
    #expect(store.count == 0)
  }

  private func batch(_ object: String) -> RowBatch {
    var writer = RowWriter()
    Array(object.utf8).withUnsafeBytes { BuiltIn.deployments.decoder!.write(JSONSlice($0), &writer) }
    return writer.takeBatch()
  }
}

/// The containers of a pod as rows.
struct KindsContainerTests {
  private func rows(_ pod: String) -> [Row] {
    KindsFixtures.rows(.containers, "pods.described").filter { row in
      KindsFixtures.rows(.pods, "pods.described").contains { $0.name == pod && row.uid.hasPrefix($0.uid) }
    }
  }

  private func text(_ pod: String) -> String {
    rows(pod).map { row in
      let cells = [0, 3, 4, 5, 6, 7, 8, 9].map(row.cell).joined(separator: " | ")
      return "\(row.tone.glyph) \(row.name): \(cells)"
    }.joined(separator: "\n")
  }

  @Test func initSidecarAndMainContainersAreToldApart() {
    #expect(
      text("toolbox-747f898cb7-2cnkr") == """
        o fetch-config: I1 | Completed | 0 | Completed 0 | off:off:off |  | 10m:200m | 16Mi:64Mi
        o migrate: I2 | Completed | 0 | Completed 0 | off:off:off |  | 10m:200m | 16Mi:64Mi
        . proxy-sidecar: S3 | Running | 0 |  | off:off:on |  | 10m:200m | 16Mi:64Mi
        . logger: M1 | Running | 0 |  | off:off:off |  | 10m:200m | 16Mi:64Mi
        . main: M2 | Running | 0 |  | off:off:off |  | 10m:200m | 16Mi:64Mi
        . clock: M3 | Running | 0 |  | off:off:off |  | 10m:200m | 16Mi:64Mi
        """)
  }

  @Test func ephemeralContainersAreShownToo() {
    #expect(text("debug-shell").contains(". debugger: E1 | Running"))
  }

  @Test func eachContainerSaysWhyItIsNotWell() {
    let broken = rows("init-broken")
    #expect(
      broken.map { $0.reason(now: KindsFixtures.described) } == [
        "exit 2 75s ago after 0s; restarting, 7 times so far",
        "init container wait-for-db: exit 2 75s ago after 0s; restarting, 7 times so far",
      ])
    #expect(broken.map(\.tone) == [.bad, .starting])
    let waiting = rows("search-f45c7d9b8-qgzg5")
    #expect(waiting.map(\.drill) == ["search"])
    #expect(waiting[0].reason(now: KindsFixtures.described).hasPrefix("unschedulable for 12m: "))
  }

  @Test func aPodThatGoesTakesItsContainersAlong() {
    let store = RowStore()
    var writer = RowWriter()
    KindsFixtures.bytes("pods.described.list.json").withUnsafeBytes { bytes in
      JSONList(bytes, itemsKey: "items").eachItem { BuiltIn.containers.decoder!.write($0, &writer) }
      store.apply(writer.takeBatch())
      #expect(store.count == 32)
      JSONList(bytes, itemsKey: "items").eachItem { BuiltIn.containers.decoder!.remove($0, &writer) }
      store.apply(writer.takeBatch())
    }
    #expect(store.count == 0)
  }
}
