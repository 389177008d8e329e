/// What a page of metrics consists of. All bytes lie in the piece that is being parsed and are valid only until
/// the closure that takes the item returns.
package enum ExpositionItem {
  case sample(ExpositionSample)
  /// The name as in `ExpositionSample.name`.
  case type(name: UnsafeRawBufferPointer, MetricType)
  /// The text as it stands: `ExpositionText.help` takes its escapes away.
  case help(name: UnsafeRawBufferPointer, text: UnsafeRawBufferPointer)
  case unit(name: UnsafeRawBufferPointer, UnsafeRawBufferPointer)
  /// `# EOF` of OpenMetrics.
  case end
}

/// One line with a value.
package struct ExpositionSample {
  /// Name and labels as they stand, `node_load1` or `up{job="a"}`: equal bytes are the same series, and
  /// `SeriesText` reads them.
  package let series: UnsafeRawBufferPointer
  /// The metric's name: a part of `series`, without quotes but with the escapes of a quoted one.
  package let name: UnsafeRawBufferPointer
  /// Any NaN is the one quiet NaN, so that no page can forge `Staleness.marker`.
  package let value: Double
  /// Milliseconds since 1970, cut off and not rounded; nil where the page gives none.
  package let timestamp: Int64?
  /// OpenMetrics' exemplar from its `{` to the line's end.
  package let exemplar: UnsafeRawBufferPointer?
}
