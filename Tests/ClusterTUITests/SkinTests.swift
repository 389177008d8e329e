import Terminal
import Testing

@testable import ClusterTUI

@Suite struct SkinTests {
  @Test func thereAreTwelveAndMoreWithNamesOfTheirOwn() {
    #expect(Skin.own.count >= 12)
    #expect(Set(Skin.own.map(\.name)).count == Skin.own.count)
    #expect(Skin.own.allSatisfy { !$0.words.isEmpty })
  }

  @Test(arguments: Skin.own.map(\.name))
  func everyTextCanBeReadOnWhatItStandsOn(name: String) throws {
    let skin = try #require(Skin.own(name))
    // The terminal's own background may be anything dark, or light.
    let behind = skin.background == .standard ? (skin.isLight ? Color.brightWhite : .black) : skin.background
    for role in Role.allCases where !role.isGround {
      let ground = role.ground.map { skin[$0] } ?? behind
      let color = skin[role] == .standard ? skin.text : skin[role]
      guard let contrast = color.contrast(with: ground == .standard ? behind : ground) else { continue }
      #expect(contrast >= 3, "\(role) \(color) on \(ground): \(contrast)")
    }
  }

  /// Machado, Oliveira and Fernandes (2009): what somebody without the cones for green, or red, sees.
  @Test(arguments: Skin.own.map(\.name).filter { $0 != "amber" && $0 != "mono" })
  func troubleIsToldApartWithoutSeeingRedAndGreen(name: String) throws {
    let skin = try #require(Skin.own(name))
    let deutan = [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]
    let protan = [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]
    for matrix in [deutan, protan] {
      let seen = [Role.fine, .pending, .bad].map { role in
        let rgb = skin[role].rgb ?? 0
        let parts = [16, 8, 0].map { Double(rgb >> $0 & 0xFF) }
        return matrix.map { row in zip(row, parts).reduce(0) { $0 + $1.0 * $1.1 } }
      }
      for (one, two) in [(0, 1), (0, 2), (1, 2)] {
        let distance = zip(seen[one], seen[two]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        #expect(distance > 40, "\(name) \(one) \(two): \(distance)")
      }
    }
  }

  @Test func aSkinOfK9sIsReadAsItIs() throws {
    let file = SettingsFile(
      """
      fg: &fg "#f0f0f0"
      k9s:
        body: {fgColor: *fg, bgColor: "#202020", logoColor: blue}
        frame:
          crumbs: {fgColor: black, bgColor: steelblue, activeColor: skyblue}
          status: {newColor: dodgerblue, errorColor: orangered, killColor: mediumpurple}
        views:
          table: {header: {fgColor: *fg, sorterColor: cyan}}
          charts: {bgColor: default, defaultChartColors: [green, red], resourceColors: {cpu: [green]}}
      """, path: "skin.yaml")
    let skin = try #require(SkinFile.read(file, name: "mine"))
    #expect(file.problems.isEmpty)
    #expect(skin.text == Color(hex: "#f0f0f0") && skin.background == Color(hex: "#202020"))
    #expect(skin[.barBack] == Color(hex: "#4682b4") && skin[.starting] == Color(hex: "#1e90ff"))
    #expect(skin[.sortedTitle] == .brightCyan && skin[.line0] == .green)
    #expect(skin[.pending] == Skin.terminal[.pending])
  }

  @Test func aWrongPartOrColourIsToldWithItsPlace() {
    let file = SettingsFile(
      "k9s:\n  body:\n    fgColour: white\n    bgColor: blakc\n  views: [a]\n", path: "skin.yaml")
    _ = SkinFile.read(file, name: "mine")
    #expect(
      file.problems.map(\.text) == [
        "skin.yaml:3:5: 'k9s.body.fgColour' is no part of a skin; did you mean 'fgColor'?",
        "skin.yaml:5:10: k9s.views wants parts of the screen with colours below them",
        "skin.yaml:4:14: 'blakc' is no colour; write \"#rrggbb\" or a name such as dodgerblue",
      ])
  }

  @Test func aContextsColourTakesTheFirstRow() {
    let scheme = Skin.terminal.scheme(bar: .red)
    let bar = scheme.resolved(Theme.bar)
    #expect(bar.background == .red && bar.foreground == .brightWhite)
    #expect(Skin.terminal.scheme(bar: .brightYellow).resolved(Theme.bar).foreground == .indexed(16))
  }

  @Test func everyRoleHasASlot() {
    #expect(Role.allCases.count <= Color.maxSlots)
    #expect(Role.allCases.enumerated().allSatisfy { $0 == Int($1.rawValue) })
  }
}
