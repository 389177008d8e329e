/// One column of a canvas in 8 bytes: a character and how it looks.
package struct Cell: Hashable, Sendable {
  /// A Unicode scalar; or `rightHalf`; or, above `clusterBase`, an index into the canvas's clusters: characters with
  /// combining marks, too rare to make every cell bigger.
  var content: UInt32
  var look: UInt32

  static let rightHalf: UInt32 = 0xFFFF_FFFF
  static let clusterBase: UInt32 = 0x8000_0000
  static let blank = Cell(content: 0x20, look: 0)

  var isRightHalf: Bool { content == Self.rightHalf }
  var isCluster: Bool { content >= Self.clusterBase && !isRightHalf }
}

extension Style {
  /// Bits 0-8 foreground, 9-17 background, 18-22 attributes; a plain style is 0.
  var packed: UInt32 {
    foreground.packed | background.packed << 9 | (bold ? 1 << 18 : 0) | (dim ? 1 << 19 : 0)
      | (italic ? 1 << 20 : 0) | (underline ? 1 << 21 : 0) | (reverse ? 1 << 22 : 0)
  }

  init(packed: UInt32) {
    self.init(
      foreground: Color(packed: packed & 0x1FF), background: Color(packed: packed >> 9 & 0x1FF),
      bold: packed & 1 << 18 != 0, dim: packed & 1 << 19 != 0, italic: packed & 1 << 20 != 0,
      underline: packed & 1 << 21 != 0, reverse: packed & 1 << 22 != 0)
  }
}

extension Color {
  private static let named: [Color] = [
    .black, .red, .green, .yellow, .blue, .magenta, .cyan, .white, .gray, .brightRed, .brightGreen,
    .brightYellow, .brightBlue, .brightMagenta, .brightCyan, .brightWhite,
  ]

  /// One of the 16 by its number in the palette.
  init(ansi number: Int) { self = Self.named[number & 15] }

  /// Its number in a palette of 256; nil for the terminal's own colour, and for what a scheme has to tell.
  var paletteIndex: Int? {
    switch self {
    case .standard, .slot: nil
    case .black: 0
    case .red: 1
    case .green: 2
    case .yellow: 3
    case .blue: 4
    case .magenta: 5
    case .cyan: 6
    case .white: 7
    case .gray: 8
    case .brightRed: 9
    case .brightGreen: 10
    case .brightYellow: 11
    case .brightBlue: 12
    case .brightMagenta: 13
    case .brightCyan: 14
    case .brightWhite: 15
    case .indexed(let index): Int(index)
    }
  }

  /// 0 the standard one, 1-16 the named ones, 17-272 the indexed ones, from 273 on the slots of a scheme.
  fileprivate var packed: UInt32 {
    if case .slot(let slot) = self { return 273 + UInt32(slot) }
    guard let index = paletteIndex else { return 0 }
    if case .indexed = self { return UInt32(17 + index) }
    return UInt32(1 + index)
  }

  fileprivate init(packed: UInt32) {
    switch packed {
    case 0: self = .standard
    case 1...16: self = Self.named[Int(packed) - 1]
    case 17...272: self = .indexed(UInt8(packed - 17))
    default: self = .slot(UInt8(truncatingIfNeeded: packed - 273))
    }
  }
}
