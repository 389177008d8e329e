/// One label or annotation.
struct Pair: Hashable, Sendable {
  let key, value: String
  init(_ key: String, _ value: String) {
    self.key = key
    self.value = value
  }
}

/// What an object belongs to: deleted with it, and, if `isController`, managed by it.
struct Owner: Hashable, Sendable {
  let apiVersion, kind, name: String
  let uid: UID
  var isController = true
}

/// Which fields of an object one manager set, and when: the longest and least read part of every object.
struct FieldManager: Sendable {
  let name, apiVersion: String
  var time: Int64
  /// The value of `fieldsV1`, encoded and shared.
  let fields: Bytes
  var subresource: String?
  var operation = "Update"
}

/// The metadata of an object: the part that the API server itself understands.
struct Meta: Sendable {
  var name: String
  /// Empty for objects of the cluster.
  var namespace = ""
  var generateName: String?
  var uid: UID
  /// 0 for kinds that have none.
  var generation = 0
  var created: Int64
  var deletion: Deletion?
  /// Both sorted by key.
  var labels: [Pair] = []
  var annotations: [Pair] = []
  var owners: [Owner] = []
  var finalizers: [String] = []
  var managers: [FieldManager] = []

  /// A deletion under way.
  struct Deletion: Hashable, Sendable {
    let time: Int64
    let graceSeconds: Int
  }

  func label(_ key: String) -> String? { labels.first { $0.key == key }?.value }

  func annotation(_ key: String) -> String? { annotations.first { $0.key == key }?.value }

  mutating func setAnnotation(_ key: String, _ value: String) {
    annotations.removeAll { $0.key == key }
    annotations.append(Pair(key, value))
    annotations.sort { $0.key < $1.key }
  }

  /// Notes that a manager wrote its part again.
  mutating func touch(manager: String, subresource: String?, time: Int64) {
    for index in managers.indices
    where managers[index].name == manager && managers[index].subresource == subresource {
      managers[index].time = time
    }
  }
}

/// The place of an object among those of its kind; ordered as etcd orders its keys.
struct ObjectKey: Hashable, Comparable, Sendable {
  let namespace, name: String

  static func < (a: ObjectKey, b: ObjectKey) -> Bool {
    if a.namespace == b.namespace { return a.name < b.name }
    // A key is namespace/name, so of two namespaces one of which begins with the other, what follows is
    // compared with the slash.
    var left = a.namespace.utf8.makeIterator()
    var right = b.namespace.utf8.makeIterator()
    while true {
      let x = left.next() ?? UInt8(ascii: "/")
      let y = right.next() ?? UInt8(ascii: "/")
      if x != y { return x < y }
    }
  }
}

