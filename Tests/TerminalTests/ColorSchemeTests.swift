import Testing

@testable import Terminal

@Suite struct ColorSchemeTests {
  private let scheme = ColorScheme(foreground: .white, background: .indexed(17), slots: [.red, .standard])

  @Test func slotsBecomeColours() {
    let style = scheme.resolved(Style(foreground: .slot(0), background: .slot(1), bold: true))
    #expect(style == Style(foreground: .red, background: .indexed(17), bold: true))
    #expect(scheme.resolved(Style()) == Style(foreground: .white, background: .indexed(17)))
    #expect(scheme.resolved(Style(foreground: .slot(9))).foreground == .white)
    #expect(scheme.resolved(Style(foreground: .green)).foreground == .green)
  }

  @Test func cellsKeepSlots() {
    for slot in [UInt8(0), 1, 100, UInt8(Color.maxSlots - 1)] {
      let style = Style(foreground: .slot(slot), background: .slot(slot), underline: true)
      #expect(Style(packed: style.packed) == style)
    }
    #expect(Style(packed: Style(foreground: .indexed(255)).packed).foreground == .indexed(255))
  }

  @Test func hexIsReadStrictly() {
    #expect(Color(hex: "#ff0000") == .indexed(196) && Color(hex: "#f00") == .indexed(196))
    for text in ["", "ff0000", "#ff", "#ff00000", "#gg0000", "#ff 000", "#é0000"] {
      #expect(Color(hex: text) == nil)
    }
  }

  @Test func amongSixteenColoursTextStaysReadable() {
    var palette = Palette(tier: .sixteen)
    palette.scheme = ColorScheme(foreground: .indexed(236), background: .indexed(233))
    let look = palette.look(Style())
    #expect(look.background == 0 && look.foreground == 15)
  }

  @Test func aSlotOnABarIsSeenWithoutColours() {
    var palette = Palette(tier: .monochrome)
    palette.scheme = scheme
    #expect(palette.look(Style(foreground: .slot(0), background: .slot(1))).reverse)
    #expect(!palette.look(Style(foreground: .slot(0))).reverse)
  }

  @Test func linesAndBlocksHaveSignsInASCII() {
    #expect(Glyph.ascii(0x2500) == 0x2D && Glyph.ascii(0x2502) == 0x7C && Glyph.ascii(0x253C) == 0x2B)
    #expect(Glyph.ascii(0x28FF) == 0x23 && Glyph.ascii(0x2800) == 0x20)
    #expect(Glyph.ascii(0xE9) == 0xE9 && Glyph.ascii(0x41) == 0x41)
  }
}
