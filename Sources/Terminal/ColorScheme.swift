/// What colours look like that are told by their meaning: a canvas holds slots, and the scheme in use says what they
/// are, so a change of scheme changes nothing that was drawn.
package struct ColorScheme: Hashable, Sendable {
  /// Of text without a colour of its own, and what it stands on.
  package var foreground: Color
  package var background: Color
  /// By the number of the slot; a slot that is missing has no colour of its own.
  package var slots: [Color]

  package init(foreground: Color = .standard, background: Color = .standard, slots: [Color] = []) {
    self.foreground = foreground
    self.background = background
    self.slots = slots
  }

  package func resolved(_ style: Style) -> Style {
    var style = style
    style.foreground = resolved(style.foreground, otherwise: foreground)
    style.background = resolved(style.background, otherwise: background)
    return style
  }

  private func resolved(_ color: Color, otherwise: Color) -> Color {
    switch color {
    case .standard: return otherwise
    case .slot(let slot):
      guard slots.indices.contains(Int(slot)), slots[Int(slot)] != .standard else { return otherwise }
      return slots[Int(slot)]
    default: return color
    }
  }
}

extension Color {
  /// The nearest of xterm's 256 to "#rrggbb" or "#rgb"; nil for any other text.
  package init?(hex text: String) {
    guard text.hasPrefix("#") else { return nil }
    var digits = text.utf8.dropFirst().compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count == text.utf8.count - 1 else { return nil }
    if digits.count == 3 { digits = digits.flatMap { [$0, $0] } }
    guard digits.count == 6 else { return nil }
    func part(_ at: Int) -> Int { digits[at] * 16 + digits[at + 1] }
    self = .indexed(Palette.nearest(red: part(0), green: part(2), blue: part(4)))
  }

  /// How bright a colour is to an eye, from 0 to 1 (WCAG 2, relative luminance), as xterm shows it; nil for the
  /// terminal's own.
  package var luminance: Double? {
    paletteIndex.map { Palette.luminance(Palette.direct($0)) }
  }

  /// Red, green and blue in one number, as xterm shows it; nil for the terminal's own.
  package var rgb: Int? { paletteIndex.map(Palette.direct) }

  /// From 1, the same, to 21, black on white; 4.5 is well read (WCAG 2). nil where a colour is the terminal's own.
  package func contrast(with other: Color) -> Double? {
    guard let one = luminance, let two = other.luminance else { return nil }
    return (max(one, two) + 0.05) / (min(one, two) + 0.05)
  }
}
