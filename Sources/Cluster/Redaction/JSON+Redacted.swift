import Document

extension JSON {
  /// The object as it may be shown to everybody: credentials masked, of the values of Secrets only their sizes, and
  /// without managedFields, which say nothing about what is wrong.
  package var redacted: JSON { redacted(name: "") }

  private func redacted(name: String) -> JSON {
    switch self {
    case .null, .bool, .number: self
    case .string(let text): .string(Credentials.masked(text, name: name))
    case .array(let items): .array(Self.redacted(items, name: name))
    case .object(let object): .object(Self.redacted(object))
    }
  }

  /// The value of a flag may be the next argument.
  private static func redacted(_ items: [JSON], name: String) -> [JSON] {
    var flag = ""
    return items.map { item in
      defer {
        let text = item.string ?? ""
        flag = text.hasPrefix("--") && !text.contains("=") && !text.contains(" ") ? text : ""
      }
      let isValue = !flag.isEmpty && item.string?.hasPrefix("-") == false
      return item.redacted(name: isValue ? flag : name)
    }
  }

  private static func redacted(_ object: JSONObject) -> JSONObject {
    let isSecret = object["kind"]?.string == "Secret"
    // An environment variable, a header of a probe, a parameter.
    let pair = object["name"]?.string.flatMap { object["value"]?.string == nil ? nil : $0 }
    return JSONObject(
      object.members.compactMap { member in
        if member.key == "managedFields" { return nil }
        if isSecret, member.key == "data" || member.key == "stringData" {
          return .init(key: member.key, value: member.value.sizes)
        }
        if isSecret, member.key == "metadata" {
          return .init(key: member.key, value: member.value.withoutApplied.redacted(name: ""))
        }
        let name = member.key == "value" ? pair ?? member.key : member.key
        return .init(key: member.key, value: member.value.redacted(name: name))
      })
  }

  /// What `kubectl apply` noted of a Secret holds all its values.
  private var withoutApplied: JSON {
    let key = "kubectl.kubernetes.io/last-applied-configuration"
    let applied = self["annotations"][key].string ?? ""
    guard !applied.isEmpty, !applied.hasPrefix("••••") else { return self }
    var copy = self
    copy["annotations"][key] = .string("•••• \(applied.utf8.count) bytes")
    return copy
  }

  /// "•••• 24 bytes" in place of each value.
  private var sizes: JSON {
    guard let object else { return isNull ? self : "••••" }
    return .object(
      JSONObject(
        object.members.map { member in
          let text = member.value.string ?? ""
          if text.hasPrefix("••••") { return member }
          let padding = text.utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count
          let size = text.utf8.count % 4 == 0 ? text.utf8.count / 4 * 3 - padding : text.utf8.count
          return .init(key: member.key, value: .string("•••• \(size) bytes"))
        }))
  }
}
