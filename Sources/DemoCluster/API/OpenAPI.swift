import Document

/// The documents that describe the API: an index, and one for each group version, made from the schemas.
///
/// They say what clients look up: which fields there are (`kubectl explain`), and that a request may ask the
/// server to check its fields, so that clients leave it to the server.
struct OpenAPI {
  let catalog: Catalog

  /// /openapi/v3
  var index: Bytes {
    var paths: JSON = [:]
    let versions =
      ["api/v1"] + catalog.groups.flatMap { group in group.versions.map { "apis/\(group.name)/\($0)" } }
    for version in versions {
      paths[version] = [
        "serverRelativeURL": .string(
          "/openapi/v3/\(version)?hash=\(Dice.nameHash(version, letters: 32).uppercased())")
      ]
    }
    let index: JSON = ["paths": paths]
    return index.encoded()
  }

  /// /openapi/v3/apis/GROUP/VERSION
  func document(_ path: String) throws(Failure) -> Bytes {
    let parts = path.split(separator: "/").map(String.init)
    let group = parts.first == "apis" && parts.count == 3 ? parts[1] : ""
    let version = parts.last ?? ""
    guard parts.count == (group.isEmpty ? 2 : 3), catalog.hasGroupVersion(group, version) else {
      throw .unknownPath
    }
    let resources = catalog.resources(group: group, version: version)
    var paths: JSON = [:]
    var schemas: JSON = [:]
    for resource in resources {
      let base = group.isEmpty ? "/api/v1" : "/apis/\(group)/\(version)"
      let place = resource.isNamespaced ? "/namespaces/{namespace}" : ""
      let kind: JSON = [
        "group": .string(group), "version": .string(version), "kind": .string(resource.kind),
      ]
      let many = "\(base)\(place)/\(resource.plural)"
      paths[many] = ["get": OpenAPI.operation(kind, "list"), "post": OpenAPI.operation(kind, "post")]
      paths[many + "/{name}"] = [
        "get": OpenAPI.operation(kind, "get"), "put": OpenAPI.operation(kind, "put"),
        "patch": OpenAPI.operation(kind, "patch"), "delete": OpenAPI.operation(kind, "delete"),
      ]
      add(resource, kind, to: &schemas)
    }
    let document: JSON = [
      "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": "v1.36.2"], "paths": paths,
      "components": ["schemas": schemas],
    ]
    return document.encoded()
  }

  private static func operation(_ kind: JSON, _ action: String) -> JSON {
    let parameters = ["dryRun", "fieldManager", "fieldValidation"].map { name -> JSON in
      [
        "name": .string(name), "in": "query", "schema": ["type": "string", "uniqueItems": true],
      ]
    }
    return [
      "parameters": .array(["post", "put", "patch"].contains(action) ? parameters : []),
      "responses": ["200": ["description": "OK"]], "x-kubernetes-action": .string(action),
      "x-kubernetes-group-version-kind": kind,
    ]
  }

  // MARK: Schemas

  private func add(_ resource: ResourceDefinition, _ kind: JSON, to schemas: inout JSON) {
    guard case .object(let root) = Schema.root(resource) else {
      var schema = resource.schema
      schema["properties"]["apiVersion"] = ["type": "string"]
      schema["properties"]["kind"] = ["type": "string"]
      schema["properties"]["metadata"] = OpenAPI.reference("ObjectMeta")
      schema["x-kubernetes-group-version-kind"] = [kind]
      let reversed = resource.group.split(separator: ".").reversed().joined(separator: ".")
      schemas["\(reversed).\(resource.version).\(resource.kind)"] = schema
      add("ObjectMeta", to: &schemas)
      return
    }
    add(root, to: &schemas)
    let name = OpenAPI.name(root)
    schemas[name]["properties"]["apiVersion"] = ["type": "string"]
    schemas[name]["properties"]["kind"] = ["type": "string"]
    schemas[name]["x-kubernetes-group-version-kind"] = [kind]
  }

  private static func name(_ structure: String) -> String { "io.k8s.api.v1.\(structure)" }

  private static func reference(_ structure: String) -> JSON {
    ["$ref": .string("#/components/schemas/\(name(structure))")]
  }

  private func add(_ structure: String, to schemas: inout JSON) {
    let name = OpenAPI.name(structure)
    guard schemas[name].isNull, let type = Schema.structures[structure] else { return }
    schemas[name] = ["type": "object"]
    var properties: JSON = [:]
    for field in type.fields { properties[field.name] = schema(field.type, to: &schemas) }
    schemas[name]["properties"] = properties
  }

  private func schema(_ type: FieldType, to schemas: inout JSON) -> JSON {
    switch type {
    case .string: return ["type": "string"]
    case .integer: return ["type": "integer", "format": "int32"]
    case .number: return ["type": "number"]
    case .boolean: return ["type": "boolean"]
    case .quantity: return ["type": "string"]
    case .time: return ["type": "string", "format": "date-time"]
    case .bytes: return ["type": "string", "format": "byte"]
    case .numberOrString: return ["type": "string", "format": "int-or-string"]
    case .anything: return ["type": "object"]
    case .object(let name):
      add(name, to: &schemas)
      return OpenAPI.reference(name)
    case .map(let element): return ["type": "object", "additionalProperties": schema(element, to: &schemas)]
    case .atomic(let inner): return schema(inner, to: &schemas)
    case .list(let element, let kind):
      var list: JSON = ["type": "array", "items": schema(element, to: &schemas)]
      switch kind {
      case .atomic, .patched: list["x-kubernetes-list-type"] = "atomic"
      case .set: list["x-kubernetes-list-type"] = "set"
      case .keyed(let keys):
        list["x-kubernetes-list-type"] = "map"
        list["x-kubernetes-list-map-keys"] = .array(keys.map { .string($0) })
      }
      return list
    }
  }
}
