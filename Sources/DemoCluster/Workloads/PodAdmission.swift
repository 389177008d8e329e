import Document

/// What the API server adds to a pod's spec before it is stored: defaults, the service account's token, the
/// tolerations that every pod has.
enum PodAdmission {
  /// A spec as a pod has it, with a mark where its node goes.
  static func admitted(_ spec: JSON) -> JSON {
    var full = spec
    let volumes = spec["volumes"].array
    let hasToken = volumes.contains { $0["name"].string?.hasPrefix("kube-api-access-") == true }
    let mountsToken = !hasToken && spec["automountServiceAccountToken"].bool != false
    if mountsToken { full["volumes"] = .array(volumes + [tokenVolume]) }
    for list in ["initContainers", "containers"] where !spec[list].array.isEmpty {
      full[list] = .array(
        spec[list].array.map { container in
          let defaulted = self.container(container)
          return mountsToken ? withTokenMount(defaulted) : defaulted
        })
    }
    let account = spec["serviceAccountName"].string ?? spec["serviceAccount"].string ?? "default"
    for (key, value) in defaults(account) where full[key].isNull { full[key] = value }
    full["nodeName"] = "\u{E000}node"
    let keys = spec["tolerations"].array.filter { $0["effect"].string ?? "NoExecute" == "NoExecute" }.map {
      $0["key"].string ?? ""
    }
    full["tolerations"] = .array(
      spec["tolerations"].array
        + defaultTolerations.filter { !keys.contains($0["key"].string ?? "") && !keys.contains("") })
    return ordered(full, podKeys)
  }

  private static func defaults(_ account: String) -> [(String, JSON)] {
    [
      ("restartPolicy", "Always"), ("terminationGracePeriodSeconds", 30), ("dnsPolicy", "ClusterFirst"),
      ("serviceAccountName", .string(account)), ("serviceAccount", .string(account)),
      ("securityContext", [:]), ("schedulerName", "default-scheduler"), ("priority", 0),
      ("enableServiceLinks", true), ("preemptionPolicy", "PreemptLowerPriority"),
    ]
  }

  /// A container with what it did not say.
  static func container(_ source: JSON) -> JSON {
    var full = source
    let image = source["image"].string ?? ""
    let name = image.split(separator: "/").last ?? ""
    let isLatest = !image.contains("@") && (!name.contains(":") || name.hasSuffix(":latest"))
    let defaults: [(String, JSON)] = [
      ("resources", [:]), ("terminationMessagePath", "/dev/termination-log"),
      ("terminationMessagePolicy", "File"),
      ("imagePullPolicy", isLatest ? "Always" : "IfNotPresent"),
    ]
    for (key, value) in defaults where full[key].isNull { full[key] = value }
    if !source["ports"].array.isEmpty {
      full["ports"] = .array(
        source["ports"].array.map { port in
          var port = port
          if port["protocol"].isNull { port["protocol"] = "TCP" }
          return port
        })
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] where !source[probe].isNull {
      full[probe] = self.probe(source[probe])
    }
    return ordered(full, containerKeys)
  }

  private static func probe(_ source: JSON) -> JSON {
    var full = source
    if !source["httpGet"].isNull {
      if source["httpGet"]["path"].isNull { full["httpGet"]["path"] = "/" }
      if source["httpGet"]["scheme"].isNull { full["httpGet"]["scheme"] = "HTTP" }
    }
    for (key, value) in [
      ("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3),
    ] where full[key].isNull {
      full[key] = .int(value)
    }
    return full
  }

  /// The volume with the service account's token.
  private static let tokenVolume: JSON = [
    "name": "kube-api-access-\u{E000}token",
    "projected": [
      "sources": [
        ["serviceAccountToken": ["expirationSeconds": 3607, "path": "token"]],
        ["configMap": ["name": "kube-root-ca.crt", "items": [["key": "ca.crt", "path": "ca.crt"]]]],
        [
          "downwardAPI": [
            "items": [
              ["path": "namespace", "fieldRef": ["apiVersion": "v1", "fieldPath": "metadata.namespace"]]
            ]
          ]
        ],
      ],
      "defaultMode": 420,
    ],
  ]

  private static let defaultTolerations: [JSON] = ["not-ready", "unreachable"].map {
    [
      "key": .string("node.kubernetes.io/" + $0), "operator": "Exists", "effect": "NoExecute",
      "tolerationSeconds": 300,
    ]
  }

  private static func withTokenMount(_ container: JSON) -> JSON {
    var container = container
    container["volumeMounts"] = .array(
      container["volumeMounts"].array + [
        [
          "name": "kube-api-access-\u{E000}token", "readOnly": true,
          "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
        ]
      ])
    return ordered(container, containerKeys)
  }

  // MARK: Order

  /// The members in the order of the API's own types; those that it does not know come last.
  static func ordered(_ value: JSON, _ keys: [String: Int]) -> JSON {
    let members = value.members.enumerated().filter { !$0.element.value.isNull }
    return .object(
      JSONObject(
        members.sorted { a, b in
          (keys[a.element.key] ?? 99, a.offset) < (keys[b.element.key] ?? 99, b.offset)
        }.map(\.element)))
  }

  private static func places(_ names: String) -> [String: Int] {
    var places: [String: Int] = [:]
    for (index, name) in names.split(separator: " ").enumerated() { places[String(name)] = index }
    return places
  }

  private static let podKeys = places(
    """
    volumes initContainers containers ephemeralContainers restartPolicy terminationGracePeriodSeconds \
    activeDeadlineSeconds dnsPolicy nodeSelector serviceAccountName serviceAccount \
    automountServiceAccountToken nodeName hostNetwork hostPID hostIPC shareProcessNamespace securityContext \
    imagePullSecrets hostname subdomain affinity schedulerName tolerations hostAliases priorityClassName \
    priority dnsConfig readinessGates runtimeClassName enableServiceLinks preemptionPolicy overhead \
    topologySpreadConstraints setHostnameAsFQDN os hostUsers schedulingGates resourceClaims
    """)

  private static let containerKeys = places(
    """
    name image command args workingDir ports envFrom env resources resizePolicy restartPolicy volumeMounts \
    volumeDevices livenessProbe readinessProbe startupProbe lifecycle terminationMessagePath \
    terminationMessagePolicy imagePullPolicy securityContext stdin stdinOnce tty
    """)
}
