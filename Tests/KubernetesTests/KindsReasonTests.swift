import Cluster
import Document
import Testing

@testable import Kubernetes

struct KindsReasonTests {
  @Test func printAll() {
    for row in KindsFixtures.rows(.pods, "pods.described") {
      print("\(row.tone)\t\(row.name)\t\(row.cell(1))\n      \(row.reason(now: KindsFixtures.described))")
    }
    let lists: [(BuiltIn, String)] = [
      (.deployments, "deployments"), (.replicaSets, "replicasets"), (.statefulSets, "statefulsets"),
      (.daemonSets, "daemonsets"), (.jobs, "jobs"), (.cronJobs, "cronjobs"), (.nodes, "nodes"),
      (.services, "services"), (.endpointSlices, "endpointslices"), (.ingresses, "ingresses"),
      (.persistentVolumeClaims, "persistentvolumeclaims"), (.persistentVolumes, "persistentvolumes"),
      (.horizontalPodAutoscalers, "horizontalpodautoscalers"), (.namespaces, "namespaces"),
      (.podDisruptionBudgets, "poddisruptionbudgets"), (.resourceQuotas, "resourcequotas"),
      (.customResourceDefinitions, "customresourcedefinitions"),
    ]
    for (kind, file) in lists {
      for row in KindsFixtures.rows(kind, file) {
        print(
          "\(file)\t\(row.tone)\t\(row.name)\t\(row.drill)\n      \(row.reason(now: KindsFixtures.listed))")
      }
    }
    for row in KindsFixtures.rows(.pods, "pods.described") {
      _ = row
    }
    var writer = RowWriter()
    KindsFixtures.bytes("pods.described.list.json").withUnsafeBytes { b in
      JSONList(b, itemsKey: "items").eachItem { BuiltIn.containers.decoder!.write($0, &writer) }
    }
    for row in writer.takeBatch().rows {
      print(
        (0..<11).map(row.cell).joined(separator: " | "), row.tone, row.uid,
        row.reason(now: KindsFixtures.described))
    }
  }
}
