/// Writes objects in the form that a request asked for.
struct ObjectWriter: Sendable {
  let resource: ResourceDefinition
  let representation: Representation
  let includeObject: ListOptions.IncludeObject
  /// What ages in Tables count from.
  let now: Moment

  // MARK: Lists

  struct ListMeta {
    let version: UInt64
    var continueToken: String?
    var remaining = 0
  }

  func list(_ objects: [Object], _ meta: ListMeta) -> Bytes {
    var out = Bytes()
    reserve(&out, objects)
    switch representation {
    case .table:
      writeTableHead(hasColumns: true, to: &out) { writeFields(meta, to: &$0) }
      var scratch = Bytes()
      for object in objects {
        writeRow(object, &scratch, to: &out)
        out.put(",")
      }
      out.close("]")
    case .partialMetadata:
      out.put("{\"kind\":\"PartialObjectMetadataList\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{")
      writeFields(meta, to: &out)
      out.close("}")
      out.put(",\"items\":[")
      for object in objects {
        object.writePartial(to: &out)
        out.put(",")
      }
      out.close("]")
    case .json, .yaml: writeItems(objects, meta, to: &out)
    }
    out.put("}")
    return out
  }

  /// One array of the right size is a quarter of the work of one that grows.
  private func reserve(_ out: inout Bytes, _ objects: [Object]) {
    guard let first = objects.first, objects.count > 8 else { return }
    var sample = Bytes()
    switch representation {
    case .table: sample.append(contentsOf: repeatElement(0, count: includeObject == .none ? 200 : 4_000))
    case .partialMetadata: first.writePartial(to: &sample)
    case .json, .yaml: first.write(as: resource, .listItem, to: &sample)
    }
    out.reserveCapacity(objects.count * (sample.count + sample.count / 16) + 4_096)
  }

  /// Custom resources' lists have their keys sorted, and always a `continue`.
  private func writeItems(_ objects: [Object], _ meta: ListMeta, to out: inout Bytes) {
    out.put("{")
    if resource.isCustom {
      out.put(member: "apiVersion", resource.apiVersion)
    } else {
      out.put(member: "kind", resource.kind + "List")
      out.put(member: "apiVersion", resource.apiVersion)
      out.put("\"metadata\":{")
      writeFields(meta, to: &out)
      out.close("}")
      out.put(",")
    }
    out.put("\"items\":[")
    for object in objects {
      object.write(as: resource, .listItem, to: &out)
      out.put(",")
    }
    out.close("]")
    guard resource.isCustom else { return }
    out.put(",")
    out.put(member: "kind", resource.kind + "List")
    out.put("\"metadata\":{")
    out.put(member: "continue", meta.continueToken ?? "")
    if meta.remaining > 0 { out.put(member: "remainingItemCount", meta.remaining) }
    out.put(member: "resourceVersion", "\(meta.version)")
    out.close("}")
  }

  private func writeFields(_ meta: ListMeta, to out: inout Bytes) {
    out.put(member: "resourceVersion", "\(meta.version)")
    out.put(member: "continue", meta.continueToken)
    if meta.remaining > 0 { out.put(member: "remainingItemCount", meta.remaining) }
  }

  // MARK: Single objects

  func object(_ object: Object) -> Bytes {
    var out = Bytes()
    write(object, hasColumns: true, to: &out)
    return out
  }

  /// The object alone, as an answer to a GET or inside a watch event.
  func write(_ object: Object, hasColumns: Bool, to out: inout Bytes) {
    switch representation {
    case .table:
      writeTableHead(hasColumns: hasColumns, to: &out) {
        $0.put(member: "resourceVersion", "\(object.version)")
      }
      var scratch = Bytes()
      writeRow(object, &scratch, to: &out)
      out.put("]}")
    case .partialMetadata: object.writePartial(to: &out)
    case .json, .yaml: object.write(as: resource, .full, to: &out)
    }
  }

  /// The scale of an object as a Table of one row.
  func scaleTable(_ scale: Bytes, _ object: Object) -> Bytes {
    var out = Bytes()
    out.put("{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{")
    out.put(member: "resourceVersion", "\(object.version)")
    out.close("}")
    out.put(",\"columnDefinitions\":")
    TableDefinition.scales.writeColumns(to: &out)
    out.put(",\"rows\":[{\"cells\":")
    TableDefinition.scales.writeCells(of: scale, now: now, to: &out)
    out.put(",\"object\":")
    if includeObject == .none { out.put("null") } else { out.append(contentsOf: scale) }
    out.put("}]}")
    return out
  }

  /// `{"kind":"Table",…,"rows":[`, with what `meta` appends as its metadata.
  private func writeTableHead(hasColumns: Bool, to out: inout Bytes, _ meta: (inout Bytes) -> Void) {
    out.put("{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{")
    meta(&out)
    out.close("}")
    out.put(",\"columnDefinitions\":")
    if hasColumns { resource.table.writeColumns(to: &out) } else { out.put("null") }
    out.put(",\"rows\":[")
  }

  private func writeRow(_ object: Object, _ scratch: inout Bytes, to out: inout Bytes) {
    scratch.removeAll(keepingCapacity: true)
    object.write(as: resource, includeObject == .object ? .full : .lean, to: &scratch)
    out.put("{\"cells\":")
    resource.table.writeCells(of: scratch, now: now, to: &out)
    out.put(",\"object\":")
    switch includeObject {
    case .none: out.put("null")
    case .metadata: object.writePartial(to: &out)
    case .object: out.append(contentsOf: scratch)
    }
    out.put("}")
  }

  // MARK: Watch events

  func write(event type: StaticString, _ object: Object, hasColumns: Bool, to out: inout Bytes) {
    out.put("{\"type\":\"")
    out.put(type)
    out.put("\",\"object\":")
    write(object, hasColumns: hasColumns, to: &out)
    out.put("}\n")
  }

  /// A version and nothing else. In a Table it comes with the row that an empty object would print as.
  func bookmark(version: UInt64, endsInitialEvents: Bool, hasColumns: Bool) -> Bytes {
    var meta = Bytes()
    meta.put("\"metadata\":{")
    let ends: StaticString = "\"annotations\":{\"k8s.io/initial-events-end\":\"true\"},"
    if resource.isCustom, endsInitialEvents { meta.put(ends) }
    meta.put(member: "resourceVersion", "\(version)")
    if !resource.isCustom, endsInitialEvents { meta.put(ends) }
    meta.close("}")
    var out = Bytes()
    out.put("{\"type\":\"BOOKMARK\",\"object\":")
    switch representation {
    case .table:
      writeTableHead(hasColumns: hasColumns, to: &out) { $0.put(member: "resourceVersion", "\(version)") }
      out.put("{\"cells\":")
      resource.table.writeCells(of: Array("{}".utf8), now: now, to: &out)
      out.put(",\"object\":")
      if includeObject == .none {
        out.put("null")
      } else {
        out.put("{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",")
        out.append(contentsOf: meta)
        out.put("}")
      }
      out.put("}]}")
    case .partialMetadata:
      out.put("{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",")
      out.append(contentsOf: meta)
      out.put("}")
    case .json, .yaml:
      out.put("{")
      resource.writeType(apiVersionFirst: resource.isCustom, to: &out)
      out.append(contentsOf: meta)
      if resource.kind == "Pod" {
        out.put(",\"spec\":{\"containers\":null},\"status\":{}")
      } else if !resource.isCustom, resource.subresources.contains(where: { $0.name == "status" }) {
        out.put(",\"spec\":{},\"status\":{}")
      }
      out.put("}")
    }
    out.put("}\n")
    return out
  }
}
