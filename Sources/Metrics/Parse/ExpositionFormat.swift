/// The two text formats in which targets expose their metrics.
package enum ExpositionFormat: Sendable, Hashable {
  /// Prometheus text format 0.0.4.
  case text
  /// OpenMetrics 1.0 (and 0.0.1, its draft).
  case openMetrics

  /// What a response's Content-Type announces: OpenMetrics where its media type says so, else text, which is
  /// also what Prometheus 2 reads pages of an unknown or missing type as.
  package init(contentType: String?) {
    let media = (contentType ?? "").prefix { $0 != ";" }
    let isOpenMetrics = media.lowercased().split(separator: " ").first == "application/openmetrics-text"
    self = isOpenMetrics ? .openMetrics : .text
  }

  /// What to send as Accept to be answered in either, rather in OpenMetrics.
  package static let accept =
    "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.8,*/*;q=0.1"
}