extension Meta {
  var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }

  /// Writes `"metadata":{…}` as built-in kinds have it: fields in the order of the Go struct.
  func write(version: UInt64, managers: (inout Bytes) -> Void, to out: inout Bytes) {
    out.put("\"metadata\":{")
    writeFields(version: version, to: &out)
    writeOwners(to: &out)
    writeFinalizers(to: &out)
    managers(&out)
    out.close("}")
  }

  /// The same for custom resources, whose keys are sorted.
  func writeSorted(version: UInt64, to out: inout Bytes) {
    out.put("\"metadata\":{")
    Meta.write(pairs: annotations, "annotations", to: &out)
    writeTimes(to: &out)
    writeFinalizers(to: &out)
    out.put(member: "generateName", generateName)
    if generation > 0 { out.put(member: "generation", generation) }
    Meta.write(pairs: labels, "labels", to: &out)
    Meta.write(managers: managers, sorted: true, to: &out)
    out.put(member: "name", name)
    if !namespace.isEmpty { out.put(member: "namespace", namespace) }
    writeOwners(to: &out)
    writeVersionAndUID(version, uidFirst: false, to: &out)
    out.close("}")
  }

  private func writeFields(version: UInt64, to out: inout Bytes) {
    out.put(member: "name", name)
    out.put(member: "generateName", generateName)
    if !namespace.isEmpty { out.put(member: "namespace", namespace) }
    writeVersionAndUID(version, uidFirst: true, to: &out)
    if generation > 0 { out.put(member: "generation", generation) }
    writeTimes(to: &out)
    Meta.write(pairs: labels, "labels", to: &out)
    Meta.write(pairs: annotations, "annotations", to: &out)
  }

  private func writeVersionAndUID(_ version: UInt64, uidFirst: Bool, to out: inout Bytes) {
    if uidFirst { writeUID(to: &out) }
    out.put("\"resourceVersion\":\"")
    out.put(Int(version))
    out.put("\",")
    if !uidFirst { writeUID(to: &out) }
  }

  private func writeUID(to out: inout Bytes) {
    out.put("\"uid\":\"")
    out.put(uid: uid)
    out.put("\",")
  }

  private func writeTimes(to out: inout Bytes) {
    out.put("\"creationTimestamp\":")
    out.put(timeSeconds: created)
    out.put(",")
    guard let deletion else { return }
    out.put("\"deletionTimestamp\":")
    out.put(timeSeconds: deletion.time)
    out.put(",")
    // Namespaces have none.
    if deletion.graceSeconds >= 0 { out.put(member: "deletionGracePeriodSeconds", deletion.graceSeconds) }
  }

  private func writeOwners(to out: inout Bytes) {
    if owners.isEmpty { return }
    out.put("\"ownerReferences\":[")
    for owner in owners {
      out.put("{")
      out.put(member: "apiVersion", owner.apiVersion)
      out.put(member: "kind", owner.kind)
      out.put(member: "name", owner.name)
      out.put("\"uid\":\"")
      out.put(uid: owner.uid)
      out.put("\"")
      if owner.isController { out.put(",\"controller\":true,\"blockOwnerDeletion\":true") }
      out.put("},")
    }
    out.close("]")
    out.put(",")
  }

  private func writeFinalizers(to out: inout Bytes) {
    if finalizers.isEmpty { return }
    out.put("\"finalizers\":[")
    for finalizer in finalizers {
      out.put(quoted: finalizer)
      out.put(",")
    }
    out.close("]")
    out.put(",")
  }

  private static func write(pairs: [Pair], _ key: StaticString, to out: inout Bytes) {
    if pairs.isEmpty { return }
    out.put(key: key)
    out.put("{")
    for pair in pairs {
      out.put(quoted: pair.key)
      out.put(":")
      out.put(quoted: pair.value)
      out.put(",")
    }
    out.close("}")
    out.put(",")
  }

  static func write(managers: [FieldManager], sorted: Bool, to out: inout Bytes) {
    if managers.isEmpty { return }
    out.put("\"managedFields\":[")
    for manager in managers {
      manager.write(sorted: sorted, to: &out)
      out.put(",")
    }
    out.close("]")
    out.put(",")
  }
}

extension FieldManager {
  func write(sorted: Bool, to out: inout Bytes) {
    out.put("{")
    if sorted {
      out.put(member: "apiVersion", apiVersion)
      writeFields(to: &out)
      out.put(member: "manager", name)
      out.put(member: "operation", operation)
      out.put(member: "subresource", subresource)
      writeTime(to: &out)
    } else {
      out.put(member: "manager", name)
      out.put(member: "operation", operation)
      out.put(member: "apiVersion", apiVersion)
      writeTime(to: &out)
      writeFields(to: &out)
      out.put(member: "subresource", subresource)
    }
    out.close("}")
  }

  private func writeTime(to out: inout Bytes) {
    out.put("\"time\":")
    out.put(timeSeconds: time)
    out.put(",")
  }

  private func writeFields(to out: inout Bytes) {
    out.put("\"fieldsType\":\"FieldsV1\",\"fieldsV1\":")
    out.append(contentsOf: fields)
    out.put(",")
  }
}
