import Cluster
import Document

/// The values of charts as text: one reading a line, parted by tabs, for a spreadsheet or a program.
enum ChartTable {
  static func text(_ board: ChartBoard) -> String {
    var out = "chart\tunit\tline\ttime\tvalue\n"
    for chart in board.charts {
      for line in chart.lines {
        let head = [chart.title, chart.unit.rawValue, line.label].map(field).joined(separator: "\t")
        for point in line.points where !point.value.isNaN {
          out += "\(head)\t\(time(point.at))\t\(point.value)\n"
        }
      }
      for mark in chart.marks {
        let head = [chart.title, chart.unit.rawValue, mark.label].map(field).joined(separator: "\t")
        out += "\(head)\t\t\(mark.value)\n"
      }
    }
    return out
  }

  /// What would part columns or lines is a blank.
  private static func field(_ text: String) -> String {
    String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
  }

  /// RFC 3339 in UTC, with milliseconds.
  private static func time(_ milliseconds: Int64) -> String {
    let seconds = milliseconds >= 0 ? milliseconds / 1_000 : (milliseconds - 999) / 1_000
    let rest = String(1_000 + milliseconds - seconds * 1_000).dropFirst()
    return "\(Timestamp(seconds: seconds).text.dropLast()).\(rest)Z"
  }
}
