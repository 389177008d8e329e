import Foundation
import Metrics
import TestSupport

/// Other programs that read pages of metrics, asked through Fixtures/judge.py.
enum Judge: String, Sendable, CaseIterable {
  /// Python's prometheus_client.
  case client
  /// `promtool check metrics`, which has another parser than Prometheus itself.
  case promtool
  /// A real Prometheus that scrapes the pages.
  case prometheus
}

/// What a judge makes of one page.
struct Verdict {
  /// Why it refuses the page.
  var refused: String?
  var samples: [ParsedPage.Sample]
}

struct JudgeError: Error { var message: String }

extension Judge {
  /// One process for all pages; nil where the judge does not know the format.
  func verdicts(on pages: [(format: ExpositionFormat, bytes: [UInt8])]) throws -> [Verdict?] {
    let input = try JSONSerialization.data(
      withJSONObject: pages.map {
        ["format": $0.format == .text ? "text" : "openMetrics", "page": Data($0.bytes).base64EncodedString()]
      })
    let judge = try run(
      "/usr/bin/python3", [fixture("judge.py").path, rawValue], input: String(decoding: input, as: UTF8.self))
    guard judge.errors.isEmpty,
      let verdicts = try JSONSerialization.jsonObject(with: Data(judge.output.utf8)) as? [Any]
    else { throw JudgeError(message: judge.errors) }
    return try verdicts.map { try Self.verdict($0) }
  }

  private static func verdict(_ answer: Any) throws -> Verdict? {
    guard let members = answer as? [String: Any], let samples = members["samples"] as? [[Any]] else {
      return nil
    }
    return Verdict(
      refused: members["refused"] as? String,
      samples: try samples.map { sample in
        guard let name = sample[0] as? String, let labels = sample[1] as? [String: String],
          let value = (sample[2] as? String).flatMap(Double.init)
        else { throw JudgeError(message: "\(sample)") }
        return ParsedPage.Sample(
          labels: Labels(name, labels.map { Label($0.key, $0.value) }), value: value,
          timestamp: (sample[3] as? NSNumber)?.int64Value)
      })
  }
}

func fixture(_ name: String) -> URL {
  URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/" + name)
}

extension [ParsedPage.Sample] {
  /// In an order of their own, every NaN alike.
  var sortedText: [String] {
    map { sample in
      let labels = sample.labels.all.map { "\($0.name)=\($0.value.debugDescription)" }.joined(separator: ",")
      let value = sample.value.isNaN ? "nan" : "\(sample.value)"
      return labels + " " + value + (sample.timestamp.map { " @\($0)" } ?? "")
    }.sorted()
  }
}
