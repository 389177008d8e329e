/// One label of a series, unescaped.
package struct Label: Sendable, Hashable {
  package var name: String
  package var value: String
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// What tells one series from all others: its labels, sorted by name (as UTF-8), each name once, with the metric's name
/// under `__name__`. A label with an empty value is the same as none (Prometheus' data model).
package struct Labels: Sendable, Hashable {
  package private(set) var all: [Label]

  /// Of two labels of one name the later counts.
  package init(_ labels: some Sequence<Label> = []) {
    all = []
    for label in labels { self[label.name] = label.value }
  }

  /// Takes labels that are sorted already, each name once and no value empty.
  init(sorted all: [Label]) { self.all = all }

  /// The metric's name first: `Labels("up", [Label("job", "node")])`.
  package init(_ name: String, _ labels: [Label] = []) {
    self.init(labels)
    self[Labels.metricName] = name
  }

  package static let metricName = "__name__"

  /// "" where there is no such label; setting "" takes it away.
  package subscript(name: String) -> String {
    get {
      let at = place(of: name)
      return at < all.count && all[at].name == name ? all[at].value : ""
    }
    set {
      let at = place(of: name)
      if at < all.count, all[at].name == name {
        if newValue.isEmpty { all.remove(at: at) } else { all[at].value = newValue }
      } else if !newValue.isEmpty {
        all.insert(Label(name, newValue), at: at)
      }
    }
  }

  private func place(of name: String) -> Int {
    var (low, high) = (0, all.count)
    while low < high {
      let middle = (low + high) / 2
      if all[middle].name.utf8.lexicographicallyPrecedes(name.utf8) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}

/// What a metric family counts or measures (OpenMetrics 1.0, section 5.1); `unknown` is text format's `untyped`.
package enum MetricType: String, Sendable, Hashable {
  case counter, gauge, histogram, gaugehistogram, summary, info, stateset, unknown
}

/// The value that says "this series ended here": a NaN that no exposition writes (Prometheus' `StaleNaN`).
package enum Staleness {
  package static let marker = Double(bitPattern: 0x7FF0_0000_0000_0002)
  package static func isMarker(_ value: Double) -> Bool { value.bitPattern == marker.bitPattern }
}
