/// A colour as meant, whatever the terminal can do: the screen maps it down to what is there.
package enum Color: Hashable, Sendable {
  /// The terminal's own foreground or background.
  case standard
  case black, red, green, yellow, blue, magenta, cyan, white
  case gray, brightRed, brightGreen, brightYellow, brightBlue, brightMagenta, brightCyan, brightWhite
  /// One of xterm's 256.
  case indexed(UInt8)
  /// A colour of the scheme in use, by its number there; below `maxSlots`.
  case slot(UInt8)

  package static let maxSlots = 230
}

/// How a cell looks.
package struct Style: Hashable, Sendable {
  package var foreground: Color
  package var background: Color
  package var bold: Bool
  package var dim: Bool
  package var italic: Bool
  package var underline: Bool
  package var reverse: Bool

  package init(
    foreground: Color = .standard, background: Color = .standard, bold: Bool = false, dim: Bool = false,
    italic: Bool = false, underline: Bool = false, reverse: Bool = false
  ) {
    self.foreground = foreground
    self.background = background
    self.bold = bold
    self.dim = dim
    self.italic = italic
    self.underline = underline
    self.reverse = reverse
  }
}

/// A rectangle of cells; it may reach beyond a canvas, where nothing is drawn.
package struct Rect: Hashable, Sendable {
  package var x: Int
  package var y: Int
  package var width: Int
  package var height: Int

  package init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }
}
