import Cluster
import Document
import Foundation
import HTTP

@testable import Kubernetes

/// What kubectl printed of an object of a real server, with the object and all answers that kubectl had for
/// it.
struct DescribeRecording: CustomStringConvertible {
  let name: String
  let kind: Kind
  let object: JSON
  let answers: [JSON]
  /// The lines that kubectl printed.
  let lines: [String]
  /// When kubectl began and ended, in seconds since 1970.
  let from: Int64
  let to: Int64

  var description: String { name }

  /// Made-up objects that kubectl 1.32 was given, for what no recording has.
  var isOfOlderKubectl: Bool { name.hasPrefix("odd.") }

  /// kubectl counts ages in fractions of a second, a page in whole ones: each age is that of one of these
  /// moments.
  var moments: [Int64] { Set([from, to, to + 1]).sorted() }

  static let all: [DescribeRecording] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".json") }.sorted().compactMap { DescribeRecording($0.dropLast(5)) }
  }()

  static func named(_ name: String) -> DescribeRecording {
    guard let found = all.first(where: { $0.name == name }) else { fatalError("no recording \(name)") }
    return found
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/describe")

  private init?(_ name: Substring) {
    self.name = String(name)
    let file = Self.folder.appendingPathComponent(self.name)
    guard let data = try? Data(contentsOf: file.appendingPathExtension("json")),
      let text = try? String(contentsOf: file.appendingPathExtension("txt"), encoding: .utf8),
      let json = JSON.parse([UInt8](data)).value
    else { return nil }
    kind = Kind(id: json["kind"].words, name: json["name"].words)
    object = json["object"]
    answers = json["related"].array
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    from = Timestamp(json["from"].words)?.seconds ?? 0
    to = Timestamp(json["to"].words)?.seconds ?? 0
  }

  /// The recorded answers to what a description asks for; what was not recorded is not found.
  func related(to object: JSON? = nil) -> Related {
    var related = Related()
    for request in Describe.requests(for: object ?? self.object, kind: kind) {
      guard let answer = answers.first(where: { isAnswer($0, to: request) }) else {
        related.failures[request.key] = "not recorded: \(request.path)?\(request.query)"
        continue
      }
      if answer["status"].int == 200 {
        related.lists[request.key] = answer["body"].encoded().withUnsafeBytes { request.items(in: $0).items }
      } else {
        related.failures[request.key] = answer["body"]["message"].words
      }
    }
    return related
  }

  /// The terms of a field selector come from kubectl in any order.
  private func isAnswer(_ answer: JSON, to request: RelatedRequest) -> Bool {
    let terms = { (text: String) in text.split(separator: ",").sorted() }
    return answer["path"].words == request.path
      && answer["query"].members.count == request.query.count
      && request.query.allSatisfy { terms(answer["query"][$0.name].words) == terms($0.value) }
  }

  func page(of changed: JSON? = nil, now: Int64? = nil) -> Page {
    Describe.page(
      of: changed ?? object, kind: kind, related: related(to: changed), now: now ?? to, zone: .utc)
  }
}
