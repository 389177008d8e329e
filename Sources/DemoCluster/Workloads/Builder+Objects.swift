import Document

/// Objects that nothing moves: services, storage, configuration, rights.
extension Builder {
  func namespace(_ name: String, age: Age, labels: [(String, String)] = []) {
    put(
      StoreKey("namespaces"), meta(name, age: age, labels: labels + [("kubernetes.io/metadata.name", name)]),
      api: "v1",
      manager: "kubectl-create", ["spec": ["finalizers": ["kubernetes"]], "status": ["phase": "Active"]])
    put(
      StoreKey("serviceaccounts"), meta("default", name, age: age), api: "v1",
      manager: "kube-controller-manager", [:])
    configMap(
      "kube-root-ca.crt", name, age: age,
      [
        "ca.crt":
          "-----BEGIN CERTIFICATE-----\nMIIBdjCCAR2gAwIBAgIBADAKBggqhkjOPQQDAjAjMSEwHwYDVQQDDBhkZW1v\n-----END CERTIFICATE-----\n"
      ])
  }

  func configMap(_ name: String, _ namespace: String, age: Age, _ data: JSON) {
    put(.configMaps, meta(name, namespace, age: age), api: "v1", ["data": data])
  }

  /// - Parameter data: the values as they are, before base64.
  func secret(
    _ name: String, _ namespace: String, age: Age, type: String = "Opaque", _ data: [(String, String)]
  ) {
    let encoded = data.map { ($0.0, Base64.encoded(Array($0.1.utf8))) }
    put(
      .secrets, meta(name, namespace, age: age), api: "v1",
      ["data": TemplateSketch.object(encoded), "type": .string(type)])
  }

  /// A Service and, where it selects pods, its EndpointSlice.
  func service(
    _ name: String, _ namespace: String, age: Age, app: String?, port: Int = 80, targetPort: Int = 8080,
    type: String = "ClusterIP", isHeadless: Bool = false, status: JSON = ["loadBalancer": [:]]
  ) {
    let address = isHeadless ? "None" : "10.96.\(world.dice.below(250)).\(2 + world.dice.below(250))"
    var portJSON: JSON = [
      "name": "http", "protocol": "TCP", "port": .int(port),
      "targetPort": isHeadless ? .int(targetPort) : "http",
    ]
    if type == "LoadBalancer" || type == "NodePort" {
      portJSON["nodePort"] = .int(30_000 + world.dice.below(2_767))
    }
    var spec: JSON = ["ports": [portJSON]]
    if let app { spec["selector"] = ["app": .string(app)] }
    spec["clusterIP"] = .string(address)
    spec["clusterIPs"] = [.string(address)]
    spec["type"] = .string(type)
    spec["sessionAffinity"] = "None"
    if type == "LoadBalancer" { spec["externalTrafficPolicy"] = "Cluster" }
    spec["ipFamilies"] = ["IPv4"]
    spec["ipFamilyPolicy"] = "SingleStack"
    spec["internalTrafficPolicy"] = "Cluster"
    let object = put(
      .services, meta(name, namespace, age: age, labels: [("app", app ?? name)]), api: "v1",
      ["spec": spec, "status": status])
    if app != nil { ServiceController(object.meta.key, world)?.reconcile(created: time(age)) }
  }

  func disruptionBudget(_ name: String, _ namespace: String, age: Age, app: String, minAvailable: Int) {
    let spec: JSON = ["minAvailable": .int(minAvailable), "selector": ["matchLabels": ["app": .string(app)]]]
    var meta = meta(name, namespace, age: age, generation: 1)
    meta.managers = [
      FieldManager(
        name: "helm", apiVersion: "policy/v1", time: meta.created,
        fields: ManagedFields.encoded(["spec": spec]))
    ]
    world.store.put(
      .disruptionBudgets, meta, .members([Object.Member(key: "spec", value: spec.encoded())]), at: world.now)
    BudgetController(meta.key, world)?.reconcile()
  }

  func quota(_ name: String, _ namespace: String, age: Age, hard: JSON) {
    var meta = meta(name, namespace, age: age)
    meta.managers = [
      FieldManager(
        name: "helm", apiVersion: "v1", time: meta.created,
        fields: ManagedFields.encoded(["spec": ["hard": hard]]))
    ]
    let spec: JSON = ["hard": hard]
    world.store.put(
      .quotas, meta, .members([Object.Member(key: "spec", value: spec.encoded())]), at: world.now)
    QuotaController(meta.key, world)?.reconcile()
  }

