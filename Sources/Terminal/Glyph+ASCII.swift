extension Glyph {
  /// What stands for one of our own signs where only ASCII is to be drawn: lines, blocks, arrows, braille. Letters of
  /// whatever script are texts and stay.
  static func ascii(_ scalar: UInt32) -> UInt32 {
    if scalar < 0x80 { return scalar }
    switch scalar {
    case 0x00B7, 0x2022: return UInt32(UInt8(ascii: "."))
    case 0x00D7: return UInt32(UInt8(ascii: "x"))
    case 0x00F7: return UInt32(UInt8(ascii: "/"))
    case 0x2026: return UInt32(UInt8(ascii: "~"))
    case 0x2190: return UInt32(UInt8(ascii: "<"))
    case 0x2191: return UInt32(UInt8(ascii: "^"))
    case 0x2192, 0x25B8: return UInt32(UInt8(ascii: ">"))
    case 0x2193, 0x25BE: return UInt32(UInt8(ascii: "v"))
    // Box drawing: lines across and down, and what joins them.
    case 0x2500, 0x2501, 0x2504, 0x2505, 0x2508, 0x2509, 0x254C, 0x254D, 0x2550:
      return UInt32(UInt8(ascii: "-"))
    case 0x2502, 0x2503, 0x2506, 0x2507, 0x250A, 0x250B, 0x254E, 0x254F, 0x2551:
      return UInt32(UInt8(ascii: "|"))
    case 0x250C...0x257F: return UInt32(UInt8(ascii: "+"))
    // Blocks from the lowest eighth to the whole.
    case 0x2581, 0x2582: return UInt32(UInt8(ascii: "_"))
    case 0x2583, 0x2584: return UInt32(UInt8(ascii: "-"))
    case 0x2585, 0x2586: return UInt32(UInt8(ascii: "="))
    case 0x2587, 0x2588: return UInt32(UInt8(ascii: "#"))
    case 0x2589...0x258F: return UInt32(UInt8(ascii: "|"))
    case 0x2591: return UInt32(UInt8(ascii: "."))
    case 0x2592: return UInt32(UInt8(ascii: ":"))
    case 0x2593: return UInt32(UInt8(ascii: "#"))
    case 0x2800: return 0x20
    // A cell of a chart in braille: how many of its dots are set.
    case 0x2801...0x28FF:
      let dots = (scalar & 0xFF).nonzeroBitCount
      return UInt32(dots < 3 ? UInt8(ascii: ".") : dots < 6 ? UInt8(ascii: ":") : UInt8(ascii: "#"))
    default: return scalar
    }
  }
}
