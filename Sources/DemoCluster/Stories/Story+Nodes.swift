import Document

/// What happens to nodes, volumes and the network.
extension Story {
  static let nodeDown = Story(
    name: "node-down",
    sentence: "A node falls silent: it becomes NotReady, and after five minutes its pods are made elsewhere.",
    play: { $0.stopNode("harbour-4") })

  static let memoryPressure = Story(
    name: "memory-pressure",
    sentence: "A node runs out of memory: its kubelet evicts pods, which are made again elsewhere.",
    play: { $0.pressMemory("harbour-3", victims: 4) })

  static let tainted = Story(
    name: "tainted",
    sentence:
      "All nodes are tainted for maintenance while a deployment is scaled up: no node takes the pods.",
    play: { world in
      for name in ["harbour-2", "harbour-3", "harbour-4"] {
        world.edit(.nodes, ObjectKey(namespace: "", name: name)) { _, spec in
          spec["taints"] = .array(
            spec["taints"].array + [["key": "maintenance", "value": "true", "effect": "NoSchedule"]])
        }
      }
      world.scale(.deployments, ObjectKey(namespace: "market", name: "basket"), to: 6)
    })

  static let drainBlocked = Story(
    name: "drain-blocked",
    sentence: "Somebody drains a node, and a disruption budget that allows nothing holds it up.",
    play: { world in
      world.edit(.disruptionBudgets, ObjectKey(namespace: "platform", name: "sessions")) { _, spec in
        spec["minAvailable"] = 3
      }
      // The one with the most of what the budget protects.
      let node = world.pods(in: "platform", LabelSelector(matching: [Pair("app", "sessions")])).first?.state
        .node
      world.edit(.nodes, ObjectKey(namespace: "", name: node?.name ?? "harbour-2")) { _, spec in
        spec["unschedulable"] = true
      }
      world.after(1) { $0.drain(node?.name ?? "harbour-2") }
    })

  static let volumePending = Story(
    name: "volume-pending",
    sentence: "A StatefulSet's claims wait for a volume that its provisioner never makes.",
    play: { $0.addLedger(storageClass: "archive") })

  static let volumeUnknown = Story(
    name: "volume-unknown",
    sentence: "A StatefulSet asks for a storage class that does not exist.",
    play: { $0.addLedger(storageClass: "dockside-sdd") })

  static let dnsOutage = Story(
    name: "dns-outage",
    sentence:
      "A typing error in the Corefile stops CoreDNS: what has to look up names is not ready any more.",
    play: { world in
      world.set(
        "Corefile", of: "coredns", "kube-system",
        to:
          ".:53 {\n    errors\n    ready\n    kubernetes cluster.local\n    forwad . /etc/resolv.conf\n    cache 30\n}\n"
      )
      // It was meant to take effect at once.
      for (pod, _) in world.pods(in: "kube-system", LabelSelector(matching: [Pair("app", "coredns")])) {
        world.delete(ObjectHandle(pod))
      }
    })
}

extension World {
  /// Evicts the pods of a node as `kubectl drain` does, again and again where a budget forbids it.
  fileprivate func drain(_ name: String) {
    guard let node = nodes.first(where: { $0.facts.name == name }), node.isUnschedulable else { return }
    var isBlocked = false
    for (handle, pod) in pods(on: node)
    where pod.meta.deletion == nil && pod.meta.controller?.kind != "DaemonSet" {
      if evict(handle) != nil { isBlocked = true }
    }
    if isBlocked { after(5) { $0.drain(name) } }
  }

  fileprivate func addLedger(storageClass: String) {
    let template = TemplateSketch(
      labels: [("app", "ledger"), ("team", "platform")],
      containers: [
        ContainerSketch("ledger", Shop.image("postgres", "17.2"), port: 5432).with {
          $0.mounts = [("data", "/var/lib/postgresql/data")]
          $0.memoryLimit = "256Mi"
        }
      ])
    apply(
      .statefulSets, "ledger", "platform",
      [
        "spec": [
          "replicas": 2, "selector": ["matchLabels": ["app": "ledger"]], "template": template.json,
          "volumeClaimTemplates": [
            [
              "kind": "PersistentVolumeClaim", "apiVersion": "v1", "metadata": ["name": "data"],
              "spec": [
                "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "20Gi"]],
                "storageClassName": .string(storageClass), "volumeMode": "Filesystem",
              ],
              "status": ["phase": "Pending"],
            ]
          ],
          "serviceName": "ledger", "podManagementPolicy": "OrderedReady",
          "updateStrategy": ["type": "RollingUpdate", "rollingUpdate": ["partition": 0]],
          "revisionHistoryLimit": 10,
        ]
      ])
  }
}
