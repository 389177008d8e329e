import Document

/// The `fieldsV1` form of what an object has: the set of its fields, values left out.
enum ManagedFields {
  /// Lists whose elements are told apart by keys of their own; other lists are one field.
  private static let keys: [String: [String]] = [
    "containers": ["name"], "initContainers": ["name"], "env": ["name"], "volumes": ["name"],
    "ports": ["containerPort", "protocol"], "volumeMounts": ["mountPath"], "ownerReferences": ["uid"],
    "conditions": ["type"], "podIPs": ["ip"], "hostIPs": [], "imagePullSecrets": ["name"],
  ]

  /// - Parameter value: the members that one manager set, without their siblings.
  static func encoded(_ value: JSON) -> Bytes {
    var out = Bytes()
    write(members: value.members, isNested: false, to: &out)
    return out
  }

  private static func write(members: [JSONObject.Member], isNested: Bool, to out: inout Bytes) {
    out.put("{")
    if isNested { out.put("\".\":{},") }
    for member in members.sorted(by: { $0.key < $1.key }) {
      out.put(quoted: "f:" + member.key)
      out.put(":")
      write(member.value, key: member.key, to: &out)
      out.put(",")
    }
    out.close("}")
  }

  private static func write(_ value: JSON, key: String, to out: inout Bytes) {
    switch value {
    case .object(let object) where !object.members.isEmpty && !isAtomic(key):
      write(members: object.members, isNested: hasDot(key), to: &out)
    case .array(let items):
      guard let keys = keys[key], !keys.isEmpty, items.allSatisfy({ !$0.members.isEmpty }) else {
        out.put("{}")
        return
      }
      write(items, keys: keys, to: &out)
    default: out.put("{}")
    }
  }

  private static func write(_ items: [JSON], keys: [String], to out: inout Bytes) {
    out.put("{\".\":{},")
    for item in items {
      let identity = JSON.object(
        JSONObject(
          keys.map { JSONObject.Member(key: $0, value: $0 == "protocol" ? item[$0].orTCP : item[$0]) }))
      out.put(quoted: "k:" + identity.text)
      out.put(":")
      // An owner is one field: who refers to what.
      if keys == ["uid"] { out.put("{}") } else { write(members: item.members, isNested: true, to: &out) }
      out.put(",")
    }
    out.close("}")
  }

  private static func isAtomic(_ key: String) -> Bool {
    [
      "selector", "matchLabels", "nodeSelector", "configMapKeyRef", "secretKeyRef", "fieldRef",
      "scaleTargetRef",
    ]
    .contains(key)
  }

  /// The parts of an object that are always there have no field of their own.
  private static func hasDot(_ key: String) -> Bool {
    !["metadata", "spec", "status", "template"].contains(key)
  }
}

extension JSON {
  fileprivate var orTCP: JSON { isNull ? "TCP" : self }
}
