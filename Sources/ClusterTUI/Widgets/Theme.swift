import Cluster
import Terminal

/// What each meaning looks like, by role: the skin in use says the colours. Never a colour alone: states have glyphs,
/// the cursor is reversed.
enum Theme {
  static let bar = Style(foreground: .of(.bar), background: .of(.barBack), bold: true)
  static let barDim = Style(foreground: .of(.bar), background: .of(.barBack))
  static let barGood = Style(foreground: .of(.barGood), background: .of(.barBack))
  static let barBad = Style(foreground: .of(.barBad), background: .of(.barBadBack), bold: true)
  static let barWarning = Style(foreground: .of(.barWarning), background: .of(.barWarningBack), bold: true)
  static let columnTitle = Style(foreground: .of(.title), bold: true)
  static let sortedTitle = Style(foreground: .of(.sortedTitle), bold: true)
  static let hintKey = Style(foreground: .of(.key), bold: true)
  static let hint = Style(foreground: .of(.hint))
  static let error = Style(foreground: .of(.error), background: .of(.errorBack), bold: true)
  static let notice = Style(foreground: .of(.notice), background: .of(.noticeBack))
  static let prompt = Style(foreground: .of(.prompt), bold: true)
  static let ghost = Style(foreground: .of(.ghost))
  static let trend = Style(foreground: .of(.trend))
  /// What stands beside the axes of a chart.
  static let axis = Style(foreground: .of(.axis))
  static let cursorLine = Style(foreground: .of(.cursorLine))
  static let separator = Style(foreground: .of(.separator))
  static let match = Style(foreground: .of(.match), background: .of(.matchBack))
  static let currentMatch = Style(
    foreground: .of(.currentMatch), background: .of(.currentMatchBack), bold: true, underline: true)
  static let mark = Style(foreground: .of(.mark), bold: true)
  static let tab = Style(foreground: .of(.tab), background: .of(.tabBack))

  /// A row's glyph, name and status. The rest of a row in trouble stays plain, so that a screen full of trouble
  /// can still be read.
  static func row(_ tone: Tone) -> Style {
    switch tone {
    case .good: Style(foreground: .of(.good))
    case .starting: Style(foreground: .of(.starting))
    case .pending: Style(foreground: .of(.pending))
    case .bad: Style(foreground: .of(.bad))
    case .ending: Style(foreground: .of(.ending))
    case .done: Style(foreground: .of(.done))
    case .unknown: Style(foreground: .of(.unknown))
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
    case .heading: Style(foreground: .of(.heading), bold: true)
    case .key: Style(foreground: .of(.documentKey))
    case .string: Style(foreground: .of(.string))
    case .number: Style(foreground: .of(.number))
    case .literal: Style(foreground: .of(.literal))
    case .dim: Style(foreground: .of(.dim))
    case .good: Style(foreground: .of(.fine))
    case .warning: Style(foreground: .of(.warning))
    case .bad: Style(foreground: .of(.wrong))
    case .link: Style(foreground: .of(.link), underline: true)
    }
  }

  /// The names of containers in a log that has several.
  static func source(_ index: Int) -> Style {
    Style(foreground: .of(Role.sources[max(0, index) % Role.sources.count]))
  }

  /// The lines of a chart, by their number. In trouble are marks, not lines.
  static func line(_ index: Int) -> Style {
    Style(foreground: .of(Role.lines[max(0, index) % Role.lines.count]))
  }

  /// The lines across a chart that tell what was asked for, and what may be used at most.
  static func mark(_ label: String) -> Style {
    Style(foreground: .of(label.contains("limit") ? .limit : .request))
  }

  /// How full something is, from a level on.
  static let heatLevels: [(share: Double, text: String)] = [
    (0, "0"), (0.2, "20"), (0.4, "40"), (0.7, "70"), (0.9, "90%"),
  ]

  static func heat(_ share: Double) -> Style {
    switch share {
    case ..<0.2: Style(foreground: .of(.heat0), background: .of(.heatBack0))
    case ..<0.4: Style(foreground: .of(.heat1), background: .of(.heatBack1))
    case ..<0.7: Style(foreground: .of(.heat2), background: .of(.heatBack2))
    case ..<0.9: Style(foreground: .of(.heat3), background: .of(.heatBack3))
    default: Style(foreground: .of(.heat4), background: .of(.heatBack4), bold: true)
    }
  }
}
