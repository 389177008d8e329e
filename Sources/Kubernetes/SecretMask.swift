import Document

/// How values of secrets are kept from the screen: of each only its size is left.
enum SecretMask {
  static func sizes(_ data: JSON) -> JSON {
    guard let object = data.object else { return data.isNull ? data : "<hidden>" }
    return .object(
      JSONObject(object.members.map { .init(key: $0.key, value: .string("\(size($0.value)) bytes")) }))
  }

  /// In bytes, decoded where the value is base64 as `data` has it.
  static func size(_ value: JSON) -> Int {
    let text = value.words
    return Base64.decode(text)?.count ?? text.utf8.count
  }
}
