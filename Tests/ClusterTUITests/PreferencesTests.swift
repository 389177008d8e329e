import Terminal
import TestSupport
import Testing

@testable import ClusterTUI

@Suite struct PreferencesTests {
  private let home = temporaryDirectory()
  private var own: String { home.path + "/clustertui" }
  private var k9s: String { home.path + "/k9s" }

  private func preferences(_ environment: [String: String] = [:]) -> Preferences {
    let variables = ["HOME": home.path, "XDG_CONFIG_HOME": home.path, "XDG_DATA_HOME": home.path].merging(
      environment
    ) {
      $1
    }
    return Preferences(folders: SettingsFolders { variables[$0] }, environment: { variables[$0] })
  }

  private func write(_ text: String, to path: String) throws { home.write(text, to: path) }

  @Test func nothingWrittenIsNoProblem() {
    let preferences = preferences()
    #expect(preferences.problems.isEmpty && preferences.setup.files.isEmpty)
    #expect(preferences.look.skin.name == "terminal" && preferences.wantsBackground)
  }

  @Test func k9sFilesCountAsLongAsThereAreNoneOfOurs() throws {
    try write("aliases: {pp: v1/pods, own: pods shop}", to: "k9s/aliases.yaml")
    try write("hotKeys: {a: {shortCut: Shift-1, command: pods, description: x}}", to: "k9s/hotkeys.yaml")
    #expect(preferences().setup.aliases.expanded("pp /web") == "v1/pods /web")
    try write("aliases: {mine: deploy}", to: "clustertui/aliases.yaml")
    let setup = preferences().setup
    #expect(setup.aliases.commands == ["mine": "deploy"] && setup.hotkeys.map(\.key) == [.character("!")])
  }

  @Test func aContextAddsItsOwn() throws {
    try write("aliases: {a: pods, b: nodes}", to: "clustertui/aliases.yaml")
    try write("aliases: {b: deploy}", to: "clustertui/clusters/arn-x/prod-eu/aliases.yaml")
    let preferences = preferences()
    preferences.enter(SettingsFolders.Place(cluster: "arn:x", context: "prod/eu"))
    #expect(preferences.setup.aliases.commands == ["a": "pods", "b": "deploy"])
    preferences.enter(SettingsFolders.Place(cluster: "..", context: ".."))
    #expect(preferences.setup.aliases.commands == ["a": "pods", "b": "nodes"])
  }

  @Test func skinsComeFromFilesTheEnvironmentAndThePerson() throws {
    try write("ui: {skin: ember}\ncontexts: {prod: {skin: paper, color: red}}", to: "clustertui/config.yaml")
    try write("k9s: {body: {fgColor: white, bgColor: navy}}", to: "k9s/skins/blue.yaml")
    #expect(preferences(["K9S_SKIN": "blue"]).look.skin.background == .blue)
    let preferences = preferences()
    #expect(preferences.look.skin.name == "ember")
    preferences.enter(SettingsFolders.Place(cluster: "c", context: "prod"))
    #expect(preferences.look.skin.name == "paper")
    #expect(preferences.look.scheme.resolved(Theme.bar).background == .brightRed)
    #expect(preferences.choose(skin: "blue") && preferences.look.skin.name == "blue")
    #expect(!preferences.choose(skin: "../../etc/passwd") && preferences.look.skin.name == "blue")
    #expect(preferences.choose(skin: nil) && preferences.look.skin.name == "paper")
  }

  @Test func darkAndLightGoByTheTerminal() {
    let preferences = preferences()
    preferences.told(isLight: true)
    #expect(preferences.look.skin.name == "daylight" && !preferences.wantsBackground)
    preferences.told(isLight: false)
    #expect(preferences.look.skin.name == "terminal")
    #expect(
      Preferences.isLight(colorFGBG: "15;0") == false
        && Preferences.isLight(colorFGBG: "0;default;15") == true)
    #expect(Preferences.isLight(colorFGBG: "x") == nil && Preferences.isLight(colorFGBG: nil) == nil)
  }

  @Test func problemsAreToldAndTheRestCounts() throws {
    try write("ui:\n  skin: embre\n  mouse: off\n  bel: true\n", to: "clustertui/config.yaml")
    try write("aliases: {a: b, b: a, c: pods}", to: "clustertui/aliases.yaml")
    let preferences = preferences()
    #expect(!preferences.look.hasMouse && preferences.look.skin.name == "terminal")
    #expect(preferences.setup.aliases.commands["c"] == "pods")
    #expect(
      preferences.problems.map { $0.text.split(separator: "/").last.map(String.init) } == [
        "aliases.yaml:1:14: the alias 'a' leads back to itself",
        "config.yaml:4:3: 'ui.bel' is no setting; did you mean 'bell'?",
        "config.yaml:1:1: there is no skin 'embre'; did you mean 'ember'?",
      ])
  }

  @Test func aFileThatIsWrittenIsNoticed() throws {
    #if canImport(Glibc)
      let watch = try #require(FileWatch())
      try write("", to: "clustertui/config.yaml")
      watch.watch([own, own + "/skins", k9s])
      #expect(!watch.take())
      try write("readOnly: true", to: "clustertui/config.yaml")
      #expect(watch.take() && !watch.take())
      try write("k9s: {}", to: "clustertui/skins/x.yaml")
      #expect(watch.take())
    #endif
  }
}
