import Cluster
import Foundation
import Terminal
import TestSupport
import Testing

@testable import ClusterTUI

/// The guide for people who come from k9s, tried key by key.
@Suite(.serialized) struct FromK9sTests {
  struct Line: CustomStringConvertible {
    var theirs: String
    var ours: [Key]
    var command: String
    var shows: String
    var description: String { "k9s \(theirs), here \(ours) on :\(command)" }
  }

  private static var docs: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("docs")
  }

  /// The rows of the tables with five columns, by their headings.
  static func tables() throws -> [(title: String, lines: [Line])] {
    let text = try String(contentsOf: docs.appendingPathComponent("from-k9s.md"), encoding: .utf8)
    var tables: [(title: String, lines: [Line])] = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("## ") { tables.append((String(line.dropFirst(3)), [])) }
      guard line.hasPrefix("| `") else { continue }
      let cells = line.dropFirst(2).components(separatedBy: " | ").map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " |")).trimmingCharacters(in: ["`"])
      }
      guard cells.count == 5 else {
        Issue.record("five columns are wanted: \(line)")
        continue
      }
      let keys = cells[1].split(separator: " ").compactMap { Key(name: String($0)) }
      if keys.isEmpty { Issue.record("'\(cells[1])' is no key") }
      tables[tables.count - 1].lines.append(
        Line(theirs: cells[0], ours: keys, command: cells[3], shows: cells[4]))
    }
    return tables.filter { !$0.lines.isEmpty }
  }

  @Test(arguments: 0..<4) func everyKeyDoesWhatTheGuideSays(
    table: Int
  ) throws {
    let tables = try Self.tables()
    #expect(tables.count == 4 && tables.reduce(0) { $0 + $1.lines.count } > 60)
    let journey = try DemoJourney(command: "pods all")
    journey.wait("live")
    for line in tables[table].lines {
      journey.press(.escape, .escape, .escape)
      journey.type(":" + line.command)
      journey.wait(passing: 0, "ready for \(line)") { journey in
        // Figures of what pods use may take their time.
        let world = journey.session.world
        return journey.session.shell.top?.mainNeed.map { world.phase($0).isSettled } ?? true
      }
      for key in line.ours { journey.press(key) }
      for effect in journey.session.takePending() {
        // What the one who holds the terminal would do.
        switch effect {
        case .copy(_, let what): journey.session.inform("copied \(what)")
        case .save(let name, _): journey.session.inform("saved \(name)")
        default: break
        }
      }
      journey.wait(passing: 0, "'\(line.shows)' after \(line)") { $0.screen.contains(line.shows) }
      // What was turned is turned back.
      if [.control("e"), .control("g"), .control("z"), .control("w")].contains(line.ours[0]) {
        journey.press(line.ours[0])
      }
    }
    #expect(journey.writes.isEmpty, "no key alone changes the cluster")
  }

  @Test func theManualKnowsEveryOptionAndCommand() throws {
    let manual = try String(contentsOf: Self.docs.appendingPathComponent("clustertui.1"), encoding: .utf8)
      .replacingOccurrences(of: "\\-", with: "-").replacingOccurrences(of: "\\(aq", with: "'")
    for option in Arguments.options {
      for name in option.names { #expect(manual.contains(name), "\(name)") }
      #expect(
        manual.contains(option.summary.replacingOccurrences(of: "\\", with: "\\e")), "\(option.summary)")
    }
    for word in CommandWord.all {
      #expect(manual.contains(word.usage), "\(word.usage)")
      #expect(manual.contains(word.summary), "\(word.summary)")
    }
  }

  @Test func everyScreenHasItsPage() throws {
    let folder = Self.docs.appendingPathComponent("screens")
    let pages = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != "README.md" }
    let index = try String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
    for page in pages {
      #expect(index.contains("(\(page))"), "\(page) is not in the list of screens")
      let text = try String(contentsOf: folder.appendingPathComponent(page), encoding: .utf8)
      let picture = try #require(text.firstMatch(of: /\]\((\.\.\/[^)]*\.png)\)/), "\(page) has no picture")
      #expect(
        FileManager.default.fileExists(atPath: folder.appendingPathComponent(String(picture.1)).path),
        "\(page)")
    }
    #expect(pages.count >= 18)
  }
}
