import Cluster
import Terminal

/// What each meaning looks like. k9s's colours where people were trained on them, and never a colour alone: states
/// have glyphs, the cursor is reversed.
enum Theme {
  static let bar = Style(foreground: .white, background: .blue, bold: true)
  static let barDim = Style(foreground: .white, background: .blue)
  static let barGood = Style(foreground: .brightGreen, background: .blue)
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
  static let separator = Style(foreground: .gray)
  static let match = Style(foreground: .black, background: .yellow)
  static let mark = Style(foreground: .brightGreen, bold: true)

  static func row(_ tone: Tone) -> Style {
    switch tone {
    case .good: Style()
    case .starting: Style(foreground: .brightBlue)
    case .pending: Style(foreground: .yellow)
    case .bad: Style(foreground: .brightRed)
    case .ending: Style(foreground: .magenta)
    case .done: Style(foreground: .gray)
    case .unknown: Style(foreground: .yellow)
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
    case .warning: Style(foreground: .yellow)
    case .bad: Style(foreground: .brightRed, bold: true)
    case .link: Style(foreground: .brightBlue, underline: true)
    }
  }

  /// The names of containers in a log that has several.
  static func source(_ index: Int) -> Style {
    let colors: [Color] = [.cyan, .green, .yellow, .magenta, .brightBlue, .brightGreen]
    return Style(foreground: colors[index % colors.count])
  }
}
