import Cluster
import Document
import Metrics
import TestSupport
import Testing

@testable import Kubernetes

/// What is told of objects that a real Kubernetes sent, whole and cut off anywhere.
@Suite struct StateRecordingTests {
  private static func bytes(_ kind: StateKind) -> [UInt8] {
    KindsFixtures.bytes(
      kind.isTable ? "\(kind.kind.plural).shop.table.json" : "\(kind.kind.plural).list.json")
  }

  @Test func aPageOfRealObjectsIsWithoutComplaint() throws {
    let book = SeriesBook(StateKind.all.map(\.families))
    for (place, kind) in StateKind.all.enumerated() {
      var writer = SeriesWriter(names: kind.families.map(\.name))
      Self.bytes(kind).withUnsafeBytes { bytes in
        ListBody(bytes).eachItem { object in
          if let key = kind.write(object, &writer) { book.put(key, in: place, writer) }
        }
      }
      #expect(book.objectCount(place) > 0, "\(kind.kind.id)")
      book.show(place, true)
    }
    let page = StateDemo.page(book.lines)
    let told = series(page)
    #expect(told.count > 500)
    #expect(told.keys.contains { $0.hasPrefix("kube_secret_type{namespace=\"shop\",secret=") })
    let checked = try run("/usr/bin/promtool", ["check", "metrics"], input: page)
    #expect(checked.exit == .code(0))
    #expect(checked.output + checked.errors == "")
  }

  /// Bytes that end anywhere neither stop the program nor make a line that is none.
  @Test func cutObjectsWriteWholeLines() {
    for kind in StateKind.all {
      var writer = SeriesWriter(names: kind.families.map(\.name))
      var objects: [[UInt8]] = []
      Self.bytes(kind).withUnsafeBytes { ListBody($0).eachItem { objects.append(Array($0.bytes)) } }
      for object in objects.prefix(4) {
        for end in stride(from: 0, to: object.count, by: 61) {
          let key = object[..<end].withUnsafeBytes { kind.write(JSONSlice($0), &writer) }
          guard key != nil else { continue }
          #expect(writer.ends.count == kind.families.count)
          #expect(writer.bytes.last == UInt8(ascii: "\n") || writer.bytes.isEmpty)
        }
      }
    }
  }
}
