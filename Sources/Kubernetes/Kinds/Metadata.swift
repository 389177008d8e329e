import Cluster
import Document

/// What every object has. Its paths come first in the field set of every kind.
struct Metadata {
  static let paths = [
    "metadata.uid", "metadata.namespace", "metadata.name", "metadata.creationTimestamp",
    "metadata.deletionTimestamp", "metadata.deletionGracePeriodSeconds", "metadata.finalizers",
    "metadata.labels", "metadata.ownerReferences",
  ]

  let slices: [JSONSlice?]

  var uid: JSONSlice? { slices[0] }
  var namespace: JSONSlice? { slices[1] }
  var name: JSONSlice? { slices[2] }
  var deletion: JSONSlice? { slices[4].isPresent ? slices[4] : nil }
  var gracePeriodSeconds: Int { slices[5].count }
  var finalizers: JSONSlice? { slices[6] }
  var labels: JSONSlice? { slices[7] }
  var owners: JSONSlice? { slices[8] }

  /// The UID of the controller among the owners, else of the first owner.
  var ownerUID: JSONSlice? {
    var found: JSONSlice?
    slices[8]?.eachElement { reference in
      var (uid, isController): (JSONSlice?, Bool) = (nil, false)
      reference.eachMember { key, value in
        if isKey(key, "uid") { uid = value }
        if isKey(key, "controller") { isController = value.bool == true }
      }
      if found == nil || isController { found = uid }
    }
    return found
  }

  /// Begins the object's row. False when it has no name and so can't be one.
  func begin(_ row: inout RowWriter) -> Bool {
    guard let name = name?.rawString, !name.isEmpty else { return false }
    let created = slices[3]?.epochSeconds ?? 0
    let space = namespace?.rawString ?? UnsafeRawBufferPointer(start: nil, count: 0)
    if let uid = uid?.rawString, !uid.isEmpty {
      row.begin(uid: uid, namespace: space, name: name, created: created)
    } else {
      // componentstatuses and the like have no UID; within one kind the name tells them apart.
      row.begin(
        uid: Array(space) + [UInt8(ascii: "/")] + Array(name), namespace: space, name: name, created: created)
    }
    return true
  }

  /// Writes what stands in the row beside the cells, and ends it.
  func end(_ row: inout RowWriter) {
    labels?.eachMember { key, value in
      if let text = value.rawString { row.addLabel(key, text) }
    }
    if let uid = ownerUID?.rawString { row.setOwner(uid) }
    row.end()
  }

  /// Why an object that was deleted is still there: when that was asked for and what holds it.
  var whyNotGone: String {
    guard let deletion = deletion?.epochSeconds else { return "deleted" }
    let asked = deletion - Int64(gracePeriodSeconds)
    let holding = finalizers.elements.map(\.line)
    if holding.isEmpty { return "deleted \(Moment.mark(asked))" }
    let names = holding.joined(separator: ", ")
    return "deleted \(Moment.mark(asked)), kept by the finalizer\(holding.count == 1 ? "" : "s") \(names)"
  }
}
