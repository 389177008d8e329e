import Cluster
import Document
import Testing

@testable import Kubernetes

/// Every cell of ours that the server prints too is what the server printed of the same object.
struct KindsTableTests {
  /// Compares each row with the server's. `columns` are our titles and the server's names for them.
  private func check(
    _ kind: BuiltIn, _ file: String, _ columns: [String: String],
    sourceLocation: SourceLocation = #_sourceLocation,
    ours: (Row, String) -> String? = { _, _ in nil }
  ) {
    let rows = KindsFixtures.rows(kind, file)
    let printed = KindsFixtures.printed(file)
    #expect(rows.count == printed.count && !rows.isEmpty, sourceLocation: sourceLocation)
    for row in rows {
      guard let theirs = printed[row.uid] else {
        Issue.record("the server has no \(row.name)", sourceLocation: sourceLocation)
        continue
      }
      #expect(row.name == theirs["Name"]?.replacing(" (default)", with: ""), sourceLocation: sourceLocation)
      for (title, name) in columns {
        let cell = ours(row, title) ?? row.drawn(title, kind.kind, now: KindsFixtures.listed)
        #expect(cell == theirs[name], "\(name) of \(row.name)", sourceLocation: sourceLocation)
      }
      if let age = theirs["Age"] {
        #expect(Age.text(seconds: KindsFixtures.listed - row.created) == age, sourceLocation: sourceLocation)
      }
    }
  }

  @Test func podsSayWhatKubectlSays() {
    check(
      .pods, "pods",
      [
        "READY": "Ready", "STATUS": "Status", "RESTARTS": "Restarts", "IP": "IP", "NODE": "Node",
        "NOMINATED NODE": "Nominated Node", "READINESS GATES": "Readiness Gates",
      ]
    ) { row, title in
      // Ours has two columns for kubectl's "7 (79s ago)".
      guard title == "RESTARTS" else { return nil }
      let last = row.drawn("LAST RESTART", BuiltIn.pods.kind, now: KindsFixtures.listed)
      let count = row.drawn("RESTARTS", BuiltIn.pods.kind, now: 0)
      return last.isEmpty || count == "0" ? count : "\(count) (\(last) ago)"
    }
  }

  private static let template = ["CONTAINERS": "Containers", "IMAGES": "Images", "SELECTOR": "Selector"]

  @Test func workloadsSayWhatKubectlSays() {
    check(
      .deployments, "deployments",
      Self.template.merging(
        ["READY": "Ready", "UP-TO-DATE": "Up-to-date", "AVAILABLE": "Available"]) { $1 })
    let replicas = Self.template.merging(["DESIRED": "Desired", "CURRENT": "Current", "READY": "Ready"]) {
      $1
    }
    check(.replicaSets, "replicasets", replicas)
    check(.statefulSets, "statefulsets", ["READY": "Ready", "CONTAINERS": "Containers", "IMAGES": "Images"])
    check(
      .daemonSets, "daemonsets",
      replicas.merging(
        ["UP-TO-DATE": "Up-to-date", "AVAILABLE": "Available", "NODE SELECTOR": "Node Selector"]) { $1 })
  }

  @Test func jobsSayWhatKubectlSays() {
    check(
      .jobs, "jobs",
      Self.template.merging(["STATUS": "Status", "COMPLETIONS": "Completions", "DURATION": "Duration"]) { $1 }
    ) { row, title in
      // For kubectl a failed job goes on for ever; ours ended after 40 s.
      guard row.name == "reindex", title == "DURATION" else { return nil }
      #expect(row.drawn(title, BuiltIn.jobs.kind, now: KindsFixtures.listed) == "40s")
      return "2m20s"
    }
    check(
      .cronJobs, "cronjobs",
      Self.template.merging([
        "SCHEDULE": "Schedule", "TIMEZONE": "Timezone", "SUSPEND": "Suspend", "ACTIVE": "Active",
        "LAST SCHEDULE": "Last Schedule",
      ]) { $1 }
    ) { row, title in
      title == "LAST SCHEDULE" && row.moment(0) == nil ? "<none>" : nil
    }
  }

  @Test func nodesSayWhatKubectlSays() {
    check(
      .nodes, "nodes",
      [
        "STATUS": "Status", "ROLES": "Roles", "VERSION": "Version", "INTERNAL-IP": "Internal-IP",
        "EXTERNAL-IP": "External-IP", "OS-IMAGE": "OS-Image", "CONTAINER-RUNTIME": "Container-Runtime",
        "KERNEL-VERSION": "Kernel-Version",
      ]
    ) { row, title in
      guard title == "KERNEL-VERSION" else { return nil }
      let kind = BuiltIn.nodes.kind
      return "\(row.drawn(title, kind, now: 0)) (\(row.drawn("ARCH", kind, now: 0)))"
    }
  }

  @Test func networkKindsSayWhatKubectlSays() {
    check(
      .services, "services",
      [
        "TYPE": "Type", "CLUSTER-IP": "Cluster-IP", "EXTERNAL-IP": "External-IP", "PORTS": "Port(s)",
        "SELECTOR": "Selector",
      ])
    check(
      .endpointSlices, "endpointslices",
      ["ADDRESSTYPE": "AddressType", "PORTS": "Ports", "ENDPOINTS": "Endpoints"])
    check(
      .ingresses, "ingresses",
      ["CLASS": "Class", "HOSTS": "Hosts", "ADDRESS": "Address", "PORTS": "Ports"])
    check(.networkPolicies, "networkpolicies", ["POD-SELECTOR": "Pod-Selector"])
  }

