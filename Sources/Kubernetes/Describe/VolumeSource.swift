import Cluster
import Document

/// One sort of storage and the members of it that are shown.
struct VolumeSource: Sendable {
  struct Field: Sendable {
    var label: String
    var value: @Sendable (JSON, Subject) -> Marked
  }

  var member: String
  var type: String
  var fields: [Field]

  init(_ member: String, _ type: String, _ fields: [Field] = []) {
    self.member = member
    self.type = type
    self.fields = fields
  }

  /// In the order in which kubectl looks for them.
  static let all: [VolumeSource] = [
    VolumeSource(
      "hostPath", "HostPath (bare host directory volume)",
      [text("Path", "path"), text("HostPathType", "type", absent: .none)]),
    VolumeSource(
      "emptyDir", "EmptyDir (a temporary directory that shares a pod's lifetime)",
      [text("Medium", "medium"), size("SizeLimit", "sizeLimit")]),
    VolumeSource(
      "gcePersistentDisk", "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
      [text("PDName", "pdName"), text("FSType", "fsType"), number("Partition", "partition"), readOnly]),
    VolumeSource(
      "awsElasticBlockStore", "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
      [text("VolumeID", "volumeID"), text("FSType", "fsType"), number("Partition", "partition"), readOnly]),
    VolumeSource(
      "gitRepo", "GitRepo (a volume that is pulled from git when the pod is created)",
      [text("Repository", "repository"), text("Revision", "revision")]),
    VolumeSource(
      "secret", "Secret (a volume populated by a Secret)",
      [link("SecretName", "secretName", to: "v1/secrets"), flag("Optional", "optional")]),
    VolumeSource(
      "configMap", "ConfigMap (a volume populated by a ConfigMap)",
      [link("Name", "name", to: "v1/configmaps"), flag("Optional", "optional")]),
    VolumeSource(
      "nfs", "NFS (an NFS mount that lasts the lifetime of a pod)",
      [text("Server", "server"), text("Path", "path"), readOnly]),
    VolumeSource(
      "iscsi",
      "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
      [
        text("TargetPortal", "targetPortal"), text("IQN", "iqn"), number("Lun", "lun"),
        text("ISCSIInterface", "iscsiInterface"), text("FSType", "fsType"), readOnly,
        list("Portals", "portals"),
        flag("DiscoveryCHAPAuth", "chapAuthDiscovery"), flag("SessionCHAPAuth", "chapAuthSession"), secret,
        text("InitiatorName", "initiatorName", absent: .none),
      ]),
    VolumeSource(
      "persistentVolumeClaim",
      "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
      [link("ClaimName", "claimName", to: "v1/persistentvolumeclaims"), readOnly]),
    VolumeSource(
      "ephemeral",
      "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"),
    VolumeSource(
      "rbd", "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
      [
        list("CephMonitors", "monitors"), text("RBDImage", "image"), text("FSType", "fsType"),
        text("RBDPool", "pool"), text("RadosUser", "user"), text("Keyring", "keyring"), secret, readOnly,
      ]),
    VolumeSource("downwardAPI", "DownwardAPI (a volume populated by information about the pod)"),
    VolumeSource(
      "azureDisk", "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
      [
        text("DiskName", "diskName"), text("DiskURI", "diskURI"), text("Kind", "kind"),
        text("FSType", "fsType"),
        text("CachingMode", "cachingMode"), readOnly,
      ]),
    VolumeSource(
      "vsphereVolume", "vSphereVolume (a Persistent Disk resource in vSphere)",
      [
        text("VolumePath", "volumePath"), text("FSType", "fsType"),
        text("StoragePolicyName", "storagePolicyName"),
      ]),
    VolumeSource(
      "cinder", "Cinder (a Persistent Disk resource in OpenStack)",
      [text("VolumeID", "volumeID"), text("FSType", "fsType"), readOnly, secret]),
    VolumeSource(
      "portworxVolume", "PortworxVolume (a Portworx Volume resource)", [text("VolumeID", "volumeID")]),
    VolumeSource(
      "local", "LocalVolume (a persistent volume backed by local storage on a node)", [text("Path", "path")]),
    VolumeSource(
      "cephfs", "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
      [
        list("Monitors", "monitors"), text("Path", "path"), text("User", "user"),
        text("SecretFile", "secretFile"), secret, readOnly,
      ]),
    VolumeSource(
      "fc", "FC (a Fibre Channel disk)",
      [
        Field(label: "TargetWWNs") { json, _ in Marked(json["targetWWNs"].strings.joined(separator: ", ")) },
        text("LUN", "lun", absent: .none), text("FSType", "fsType"), readOnly,
      ]),
    VolumeSource(
      "azureFile", "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
      [link("SecretName", "secretName", to: "v1/secrets"), text("ShareName", "shareName"), readOnly]),
    VolumeSource(
      "flexVolume",
      "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
      [
        text("Driver", "driver"), text("FSType", "fsType"), secret, readOnly,
        Field(label: "Options") { json, _ in Marked(json["options"].isNull ? "map[]" : json["options"].words)
        },
      ]),
    VolumeSource("projected", "Projected (a volume that contains injected data from multiple sources)"),
    VolumeSource(
      "csi", "CSI (a Container Storage Interface (CSI) volume source)",
      [text("Driver", "driver"), text("FSType", "fsType")]),
    VolumeSource(
      "image", "Image (a container image or OCI artifact)",
      [text("Reference", "reference"), text("PullPolicy", "pullPolicy")]),
  ]

  private static let readOnly = flag("ReadOnly", "readOnly")
  private static let secret = Field(label: "SecretRef") { json, subject in
    let namespace = json["secretRef"]["namespace"].string
    return subject.link("v1/secrets", json["secretRef"]["name"], namespace: namespace).or(.none)
  }

  private static func text(_ label: String, _ member: String, absent: Marked = "") -> Field {
    Field(label: label) { json, _ in json[member].marked.or(absent) }
  }

  private static func number(_ label: String, _ member: String) -> Field {
    Field(label: label) { json, _ in .number(json[member].count) }
  }

  private static func flag(_ label: String, _ member: String) -> Field {
    Field(label: label) { json, _ in .literal(json[member].isTrue) }
  }

  private static func list(_ label: String, _ member: String) -> Field {
    Field(label: label) { json, _ in Marked(json[member].isNull ? "[]" : json[member].words) }
  }

  private static func link(_ label: String, _ member: String, to kind: Kind.ID) -> Field {
    Field(label: label) { json, subject in subject.link(kind, json[member]) }
  }

  /// Nothing and zero are alike no limit.
  private static func size(_ label: String, _ member: String) -> Field {
    Field(label: label) { json, _ in
      ["", "0"].contains(json[member].words) ? .unset : Marked(json[member].words, .number)
    }
  }
}
