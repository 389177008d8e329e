import Document
import Metrics

/// All that the parser makes of a page, as text and as values.
struct ParsedPage {
  struct Sample: Equatable {
    var labels: Labels
    var value: Double
    var timestamp: Int64?
  }

  var items: [String] = []
  var samples: [Sample] = []
  var problems: [String] = []
  var problemCount = 0

  init(_ text: String, _ format: ExpositionFormat = .text) { self.init(Array(text.utf8), format) }

  init(
    _ bytes: [UInt8], _ format: ExpositionFormat, pieces: Int = .max,
    wants: ((UnsafeRawBufferPointer) -> Bool)? = nil
  ) {
    var parser = ExpositionParser(format)
    var rest: [UInt8] = []
    var at = 0
    repeat {
      let next = at + min(pieces, bytes.count - at)
      rest += bytes[at..<next]
      at = next
      let taken = rest.withUnsafeBytes { piece in
        if let wants {
          return parser.consume(piece, isLast: at == bytes.count, wants: wants) { add($0, format) }
        }
        return parser.consume(piece, isLast: at == bytes.count) { add($0, format) }
      }
      rest.removeFirst(taken)
    } while at < bytes.count
    problems = parser.problems.map(\.description)
    problemCount = parser.problemCount
  }

  private mutating func add(_ item: ExpositionItem, _ format: ExpositionFormat) {
    switch item {
    case .sample(let sample):
      guard let labels = SeriesText(sample.series).labels else {
        items.append("duplicate labels")
        return
      }
      samples.append(Sample(labels: labels, value: sample.value, timestamp: sample.timestamp))
      var text = Self.text(labels) + " \(sample.value)"
      if let timestamp = sample.timestamp { text += " @\(timestamp)" }
      if let exemplar = sample.exemplar { text += " # " + Self.text(exemplar) }
      items.append(text)
    case .type(let name, let type): items.append("type \(Self.text(name)) \(type)")
    case .help(let name, let text):
      items.append("help \(Self.text(name)) " + Self.quoted(SeriesText.help(text, format)))
    case .unit(let name, let unit): items.append("unit \(Self.text(name)) \(Self.text(unit))")
    case .end: items.append("end")
    }
  }

  private static func text(_ labels: Labels) -> String {
    let others = labels.all.filter { $0.name != Labels.metricName }
    return labels[Labels.metricName] + "{"
      + others.map { $0.name + "=" + quoted($0.value) }.joined(separator: ",") + "}"
  }

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes, as: UTF8.self)
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\\": quoted += "\\\\"
      case "\"": quoted += "\\\""
      case "\n": quoted += "\\n"
      default: quoted.unicodeScalars.append(character)
      }
    }
    return quoted + "\""
  }
}
