import Cluster
import Document
import Testing

@testable import Kubernetes

/// What of a description is our own, or was in no recording.
@Suite struct DescribePageTests {
  private let now: Int64 = 1_795_231_380  // 2026-11-21T03:23:00Z

  private func page(
    _ kind: Kind.ID, _ name: String, _ object: JSON, _ lists: [String: [JSON]] = [:],
    failures: [String: String] = [:], zone: TimeZoneChoice = .utc
  ) -> Page {
    Describe.page(
      of: object, kind: Kind(id: kind, name: name), related: Related(lists: lists, failures: failures),
      now: now,
      zone: zone)
  }

  /// The lines above kubectl's.
  private func attention(_ recording: String) -> String {
    DescribeRecording.named(recording).page().lines.map(\.text).prefix { !$0.isEmpty }.joined(separator: "\n")
  }

  @Test func badNewsStandsAboveWithTheMessagesThatKubectlLeavesOut() {
    #expect(
      attention("pod.oomkilled") == """
        Attention:
          container recommender ended 33s ago: OOMKilled, exit code 137 (killed by SIGKILL); its memory limit is 32Mi
          Ready, ContainersReady are False for 32s: ContainersNotReady: containers with unready status: [recommender]
        """)
    #expect(
      attention("pod.bad-image-name").contains(
        """
          container app waits: InvalidImageName: Failed to apply default image tag "registry.example.com/Ops/UPPER:1": \
        couldn't parse image name
        """))
    #expect(
      attention("pod.poststart-hook").hasSuffix(
        "\n  FailedPostStartHook 42s ago, 8 times: PostStartHook failed"))
    #expect(
      attention("pod.stuck-finalizer").contains(
        "being deleted since 10m; held by finalizers: example.com/protect"))
    #expect(attention("service.orphan").contains("no pod matches the selector app=does-not-exist"))
    #expect(
      attention("node.node-2").contains(
        "MemoryPressure, DiskPressure, PIDPressure, Ready are Unknown for 11m: NodeStatusUnknown: Kubelet stopped"
      ))
  }

  @Test func whatIsWellHasNoNewsAbove() {
    for name in ["pod.healthy", "pod.done", "deployment.web", "node.node-1", "service.web", "job.complete"] {
      #expect(DescribeRecording.named(name).page().lines.first?.text.hasPrefix("Name:") == true, "\(name)")
    }
  }

  @Test func whoChangedAnObjectLastStandsBelow() {
    let object: JSON = [
      "metadata": [
        "name": "web", "namespace": "shop", "uid": "u-1", "creationTimestamp": "2026-11-21T03:11:13Z",
        "ownerReferences": [["apiVersion": "example.com/v1", "kind": "Policy", "name": "p", "uid": "u-2"]],
        "managedFields": [
          ["manager": "kubectl", "time": "2026-11-21T03:11:13Z"],
          ["manager": "kubectl", "time": "2026-11-21T03:20:00Z"],
          ["manager": "controller", "time": "2026-11-21T03:22:30Z", "subresource": "status"],
        ],
      ]
    ]
    let text = page("v1/configmaps", "ConfigMap", object, ["events": []]).text
    #expect(
      text.hasSuffix(
        """
        Events:  <none>

        Origin:
          Created:     Sat, 21 Nov 2026 03:11:13 +0000 (11m ago)
          UID:         u-1
          Owned By:    Policy/p
          Changed By:  controller (status), 30s ago
                       kubectl, 3m ago
        """))
  }

  @Test func namesOpenWhatTheyName() {
    let pod = DescribeRecording.named("pod.healthy").page()
    let links = Set(pod.lines.flatMap(\.spans).compactMap(\.reference))
    for (kind, namespace, name) in [
      ("v1/namespaces", "", "shop"), ("v1/nodes", "", "node-1"), ("v1/serviceaccounts", "shop", "default"),
      ("v1/secrets", "shop", "orders-db"), ("v1/configmaps", "shop", "web-config"),
    ] {
      #expect(links.contains(ObjectRef(kind: kind, namespace: namespace, name: name)))
    }
    #expect(
      links.contains { $0.kind == "apps/v1/replicasets" && $0.name == "web-74fb9bbdc6" && !$0.uid.isEmpty })
    let claim = DescribeRecording.named("pvc.pending").page()
    #expect(
      claim.lines.flatMap(\.spans).contains {
        $0.reference == ObjectRef(kind: "v1/pods", namespace: "data", name: "postgres-0")
      })
  }

  @Test func statesAreColoured() {
    func meaning(_ recording: String, _ text: String) -> Span.Meaning? {
      DescribeRecording.named(recording).page().lines.flatMap(\.spans).last { $0.text == text }?.meaning
    }
    #expect(meaning("pod.crashloop", "CrashLoopBackOff") == .bad)
    #expect(meaning("pod.unschedulable", "Pending") == .warning)
    #expect(meaning("pod.healthy", "Running") == .good)
    #expect(meaning("deployment.checkout", "1 unavailable") == .bad)
    #expect(meaning("node.node-1", "<none>") == .dim)
    #expect(meaning("pod.crashloop", "Warning") == .warning)
  }

  @Test func noValueOfASecretIsShownNotEvenAToken() {
    let token: JSON = [
      "metadata": [
        "name": "t",
        "annotations": [
          "kubectl.kubernetes.io/last-applied-configuration": "{\"data\":{\"token\":\"c2VjcmV0\"}}"
        ],
      ],
      "type": "kubernetes.io/service-account-token", "data": ["token": "c2VjcmV0", "empty": ""],
    ]
    let text = page("v1/secrets", "Secret", token).text
    #expect(text.contains("token:  6 bytes"))
    #expect(text.contains("empty:  0 bytes"))
    #expect(!text.contains("c2VjcmV0") && !text.contains("secret\n"))
    var custom = token
    custom["stringData"] = ["plain": "open sesame"]
    let other = page("example.com/v1/secrets", "Secret", custom).text
    #expect(other.contains("Plain:  11 bytes"))
    #expect(!other.contains("c2VjcmV0") && !other.contains("sesame"))
  }

  @Test func whatWasNotReadOrRefusedIsSaid() {
    let object: JSON = ["metadata": ["name": "n", "uid": "u"], "spec": [], "status": []]
    let unread = page("v1/nodes", "Node", object).text
    #expect(unread.contains("Lease:              <not read>"))
    #expect(unread.contains("<not read>\n\nOrigin"))
    let refused = page(
      "v1/nodes", "Node", object,
      failures: [
        "events": "events is forbidden", "pods": "pods is forbidden", "lease": "leases \"n\" not found",
      ]
    ).text
    #expect(refused.contains("Lease:              Failed to get lease: leases \"n\" not found"))
    #expect(refused.contains("not authorized"))
    #expect(refused.contains("<error: events is forbidden>"))
  }

  @Test func portsAndMountsAreDescribedAsKubectl136Does() {
    let pod: JSON = [
      "metadata": ["name": "p"],
      "spec": [
        "containers": [
          [
            "name": "c", "image": "i",
            "ports": [
              ["containerPort": 80, "protocol": "TCP", "name": "web"],
              ["containerPort": 53, "protocol": "UDP"],
            ],
            "volumeDevices": [["devicePath": "/dev/xvda", "name": "raw"]],
          ]
        ],
        "volumes": [
          [
            "name": "all",
            "projected": [
              "sources": [
                ["secret": ["name": "s", "optional": true]], ["configMap": ["name": "m"]],
                ["clusterTrustBundle": ["name": "b"]],
              ]
            ],
          ], ["name": "new", "holographic": ["density": 3]],
        ],
      ],
    ]
    let text = page("v1/pods", "Pod", pod).text
    #expect(text.contains("    Ports:        80/TCP (web), 53/UDP\n    Host Ports:   0/TCP (web), 0/UDP\n"))
    #expect(text.contains("    Mounts:       <none>\n    Devices:\n      /dev/xvda from raw\n"))
    #expect(
      text.contains(
        """
            SecretName:     s
            Optional:       true
            ConfigMapName:  m
            Optional:       false
            Cluster Trust Bundle:
              Name:  b
          new:
            Type:        Holographic
            Density:     3
        """))
  }

  @Test func aServiceAccountAnAddressAndARangeAreDescribed() {
    let account: JSON = [
      "metadata": ["name": "a", "namespace": "n"], "imagePullSecrets": [["name": "one"], ["name": "two"]],
    ]
    #expect(
      page("v1/serviceaccounts", "ServiceAccount", account).text.contains(
        "Image pull secrets:  one\n                     two\n"))
    let address: JSON = [
      "metadata": ["name": "10.96.0.1"],
      "spec": [
        "parentRef": ["group": "", "resource": "services", "namespace": "default", "name": "kubernetes"]
      ],
    ]
    #expect(
      page("networking.k8s.io/v1/ipaddresses", "IPAddress", address).text.contains(
        "Parent Reference:\n  Group:\n  Resource:   services\n  Namespace:  default\n  Name:       kubernetes\n"
      ))
    let range: JSON = [
      "metadata": ["name": "r"], "spec": ["cidrs": ["10.96.0.0/16", "fd00::/108"]],
      "status": [
        "conditions": [["type": "Ready", "status": "True", "lastTransitionTime": "2026-11-21T03:00:00Z"]]
      ],
    ]
    let text = page("networking.k8s.io/v1/servicecidrs", "ServiceCIDR", range).text
    #expect(
      text.contains(
        "CIDRs:        10.96.0.0/16, fd00::/108\nStatus:\nConditions:\n  Type   Status  LastTransitionTime"))
    #expect(text.contains("  Ready  True    Sat, 21 Nov 2026 03:00:00 +0000"))
  }

  @Test(arguments: [
    ("apiVersion", "API Version"), ("uid", "UID"), ("lastTransitionTime", "Last Transition Time"),
    ("podCIDRs", "Pod CIDRs"), ("repoURL", "Repo URL"), ("openAPIV3Schema", "openAPIV3Schema"),
    ("x-kubernetes-validations", "X - Kubernetes - Validations"), ("HTTPServer", "HTTPServer"),
    ("a.b/c", "a.b/c"),
    ("V", "V"), ("", ""),
  ])
  func namesOfMembersAreMadeReadable(_ name: String, _ label: String) {
    #expect(GenericDescription.label(name) == label)
  }

  @Test func relatedItemsKeepOnlyWhatIsNeeded() {
    let body = Array(
      """
      {"metadata":{"continue":"next"},"items":[
        {"metadata":{"name":"a","uid":"1","labels":{"x":"y"}},"spec":{"volumes":[{"name":"v"}],"nodeName":"n"}},
        {"metadata":{"name":"b"}}]}
      """.utf8)
    let request = RelatedRequest(
      key: "pods", path: "/", keeping: ["metadata.name", "metadata.uid", "spec.volumes"])
    let answer = body.withUnsafeBytes { request.items(in: $0) }
    #expect(answer.continueToken == "next")
    #expect(
      answer.items == [
        ["metadata": ["name": "a", "uid": "1"], "spec": ["volumes": [["name": "v"]]]],
        ["metadata": ["name": "b"]],
      ])
  }
}
