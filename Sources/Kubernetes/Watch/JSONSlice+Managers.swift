import Document

extension JSONSlice {
  /// An object's bytes without metadata.managedFields, which are half of it: where they are wanted, an object's metadata is asked for
  /// alone.
  var withoutManagers: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(self.bytes.count)
    appendWithoutManagers(to: &bytes)
    return bytes
  }

  private func appendWithoutManagers(to bytes: inout [UInt8]) {
    guard isObject else { return bytes.append(contentsOf: self.bytes) }
    bytes.append(UInt8(ascii: "{"))
    var isFirst = true
    eachMember { key, value in
      if isKey(key, "managedFields") { return }
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: key)
      bytes.append(contentsOf: "\":".utf8)
      if isKey(key, "metadata") {
        value.appendWithoutManagers(to: &bytes)
      } else {
        bytes.append(contentsOf: value.bytes)
      }
    }
    bytes.append(UInt8(ascii: "}"))
  }
}
