/// What is to be drawn over time: everything worth seeing of an object or of the cluster, or one expression.
package struct ChartQuery: Sendable, Hashable {
  package enum Subject: Sendable, Hashable {
    case object(ObjectRef)
    case cluster
    /// In the query language of `Metrics`, a part of PromQL.
    case expression(String)
  }

  package var subject: Subject
  /// How far back, ending now.
  package var rangeSeconds: Int

  package init(_ subject: Subject, rangeSeconds: Int = 3_600) {
    self.subject = subject
    self.rangeSeconds = rangeSeconds
  }
}

/// The answer to a `ChartQuery`, as it is now; it is told again while it changes.
package struct ChartBoard: Sendable {
  package var charts: [Chart] = []
  /// Where the numbers come from: "kubelet of node-3, every 15 s".
  package var source = ""
  /// When the newest reading was taken, in seconds since 1970; nil while there is none.
  package var newest: Int64?
  /// What can't be shown, each with why and what would give it.
  package var missing: [String] = []
  /// What is wrong with an expression: lines of text, the place marked by a caret below it.
  package var problem: String?
  package init() {}
}

/// Lines over one axis of time and one of values.
package struct Chart: Sendable {
  package enum Unit: String, Sendable {
    case cores, bytes, bytesPerSecond, share, count, perSecond, seconds, none
  }

  /// A horizontal line: a request, a limit.
  package struct Mark: Sendable, Hashable {
    package var label: String
    package var value: Double
    package init(_ label: String, _ value: Double) {
      self.label = label
      self.value = value
    }
  }

  package struct Line: Sendable {
    /// What tells it from the other lines of the chart.
    package var label: String
    /// In the order of time; a NaN begins a gap.
    package var points: [Point]
    package init(_ label: String, _ points: [Point]) {
      self.label = label
      self.points = points
    }
  }

  package struct Point: Sendable, Hashable {
    /// Milliseconds since 1970.
    package var at: Int64
    package var value: Double
    package init(at: Int64, value: Double) {
      self.at = at
      self.value = value
    }
  }

  package var title: String
  package var unit: Unit
  package var lines: [Line]
  package var marks: [Mark]
  /// Why there is nothing, or what to mind; "" where there is nothing to say.
  package var note: String
  /// The time that the chart spans, in milliseconds since 1970.
  package var from: Int64
  package var to: Int64
  /// Lines that were left out because there are too many.
  package var hiddenLines = 0

  package init(
    _ title: String, unit: Unit, lines: [Line], marks: [Mark] = [], note: String = "", from: Int64, to: Int64
  ) {
    self.title = title
    self.unit = unit
    self.lines = lines
    self.marks = marks
    self.note = note
    self.from = from
    self.to = to
  }
}
