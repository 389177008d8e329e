extension Catalog {
  static let scale = ResourceDefinition.Subresource(
    name: "scale", kind: "Scale", group: "autoscaling", version: "v1", verbs: ["get", "patch", "update"])

  static func status(_ kind: String) -> ResourceDefinition.Subresource {
    ResourceDefinition.Subresource(name: "status", kind: kind, verbs: ["get", "patch", "update"])
  }

  /// The kinds that every cluster has.
  static var builtIn: Catalog {
    var catalog = Catalog(core + apps + batch + network + others + rare)
    catalog.addGroup("authentication.k8s.io", "v1")
    catalog.addGroup("authorization.k8s.io", "v1")
    return catalog
  }

  private static let eventFields = [
    "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
    "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
    "reportingComponent", "source", "type",
  ]

  private static var podParts: [ResourceDefinition.Subresource] {
    [
      ResourceDefinition.Subresource(name: "attach", kind: "PodAttachOptions", verbs: ["create", "get"]),
      ResourceDefinition.Subresource(name: "binding", kind: "Binding", verbs: ["create"]),
      ResourceDefinition.Subresource(
        name: "ephemeralcontainers", kind: "Pod", verbs: ["get", "patch", "update"]),
      ResourceDefinition.Subresource(
        name: "eviction", kind: "Eviction", group: "policy", version: "v1", verbs: ["create"]),
      ResourceDefinition.Subresource(name: "exec", kind: "PodExecOptions", verbs: ["create", "get"]),
      ResourceDefinition.Subresource(name: "log", kind: "Pod", verbs: ["get"]),
      ResourceDefinition.Subresource(
        name: "portforward", kind: "PodPortForwardOptions", verbs: ["create", "get"]),
      proxy("PodProxyOptions"), status("Pod"),
    ]
  }

  private static func proxy(_ kind: String) -> ResourceDefinition.Subresource {
    ResourceDefinition.Subresource(
      name: "proxy", kind: kind, verbs: ["create", "delete", "get", "patch", "update"])
  }

  private static var core: [ResourceDefinition] {
    [
      ResourceDefinition("configmaps", "ConfigMap", short: ["cm"], table: .configMaps),
      ResourceDefinition(
        "endpoints", "Endpoints", singular: "endpoints", short: ["ep"], table: .endpoints),
      ResourceDefinition("events", "Event", short: ["ev"], table: .events, fields: eventFields),
      ResourceDefinition("limitranges", "LimitRange", short: ["limits"], table: .nameAndCreation),
      ResourceDefinition(
        "namespaces", "Namespace", short: ["ns"], isNamespaced: false,
        verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
        subresources: [
          ResourceDefinition.Subresource(name: "finalize", kind: "Namespace", verbs: ["update"]),
          status("Namespace"),
        ],
        table: .namespaces, fields: ["status.phase"]),
      ResourceDefinition(
        "nodes", "Node", short: ["no"], isNamespaced: false,
        subresources: [proxy("NodeProxyOptions"), status("Node")], table: .nodes,
        fields: ["spec.unschedulable"]),
      ResourceDefinition(
        "persistentvolumeclaims", "PersistentVolumeClaim", short: ["pvc"],
        subresources: [status("PersistentVolumeClaim")], table: .persistentVolumeClaims),
      ResourceDefinition(
        "persistentvolumes", "PersistentVolume", short: ["pv"], isNamespaced: false,
        subresources: [status("PersistentVolume")], table: .persistentVolumes),
      ResourceDefinition(
        "pods", "Pod", short: ["po"], categories: ["all"], subresources: podParts,
        table: .pods,
        fields: [
          "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
          "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName",
        ]),
      ResourceDefinition(
        "resourcequotas", "ResourceQuota", short: ["quota"], subresources: [status("ResourceQuota")],
        table: .resourceQuotas),
      ResourceDefinition("secrets", "Secret", table: .secrets, fields: ["type"]),
      ResourceDefinition(
        "serviceaccounts", "ServiceAccount", short: ["sa"],
        subresources: [
          ResourceDefinition.Subresource(
            name: "token", kind: "TokenRequest", group: "authentication.k8s.io", version: "v1",
            verbs: ["create"])
        ]),
      ResourceDefinition(
        "services", "Service", short: ["svc"], categories: ["all"],
        subresources: [proxy("ServiceProxyOptions"), status("Service")], table: .services,
        fields: ["spec.clusterIP", "spec.type"]),
    ]
  }

  private static var apps: [ResourceDefinition] {
    [
      ResourceDefinition(
        "controllerrevisions", "ControllerRevision", group: "apps", table: .controllerRevisions),
      ResourceDefinition(
        "daemonsets", "DaemonSet", group: "apps", short: ["ds"], categories: ["all"],
        subresources: [status("DaemonSet")], table: .daemonSets),
      ResourceDefinition(
        "deployments", "Deployment", group: "apps", short: ["deploy"], categories: ["all"],
        subresources: [scale, status("Deployment")], table: .deployments),
      ResourceDefinition(
        "replicasets", "ReplicaSet", group: "apps", short: ["rs"], categories: ["all"],
        subresources: [scale, status("ReplicaSet")], table: .replicaSets),
      ResourceDefinition(
        "statefulsets", "StatefulSet", group: "apps", short: ["sts"], categories: ["all"],
        subresources: [scale, status("StatefulSet")], table: .statefulSets),
    ]
  }

  private static var batch: [ResourceDefinition] {
    [
      ResourceDefinition(
        "events", "Event", group: "events.k8s.io", short: ["ev"], store: StoreKey("events"),
        table: .events,
        fields: eventFields.map { $0.replacingPrefix("involvedObject", "regarding") }),
      ResourceDefinition(
        "horizontalpodautoscalers", "HorizontalPodAutoscaler", group: "autoscaling", version: "v2",
        short: ["hpa"], categories: ["all"], subresources: [status("HorizontalPodAutoscaler")],
        table: .horizontalPodAutoscalers),
      ResourceDefinition(
        "horizontalpodautoscalers", "HorizontalPodAutoscaler", group: "autoscaling", version: "v1",
        short: ["hpa"], categories: ["all"], subresources: [status("HorizontalPodAutoscaler")],
        table: .horizontalPodAutoscalers),
      ResourceDefinition(
        "cronjobs", "CronJob", group: "batch", short: ["cj"], categories: ["all"],
        subresources: [status("CronJob")], table: .cronJobs),
      ResourceDefinition(
        "jobs", "Job", group: "batch", categories: ["all"], subresources: [status("Job")], table: .jobs,
        fields: ["status.successful"]),
    ]
  }

  private static var network: [ResourceDefinition] {
    let group = "networking.k8s.io"
    return [
      ResourceDefinition(
        "ingressclasses", "IngressClass", group: group, isNamespaced: false, table: .ingressClasses),
      ResourceDefinition(
        "ingresses", "Ingress", group: group, short: ["ing"], subresources: [status("Ingress")],
        table: .ingresses),
      ResourceDefinition(
        "networkpolicies", "NetworkPolicy", group: group, short: ["netpol"], table: .networkPolicies),
      ResourceDefinition(
        "endpointslices", "EndpointSlice", group: "discovery.k8s.io", table: .endpointSlices),
    ]
  }

  private static var others: [ResourceDefinition] {
    let rbac = "rbac.authorization.k8s.io"
    return [
      // Answered by `MetricsAPI`: nothing of it is stored.
      ResourceDefinition(
        "nodes", "NodeMetrics", group: "metrics.k8s.io", version: "v1beta1", singular: "",
        isNamespaced: false, verbs: ["get", "list"]),
      ResourceDefinition(
        "pods", "PodMetrics", group: "metrics.k8s.io", version: "v1beta1", singular: "",
        verbs: ["get", "list"]),
      ResourceDefinition(
        "poddisruptionbudgets", "PodDisruptionBudget", group: "policy", short: ["pdb"],
        subresources: [status("PodDisruptionBudget")], table: .podDisruptionBudgets),
      ResourceDefinition(
        "clusterrolebindings", "ClusterRoleBinding", group: rbac, isNamespaced: false, table: .roleBindings),
      ResourceDefinition(
        "clusterroles", "ClusterRole", group: rbac, isNamespaced: false, table: .nameAndCreation),
      ResourceDefinition("rolebindings", "RoleBinding", group: rbac, table: .roleBindings),
      ResourceDefinition("roles", "Role", group: rbac, table: .nameAndCreation),
      ResourceDefinition(
        "storageclasses", "StorageClass", group: "storage.k8s.io", short: ["sc"], isNamespaced: false,
        table: .storageClasses),
      ResourceDefinition(
        "customresourcedefinitions", "CustomResourceDefinition", group: "apiextensions.k8s.io",
        short: ["crd", "crds"], categories: ["api-extensions"], isNamespaced: false,
        subresources: [status("CustomResourceDefinition")], table: .nameAndCreation),
      ResourceDefinition(
        "priorityclasses", "PriorityClass", group: "scheduling.k8s.io", short: ["pc"], isNamespaced: false,
        table: .priorityClasses),
      ResourceDefinition("leases", "Lease", group: "coordination.k8s.io", table: .leases),
    ]
  }
}

extension String {
  func replacingPrefix(_ prefix: String, _ other: String) -> String {
    hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
  }
}
