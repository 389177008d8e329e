import Cluster
import Document

/// The values of one part of a kind's description, in the order of its paths; nil where the object has none.
struct Fields {
  private let slices: [JSONSlice?]
  private let start: Int

  init(_ slices: [JSONSlice?], from start: Int = 0) {
    self.slices = slices
    self.start = start
  }

  /// An explicit null is as good as nothing.
  subscript(index: Int) -> JSONSlice? { slices[start + index].flatMap { $0.isNull ? nil : $0 } }
  var metadata: Metadata { Metadata(slices: slices) }
}

/// One column of a kind and how its cell is written from an object: what a kind's description is made of.
struct Cell: Sendable {
  var column: Column
  let paths: [String]
  /// Writes exactly one cell, or none where the column has none.
  let write: @Sendable (Fields, inout RowWriter) -> Void

  init(
    _ title: String, _ content: Column.Content, _ paths: [String],
    write: @escaping @Sendable (Fields, inout RowWriter) -> Void
  ) {
    column = Column(title, content)
    self.paths = paths
    self.write = write
  }

  /// The same column in the wide form only.
  var wide: Cell {
    var cell = self
    cell.column.isWide = true
    return cell
  }

  /// The same column, coloured by the row's tone.
  var status: Cell { Cell(column.title, .status, paths, write: write) }

  /// Columns of the lowest priority are the first to go on a narrow screen; 5 is what most have.
  func priority(_ priority: Int) -> Cell {
    var cell = self
    cell.column.priority = priority
    return cell
  }
}

extension Cell {
  /// A figure that is read elsewhere: nothing is written for it.
  static func measured(_ title: String, _ measure: Measure) -> Cell {
    Cell(title, .measure(measure), []) { _, _ in }
  }

  /// The text at a path as it is.
  static func text(_ title: String, _ path: String, or fallback: StaticString = "") -> Cell {
    Cell(title, .text, [path]) { $1.cell($0[0], or: fallback) }
  }

  static func status(_ title: String, _ path: String, or fallback: StaticString = "") -> Cell {
    Cell(title, .status, [path]) { $1.cell($0[0], or: fallback) }
  }

  /// A number, or an amount such as 50Gi; zero is left out of objects and so is what an absent one means.
  static func number(_ title: String, _ path: String, or fallback: StaticString = "0") -> Cell {
    Cell(title, .number, [path]) { $1.cell($0[0], or: fallback) }
  }

  /// "2/3"; an absent whole counts as `standard`, which is what the server would have filled in.
  static func ratio(_ title: String, _ part: String, of whole: String, standard: Int = 1) -> Cell {
    Cell(title, .number, [part, whole]) { $1.cell(ratio: $0[0].count, of: $0[1]?.int ?? standard) }
  }

  /// The time since a moment.
  static func moment(_ title: String, _ path: String) -> Cell {
    Cell(title, .age, [path]) { $1.cell(moment: $0[0]?.epochSeconds) }
  }

  /// "True" or "False".
  static func flag(_ title: String, _ path: String) -> Cell {
    Cell(title, .text, [path]) { $1.cell($0[0]?.bool == true ? "True" : "False" as StaticString) }
  }

  /// How many elements an array has.
  static func count(_ title: String, _ path: String) -> Cell {
    Cell(title, .number, [path]) { $1.cell($0[0].elementCount) }
  }

  /// The elements of an array, or one member of each, with commas between them.
  static func list(
    _ title: String, _ path: String, _ member: StaticString? = nil, or fallback: StaticString = ""
  )
    -> Cell
  {
    Cell(title, .text, [path]) { fields, row in
      var isFirst = true
      fields[0]?.eachElement { element in
        if !isFirst { row.append("," as StaticString) }
        isFirst = false
        row.append(member.map { element[$0] } ?? element)
      }
      if isFirst { row.append(fallback) }
      row.endCell()
    }
  }

  /// A map of texts: "app=web,tier=front".
  static func map(_ title: String, _ path: String, or fallback: StaticString = "<none>") -> Cell {
    Cell(title, .text, [path]) { $1.cell(LabelSelector.text(ofMap: $0[0]) ?? "\(fallback)") }
  }

  /// A label selector with its expressions.
  static func selector(_ title: String, _ path: String, or fallback: StaticString = "<none>") -> Cell {
    Cell(title, .text, [path]) { $1.cell(LabelSelector.text(of: $0[0]) ?? "\(fallback)") }
  }

  /// A text that takes thinking about.
  static func computed(_ title: String, _ paths: String..., text: @escaping @Sendable (Fields) -> String)
    -> Cell
  {
    Cell(title, .text, paths) { $1.cell(text($0)) }
  }

  /// What the wide forms of workloads show of their pod template.
  static func template(_ path: String) -> [Cell] {
    [
      .list("CONTAINERS", "\(path).spec.containers", "name").wide,
      .list("IMAGES", "\(path).spec.containers", "image").wide,
    ]
  }

  /// How far a workload is in replacing its pods, as a bar; empty while all are there: "██▒··".
  ///
  /// - Parameter standard: how many are wanted where the object does not say.
  static func rollout(
    updated: String, available: String, pods: String, wanted: String, standard: Int = 1
  ) -> Cell {
    Cell("ROLLOUT", .text, [updated, available, pods, wanted, "spec.updateStrategy"]) { fields, row in
      // Where old pods are to stay until somebody deletes them, or by a partition, nothing is under way.
      let partition = fields[4]?["rollingUpdate"]?["partition"].count ?? 0
      let isHeld = partition > 0 || fields[4]?["type"].has("OnDelete") == true
      if isHeld, fields[1].count >= fields[3].count { return row.cell("") }
      let bar = RolloutBar(
        updated: fields[0].count, available: fields[1].count, pods: fields[2].count,
        wanted: fields[3]?.int ?? standard)
      row.cell(bar.text)
    }
  }

  /// The images of a pod template without their registries, each once: "checkout:4.3.0".
  static func imageNames(_ title: String, _ path: String) -> Cell {
    .computed(title, "\(path).spec.containers") { fields in
      var names: [String] = []
      for name in fields[0].elements.map({ Image.shortName($0["image"].line) }) where !names.contains(name) {
        names.append(name)
      }
      return names.joined(separator: ",")
    }
  }
}

/// Names of container images.
enum Image {
  /// The last part of the path with its tag: "registry.example.com/shop/cart:1.0" is "cart:1.0".
  static func shortName(_ image: String) -> String {
    guard let slash = image.lastIndex(of: "/") else { return image }
    return String(image[image.index(after: slash)...])
  }
}
