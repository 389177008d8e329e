import Document
import Metrics

extension StateKind {
  static let nodes = StateKind(
    "v1/nodes", [.name("node")],
    [
      StateFamily(
        "kube_node_info", "What a node runs and where it is found.",
        [
          "status.nodeInfo", "spec.providerID", "spec.podCIDR", "status.addresses",
        ]
      ) { fields, out in
        let node = fields[0]
        out.begin()
        out.label("kernel_version", node?["kernelVersion"])
        out.label("os_image", node?["osImage"])
        out.label("container_runtime_version", node?["containerRuntimeVersion"])
        out.label("kubelet_version", node?["kubeletVersion"])
        // The API no longer tells it.
        out.label("kubeproxy_version", "deprecated" as StaticString)
        out.label("provider_id", fields[1])
        out.label("pod_cidr", fields[2])
        out.label("system_uuid", node?["systemUUID"])
        out.label("internal_ip", fields[3].elements.last { $0["type"].has("InternalIP") }?["address"])
        out.end(1)
      },
      .conditions("kube_node_status_condition", "The conditions of a node."),
      amounts("kube_node_status_allocatable", "What a node has for pods.", "status.allocatable"),
      amounts("kube_node_status_capacity", "What a node has.", "status.capacity"),
      .flag("kube_node_spec_unschedulable", "Whether a node takes no new pods.", "spec.unschedulable"),
      StateFamily("kube_node_spec_taint", "The taints of a node.", ["spec.taints"]) { fields, out in
        fields[0]?.eachElement { taint in
          out.begin()
          out.label("key", taint["key"])
          out.label("value", taint["value"])
          out.label("effect", taint["effect"])
          out.end(1)
        }
      },
      StateFamily("kube_node_role", "The roles of a node.", ["metadata.labels"]) { fields, out in
        let prefix = "node-role.kubernetes.io/"
        fields[0]?.eachMember { key, _ in
          let label = String(decoding: key, as: UTF8.self)
          guard label.hasPrefix(prefix) else { return }
          out.begin()
          out.label("role", String(label.dropFirst(prefix.count)))
          out.end(1)
        }
      },
    ])

  private static func amounts(_ name: String, _ help: String, _ path: String) -> StateFamily {
    StateFamily(name, help, [path]) { fields, out in
      out.amounts(fields[0], countsPods: true, isRounded: false)
    }
  }

  static let namespaces = StateKind(
    "v1/namespaces", [.name("namespace")],
    [
      .phase(
        "kube_namespace_status_phase", "The phase of a namespace.", ["Active", "Terminating"],
        isAlwaysTold: true)
    ])

  static let resourceQuotas = StateKind(
    "v1/resourcequotas", [.namespace, .name("resourcequota")],
    [
      StateFamily(
        "kube_resourcequota", "What a quota allows and what is used of it.", ["status.hard", "status.used"]
      ) { fields, out in
        let types: [StaticString] = ["hard", "used"]
        for (index, type) in types.enumerated() {
          fields[index]?.eachMember { key, amount in
            guard let value = StateAmount.value(amount) else { return }
            out.begin()
            out.label("resource", key)
            out.label("type", type)
            out.end(value)
          }
        }
      }
    ])
}
