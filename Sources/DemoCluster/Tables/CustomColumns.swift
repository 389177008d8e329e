import Document

extension TableDefinition {
  /// The Table of a custom resource, as its definition says under `additionalPrinterColumns`.
  init(customColumns: [JSON]) {
    struct Printed: Sendable {
      let path: PrinterPath
      let type: String
    }
    var columns = [Column.name]
    var printed: [Printed] = []
    for column in customColumns {
      let path = column["jsonPath"].string ?? ""
      let type = column["type"].string ?? "string"
      columns.append(
        Column(
          name: column["name"].string ?? "", type: type, format: column["format"].string ?? "",
          description: column["description"].string
            ?? "Custom resource definition column (in JSONPath format): \(path)",
          priority: column["priority"].int ?? 0))
      printed.append(Printed(path: PrinterPath(path), type: type))
    }
    if customColumns.isEmpty {
      columns.append(
        Column(name: "Age", type: "date", format: "", description: Column.age.description, priority: 0))
      printed.append(Printed(path: PrinterPath(".metadata.creationTimestamp"), type: "date"))
    }
    self.init(columns) { [printed] slice, row in
      row.name()
      let object = slice.materialized()
      for column in printed { row.custom(column.path.values(in: object), type: column.type) }
    }
  }
}

extension Row {
  /// One cell of a custom column: the first value that its path leads to, in the form of its type.
  fileprivate mutating func custom(_ values: [JSON], type: String) {
    guard let value = values.first, !value.isNull else {
      null()
      return
    }
    switch type {
    case "integer", "number", "boolean":
      if value.double != nil || value.bool != nil {
        out.append(contentsOf: value.encoded())
        out.put(",")
      } else {
        null()
      }
    case "date":
      let time = value.string.flatMap { Timestamp($0) }
      text(time.map { HumanDuration.text(seconds: now - $0.seconds) } ?? "<unknown>")
    default: text(value.string ?? value.text)
    }
  }
}

/// A path to values as printer columns write it: the part of JSONPath that they use, which is
/// `.a.b`, `['a.b']`, `[0]`, `[*]` and `[?(@.type=="Ready")]`.
struct PrinterPath: Sendable {
  private enum Step: Sendable {
    case key(String)
    case index(Int)
    case all
    case filter(path: [String], equals: String)
  }

  private var steps: [Step] = []

  init(_ text: String) {
    var rest = Substring(text)
    while let first = rest.popFirst() {
      switch first {
      case ".": continue
      case "[":
        let inside = PrinterPath.bracket(&rest)
        steps.append(PrinterPath.step(inside))
      default:
        let name = rest.prefix { $0 != "." && $0 != "[" }
        rest = rest.dropFirst(name.count)
        steps.append(.key(String(first) + name))
      }
    }
  }

  /// The text up to the bracket that closes this one; a filter may hold brackets in its strings.
  private static func bracket(_ rest: inout Substring) -> String {
    var inside = ""
    var quote: Character?
    while let next = rest.popFirst() {
      if quote == nil, next == "]" { break }
      if next == quote { quote = nil } else if quote == nil, next == "\"" || next == "'" { quote = next }
      inside.append(next)
    }
    return inside
  }

  private static func step(_ inside: String) -> Step {
    if inside == "*" { return .all }
    if let index = Int(inside) { return .index(index) }
    guard inside.hasPrefix("?(@."), inside.hasSuffix(")") else {
      return .key(inside.filter { $0 != "'" && $0 != "\"" })
    }
    let condition = inside.dropFirst(4).dropLast()
    let path = condition.prefix { $0 != "=" }
    let wanted = condition.dropFirst(path.count).drop { $0 == "=" }
    return .filter(
      path: path.split(separator: ".").map { String($0.filter { $0 != " " }) },
      equals: wanted.filter { !" '\"".contains($0) })
  }

  func values(in root: JSON) -> [JSON] {
    var found = [root]
    for step in steps {
      found = found.flatMap { value -> [JSON] in
        switch step {
        case .key(let key): [value[key]].filter { !$0.isNull }
        case .index(let index): [value[index]].filter { !$0.isNull }
        case .all: value.array + value.members.map(\.value)
        case .filter(let path, let wanted):
          value.array.filter { element in
            let reached = path.reduce(element) { $0[$1] }
            return (reached.string ?? reached.text) == wanted
          }
        }
      }
    }
    return found
  }
}
