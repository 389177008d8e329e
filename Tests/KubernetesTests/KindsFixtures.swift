import Cluster
import Document
import Foundation

@testable import Kubernetes

/// The recorded objects and the Tables a server printed of them at the same moment.
enum KindsFixtures {
  /// When the lists and Tables were recorded: 2026-11-21T03:13:34Z.
  static let listed: Int64 = 1_795_230_814
  /// Ten minutes later, when the described pods were.
  static let described: Int64 = 1_795_231_410

  static func bytes(_ name: String) -> [UInt8] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Fixtures/Kinds")
    return try! [UInt8](Data(contentsOf: folder.appendingPathComponent(name)))
  }

  /// The rows a kind makes of a list of its objects.
  static func rows(_ kind: BuiltIn, _ file: String) -> [Row] {
    rows(kind, bytes: bytes("\(file).list.json"))
  }

  static func rows(_ kind: BuiltIn, bytes: [UInt8]) -> [Row] {
    var writer = RowWriter()
    bytes.withUnsafeBytes { buffer in
      JSONList(buffer, itemsKey: "items").eachItem { kind.decoder!.write($0, &writer) }
    }
    return writer.takeBatch().rows
  }

  /// The rows of one object that is written in the test.
  static func rows(_ kind: BuiltIn, object: String) -> [Row] {
    var writer = RowWriter()
    Array(object.utf8).withUnsafeBytes { kind.decoder!.write(JSONSlice($0), &writer) }
    return writer.takeBatch().rows
  }

  /// What the server printed: by UID, the cells by the name of their column.
  static func printed(_ file: String) -> [String: [String: String]] {
    let table = JSON.parse(bytes("\(file).table.json")).value!
    let names = table["columnDefinitions"].array.map { $0["name"].string! }
    var rows: [String: [String: String]] = [:]
    for row in table["rows"].array {
      let cells = row["cells"].array.map { $0.string ?? ($0.isNull ? "" : $0.text) }
      rows[row.at("object.metadata.uid").string ?? ""] = Dictionary(uniqueKeysWithValues: zip(names, cells))
    }
    return rows
  }
}

extension Row {
  /// A cell by its column's title, as it is drawn.
  func drawn(_ title: String, _ kind: Kind, now: Int64) -> String {
    let columns = kind.columns!
    guard let index = columns.cell(titled: title) else { return "no column \(title)" }
    let withCells = columns.filter(\.hasCell)
    guard withCells[index].content == .age else { return cell(index) }
    let ages = withCells[..<index].count { $0.content == .age }
    if let moment = moment(ages) { return Age.text(seconds: now - moment) }
    return cell(index)
  }
}
