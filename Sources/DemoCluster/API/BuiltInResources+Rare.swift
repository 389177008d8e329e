/// The kinds that every cluster serves and few people look at.
extension Catalog {
  private static func cluster(
    _ plural: String, _ kind: String, _ group: String, short: [String] = [], categories: [String] = [],
    hasStatus: Bool = false, table: TableDefinition = .nameAndAge
  ) -> ResourceDefinition {
    ResourceDefinition(
      plural, kind, group: group, short: short, categories: categories, isNamespaced: false,
      subresources: hasStatus ? [status(kind)] : [], table: table)
  }

  static var rare: [ResourceDefinition] { old + extensions + machinery + storage + devices }

  private static var old: [ResourceDefinition] {
    [
      ResourceDefinition("bindings", "Binding", verbs: ["create"]),
      ResourceDefinition(
        "componentstatuses", "ComponentStatus", singular: "componentstatus", short: ["cs"],
        isNamespaced: false, verbs: ["get", "list"], table: .componentStatuses),
      ResourceDefinition("podtemplates", "PodTemplate", table: .podTemplates),
      ResourceDefinition(
        "replicationcontrollers", "ReplicationController", short: ["rc"], categories: ["all"],
        subresources: [scale, status("ReplicationController")], table: .replicationControllers,
        fields: ["status.replicas"]),
    ]
  }

  private static var extensions: [ResourceDefinition] {
    let group = "admissionregistration.k8s.io"
    let category = ["api-extensions"]
    return [
      cluster("mutatingadmissionpolicies", "MutatingAdmissionPolicy", group, categories: category),
      cluster(
        "mutatingadmissionpolicybindings", "MutatingAdmissionPolicyBinding", group, categories: category),
      cluster(
        "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", group, categories: category,
        table: .webhooks),
      cluster(
        "validatingadmissionpolicies", "ValidatingAdmissionPolicy", group, categories: category,
        hasStatus: true),
      cluster(
        "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", group, categories: category),
      cluster(
        "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", group, categories: category,
        table: .webhooks),
      cluster(
        "apiservices", "APIService", "apiregistration.k8s.io", categories: category, hasStatus: true,
        table: .apiServices),
    ]
  }

  private static var machinery: [ResourceDefinition] {
    let flow = "flowcontrol.apiserver.k8s.io"
    let network = "networking.k8s.io"
    return [
      ResourceDefinition(
        "certificatesigningrequests", "CertificateSigningRequest", group: "certificates.k8s.io",
        short: ["csr"], isNamespaced: false,
        subresources: [
          ResourceDefinition.Subresource(
            name: "approval", kind: "CertificateSigningRequest", verbs: ["get", "patch", "update"]),
          status("CertificateSigningRequest"),
        ],
        table: .signingRequests, fields: ["spec.signerName"]),
      cluster("flowschemas", "FlowSchema", flow, hasStatus: true, table: .flowSchemas),
      cluster(
        "prioritylevelconfigurations", "PriorityLevelConfiguration", flow, hasStatus: true,
        table: .priorityLevels),
      cluster("ipaddresses", "IPAddress", network, short: ["ip"], table: .ipAddresses),
      cluster("servicecidrs", "ServiceCIDR", network, hasStatus: true, table: .serviceCIDRs),
      cluster("runtimeclasses", "RuntimeClass", "node.k8s.io", table: .runtimeClasses),
    ]
  }

  private static var storage: [ResourceDefinition] {
    let group = "storage.k8s.io"
    return [
      cluster("csidrivers", "CSIDriver", group),
      cluster("csinodes", "CSINode", group, table: .csiNodes),
      ResourceDefinition("csistoragecapacities", "CSIStorageCapacity", group: group),
      cluster("volumeattachments", "VolumeAttachment", group, hasStatus: true),
      cluster("volumeattributesclasses", "VolumeAttributesClass", group, short: ["vac"]),
    ]
  }

  private static var devices: [ResourceDefinition] {
    let group = "resource.k8s.io"
    return [
      cluster("deviceclasses", "DeviceClass", group),
      ResourceDefinition(
        "resourceclaims", "ResourceClaim", group: group, subresources: [status("ResourceClaim")]),
      ResourceDefinition("resourceclaimtemplates", "ResourceClaimTemplate", group: group),
      cluster("resourceslices", "ResourceSlice", group),
    ]
  }
}
