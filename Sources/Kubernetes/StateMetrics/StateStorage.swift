import Document
import Metrics

extension StateKind {
  static let persistentVolumes = StateKind(
    "v1/persistentvolumes", [.name("persistentvolume")],
    [
      .phase(
        "kube_persistentvolume_status_phase", "The phase of a volume.",
        ["Pending", "Available", "Bound", "Released", "Failed"]),
      StateFamily("kube_persistentvolume_capacity_bytes", "The size of a volume.", ["spec.capacity.storage"])
      {
        fields, out in
        out.line(StateAmount.wholeValue(fields[0]) ?? 0)
      },
    ])

  static let persistentVolumeClaims = StateKind(
    "v1/persistentvolumeclaims", [.namespace, .name("persistentvolumeclaim")],
    [
      .phase(
        "kube_persistentvolumeclaim_status_phase", "The phase of a claim.", ["Lost", "Bound", "Pending"]),
      StateFamily(
        "kube_persistentvolumeclaim_info", "The class and the volume of a claim.",
        [
          "spec.storageClassName", "spec.volumeName", "spec.volumeMode",
          "metadata.annotations['volume.beta.kubernetes.io/storage-class']",
        ]
      ) { fields, out in
        out.begin()
        out.label("storageclass", fields[3] ?? fields[0])
        out.label("volumename", fields[1])
        out.label("volumemode", fields[2])
        out.end(1)
      },
      StateFamily(
        "kube_persistentvolumeclaim_access_mode", "How a claim may be mounted.", ["spec.accessModes"]
      ) { fields, out in
        fields[0]?.eachElement { mode in
          out.begin()
          out.label("access_mode", mode)
          out.end(1)
        }
      },
      StateFamily(
        "kube_persistentvolumeclaim_resource_requests_storage_bytes", "The size that a claim asks for.",
        ["spec.resources.requests.storage"]
      ) { fields, out in
        if let value = StateAmount.wholeValue(fields[0]) { out.line(value) }
      },
    ])
}
