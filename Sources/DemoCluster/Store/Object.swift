/// One version of one object. It never changes: a change is a new one.
///
/// Only metadata is structured for all kinds. The rest is kept as encoded members, which a change of status
/// shares with the version before; pods and events, of which there are many, as what their text is made from.
final class Object: Sendable {
  let meta: Meta
  /// The resourceVersion, unique over all kinds.
  let version: UInt64
  let body: Body

  enum Body: Sendable {
    case members([Member])
    case pod(PodBody)
    case event(EventBody)
  }

  /// A member beside metadata, its value encoded: `spec`, `status`, `data`.
  struct Member: Sendable {
    let key: String
    let value: Bytes
  }

  init(_ meta: Meta, version: UInt64, _ body: Body) {
    self.meta = meta
    self.version = version
    self.body = body
  }

  /// The encoded value of a member; nil where there is none or this is no object of members.
  func member(_ key: String) -> Bytes? {
    guard case .members(let members) = body else { return nil }
    return members.first { $0.key == key }?.value
  }
}

extension Object {
  /// How an object is written.
  enum Heading {
    /// With kind and apiVersion in front.
    case full
    /// As in a list: built-in kinds leave the two out, custom resources never do.
    case listItem
    /// Without managedFields, which nobody prints.
    case lean
  }

  func write(as resource: ResourceDefinition, _ heading: Heading, to out: inout Bytes) {
    out.put("{")
    if resource.isCustom {
      resource.writeType(apiVersionFirst: true, to: &out)
      meta.writeSorted(version: version, to: &out)
    } else {
      if heading == .full { resource.writeType(apiVersionFirst: false, to: &out) }
      meta.write(version: version, managers: heading == .lean ? { _ in } : writeManagers, to: &out)
    }
    out.put(",")
    switch body {
    case .members(let members):
      for member in resource.isFirstAutoscaler ? OtherVersions.autoscalerV1(members) : members {
        out.put(quoted: member.key)
        out.put(":")
        out.append(contentsOf: member.value)
        out.put(",")
      }
    case .pod(let pod): pod.write(meta, to: &out)
    case .event(let event): event.write(as: resource, to: &out)
    }
    out.close("}")
  }

  /// The same object as PartialObjectMetadata: nothing but its metadata.
  func writePartial(to out: inout Bytes) {
    out.put("{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",")
    meta.write(version: version, managers: writeManagers, to: &out)
    out.put("}")
  }

  private func writeManagers(to out: inout Bytes) {
    switch body {
    case .members: Meta.write(managers: meta.managers, sorted: false, to: &out)
    case .pod(let pod): pod.writeManagers(meta, to: &out)
    case .event(let event): event.writeManagers(to: &out)
    }
  }

  func encoded(as resource: ResourceDefinition, _ heading: Heading = .full) -> Bytes {
    var out = Bytes()
    write(as: resource, heading, to: &out)
    return out
  }
}
