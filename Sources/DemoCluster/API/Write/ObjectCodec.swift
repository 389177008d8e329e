import Document

extension UID {
  /// The UUID in a text; a text that is none stands for some UUID of its own.
  init(_ text: String) {
    let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
    let high = UInt64(String(decoding: digits.prefix(16), as: UTF8.self), radix: 16)
    let low = UInt64(String(decoding: digits.dropFirst(16), as: UTF8.self), radix: 16)
    if digits.count == 32, let high, let low {
      self.init(high: high, low: low)
    } else {
      self.init(high: Dice.hash(text), low: Dice.hash(text, 1))
    }
  }
}

extension Meta {
  /// The metadata of a document that came through the API; what the server itself decides is given.
  init(_ json: JSON, uid: UID, created: Int64) {
    self.init(name: json["name"].string ?? "", uid: uid, created: created)
    namespace = json["namespace"].string ?? ""
    generateName = json["generateName"].string.flatMap { $0.isEmpty ? nil : $0 }
    generation = json["generation"].int ?? 0
    labels = PodTemplate.pairs(json["labels"])
    annotations = PodTemplate.pairs(json["annotations"])
    finalizers = json["finalizers"].array.compactMap(\.string)
    owners = json["ownerReferences"].array.map { owner in
      Owner(
        apiVersion: owner["apiVersion"].string ?? "", kind: owner["kind"].string ?? "",
        name: owner["name"].string ?? "", uid: UID(owner["uid"].string ?? ""),
        isController: owner["controller"].bool ?? false)
    }
  }
}

extension Object {
  /// The whole object as a document.
  func document(as resource: ResourceDefinition) -> JSON {
    JSON.parse(encoded(as: resource)).value ?? .null
  }
}

extension World {
  /// What the store keeps of a document.
  func body(_ document: JSON, _ resource: ResourceDefinition, replacing old: Object?) -> Object.Body {
    if resource.store == .pods { return .pod(podBody(document, replacing: old)) }
    if resource.store == .events { return .event(OtherVersions.event(document, now: now)) }
    let document = resource.isFirstAutoscaler ? OtherVersions.autoscalerV2(document) : document
    var members = document.without("kind", "apiVersion", "metadata").members
    if resource.isCustom { members.sort { $0.key < $1.key } }
    return .members(
      members.filter { !$0.value.isNull }.map { Object.Member(key: $0.key, value: $0.value.encoded()) })
  }
}
