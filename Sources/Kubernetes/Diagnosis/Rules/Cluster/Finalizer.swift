import Cluster
import Document

/// Who has to take a finalizer away, and whether that can still happen.
struct Finalizer {
  let sentence: String
  let verdict: Finding.Verdict
  private(set) var evidence: [Evidence] = []

  /// Those that Kubernetes and well known controllers use: what each waits for.
  private static let known: [(prefix: String, waits: String)] = [
    ("kubernetes.io/pvc-protection", "a pod still uses the claim"),
    ("kubernetes.io/pv-protection", "the volume is still bound to a claim"),
    ("foregroundDeletion", "what it owns has to be deleted first"),
    ("orphan", "the garbage collector has to let go of what it owns"),
    ("service.kubernetes.io/load-balancer-cleanup", "the cloud's load balancer has to be removed"),
    ("customresourcecleanup.apiextensions.k8s.io", "objects of this kind are left"),
    ("batch.kubernetes.io/job-tracking", "the job controller has to count its pods"),
    ("external-attacher/", "the volume has to be detached"),
    ("external-provisioner.volume.kubernetes.io/finalizer", "the storage has to remove the volume"),
    ("snapshot.storage.kubernetes.io/", "a snapshot is made of it"),
    ("resources-finalizer.argocd.argoproj.io", "Argo CD has to delete what the application deployed"),
    ("finalizers.fluxcd.io", "Flux has to delete what it applied"),
    ("ingress.k8s.aws/", "the AWS load balancer controller has to remove its load balancer"),
    ("service.k8s.aws/", "the AWS load balancer controller has to remove its load balancer"),
    ("networking.gke.io/", "GKE's load balancer controller has to remove its load balancer"),
  ]

  init(_ name: String, _ subject: Case) {
    if let found = Self.known.first(where: { name.hasPrefix($0.prefix) }) {
      sentence = "\(name): \(found.waits)"
      verdict = .unclear("it goes as soon as that is done: \(found.waits)")
      if name == "kubernetes.io/pvc-protection" { evidence = Self.users(of: subject) }
      return
    }
    let domain = name.split(separator: "/").first.map(String.init) ?? name
    let controllers = Self.controllers(of: domain, subject)
    if let controllers, controllers.isEmpty {
      sentence = "\(name): only its own controller removes it, and no workload's name fits \(domain)"
      verdict = .hopeless(
        "only the controller behind \(domain) takes it away, and none is to be seen in the cluster")
    } else {
      sentence = "\(name): only its own controller removes it"
      let names = controllers?.prefix(2).map(\.words).joined(separator: ", ") ?? ""
      verdict = .unclear(
        "only the controller behind \(domain) takes it away"
          + (names.isEmpty ? "" : "; it may be \(names)"))
    }
  }

  /// Workloads whose names hold the telling word of a domain; nil where they cannot be seen.
  private static func controllers(of domain: String, _ subject: Case) -> [ObjectRef]? {
    let common: Set = [
      "k8s", "io", "com", "org", "net", "dev", "example", "sh", "kubernetes", "x-k8s", "finalizers",
      "finalizer",
    ]
    let words = domain.split(separator: ".").map(String.init).filter { !common.contains($0) && $0.count > 3 }
    guard !words.isEmpty, let deployments = subject.facts("apps/v1/deployments", in: ""),
      let sets = subject.facts("apps/v1/statefulsets", in: "")
    else { return nil }
    return (deployments + sets).map(\.ref).filter { ref in
      words.contains { ref.name.contains($0) || ref.namespace.contains($0) }
    }.sorted { $0.name < $1.name }
  }

  /// The pods that use a claim. Only those that are not well are known whole; a claim that is in use is most often a running
  /// pod's, so the server is asked.
  private static func users(of claim: Case) -> [Evidence] {
    guard let pods = claim.list("v1/pods") else { return [] }
    let users = pods.filter { pod in
      let phase = pod["status"]["phase"].string
      return phase != "Succeeded" && phase != "Failed"
        && pod["spec"]["volumes"].array.contains {
          $0["persistentVolumeClaim"]["claimName"].string == claim.ref.name
        }
    }
    return users.prefix(3).map { pod in
      let name = pod["metadata"]["name"].line
      return Evidence(
        .field("spec.volumes"), "pod \(name) uses it",
        in: ObjectRef(
          kind: "v1/pods", namespace: claim.ref.namespace, name: name, uid: pod["metadata"]["uid"].line))
    }
  }
}