  @Test func storageSaysWhatKubectlSays() {
    let common = [
      "STATUS": "Status", "CAPACITY": "Capacity", "ACCESS MODES": "Access Modes",
      "STORAGECLASS": "StorageClass", "VOLUMEMODE": "VolumeMode",
      "VOLUMEATTRIBUTESCLASS": "VolumeAttributesClass",
    ]
    check(.persistentVolumeClaims, "persistentvolumeclaims", common.merging(["VOLUME": "Volume"]) { $1 })
    check(
      .persistentVolumes, "persistentvolumes",
      common.merging(["CLAIM": "Claim", "RECLAIM POLICY": "Reclaim Policy", "REASON": "Reason"]) { $1 })
    check(
      .storageClasses, "storageclasses",
      [
        "PROVISIONER": "Provisioner", "RECLAIMPOLICY": "ReclaimPolicy",
        "VOLUMEBINDINGMODE": "VolumeBindingMode", "ALLOWVOLUMEEXPANSION": "AllowVolumeExpansion",
      ])
  }

  @Test func theOthersSayWhatKubectlSays() {
    check(
      .horizontalPodAutoscalers, "horizontalpodautoscalers",
      [
        "REFERENCE": "Reference", "TARGETS": "Targets", "MINPODS": "MinPods", "MAXPODS": "MaxPods",
        "REPLICAS": "Replicas",
      ])
    check(.namespaces, "namespaces", ["STATUS": "Status"])
    check(
      .podDisruptionBudgets, "poddisruptionbudgets",
      [
        "MIN AVAILABLE": "Min Available", "MAX UNAVAILABLE": "Max Unavailable",
        "ALLOWED DISRUPTIONS": "Allowed Disruptions",
      ])
    check(.resourceQuotas, "resourcequotas", ["REQUEST": "Request", "LIMIT": "Limit"])
    check(.leases, "leases", ["HOLDER": "Holder"])
    check(.customResourceDefinitions, "customresourcedefinitions", [:])
    check(.limitRanges, "limitranges", [:])
  }

  @Test(arguments: ["events.core.shop", "events.k8s.io.shop"])
  func eventsOfBothAPIsSayWhatKubectlSays(file: String) {
    let kind: BuiltIn = file == "events.core.shop" ? .events : .groupedEvents
    let printed = KindsFixtures.printed(file)
    check(
      kind, file,
      [
        "LAST SEEN": "Last Seen", "TYPE": "Type", "REASON": "Reason", "OBJECT": "Object",
        "SUBOBJECT": "Subobject", "SOURCE": "Source", "MESSAGE": "Message", "FIRST SEEN": "First Seen",
        "COUNT": "Count",
      ]
    ) { row, title in
      // The newer events have microseconds, which we drop: an age may be a second more.
      guard title.hasSuffix("SEEN") else { return nil }
      let younger = row.drawn(title, kind.kind, now: KindsFixtures.listed - 1)
      let name = title == "LAST SEEN" ? "Last Seen" : "First Seen"
      return printed[row.uid]?[name] == younger ? younger : nil
    }
  }

  @Test func kindsOfWhoMayDoWhatSayWhatKubectlSays() {
    check(
      .roleBindings, "rolebindings",
      ["ROLE": "Role", "USERS": "Users", "GROUPS": "Groups", "SERVICEACCOUNTS": "ServiceAccounts"])
    check(.roles, "roles", [:])
    check(.serviceAccounts, "serviceaccounts.ops", [:])
  }

  @Test func kindsOfTheWholeClusterSayWhatKubectlSays() {
    check(.endpoints, "endpoints.shop", ["ENDPOINTS": "Endpoints"])
    check(
      .priorityClasses, "priorityclasses",
      ["VALUE": "Value", "GLOBAL-DEFAULT": "Global-Default", "PREEMPTIONPOLICY": "PreemptionPolicy"])
    check(.csiNodes, "csinodes", ["DRIVERS": "Drivers"])
    check(.apiServices, "apiservices", ["SERVICE": "Service", "AVAILABLE": "Available"])
    check(.ingressClasses, "ingressclasses", ["CONTROLLER": "Controller", "PARAMETERS": "Parameters"])
  }

  /// Recorded objects, each by its own kind's rules.
  @Test func workloadsSayInOneTableWhatTheirOwnKindsSay() throws {
    let kind = BuiltIn.workloads.kind
    func rows(_ file: String, _ builtIn: BuiltIn) throws -> [String: Row] {
      let decoder = try #require(builtIn.workloadDecoder)
      let rows = KindsFixtures.rows(BuiltIn(kind, decoder: decoder), file)
      return Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0) })
    }
    func text(_ row: Row?) -> String {
      guard let row else { return "nothing" }
      return ["KIND", "STATUS", "READY"].map { row.drawn($0, kind, now: 0) }.joined(separator: " ")
    }
    let deployments = try rows("deployments", .deployments)
    #expect(text(deployments["web"]) == "Deployment OK 3/3")
    #expect(deployments["web"]?.drill == "apps/v1/deployments app=web")
    #expect(deployments["web"]?.kindID(in: kind) == "apps/v1/deployments")
    #expect(text(try rows("daemonsets", .daemonSets)["logshipper"]) == "DaemonSet DEGRADED 1/2")
    #expect(text(try rows("jobs", .jobs)["reindex"]) == "Job Failed 0/1")
    // What a ReplicaSet made is told of by its Deployment; what nobody made stands for itself.
    let pods = try rows("pods", .pods)
    let all = KindsFixtures.rows(.pods, "pods")
    #expect(pods.count == all.count { $0.ownerUID.isEmpty } && !pods.isEmpty)
  }
}
