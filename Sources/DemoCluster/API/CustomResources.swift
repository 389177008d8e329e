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
        subresources.append(ResourceDefinition.Subresource(name: "status", kind: kind, verbs: ["get"]))
      }
      return ResourceDefinition(
        plural, kind, group: group, version: version["name"].string ?? "v1",
        singular: names["singular"].string,
        short: names["shortNames"].array.compactMap(\.string),
        categories: names["categories"].array.compactMap(\.string),
        isNamespaced: spec["scope"].string != "Cluster", isCustom: true, subresources: subresources,
        store: StoreKey(plural, group),
        table: TableDefinition(customColumns: version["additionalPrinterColumns"].array))
    }
  }
}
