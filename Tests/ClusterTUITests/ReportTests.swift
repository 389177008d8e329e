import Cluster
import Document
import Foundation
import Testing

@testable import ClusterTUI

/// What is written for scripts, against what docs/json.md says of it.
@Suite struct ReportTests {
  private var writer: ReportJSON {
    var kinds = Catalog()
    kinds.add([Stage.pods, Stage.deployments])
    return ReportJSON(
      kinds, Place(context: "prod", cluster: "c", user: "u", namespace: nil), now: ReportSample.now)
  }

  /// The members of each table of the page, by the heading or the bold word before it.
  private func documented() throws -> [String: Set<String>] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("docs/json.md"), encoding: .utf8)
    var tables: [String: Set<String>] = [:]
    var table = ""
    for line in text.split(separator: "\n") {
      if line.hasPrefix("#") {
        table = line.contains("clustertui.dev/") ? String(line.split(separator: " ").last!) : ""
      }
      if line.contains("**"),
        let name = line.split(separator: "*", omittingEmptySubsequences: true).dropFirst().first
      {
        table = String(name)
      }
      if line.hasPrefix("| `"), !table.isEmpty {
        tables[table, default: []].insert(String(line.split(separator: "`")[1]))
      }
    }
    return tables
  }

  private static let parts: [String: String] = [
    "object": "object reference", "problem": "problem", "problems": "problem", "findings": "finding",
    "trigger": "happening", "timeline": "happening", "affected": "object reference",
    "whys": "clustertui.dev/why/v1",
  ]

  /// The members of a document and of its parts, each under the name of its table.
  private func written(
    _ json: JSON, _ table: String, _ path: String, into tables: inout [String: Set<String>]
  ) {
    for member in json.members {
      let name = path + member.key
      tables[table, default: []].insert(name)
      if name == "objects[].manifest" { continue }
      let part = Self.parts[member.key]
      let values = member.value.array.isEmpty ? [member.value] : member.value.array
      for value in values where !value.members.isEmpty {
        let deeper = member.value.array.isEmpty ? "\(name)." : "\(name)[]."
        written(value, part ?? table, part == nil ? deeper : "", into: &tables)
      }
    }
  }

  @Test func everyMemberIsDocumentedAndEveryDocumentedMemberIsWritten() throws {
    let board = ReportSample.board()
    var tables: [String: Set<String>] = [:]
    written(writer.why(ReportSample.diagnosis()), ReportJSON.whySchema, "", into: &tables)
    written(
      writer.problems(board, ProblemsQuery(namespaces: ["shop"])), ReportJSON.problemsSchema, "",
      into: &tables)
    let stage = OncallStage()
    let bundle = stage.wholeBundle()
    written(bundle, ReportJSON.incidentSchema, "", into: &tables)
    var documented = try documented()
    for (table, members) in tables {
      var known = documented.removeValue(forKey: table) ?? []
      // "checked: kinds, as above"
      if table == ReportJSON.incidentSchema {
        known.formUnion(["checked[].resource", "checked[].plural", "checked[].count"])
      }
      #expect(members.subtracting(known).isEmpty, "\(table): not documented")
      #expect(known.subtracting(members).isEmpty, "\(table): not written")
    }
    #expect(documented.isEmpty)
  }

  @Test func timesAreRFC3339AndNothingSecretIsLeft() throws {
    let text = String(decoding: writer.why(ReportSample.diagnosis()).encoded(pretty: true), as: UTF8.self)
    #expect(text.contains("\"ground\": \"the registry says so, last at 1970-01-12T13:45:40Z\""))
    #expect(text.contains("node worker-2 is not ready since 1970-01-12T13:45:10Z"))
    #expect(text.contains("password=****(10)"))
    #expect(!text.contains(ReportSample.password))
    #expect(!text.contains("\u{1E}"))
    #expect(
      text.contains(
        "\"sentence\": \"deployment shop/api 3/5: image shop/api:v9 not found, hopeless until changed\""))
  }

  @Test func aDurationIsReadStrictly() {
    #expect(WaitTime.seconds("90s") == 90)
    #expect(WaitTime.seconds("5m") == 300)
    #expect(WaitTime.seconds("1h30m") == 5_400)
    for text in ["", "5", "m", "5x", "-5m", "1m1h", "5m5m", "0s", "1.5h", "99999999999h", "٥m"] {
      #expect(WaitTime.seconds(text) == nil, "\(text)")
    }
  }
}
