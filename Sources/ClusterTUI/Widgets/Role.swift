import Terminal

/// What a colour is for. A skin says what each looks like; canvases hold only these.
enum Role: UInt8, CaseIterable {
  // The first row.
  case bar, barBack, barGood, barBad, barBadBack, barWarning, barWarningBack
  /// In place of `barBack` where a change wants care.
  case barCareBack
  // Around lists.
  case title, sortedTitle, key, hint, error, errorBack, notice, noticeBack, prompt
  case ghost, trend, axis, cursorLine, separator, match, matchBack, currentMatch, currentMatchBack, mark
  case tab, tabBack
  // The states of rows.
  case good, starting, pending, bad, ending, done, unknown
  // Documents.
  case heading, documentKey, string, number, literal, dim, fine, warning, wrong, link
  // What stands beside each other: logs of containers, lines of charts.
  case source0, source1, source2, source3, source4, source5, source6, source7
  case line0, line1, line2, line3, line4, line5, line6, line7
  case limit, request
  // How full something is.
  case heat0, heat1, heat2, heat3, heat4
  case heatBack0, heatBack1, heatBack2, heatBack3, heatBack4

  static let sources: [Role] = [
    .source0, .source1, .source2, .source3, .source4, .source5, .source6, .source7,
  ]
  static let lines: [Role] = [.line0, .line1, .line2, .line3, .line4, .line5, .line6, .line7]

  /// Where it is not text on the skin's own background: what it stands on.
  var ground: Role? {
    switch self {
    case .bar, .barGood: .barBack
    case .barBad: .barBadBack
    case .barWarning: .barWarningBack
    case .error: .errorBack
    case .notice: .noticeBack
    case .match: .matchBack
    case .currentMatch: .currentMatchBack
    case .tab: .tabBack
    case .heat0: .heatBack0
    case .heat1: .heatBack1
    case .heat2: .heatBack2
    case .heat3: .heatBack3
    case .heat4: .heatBack4
    default: nil
    }
  }

  /// A background and never text.
  var isGround: Bool { self == .barCareBack || Self.allCases.contains { $0.ground == self } }
}

extension Color {
  static func of(_ role: Role) -> Color { .slot(role.rawValue) }
}
