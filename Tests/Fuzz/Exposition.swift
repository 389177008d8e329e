// sources Sources/Metrics Sources/Metrics/Parse seeds Tests/MetricsTests/Fixtures/exporter.txt modules Document

/// A page reads the same in one piece and in several, only wanted samples are a part of all, and a sample that is
/// written again from its labels and value reads the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzExposition(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 2 else { return 0 }
  let format: ExpositionFormat = start[0] & 1 == 0 ? .text : .openMetrics
  let size = Int(start[1]) + 1
  let page = Array(UnsafeBufferPointer(start: start + 2, count: count - 2))
  let whole = Reading(page, format, pieces: page.count)
  let parts = Reading(page, format, pieces: size)
  precondition(whole.items == parts.items)
  precondition(whole.problems == parts.problems && whole.problemCount == parts.problemCount)
  precondition(whole.ids == parts.ids)
  _ = SeriesText(UnsafeRawBufferPointer(start: start, count: count)).labels
  for sample in whole.samples { writtenAgain(sample) }
  return 0
}

private func writtenAgain(_ sample: Reading.Sample) {
  guard let labels = sample.labels, !labels.all.isEmpty else { return }
  var text = "{\"" + escaped(labels[Labels.metricName]) + "\""
  for label in labels.all where label.name != Labels.metricName {
    text += ",\"" + escaped(label.name) + "\"=\"" + escaped(label.value) + "\""
  }
  let value = sample.value.isNaN ? "NaN" : "\(sample.value)"
  let again = Reading(Array((text + "} \(value)\n").utf8), .text, pieces: .max)
  precondition(again.problemCount == 0 && again.samples.count == 1, text)
  precondition(again.samples[0].labels == labels, text)
  precondition(again.samples[0].value.bitPattern == sample.value.bitPattern || sample.value.isNaN, text)
}

private func escaped(_ text: String) -> String {
  var escaped = ""
  for character in text.unicodeScalars {
    switch character {
    case "\\": escaped += "\\\\"
    case "\"": escaped += "\\\""
    case "\n": escaped += "\\n"
    default: escaped.unicodeScalars.append(character)
    }
  }
  return escaped
}

/// All that comes of a page.
private struct Reading {
  struct Sample {
    var labels: Labels?
    var value: Double
  }

  /// Every item's parts, one behind the other.
  var items: [UInt8] = []
  var samples: [Sample] = []
  var ids: [SeriesCache.Found] = []
  var problems: [String] = []
  var problemCount = 0

  init(_ page: [UInt8], _ format: ExpositionFormat, pieces: Int) {
    var parser = ExpositionParser(format)
    var cache = SeriesCache(maxSeries: 8, maxBytes: 500)
    cache.beginPage()
    var rest: [UInt8] = []
    var at = 0
    repeat {
      let next = at + min(pieces, page.count - at)
      rest += page[at..<next]
      at = next
      // A copy of its own, so that AddressSanitizer sees a read behind its end.
      let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: rest.count, alignment: 1)
      piece.copyBytes(from: rest)
      let taken = parser.consume(UnsafeRawBufferPointer(piece), isLast: at == page.count) { add($0, &cache) }
      precondition(taken <= rest.count && (at < page.count || taken == rest.count))
      piece.deallocate()
      rest.removeFirst(taken)
    } while at < page.count
    problems = parser.problems.map(\.description)
    problemCount = parser.problemCount
  }

  private mutating func add(_ item: ExpositionItem, _ cache: inout SeriesCache) {
    switch item {
    case .sample(let sample):
      samples.append(Sample(labels: SeriesText(sample.series).labels, value: sample.value))
      ids.append(cache.look(up: sample.series))
      log(1, sample.series, sample.name, sample.exemplar)
      withUnsafeBytes(of: (sample.value.bitPattern, sample.timestamp ?? -1)) { items += $0 }
    case .type(let name, let type):
      log(2, name)
      items += "\(type)".utf8
    case .help(let name, let text):
      log(3, name, text)
      items += SeriesText.help(text, .openMetrics).utf8
    case .unit(let name, let unit): log(4, name, unit)
    case .end: log(5)
    }
  }

  private mutating func log(_ kind: UInt8, _ parts: UnsafeRawBufferPointer?...) {
    items.append(kind)
    for part in parts {
      withUnsafeBytes(of: part?.count ?? -1) { items += $0 }
      if let part { items += part }
    }
  }
}
