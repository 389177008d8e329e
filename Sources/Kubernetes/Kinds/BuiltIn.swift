import Cluster
import Document

/// A kind the program knows more of than discovery tells.
package struct BuiltIn: Sendable {
  package let kind: Kind
  /// nil where the rows come from the server's own Table.
  package let decoder: RowDecoder?
  package var listsAsTable: Bool { decoder == nil }
  /// How some of the columns of the server's Table are drawn and sorted, by their titles.
  let tableColumns: [Column]
  /// Whether more than its metadata must not travel in a list.
  var hidesValues: Bool { kind.id == "v1/secrets" }

  /// A kind with names, role and abilities of its own whose rows the server prints.
  init(asTable kind: Kind, columns: [Column] = []) {
    self.kind = kind
    tableColumns = columns
    decoder = nil
  }

  init(_ kind: Kind, decoder: RowDecoder) {
    self.kind = kind
    tableColumns = []
    self.decoder = decoder
  }

  /// A kind described by its columns, by what enter opens and by what tells whether an object is well.
  init(_ kind: Kind, _ cells: [Cell], drill: Drill? = nil, health: Health.Rule? = nil) {
    var kind = kind
    kind.columns = cells.map(\.column) + [.labels]
    self.init(kind, decoder: RowDecoder(cells, drill: drill, health: health))
  }
}

/// How well an object is, and why not.
struct Health: Sendable {
  var tone: Tone
  /// One sentence, with moments marked; empty when all is well.
  var reason: String

  static let good = Health(.good)

  init(_ tone: Tone, _ reason: String = "") {
    self.tone = tone
    self.reason = reason
  }

  /// What reads the health of a kind's objects from some of their fields.
  struct Rule: Sendable {
    let paths: [String]
    let read: @Sendable (Fields) -> Health

    static func reading(_ paths: String..., read: @escaping @Sendable (Fields) -> Health) -> Rule {
      Rule(paths: paths, read: read)
    }
  }
}

/// What enter on a row opens: the text its kind's `children` are found with.
struct Drill: Sendable {
  let paths: [String]
  let text: @Sendable (Fields) -> String

  init(_ paths: String..., text: @escaping @Sendable (Fields) -> String) {
    self.paths = paths
    self.text = text
  }

  /// The objects that a label selector chooses.
  static func selector(_ path: String) -> Drill { Drill(path) { LabelSelector.text(of: $0[0]) ?? "" } }
  /// The objects that a map of labels chooses.
  static func map(_ path: String) -> Drill { Drill(path) { LabelSelector.text(ofMap: $0[0]) ?? "" } }
}

extension RowDecoder {
  /// A decoder that reads an object in one pass and writes a cell for each column.
  init(_ cells: [Cell], drill: Drill?, health: Health.Rule?) {
    var paths = Metadata.paths
    func place(_ more: [String]) -> Int {
      paths += more
      return paths.count - more.count
    }
    let cellPlaces = cells.map { place($0.paths) }
    let drillPlace = place(drill?.paths ?? [])
    let healthPlace = place(health?.paths ?? [])
    let set = FieldSet(paths)
    self.init { object, row in
      var slices: [JSONSlice?] = []
      set.pick(from: object, into: &slices)
      let metadata = Metadata(slices: slices)
      guard metadata.begin(&row) else { return }
      for (cell, place) in zip(cells, cellPlaces) { cell.write(Fields(slices, from: place), &row) }
      if let drill { row.setDrill(drill.text(Fields(slices, from: drillPlace))) }
      var state = health?.read(Fields(slices, from: healthPlace)) ?? .good
      if metadata.deletion != nil {
        let why = metadata.whyNotGone
        state = Health(.ending, state.reason.isEmpty ? why : "\(why); \(state.reason)")
      }
      row.tone = state.tone
      if !state.reason.isEmpty { row.setReason(state.reason) }
      metadata.end(&row)
    }
  }
}
