import Document

extension Catalog {
  /// The resources that a CustomResourceDefinition defines, one for each version that it serves.
  static func resources(definition: JSON) -> [ResourceDefinition] {
    let spec = definition["spec"]
    let names = spec["names"]
    let plural = names["plural"].string ?? ""
    let group = spec["group"].string ?? ""
    let kind = names["kind"].string ?? ""
    return spec["versions"].array.filter { $0["served"].bool == true }.map { version in
      var subresources: [ResourceDefinition.Subresource] = []
      if !version["subresources"]["status"].isNull {
        subresources.append(
          ResourceDefinition.Subresource(name: "status", kind: kind, verbs: ["get", "patch", "update"]))
      }
      let scale = version["subresources"]["scale"]
      if !scale.isNull {
        subresources.append(
          ResourceDefinition.Subresource(
            name: "scale", kind: "Scale", group: "autoscaling", version: "v1",
            verbs: ["get", "patch", "update"]))
      }
      return ResourceDefinition(
        plural, kind, group: group, version: version["name"].string ?? "v1",
        singular: names["singular"].string,
        short: names["shortNames"].array.compactMap(\.string),
        categories: names["categories"].array.compactMap(\.string),
        isNamespaced: spec["scope"].string != "Cluster", isCustom: true, subresources: subresources,
        store: StoreKey(plural, group),
        table: TableDefinition(customColumns: version["additionalPrinterColumns"].array),
        fields: version["selectableFields"].array.compactMap {
          $0["jsonPath"].string.map { String($0.dropFirst()) }
        },
        schema: version["schema"]["openAPIV3Schema"], scale: ResourceDefinition.ScalePaths(scale))
    }
  }
}

extension ResourceDefinition.ScalePaths {
  init?(_ scale: JSON) {
    if scale.isNull { return nil }
    func path(_ key: String) -> [String]? {
      scale[key].string?.split(separator: ".").map(String.init)
    }
    specReplicas = path("specReplicasPath") ?? ["spec", "replicas"]
    statusReplicas = path("statusReplicasPath") ?? ["status", "replicas"]
    selector = path("labelSelectorPath")
  }
}
