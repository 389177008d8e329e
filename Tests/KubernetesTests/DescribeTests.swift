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

  /// Values with line breaks stay in their column here, which moves the columns around them; older versions
  /// of kubectl lack some fields.
  private static let aligned = DescribeRecording.all.filter {
    !["storageclass.fast", "priorityclass.batch", "limitrange.defaults", "namespace.ops"].contains($0.name)
      && !$0.isOfOlderKubectl
  }

  @Test(arguments: aligned)
  func columnsStandWhereKubectlPutsThem(_ recording: DescribeRecording) {
    let pages = recording.moments.map { now in
      let lines = recording.page(now: now).lines.map { trimmed($0.text) }.filter { !$0.isEmpty }
      return Array(lines[(lines.firstIndex { $0.hasPrefix("Name:") } ?? 0)...])
    }
    let wanted = recording.lines.map(trimmed).filter { !$0.isEmpty }
    for (index, line) in wanted.enumerated() {
      let found = pages.map { index < $0.count ? $0[index] : "" }
      #expect(found.contains(line), "\(line)|\n\(found[0])|\n--- page\n")
    }
  }

  private func trimmed(_ line: String) -> String { String(line.reversed().drop { $0 == " " }.reversed()) }

  @Test(arguments: DescribeRecording.all.filter { !$0.isOfOlderKubectl })
  func asksForWhatKubectlAsksForAndNothingElse(_ recording: DescribeRecording) {
    let related = recording.related()
    #expect(!related.failures.values.contains { $0.hasPrefix("not recorded") }, "\(related.failures)")
    #expect(related.lists.count + related.failures.count == recording.answers.count)
  }

  @Test(arguments: DescribeRecording.all)
  func anyMemberMayBeMissingOrOfAnotherType(_ recording: DescribeRecording) {
    var random = SplitMix(seed: UInt64(recording.object.text.utf8.count))
    for _ in 0..<10 {
      let object = recording.object.mutated(&random)
      var related = recording.related(to: object)
      for (key, items) in related.lists { related.lists[key] = items.map { $0.mutated(&random) } }
      let page = Describe.page(
        of: object, kind: recording.kind, related: related, now: recording.to, zone: .utc)
      #expect(!page.lines.isEmpty)
      #expect(page.isDrawable)
    }
  }

  @Test func valuesFullOfControlCharactersStayInTheirLine() {
    let hostile = "\u{1B}[2J\n\ttwo\r\nthree\u{0}\u{202E}end"
    for recording in DescribeRecording.all {
      let page = recording.page(of: recording.object.replacingStrings(with: hostile))
      #expect(page.isDrawable, "\(recording)")
    }
  }

  @Test func nothingAtAllIsAPageToo() {
    for kind in Set(DescribeRecording.all.map(\.kind.id)) {
      let page = Describe.page(of: "nonsense", kind: Kind(id: kind, name: "X"), related: Related(), now: 0)
      #expect(page.isDrawable)
      #expect(Describe.requests(for: .object(JSONObject()), kind: Kind(id: kind, name: "X")).isEmpty)
    }
  }

  /// kubectl prints the resources of a limit range in another order each time; ours are sorted.
  private func isInAnyOrder(_ line: String) -> Bool { line.hasPrefix("Container ") && line.hasSuffix(" -") }

  private func normalized(_ line: String) -> String { line.split(separator: " ").joined(separator: " ") }
}

extension Page {
  /// Lines and spans hold no line break, and a line never lies two levels below the one above it.
  var isDrawable: Bool {
    var depth = 0
    if title.contains("\n") { return false }
    for line in lines {
      if line.text.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\t" }) { return false }
      if line.depth > depth + 1 || line.spans.contains(where: \.text.isEmpty) { return false }
      depth = line.depth
    }
    return true
  }
}

/// Numbers that are the same in each run.
private struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}

extension JSON {
  /// About every tenth member removed or replaced by something of another type.
  fileprivate func mutated(_ random: inout SplitMix) -> JSON {
    let others: [JSON] = [
      .null, "", "x\ny", -1, 1.5, true, [], ["a", 1, .null], .object(JSONObject()),
      ["name": 3, "type": ["a": "b"]],
    ]
    switch self {
    case .array(let items): return .array(items.map { $0.mutated(&random) })
    case .object(let object):
      var members: [JSONObject.Member] = []
      for member in object.members {
        switch UInt8.random(in: 0..<20, using: &random) {
        case 0: break
        case 1: members.append(.init(key: member.key, value: others.randomElement(using: &random) ?? .null))
        default: members.append(.init(key: member.key, value: member.value.mutated(&random)))
        }
      }
      return .object(JSONObject(members))
    default: return self
    }
  }

  fileprivate func replacingStrings(with text: String) -> JSON {
    switch self {
    case .string: .string(text)
    case .array(let items): .array(items.map { $0.replacingStrings(with: text) })
    case .object(let object):
      .object(
        JSONObject(object.members.map { .init(key: $0.key, value: $0.value.replacingStrings(with: text)) }))
    default: self
    }
  }
}
