import Document
import Metrics

/// The shapes that most families have.
extension StateFamily {
  /// A whole number; `standard` where the field is absent, no line where that is nil.
  static func count(_ name: String, _ help: String, _ path: String, or standard: Double? = 0) -> StateFamily {
    StateFamily(name, help, [path]) { fields, out in
      if let value = fields[0]?.double ?? standard { out.line(value) }
    }
  }

  /// A moment in seconds since 1970; no line where there is none.
  static func moment(_ name: String, _ help: String, _ path: String) -> StateFamily {
    StateFamily(name, help, [path]) { fields, out in
      if let seconds = fields[0]?.epochSeconds { out.line(Double(seconds)) }
    }
  }

  static func flag(_ name: String, _ help: String, _ path: String) -> StateFamily {
    StateFamily(name, help, [path]) { fields, out in out.line(fields[0]?.bool == true ? 1 : 0) }
  }

  /// Always 1, with labels that tell of the object.
  static func info(_ name: String, _ help: String, _ labels: [(StaticString, String)]) -> StateFamily {
    StateFamily(name, help, labels.map(\.1)) { fields, out in
      out.begin()
      for (index, label) in labels.enumerated() { out.label(label.0, fields[index]) }
      out.end(1)
    }
  }

  /// A phase as a 0/1 set; no line where the object has none yet.
  static func phase(
    _ name: String, _ help: String, _ values: [StaticString], isAlwaysTold: Bool = false
  ) -> StateFamily {
    StateFamily(name, help, ["status.phase"]) { fields, out in
      if isAlwaysTold || fields[0].isPresent { out.set("phase", of: values, fields[0]) }
    }
  }

  /// All conditions, each a 0/1 set of its status.
  static func conditions(_ name: String, _ help: String) -> StateFamily {
    StateFamily(name, help, ["status.conditions"]) { fields, out in
      fields[0]?.eachElement { condition in
        out.statusSet("status", condition["status"]) { $0.label("condition", condition["type"]) }
      }
    }
  }

  /// One condition that the family is named for.
  static func condition(_ name: String, _ help: String, _ type: StaticString) -> StateFamily {
    StateFamily(name, help, ["status.conditions"]) { fields, out in
      fields[0]?.eachElement { condition in
        if condition["type"].has(type) { out.statusSet("condition", condition["status"]) }
      }
    }
  }

  static func owner(_ name: String, _ help: String) -> StateFamily {
    StateFamily(name, help, ["metadata.ownerReferences"]) { fields, out in out.owners(fields[0]) }
  }
}

extension SeriesWriter {
  /// A line for each owner; one with empty labels where nobody owns the object.
  mutating func owners(_ references: JSONSlice?) {
    var isOwned = false
    references?.eachElement { owner in
      isOwned = true
      begin()
      label("owner_kind", owner["kind"])
      label("owner_name", owner["name"])
      label("owner_is_controller", owner["controller"]?.bool == true ? "true" : "false" as StaticString)
      end(1)
    }
    guard !isOwned else { return }
    begin()
    for name: StaticString in ["owner_kind", "owner_name", "owner_is_controller"] {
      label(name, "" as StaticString)
    }
    end(1)
  }
}

/// Amounts of resources as series tell them.
enum StateAmount {
  enum Unit: Sendable { case core, byte, integer }

  /// In whole units with thousandths, as far as those can be told; nil for what is no quantity.
  static func value(_ slice: JSONSlice?) -> Double? {
    guard let slice, let amount = Quantity(slice.rawString ?? slice.bytes) else { return nil }
    // Beyond this thousandths do not fit into 64 bits (resource.MaxMilliValue).
    return amount.value > Int64.max / 1000 ? Double(amount.value) : Double(amount.milliValue) / 1000
  }

  /// Rounded up to whole units.
  static func wholeValue(_ slice: JSONSlice?) -> Double? {
    guard let slice, let amount = Quantity(slice.rawString ?? slice.bytes) else { return nil }
    return Double(amount.value)
  }

  /// What a resource is counted in; nil for those that are not told.
  static func unit(_ resource: String, countsPods: Bool) -> Unit? {
    switch resource {
    case "cpu": return .core
    case "memory", "storage", "ephemeral-storage": return .byte
    case "pods" where countsPods: return .integer
    default: break
    }
    if resource.hasPrefix("hugepages-") || resource.hasPrefix("attachable-volumes-") { return .byte }
    // Extended resources have a domain that is not Kubernetes' own.
    let isExtended =
      resource.utf8.contains(UInt8(ascii: "/")) && !resource.contains("kubernetes.io/")
      && !resource.hasPrefix("requests.")
    return isExtended ? .integer : nil
  }

  /// "nvidia.com/gpu" is "nvidia_com_gpu".
  static func labelName(_ resource: String) -> String {
    String(
      decoding: resource.utf8.map { byte in
        let isPlain = (byte | 32 >= 97 && byte | 32 <= 122) || (byte >= 48 && byte <= 57) || byte == 95
        return isPlain ? byte : 95
      }, as: UTF8.self)
  }
}

extension SeriesWriter {
  /// A line for each resource of a map such as `requests`.
  mutating func amounts(
    _ map: JSONSlice?, countsPods: Bool = false, isRounded: Bool,
    _ labels: (inout SeriesWriter) -> Void = { _ in }
  ) {
    map?.eachMember { key, amount in
      let resource = String(decoding: key, as: UTF8.self)
      guard let unit = StateAmount.unit(resource, countsPods: countsPods) else { return }
      let isExact = unit == .core || !isRounded
      guard let value = isExact ? StateAmount.value(amount) : StateAmount.wholeValue(amount) else { return }
      begin()
      labels(&self)
      label("resource", StateAmount.labelName(resource))
      switch unit {
      case .core: label("unit", "core" as StaticString)
      case .byte: label("unit", "byte" as StaticString)
      case .integer: label("unit", "integer" as StaticString)
      }
      end(value)
    }
  }
}
