import Testing

@testable import Terminal

@Suite struct PaletteTests {
  @Test func with256ColoursAllAreKept() {
    let palette = Palette(tier: .twoHundredFiftySix)
    let look = palette.look(Style(foreground: .indexed(208), background: .gray, bold: true))
    #expect(look == Palette.Look(foreground: 208, background: 8, bold: true))
    #expect(palette.look(Style()) == Palette.Look())
  }

  @Test func with16ColoursTheNearestIsTaken() {
    let palette = Palette(tier: .sixteen)
    #expect(palette.look(Style(foreground: .indexed(196))).foreground == 9)
    #expect(palette.look(Style(foreground: .indexed(232))).foreground == 0)
    #expect(palette.look(Style(foreground: .brightCyan)).foreground == 14)
    #expect(palette.look(Style(background: .indexed(21))).background == 4)
  }

  @Test func with8ColoursBrightIsBoldAndGreyIsDim() {
    let palette = Palette(tier: .eight)
    #expect(palette.look(Style(foreground: .brightRed)) == Palette.Look(foreground: 1, bold: true))
    #expect(palette.look(Style(foreground: .gray)) == Palette.Look(dim: true))
    #expect(palette.look(Style(background: .brightBlue)).background == 4)
  }

  @Test func textNeverTakesTheColourOfItsBackground() {
    let palette = Palette(tier: .eight)
    for index in UInt8.min...UInt8.max {
      for background: Color in [.black, .red, .blue, .white, .gray, .cyan] {
        let look = palette.look(Style(foreground: .indexed(index), background: background))
        #expect(look.foreground != look.background)
      }
    }
  }

  @Test func withoutColoursABarIsReversed() {
    let palette = Palette(tier: .monochrome)
    #expect(palette.look(Style(foreground: .red, bold: true)) == Palette.Look(bold: true))
    #expect(palette.look(Style(foreground: .black, background: .cyan)) == Palette.Look(reverse: true))
    #expect(palette.look(Style(background: .cyan, reverse: true)) == Palette.Look())
    #expect(palette.look(Style(dim: true, underline: true)) == Palette.Look(underline: true))
  }

  @Test func tiersFollowTheTerminal() {
    #expect(
      [0, 1, 8, 16, 88, 256, 1 << 24].map { ColorTier(colors: $0) } == [
        .monochrome, .monochrome, .eight, .sixteen, .sixteen, .twoHundredFiftySix, .twoHundredFiftySix,
      ])
  }

  @Test func trueColoursBecomeTheNearestOf256() {
    #expect(Palette.nearest(red: 255, green: 0, blue: 0) == 196)
    #expect(Palette.nearest(red: 9, green: 9, blue: 9) == 232)
    #expect(Palette.nearest(red: 999, green: 255, blue: 255) == 231)
  }
}
