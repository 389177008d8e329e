import Document
import Metrics

@testable import Kubernetes

extension StateKind {
  /// What the page tells of one object, line for line. With `families`, only of those.
  func text(_ object: String, _ families: String...) -> String {
    var writer = SeriesWriter(names: self.families.map(\.name))
    let key = Array(object.utf8).withUnsafeBytes { write(JSONSlice($0), &writer) }
    guard key != nil else { return "" }
    var text = ""
    var start = 0
    for (family, end) in zip(self.families, writer.ends) {
      if families.isEmpty || families.contains(family.name) {
        text += String(decoding: writer.bytes[start..<end], as: UTF8.self)
      }
      start = end
    }
    return text
  }
}
