/// The members of a YAML mapping while it is read: finds doubled keys in constant time and applies merges.
struct YAMLMembers {
  private var object = JSONObject()
  /// Where each key stands; kept from the ninth member on, since fewer are looked through as fast.
  private var places: [String: Int] = [:]
  private var merged: [JSONObject.Member] = []
  private var size = YAMLReader.Node(.null)

  /// False when the key was there; its value is replaced then.
  mutating func add(_ key: String, _ value: YAMLReader.Node) -> Bool {
    size.add(value)
    size.weight += key.utf8.count / 16
    if let place = place(of: key) {
      object.members[place].value = value.value
      return false
    }
    object.members.append(JSONObject.Member(key: key, value: value.value))
    if object.members.count == 9 {
      for (place, member) in object.members.enumerated() { places[member.key] = place }
    } else if object.members.count > 9 {
      places[key] = object.members.count - 1
    }
    return true
  }

  private func place(of key: String) -> Int? {
    object.members.count < 9 ? object.members.firstIndex { $0.key == key } : places[key]
  }

  /// Takes the members of a mapping, or of a list of mappings, for which there are none of the mapping's own;
  /// the first to name a key wins (the YAML 1.1 merge key). False when the value is neither.
  mutating func merge(_ value: YAMLReader.Node) -> Bool {
    size.add(value)
    switch value.value {
    case .object(let object):
      merged += object.members
      return true
    case .array(let items):
      for item in items { merged += item.members }
      return items.allSatisfy { $0.object != nil }
    default: return false
    }
  }

  func node() -> YAMLReader.Node {
    var result = size
    var object = object
    var known = Set(merged.isEmpty ? [] : object.keys)
    for member in merged where known.insert(member.key).inserted { object.members.append(member) }
    result.value = .object(object)
    return result
  }
}

extension YAMLReader.Node {
  /// Counts a value that stands in this one.
  mutating func add(_ child: YAMLReader.Node) {
    height = max(height, child.height + 1)
    weight += child.weight
  }
}
