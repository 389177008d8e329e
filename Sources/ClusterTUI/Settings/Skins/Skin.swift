import Terminal

/// Colours for all that is drawn: one of ours, or one read from a skin file in k9s's format.
struct Skin: Equatable {
  var name: String
  /// In a few words, for the list of skins.
  var words = ""
  /// The terminal's own where `standard`.
  var text = Color.standard
  var background = Color.standard
  /// What a role looks like; like text where nothing is said.
  var colors: [Role: Color] = [:]
  /// For terminals with a light background.
  var isLight = false

  subscript(role: Role) -> Color {
    get { colors[role] ?? .standard }
    set { colors[role] = newValue }
  }

  /// - Parameter bar: the first row's background in place of the skin's own, for a context of its own colour.
  func scheme(bar: Color? = nil) -> ColorScheme {
    var skin = self
    if let bar, bar != .standard {
      skin[.barBack] = bar
      // Black or white, whichever reads better; the terminal's own black is grey in bold.
      let text: Color = (bar.luminance ?? 0) > 0.18 ? .indexed(16) : .brightWhite
      (skin[.bar], skin[.barGood]) = (text, text)
    }
    return ColorScheme(
      foreground: text, background: background, slots: Role.allCases.map { skin[$0] })
  }
}

/// The few colours that a skin of ours is made of; the roles follow from them.
struct SkinColors {
  /// Hex, or the name of one of the terminal's 16; "" is the terminal's own.
  var text: String
  var background: String
  /// Text that matters less, and lines between things.
  var faint: String
  var bar: String
  var barText: String
  var accent: String
  var second: String
  var good: String
  var warning: String
  var bad: String
  /// Coming, and going.
  var fresh: String
  var leaving: String
  var series: [String]
  /// Backgrounds of heat from empty to nearly full; the last two are `warning` and `bad`.
  var heat: [String]
  /// What reads on `accent`, `warning`, `good` and `bad` as backgrounds.
  var onColor: String
}

extension Skin {
  init(_ name: String, _ words: String, isLight: Bool = false, _ colors: SkinColors) {
    self.init(name: name, words: words, isLight: isLight)
    func color(_ text: String) -> Color { Color(hex: text) ?? Color(skinName: text) ?? .standard }
    (text, background) = (color(colors.text), color(colors.background))
    let (faint, accent, second) = (color(colors.faint), color(colors.accent), color(colors.second))
    let (good, warning, bad) = (color(colors.good), color(colors.warning), color(colors.bad))
    let (fresh, leaving, onColor) = (color(colors.fresh), color(colors.leaving), color(colors.onColor))
    let (bar, barText) = (color(colors.bar), color(colors.barText))
    self.colors = [
      .bar: barText, .barBack: bar, .barGood: barText, .barBad: onColor, .barBadBack: bad,
      .barWarning: onColor, .barWarningBack: warning, .barCareBack: bad,
      .title: text, .sortedTitle: accent, .key: accent, .hint: text, .error: onColor, .errorBack: bad,
      .notice: onColor, .noticeBack: accent, .prompt: second,
      .ghost: faint, .trend: fresh, .axis: faint, .cursorLine: second, .separator: faint,
      .match: onColor, .matchBack: warning, .currentMatch: onColor, .currentMatchBack: good, .mark: good,
      .tab: onColor, .tabBack: accent,
      .good: text, .starting: fresh, .pending: warning, .bad: bad, .ending: leaving, .done: faint,
      .unknown: second,
      .heading: accent, .documentKey: accent, .string: text, .number: good, .literal: leaving, .dim: faint,
      .fine: good, .warning: warning, .wrong: bad, .link: fresh, .limit: bad, .request: good,
      .heat3: onColor, .heatBack3: warning, .heat4: onColor, .heatBack4: bad,
    ]
    let series = colors.series.map(color)
    for (index, role) in Role.lines.enumerated() { self[role] = series[index % series.count] }
    for (index, role) in Role.sources.enumerated() { self[role] = series[index % series.count] }
    for (index, back) in [Role.heatBack0, .heatBack1, .heatBack2].enumerated() {
      let ground = color(colors.heat[index])
      self[back] = ground
      self[[Role.heat0, .heat1, .heat2][index]] = (ground.luminance ?? 0) > 0.18 ? .indexed(16) : .brightWhite
    }
  }
}
