import Cluster
import Document

/// The names in a document that name other objects, by their places: what enter on them opens.
enum DocumentLinks {
  /// By path: "spec.nodeName", "metadata.ownerReferences[0].name".
  static func references(_ object: JSON, kind: Kind.ID, kinds: [Kind]) -> [String: ObjectRef] {
    let finder = KindFinder(kinds)
    let namespace = object["metadata"]["namespace"].string ?? ""
    var found: [String: ObjectRef] = [:]
    object.encoded().withUnsafeBytes { bytes in
      let links = LinkReader.links(
        of: JSONSlice(bytes), kind: kind, namespace: namespace, finder: finder, wantsPaths: true)
      for each in links {
        found[each.path] = ObjectRef(
          kind: each.link.kind, namespace: each.link.namespace, name: each.link.name)
      }
    }
    if !namespace.isEmpty {
      found["metadata.namespace"] = ObjectRef(kind: "v1/namespaces", namespace: "", name: namespace)
    }
    for (index, owner) in object["metadata"]["ownerReferences"].array.enumerated() {
      guard let name = owner["name"].string,
        let id = finder.id(name: owner["kind"].string ?? "", apiVersion: owner["apiVersion"].string ?? "")
      else { continue }
      found["metadata.ownerReferences[\(index)].name"] = ObjectRef(
        kind: id, namespace: finder.isNamespaced(id) ? namespace : "", name: name,
        uid: owner["uid"].string ?? "")
    }
    if let name = object["status"]["nominatedNodeName"].string, !name.isEmpty {
      found["status.nominatedNodeName"] = ObjectRef(kind: "v1/nodes", namespace: "", name: name)
    }
    return found
  }

  /// Makes links of the values at those places.
  static func mark(_ lines: inout [PageLine], _ object: JSON, kind: Kind, kinds: [Kind]) {
    let references = references(object, kind: kind.id, kinds: kinds)
    guard !references.isEmpty else { return }
    for index in lines.indices {
      guard let reference = references[lines[index].path], let last = lines[index].spans.indices.last,
        lines[index].spans[last].meaning != .key
      else { continue }
      lines[index].spans[last].reference = reference
      lines[index].spans[last].meaning = .link
    }
  }
}
