import Cluster
import Document
import Testing

@testable import Kubernetes

@Suite struct DescribeTests {
  @Test(arguments: DescribeRecording.all)
  func everyLineOfKubectlIsOnThePageInItsOrder(_ recording: DescribeRecording) {
    let pages = recording.moments.map { now in
      recording.page(now: now).lines.map { normalized($0.text) }
    }
    var missing: [String] = []
    var at = 0
    for line in recording.lines.map(normalized) where !line.isEmpty {
      if let found = pages.compactMap({ $0[at...].firstIndex(of: line) }).min() {
        at = found + 1
      } else if !(isInAnyOrder(line) && pages[0].contains(line)) {
        missing.append(line)
      }
    }
    #expect(missing.isEmpty, "\(missing.joined(separator: "\n"))\n--- page\n\(recording.page().text)")
  }

  /// Values with line breaks stay in their column here, which moves the columns around them.
  private static let aligned = DescribeRecording.all.filter {
    !["storageclass.fast", "priorityclass.batch", "limitrange.defaults", "namespace.ops"].contains($0.name)
  }

  @Test(arguments: aligned)
  func columnsStandWhereKubectlPutsThem(_ recording: DescribeRecording) {
    let pages = recording.moments.map { now in
      let lines = recording.page(now: now).lines.map { trimmed($0.text) }.filter { !$0.isEmpty }
      return Array(lines[(lines.firstIndex { $0.hasPrefix("Name:") } ?? 0)...])
    }
    let wanted = recording.lines.map(trimmed).filter { !$0.isEmpty }
    for (index, line) in wanted.enumerated() {
      #expect(pages.contains { index < $0.count && $0[index] == line })
    }
  }

  private func trimmed(_ line: String) -> String { String(line.reversed().drop { $0 == " " }.reversed()) }

  /// kubectl prints the resources of a limit range in another order each time; ours are sorted.
  private func isInAnyOrder(_ line: String) -> Bool { line.hasPrefix("Container ") && line.hasSuffix(" -") }

  private func normalized(_ line: String) -> String { line.split(separator: " ").joined(separator: " ") }
}
