import Cluster
import Document
import Metrics

/// One family of a kind, a gauge: which fields of an object it is made of, and how its lines are written from them.
struct StateFamily: Sendable {
  let family: MetricFamily
  let paths: [String]
  /// Writes any number of lines.
  let write: @Sendable (Fields, inout SeriesWriter) -> Void

  init(
    _ name: String, _ help: String, _ paths: [String],
    write: @escaping @Sendable (Fields, inout SeriesWriter) -> Void
  ) {
    family = MetricFamily(name, help)
    self.paths = paths
    self.write = write
  }
}

/// A kind of object as families of series, by the names, labels and shapes of kube-state-metrics (docs/metrics).
struct StateKind: Sendable {
  /// What every series of the kind begins with.
  enum Base: Sendable {
    case namespace
    /// The object's name, under a label such as "pod".
    case name(StaticString)
    case uid
  }

  let kind: Kind
  /// Listed as the server's Table with metadata only, so that no value travels.
  let isTable: Bool
  let families: [MetricFamily]
  /// Writes the object's lines in the order of the families. Gives its key among the objects of the kind; nil for bytes
  /// without a name, which write nothing.
  let write: @Sendable (JSONSlice, inout SeriesWriter) -> String?

  private static let keyFields = FieldSet(Metadata.paths)
  private static let rowKeyFields = FieldSet(Metadata.paths.map { "object." + $0 })

  /// A kind whose families are read field by field, in one pass over an object.
  init(_ id: Kind.ID, _ base: [Base], asTable isTable: Bool = false, _ families: [StateFamily]) {
    var all = Metadata.paths
    var places: [Int] = []
    for family in families {
      places.append(all.count)
      all += family.paths
    }
    let set = FieldSet(isTable ? all.map { $0.hasPrefix("cells") ? $0 : "object." + $0 } : all)
    let starts = places
    self.init(id, base, asTable: isTable, families.map(\.family)) { object -> [JSONSlice?] in
      var slices: [JSONSlice?] = []
      set.pick(from: object, into: &slices)
      return slices
    } metadata: {
      Metadata(slices: $0)
    } write: { slices, out in
      for (family, start) in zip(families, starts) {
        family.write(Fields(slices, from: start), &out)
        out.endFamily()
      }
    }
  }

  /// A kind that reads its objects in its own way. The program's own families come behind those it names.
  init<Object>(
    _ id: Kind.ID, _ base: [Base], asTable isTable: Bool = false, _ families: [MetricFamily],
    read: @escaping @Sendable (JSONSlice) -> Object,
    metadata: @escaping @Sendable (Object) -> Metadata,
    write: @escaping @Sendable (Object, inout SeriesWriter) -> Void
  ) {
    let known = Kinds.builtIn(id)
    let kind = known?.kind ?? Kind(id: id, name: id)
    let own = isTable ? [] : OwnFamily.all(of: kind, decoder: known?.decoder)
    self.kind = kind
    self.isTable = isTable
    self.families = families + own.map(\.family)
    self.write = { slice, out in
      let object = read(slice)
      let metadata = metadata(object)
      guard let key = Self.key(metadata) else { return nil }
      out.beginObject()
      for label in base { Self.write(label, metadata, &out) }
      write(object, &out)
      for family in own {
        family.write(slice, metadata, &out)
        out.endFamily()
      }
      return key
    }
  }

  /// "namespace/name", which no other object of the kind has at the same time, whatever its UID.
  func key(_ object: JSONSlice) -> String? {
    var slices: [JSONSlice?] = []
    (isTable ? Self.rowKeyFields : Self.keyFields).pick(from: object, into: &slices)
    return Self.key(Metadata(slices: slices))
  }

  private static func key(_ metadata: Metadata) -> String? {
    guard let name = metadata.name?.string, !name.isEmpty else { return nil }
    return "\(metadata.namespace?.string ?? "")/\(name)"
  }

  private static func write(_ label: Base, _ metadata: Metadata, _ out: inout SeriesWriter) {
    switch label {
    case .namespace: out.base("namespace", metadata.namespace)
    case .name(let label): out.base(label, metadata.name)
    case .uid: out.base("uid", metadata.uid)
    }
  }
}

extension SeriesWriter {
  /// The text of a value; nothing where it is absent or null.
  mutating func label(_ name: StaticString, _ value: JSONSlice?) {
    guard let value, !value.isNull else { return label(name, "" as StaticString) }
    if let raw = value.rawString, !value.hasEscapes {
      label(name, raw)
    } else {
      label(name, value.string ?? String(decoding: value.bytes, as: UTF8.self))
    }
  }

  mutating func base(_ name: StaticString, _ value: JSONSlice?) {
    if let raw = value?.rawString, value?.hasEscapes == false {
      base(name, raw)
    } else {
      base(name, value?.string ?? "")
    }
  }

  /// One line for each of the values a state may have: 1 for the one it has, 0 for the others.
  mutating func set(_ label: StaticString, of values: [StaticString], _ current: JSONSlice?) {
    for value in values {
      begin()
      self.label(label, value)
      end(current.has(value) ? 1 : 0)
    }
  }

  /// The same for a condition's status, which series tell in lower case.
  mutating func statusSet(
    _ label: StaticString, _ status: JSONSlice?, _ labels: (inout SeriesWriter) -> Void = { _ in }
  ) {
    let statuses: [(StaticString, StaticString)] = [
      ("true", "True"), ("false", "False"), ("unknown", "Unknown"),
    ]
    for (word, value) in statuses {
      begin()
      labels(&self)
      self.label(label, word)
      end(status.has(value) ? 1 : 0)
    }
  }
}
