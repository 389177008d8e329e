import Synchronization

/// What the endpoint tells about itself.
struct ServeTelemetry {
  private var answers: [Int: Int] = [:]
  private var durationSeconds = 0.0
  private var durationCount = 0
  private var sentBytes = 0

  /// An answer to a request for the page, of whatever status.
  mutating func answered(_ status: Int, bytes: Int) {
    answers[status, default: 0] += 1
    sentBytes += bytes
  }

  /// A page has left, or its client has: so long after it was asked for.
  mutating func pageEnded(seconds: Double) {
    durationSeconds += seconds
    durationCount += 1
  }

  func families(version: String, connections: Int) -> [FamilyLines] {
    var build = SeriesWriter(names: ["clustertui_build_info"])
    build.beginObject()
    build.begin()
    build.label("version", version)
    build.end(1)
    let codes = answers.sorted { $0.key < $1.key }.map { "clustertui_answers_total{code=\"\($0)\"} \($1)\n" }
    let duration = "clustertui_answer_duration_seconds"
    return [
      FamilyLines(
        MetricFamily("clustertui_build_info", "The version of the program that serves this page."),
        blocks: [build.bytes]),
      FamilyLines(
        MetricFamily(
          "clustertui_answers_total", "Answers to requests for this page, by their HTTP status.", .counter),
        lines: codes.joined()),
      FamilyLines(
        MetricFamily(
          duration, "From a request for this page to its last byte in the network.", .summary, unit: "seconds"
        ),
        lines: "\(duration)_sum \(NumberText.text(durationSeconds))\n\(duration)_count \(durationCount)\n"),
      FamilyLines(
        MetricFamily(
          "clustertui_sent_bytes_total", "Bytes of pages that were answered.", .counter, unit: "bytes"),
        lines: "clustertui_sent_bytes_total \(sentBytes)\n"),
      FamilyLines(
        MetricFamily("clustertui_connections", "Open connections to this endpoint."),
        lines: "clustertui_connections \(connections)\n"),
    ]
  }
}
