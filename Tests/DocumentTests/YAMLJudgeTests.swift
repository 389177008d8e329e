import TestSupport
import Testing

@testable import Document

/// Other programs judge what is read and written: PyYAML, one process for all cases of a test, and kubectl.
@Suite struct YAMLJudgeTests {
  /// Puts cases to `judge.py` and returns its answers.
  private func answers(_ cases: [JSON]) throws -> [JSON] {
    let input = cases.map { $0.text + "\n" }.joined()
    let result = try run("python3", [fixturePath("judge.py")], input: input)
    try #require(result.exit == .code(0), "\(result.errors)")
    let lines = result.output.split(separator: "\n")
    try #require(lines.count == cases.count)
    return lines.map { JSON.parse(Array($0.utf8)).value ?? .null }
  }

  @Test func whatAPersonMightWriteIsReadAsPyYAMLReadsIt() throws {
    var samples = YAMLSamples(seed: 11)
    var styles = YAMLStyles(seed: 12)
    let values = (0..<500).map { _ in samples.value() }
    let texts = values.map { styles.document($0) }
    let judged = try answers(texts.map { ["text": .string($0)] })
    for (value, (text, answer)) in zip(values, zip(texts, judged)) {
      let read = YAML.parse(Array(text.utf8))
      #expect(answer == ["documents": [value]], "\(text)")
      #expect(read.documents == [value], "\(text)\n\(read.problems)")
      #expect(read.problems == [], "\(text)")
    }
  }

  @Test func whatPyYAMLWritesIsRead() throws {
    var samples = YAMLSamples(seed: 13)
    var numbers = SeededNumbers(seed: 14)
    // PyYAML takes 1e3 for text and writes it without quotes.
    let values = (0..<450).map { _ in samples.value() }.filter { !$0.text.contains("1e3") }
    let judged = try answers(
      values.map { value in
        let options: JSON = [
          "default_flow_style": numbers.pick([.null, true, false]), "indent": numbers.pick([.null, 2, 4, 7]),
          "default_style": numbers.pick([.null, .null, "'", "\"", "|", ">"]),
          "width": numbers.pick([10, 30, 80, 400]),
          "allow_unicode": .bool(numbers.chance(50)), "explicit_start": .bool(numbers.chance(50)),
          "explicit_end": .bool(numbers.chance(50)), "line_break": numbers.pick(["\n", "\r\n", "\r"]),
        ]
        return ["value": value, "options": options]
      })
    for answer in judged {
      let text = try #require(answer["text"].string)
      let read = YAML.parse(Array(text.utf8))
      #expect(
        withoutTags(read.documents) == withoutTags(answer["documents"].array), "\(text)\n\(read.problems)")
      #expect(read.problems == [], "\(text)")
    }
  }

  /// PyYAML writes `!!int "5"` for a number in a quoted style, but `! "x"` where it means a null or a float
  /// of its own: YAML takes the latter for text.
  private func withoutTags(_ values: [JSON]) -> [JSON] {
    values.map { value in
      switch value {
      case .array(let items): .array(withoutTags(items))
      case .object(let object):
        .object(JSONObject(object.members.map { .init(key: $0.key, value: withoutTags([$0.value])[0]) }))
      case .null: "null"
      case .bool(let flag): .string(flag ? "true" : "false")
      case .number(let text): .string(text)
      case .string: value
      }
    }
  }

  @Test func whatIsWrittenIsReadByPyYAML() throws {
    var samples = YAMLSamples(seed: 15)
    let values = (0..<400).map { _ in samples.value() }
    let written = values.enumerated().map { place, value in
      value.yaml(sortedKeys: false, foldColumn: [nil, 80, 20][place % 3])
    }
    let judged = try answers(written.map { ["text": .string($0)] })
    for (value, (text, answer)) in zip(values, zip(written, judged)) {
      #expect(answer == ["documents": [value]], "\(text)")
      #expect(YAML.parse(Array(text.utf8)).documents == [value], "\(text)")
    }
  }

  @Test func whatIsWrittenIsWhatKubectlWrites() throws {
    var samples = YAMLSamples(seed: 16)
    let objects: [JSON] = (0..<200).map { number in
      [
        "apiVersion": "v1", "kind": "Sample",
        "metadata": ["annotations": ["a": "b"], "name": .string("n\(number)")],
        "zz": samples.value(),
      ]
    }
    let list: JSON = ["apiVersion": "v1", "kind": "List", "items": .array(objects)]
    let result = try run(
      "kubectl", ["annotate", "--local", "-f", "-", "a=b", "-o", "yaml"], input: list.text)
    let printed = ("\n" + result.output).split(separator: "\n---\n", omittingEmptySubsequences: true)
    try #require(printed.count == objects.count, "\(result.errors)")
    for (object, text) in zip(objects, printed) {
      #expect(
        object.yaml(foldColumn: 80) == text.trimmingPrefix("\n").trimmingPrefix("---\n")
          + (text.hasSuffix("\n") ? "" : "\n"))
    }
  }
}
