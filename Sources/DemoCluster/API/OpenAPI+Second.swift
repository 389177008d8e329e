extension OpenAPI {
  static let secondType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

  /// /openapi/v2, which clients fetch as protobuf: just enough to say that the server checks fields itself.
  var second: Bytes {
    var paths = Bytes()
    for resource in catalog.resources where !resource.isCustom {
      let base = resource.group.isEmpty ? "/api/v1" : "/apis/\(resource.apiVersion)"
      let place = resource.isNamespaced ? "/namespaces/{namespace}" : ""
      let kind = "group: \"\(resource.group)\"\nkind: \(resource.kind)\nversion: \(resource.version)\n"
      let value =
        OpenAPI.message(1, text: "x-kubernetes-group-version-kind")
        + OpenAPI.message(2, OpenAPI.message(2, text: kind))
      var patch = Bytes()
      for name in ["dryRun", "fieldManager", "fieldValidation", "force"] {
        let query = OpenAPI.message(2, text: "query") + OpenAPI.message(4, text: name)
        // A parameter that is not the body, of the query.
        patch += OpenAPI.message(8, OpenAPI.message(1, OpenAPI.message(2, OpenAPI.message(3, query))))
      }
      patch += OpenAPI.message(13, value)
      let item = OpenAPI.message(8, patch)
      let path =
        OpenAPI.message(1, text: "\(base)\(place)/\(resource.plural)/{name}") + OpenAPI.message(2, item)
      paths += OpenAPI.message(2, path)
    }
    let info = OpenAPI.message(1, text: "Kubernetes") + OpenAPI.message(2, text: "v1.36.2")
    return OpenAPI.message(1, text: "2.0") + OpenAPI.message(2, info) + OpenAPI.message(8, paths)
  }

  private static func message(_ number: UInt8, text: String) -> Bytes { message(number, Array(text.utf8)) }

  /// A field of a message, with bytes of its own.
  private static func message(_ number: UInt8, _ bytes: Bytes) -> Bytes {
    var out: Bytes = [number << 3 | 2]
    var rest = bytes.count
    while rest > 127 {
      out.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    out.append(UInt8(rest))
    return out + bytes
  }
}
