import Cluster
import Terminal

/// What each meaning looks like. k9s's colours where people were trained on them, and never a colour alone: states
/// have glyphs, the cursor is reversed.
enum Theme {
  static let bar = Style(foreground: .white, background: .indexed(24), bold: true)
  static let barDim = Style(foreground: .white, background: .indexed(24))
  static let barGood = Style(foreground: .brightGreen, background: .indexed(24))
  static let barBad = Style(foreground: .white, background: .red, bold: true)
  static let barWarning = Style(foreground: .black, background: .yellow, bold: true)
  static let columnTitle = Style(bold: true, underline: false)
  static let sortedTitle = Style(foreground: .cyan, bold: true)
  static let hintKey = Style(foreground: .cyan, bold: true)
  static let hint = Style(dim: false)
  static let error = Style(foreground: .white, background: .red, bold: true)
  static let notice = Style(foreground: .black, background: .cyan)
  static let prompt = Style(foreground: .yellow, bold: true)
  static let ghost = Style(foreground: .gray)
  static let trend = Style(foreground: .indexed(67))
  /// What stands beside the axes of a chart.
  static let axis = Style(foreground: .gray)
  static let cursorLine = Style(foreground: .yellow)
  static let separator = Style(foreground: .gray)
  static let match = Style(foreground: .black, background: .yellow)
  static let currentMatch = Style(foreground: .black, background: .brightGreen, bold: true, underline: true)
  static let mark = Style(foreground: .brightGreen, bold: true)

  /// A row's glyph, name and status. The rest of a row in trouble stays plain, so that a screen full of trouble
  /// can still be read.
  static func row(_ tone: Tone) -> Style {
    switch tone {
    case .good: Style()
    case .starting: Style(foreground: .indexed(75))
    case .pending: Style(foreground: .indexed(214))
    case .bad: Style(foreground: .brightRed)
    case .ending: Style(foreground: .indexed(141))
    case .done: Style(foreground: .gray)
    case .unknown: Style(foreground: .yellow)
    }
  }

  /// The other cells of a row.
  static func cells(_ tone: Tone) -> Style {
    switch tone {
    case .done, .ending: row(tone)
    default: Style()
    }
  }

  static func span(_ meaning: Span.Meaning) -> Style {
    switch meaning {
    case .plain: Style()
    case .heading: Style(foreground: .cyan, bold: true)
    case .key: Style(foreground: .cyan)
    case .string: Style()
    case .number: Style(foreground: .green)
    case .literal: Style(foreground: .magenta)
    case .dim: Style(foreground: .gray)
    case .good: Style(foreground: .green)
    case .warning: Style(foreground: .indexed(214))
    case .bad: Style(foreground: .indexed(203))
    case .link: Style(foreground: .indexed(75), underline: true)
    }
  }

  /// The names of containers in a log that has several.
  static func source(_ index: Int) -> Style {
    let colors: [Color] = [.cyan, .green, .yellow, .magenta, .brightBlue, .brightGreen]
    return Style(foreground: colors[index % colors.count])
  }

  /// The lines of a chart, by their number. In trouble are marks, not lines: there is no red.
  static func line(_ index: Int) -> Style {
    let colors: [Color] = [
      .cyan, .yellow, .magenta, .green, .brightBlue, .indexed(214), .white, .brightMagenta,
    ]
    return Style(foreground: colors[max(0, index) % colors.count], bold: false)
  }

  /// The lines across a chart that tell what was asked for, and what may be used at most.
  static func mark(_ label: String) -> Style {
    label.contains("limit") ? Style(foreground: .brightRed) : Style(foreground: .brightGreen)
  }

  /// How full something is, from a level on: with 16 colours the lower ones are black, which is right too.
  static let heatLevels: [(share: Double, text: String)] = [
    (0, "0"), (0.2, "20"), (0.4, "40"), (0.7, "70"), (0.9, "90%"),
  ]

  static func heat(_ share: Double) -> Style {
    switch share {
    case ..<0.2: Style(foreground: .white, background: .indexed(236))
    case ..<0.4: Style(foreground: .white, background: .indexed(22))
    case ..<0.7: Style(foreground: .black, background: .indexed(34))
    case ..<0.9: Style(foreground: .black, background: .indexed(214))
    default: Style(foreground: .brightWhite, background: .indexed(160), bold: true)
    }
  }
}
