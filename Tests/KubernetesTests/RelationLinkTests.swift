import Cluster
import Document
import Testing

@testable import Kubernetes

/// What an object names, wherever that stands in it.
struct RelationLinkTests {
  private func links(_ json: JSON, kind: Kind.ID, served: [Kind] = [], paths: Bool = false) -> [String] {
    json.encoded().withUnsafeBytes { bytes in
      LinkReader.links(
        of: JSONSlice(bytes), kind: kind, namespace: "shop", finder: KindFinder(served), wantsPaths: paths
      ).map { found in
        let link = found.link
        let place = link.namespace.isEmpty ? link.name : "\(link.namespace)/\(link.name)"
        let plural = link.kind.split(separator: "/").last ?? ""
        return paths
          ? "\(found.path) = \(plural) \(place)"
          : "\(link.sort) \(plural) \(place) (\(link.how))\(link.isOptional ? " optional" : "")"
      }
    }
  }

  private let pod: JSON = [
    "metadata": [
      "name": "web", "namespace": "shop", "ownerReferences": [["kind": "ReplicaSet", "name": "x"]],
    ],
    "spec": [
      "nodeName": "node-1", "serviceAccountName": "web", "priorityClassName": "high",
      "imagePullSecrets": [["name": "registry"]],
      "containers": [
        [
          "name": "app",
          "env": [
            ["name": "PASSWORD", "valueFrom": ["secretKeyRef": ["name": "db", "key": "password"]]],
            [
              "name": "LEVEL",
              "valueFrom": ["configMapKeyRef": ["name": "tuning", "key": "level", "optional": true]],
            ],
          ],
          "envFrom": [["configMapRef": ["name": "settings"]]],
          "volumeMounts": [["name": "config", "mountPath": "/config"]],
        ]
      ],
      "volumes": [
        ["name": "config", "configMap": ["name": "settings"]],
        ["name": "keys", "secret": ["secretName": "tls", "optional": true]],
        ["name": "data", "persistentVolumeClaim": ["claimName": "data-0"]],
        [
          "name": "kube-api-access-x7",
          "projected": ["sources": [["configMap": ["name": "kube-root-ca.crt"]]]],
        ],
      ],
    ],
    "status": ["nominatedNodeName": "node-2"],
  ]

  @Test func aPodNamesWhatItUsesInItsEnvironmentItsVolumesAndItsSpecification() {
    #expect(
      links(pod, kind: "v1/pods") == [
        "runsOn nodes node-1 ()", "runsAs serviceaccounts shop/web (account)",
        "uses priorityclasses high (spec.priorityClassName)",
        "uses secrets shop/registry (image pull secret)", "uses secrets shop/db (env PASSWORD)",
        "uses configmaps shop/tuning (env LEVEL) optional", "uses configmaps shop/settings (envFrom)",
        "uses configmaps shop/settings (volume config)", "uses secrets shop/tls (volume keys) optional",
        "uses persistentvolumeclaims shop/data-0 (volume data)",
        "uses configmaps shop/kube-root-ca.crt (service account token)",
      ])
  }

  @Test func aDocumentTellsThePlaceOfEachName() {
    let paths = links(pod, kind: "v1/pods", paths: true)
    #expect(paths.contains("spec.volumes[1].secret.secretName = secrets shop/tls"))
    #expect(
      paths.contains("spec.containers[0].env[0].valueFrom.secretKeyRef.name = secrets shop/db"))
    #expect(paths.contains("spec.nodeName = nodes node-1"))
  }

  @Test func theConventionsOfReferencesHoldForAnyKind() {
    let issuer = Kind(id: "cert-manager.io/v1/clusterissuers", name: "ClusterIssuer", namespaced: false)
    let certificate: JSON = [
      "kind": "Certificate", "metadata": ["name": "web"],
      "spec": [
        "secretName": "web-tls",
        "issuerRef": ["kind": "ClusterIssuer", "group": "cert-manager.io", "name": "le"],
        "adminPasswordSecretRef": ["name": "admin"], "service": ["name": "perhaps"],
        "volumeName": "no-volume", "user": ["name": "nobody"],
      ],
      "status": ["secretName": "not-looked-at"],
    ]
    #expect(
      links(certificate, kind: "cert-manager.io/v1/certificates", served: [issuer]) == [
        "uses secrets shop/web-tls (spec.secretName)", "uses clusterissuers le (spec.issuerRef)",
        "uses secrets shop/admin (spec.adminPasswordSecretRef)",
        "routesTo services shop/perhaps (spec.service) optional",
      ])
  }

  @Test func bindingsNameAccountsAndRolesButUsersAndGroupsAreNoObjects() {
    let binding: JSON = [
      "subjects": [
        ["kind": "ServiceAccount", "name": "web", "namespace": "other"],
        ["kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "jane"],
      ],
      "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "edit"],
    ]
    #expect(
      links(binding, kind: "rbac.authorization.k8s.io/v1/rolebindings") == [
        "grants serviceaccounts other/web ()", "grants clusterroles edit ()",
      ])
  }

  @Test func anObjectOfEndlessDepthIsReadOnlySoFar() {
    var deep: JSON = ["secretName": "x"]
    for _ in 0..<200 { deep = ["a": deep] }
    #expect(links(["spec": deep], kind: "example.com/v1/widgets").isEmpty)
  }
}
