#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Which colours a terminal has.
package enum ColorTier: Hashable, Sendable {
  /// Bold, reverse, underline and nothing else.
  case monochrome
  case eight, sixteen, twoHundredFiftySix
}

/// Maps colours down to what there is.
struct Palette {
  let tier: ColorTier
  var scheme = ColorScheme()

  /// What to ask the terminal for: palette numbers (-1 its own) and attributes.
  struct Look: Hashable {
    var foreground = -1
    var background = -1
    var bold = false
    var dim = false
    var italic = false
    var underline = false
    var reverse = false
  }

  func look(_ meant: Style) -> Look {
    let style = tier == .monochrome ? meant : scheme.resolved(meant)
    var look = Look()
    look.bold = style.bold
    look.dim = style.dim
    look.italic = style.italic
    look.underline = style.underline
    look.reverse = style.reverse
    switch tier {
    case .twoHundredFiftySix:
      look.foreground = style.foreground.paletteIndex ?? -1
      look.background = style.background.paletteIndex ?? -1
    case .sixteen:
      look.foreground = style.foreground.paletteIndex.map(Self.sixteen) ?? -1
      look.background = style.background.paletteIndex.map(Self.sixteen) ?? -1
      keepReadable(&look)
    case .eight: mapToEight(style, &look)
    case .monochrome:
      // A bar drawn by its background must still be seen.
      if style.background != .standard { look.reverse.toggle() }
      look.dim = false
    }
    return look
  }

  /// Colours that were told apart among 256 may come together among 16: text becomes black or white then.
  private func keepReadable(_ look: inout Look) {
    guard look.foreground >= 0, look.background >= 0 else { return }
    let (text, ground) = (
      Self.luminance(Self.direct(look.foreground)), Self.luminance(Self.direct(look.background))
    )
    guard (max(text, ground) + 0.05) / (min(text, ground) + 0.05) < 2.5 else { return }
    look.foreground = ground > 0.18 ? 0 : 15
  }

  /// WCAG 2 of red, green and blue in one number.
  static func luminance(_ rgb: Int) -> Double {
    func part(_ shift: Int, _ weight: Double) -> Double {
      let value = Double(rgb >> shift & 0xFF) / 255
      return weight * (value <= 0.03928 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4))
    }
    return part(16, 0.2126) + part(8, 0.7152) + part(0, 0.0722)
  }

  /// Bright colours are the bold ones; grey is the terminal's own colour dimmed, since black and bold is black on
  /// many terminals with eight colours.
  private func mapToEight(_ style: Style, _ look: inout Look) {
    if let index = style.foreground.paletteIndex.map(Self.sixteen) {
      look.foreground = index == 8 ? -1 : index & 7
      if index == 8 { look.dim = true } else if index > 8 { look.bold = true }
    }
    if let index = style.background.paletteIndex.map(Self.sixteen) {
      look.background = index == 8 ? 0 : index & 7
    }
    // Two different colours must not become the same: text would be gone.
    if look.background >= 0, look.background == look.foreground {
      look.foreground = look.background == 7 ? 0 : 7
    }
  }

  /// The nearest of the 256 to a true colour.
  static func nearest(red: Int, green: Int, blue: Int) -> UInt8 {
    let wanted = RGB(red: min(255, red), green: min(255, green), blue: min(255, blue))
    // The first 16 differ from terminal to terminal, so only the cube and the greys are candidates.
    return UInt8((16...255).min { rgb($0).distance(to: wanted) < rgb($1).distance(to: wanted) } ?? 15)
  }

  /// The nearest of the 16 to one of the 256.
  static func sixteen(_ index: Int) -> Int {
    if index < 16 { return index }
    let wanted = rgb(index)
    let parts = [wanted.red, wanted.green, wanted.blue]
    // A pale red is a red before it is a grey: its colour is what it says.
    let isColored = (parts.max() ?? 0) - (parts.min() ?? 0) >= 48
    return (isColored ? Array(1...6) + Array(9...14) : Array(0...15)).min {
      rgb($0).distance(to: wanted) < rgb($1).distance(to: wanted)
    } ?? 7
  }

  /// One of the 256 as red, green and blue in one number.
  static func direct(_ index: Int) -> Int {
    let color = rgb(index)
    return color.red << 16 | color.green << 8 | color.blue
  }

  private struct RGB {
    var red: Int
    var green: Int
    var blue: Int

    /// Weighted as eyes are.
    func distance(to other: RGB) -> Int {
      let (r, g, b) = (red - other.red, green - other.green, blue - other.blue)
      return 3 * r * r + 6 * g * g + b * b
    }
  }

  private static let first16: [RGB] = [
    RGB(red: 0, green: 0, blue: 0), RGB(red: 205, green: 0, blue: 0), RGB(red: 0, green: 205, blue: 0),
    RGB(red: 205, green: 205, blue: 0), RGB(red: 0, green: 0, blue: 238), RGB(red: 205, green: 0, blue: 205),
    RGB(red: 0, green: 205, blue: 205), RGB(red: 229, green: 229, blue: 229),
    RGB(red: 127, green: 127, blue: 127), RGB(red: 255, green: 0, blue: 0), RGB(red: 0, green: 255, blue: 0),
    RGB(red: 255, green: 255, blue: 0), RGB(red: 92, green: 92, blue: 255),
    RGB(red: 255, green: 0, blue: 255), RGB(red: 0, green: 255, blue: 255),
    RGB(red: 255, green: 255, blue: 255),
  ]

  /// xterm's 256: 16 named, a cube of 6x6x6, 24 greys.
  private static func rgb(_ index: Int) -> RGB {
    if index < 16 { return first16[index] }
    if index >= 232 {
      let level = 8 + 10 * (index - 232)
      return RGB(red: level, green: level, blue: level)
    }
    func level(_ step: Int) -> Int { step == 0 ? 0 : 55 + 40 * step }
    let cube = index - 16
    return RGB(red: level(cube / 36), green: level(cube / 6 % 6), blue: level(cube % 6))
  }
}