  /// An autoscaler, and the load in waves that it follows.
  func autoscaler(
    _ deployment: ObjectKey, min: Int, max: Int, percent: Int, age: Age, periodSeconds: Double,
    milliCPU: Int = 100, windowSeconds: Int = 45
  ) {
    let spec: JSON = [
      "scaleTargetRef": [
        "kind": "Deployment", "name": .string(deployment.name), "apiVersion": "apps/v1",
      ],
      "minReplicas": .int(min), "maxReplicas": .int(max),
      "metrics": [
        [
          "type": "Resource",
          "resource": [
            "name": "cpu", "target": ["type": "Utilization", "averageUtilization": .int(percent)],
          ],
        ]
      ],
      "behavior": [
        "scaleUp": [
          "stabilizationWindowSeconds": 0, "selectPolicy": "Max",
          "policies": [
            ["type": "Pods", "value": 4, "periodSeconds": 15],
            ["type": "Percent", "value": 100, "periodSeconds": 15],
          ],
        ],
        "scaleDown": [
          "stabilizationWindowSeconds": .int(windowSeconds), "selectPolicy": "Max",
          "policies": [["type": "Percent", "value": 100, "periodSeconds": 15]],
        ],
      ],
    ]
    var meta = meta(deployment.name, deployment.namespace, age: age)
    meta.managers = [
      FieldManager(
        name: "helm", apiVersion: "autoscaling/v2", time: meta.created,
        fields: ManagedFields.encoded(["spec": spec])),
      FieldManager(
        name: "kube-controller-manager", apiVersion: "autoscaling/v2", time: meta.created,
        fields: ManagedFields.encoded([
          "status": ["conditions": "", "currentMetrics": "", "currentReplicas": 0, "desiredReplicas": 0]
        ]), subresource: "status"),
    ]
    let status: JSON = ["lastScaleTime": .string(World.timestamp(world.now.seconds - 1_260))]
    world.store.put(
      .autoscalers, meta,
      .members([
        Object.Member(key: "spec", value: spec.encoded()),
        Object.Member(key: "status", value: status.encoded()),
      ]), at: world.now)
    let one = Double(milliCPU * percent) / 100
    let (low, high) = (Double(min), Double(max))
    world.loads[ObjectKey(namespace: deployment.namespace, name: deployment.name)] = Load(
      least: one * (low + (high - low) * 0.05), most: one * (high - (high - low) * 0.05),
      periodSeconds: periodSeconds)
    AutoscalerController(meta.key, world)?.reconcile()
  }

  func claim(
    _ name: String, _ namespace: String, app: String, age: Age, _ storage: Storage
  ) {
    var meta = meta(name, namespace, age: age, labels: [("app", app)])
    var spec: JSON = [
      "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": .string(storage.size)]],
    ]
    if storage.isBound {
      meta.setAnnotation("pv.kubernetes.io/bind-completed", "yes")
      meta.setAnnotation("pv.kubernetes.io/bound-by-controller", "yes")
      spec["volumeName"] = .string("pvc-\(meta.uid)")
    }
    meta.setAnnotation("volume.kubernetes.io/storage-provisioner", "csi.dockside.example")
    spec["storageClassName"] = .string(storage.storageClass)
    spec["volumeMode"] = "Filesystem"
    let status: JSON =
      storage.isBound
      ? ["phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": ["storage": .string(storage.size)]]
      : ["phase": "Pending"]
    let object = put(
      .claims, meta, api: "v1", manager: "kube-controller-manager",
      finalizers: ["kubernetes.io/pvc-protection"],
      ["spec": spec, "status": status])
    if storage.isBound { volume(for: object, storage, age: age) }
  }

  private func volume(for claim: Object, _ storage: Storage, age: Age) {
    put(
      StoreKey("persistentvolumes"),
      meta(
        "pvc-\(claim.meta.uid)", age: age,
        annotations: [("pv.kubernetes.io/provisioned-by", "csi.dockside.example")]),
      api: "v1", manager: "csi-provisioner", finalizers: ["kubernetes.io/pv-protection"],
      [
        "spec": [
          "capacity": ["storage": .string(storage.size)],
          "csi": [
            "driver": "csi.dockside.example", "fsType": "ext4",
            "volumeHandle": .string("vol-\(Dice.nameHash(claim.meta.name))"),
          ],
          "accessModes": ["ReadWriteOnce"],
          "claimRef": [
            "kind": "PersistentVolumeClaim", "namespace": .string(claim.meta.namespace),
            "name": .string(claim.meta.name), "uid": .string(claim.meta.uid.description), "apiVersion": "v1",
            "resourceVersion": .string("\(claim.version)"),
          ],
          "persistentVolumeReclaimPolicy": "Delete", "storageClassName": .string(storage.storageClass),
          "volumeMode": "Filesystem",
        ],
        "status": ["phase": "Bound", "lastPhaseTransitionTime": .string(World.timestamp(time(age) + 4))],
      ])
  }

  func ingress(
    _ name: String, _ namespace: String, age: Age, host: String, paths: [(path: String, service: String)],
    tls: String?
  ) {
    var spec: JSON = ["ingressClassName": "nginx"]
    if let tls { spec["tls"] = [["hosts": [.string(host)], "secretName": .string(tls)]] }
    spec["rules"] = [
      [
        "host": .string(host),
        "http": [
          "paths": .array(
            paths.map { path in
              [
                "path": .string(path.path), "pathType": "Prefix",
                "backend": ["service": ["name": .string(path.service), "port": ["name": "http"]]],
              ]
            })
        ],
      ]
    ]
    put(
      StoreKey("ingresses", "networking.k8s.io"),
      meta(
        name, namespace, age: age, annotations: [("cert-manager.io/cluster-issuer", "acme-production")],
        generation: 1),
      api: "networking.k8s.io/v1",
      ["spec": spec, "status": ["loadBalancer": ["ingress": [["ip": "203.0.113.40"]]]]])
  }
}
