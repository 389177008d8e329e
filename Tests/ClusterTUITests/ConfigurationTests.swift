import Testing

@testable import ClusterTUI

@Suite struct ConfigurationTests {
  private func read(_ text: String) -> Configuration {
    var configuration = Configuration()
    configuration.read(text, path: "config.yaml")
    return configuration
  }

  private func problems(_ text: String) -> [String] { read(text).problems.map(\.text) }

  @Test func contextsAreMatchedByPatterns() {
    let care = read(
      "contexts:\n  prod-*:\n    protected: true\n    color: red\n  audit:\n    readOnly: true\n    skin: ember\n"
    )
    #expect(care.problems.isEmpty)
    #expect(care.isProtected("prod-eu") && care.isProtected("prod-") && !care.isProtected("preprod-eu"))
    #expect(care.isReadOnly("audit") && !care.isReadOnly("prod-eu"))
    #expect(care.color(of: "prod-eu") == "red" && care.skin(of: "audit") == "ember")
    #expect(care.color(of: "audit") == nil)
  }

  @Test func aSlipMakesAContextMoreCarefulAndNotLess() {
    let care = read("contexts: {prod: {protected: yess}}")
    #expect(care.problems.map(\.text) == ["config.yaml:1:30: contexts.prod.protected wants true or false"])
    #expect(care.isProtected("prod") && care.isReadOnly("prod"))
  }

  @Test func whatIsUnknownIsToldWithItsPlace() {
    #expect(
      problems("skin: dark\nlog:\n  tial: 5\ncontexts: {a: {locked: true}}") == [
        "config.yaml:1:1: 'skin' is no setting; did you mean 'ui.skin'?",
        "config.yaml:3:3: 'log.tial' is no setting; did you mean 'tail'?",
        "config.yaml:4:16: 'contexts.a.locked' is no setting; there is 'protected', 'readOnly', 'color' and 'skin'",
      ])
  }

  @Test(arguments: ["contexts: [", "contexts: [a, b]", "- contexts"])
  func whatCannotBeReadMakesEverythingReadOnly(text: String) {
    let care = read(text)
    #expect(!care.problems.isEmpty && care.problems.allSatisfy { $0.file == "config.yaml" })
    #expect(care.isReadOnly("anything") && care.isProtected("anything"))
  }

  @Test(arguments: [
    "contexts: {prod: readOnly}", "contexts: {prod: {read-only: true}}", "contexts: {prod: }",
  ])
  func aRuleThatIsNotUnderstoodIsKeptToTheCarefulSide(text: String) {
    let care = read(text)
    #expect(!care.problems.isEmpty && care.isReadOnly("prod") && !care.isReadOnly("dev"))
  }

  @Test func aWrongValueLeavesTheRest() {
    let care = read("log:\n  tail: many\n  wrap: true\nui:\n  mouse: no\nlog.times: true\n")
    #expect(
      care.problems.map(\.text) == ["config.yaml:2:9: log.tail wants a number from 1 to 1000000"])
    #expect(care.settings.log.tailLines == Settings().log.tailLines)
    #expect(care.settings.log.wraps && care.settings.log.showsTime && !care.settings.hasMouse)
    #expect(care.sources["log.wrap"] == "config.yaml" && care.sources["log.tail"] == nil)
  }

  @Test func readOnlyThatIsNoAnswerCountsAsYes() {
    #expect(read("readOnly: maybe").isReadOnly("any"))
    #expect(!read("readOnly: false").isReadOnly("any"))
  }

  @Test func everySettingReadsWhatItWrites() {
    for setting in Setting.all {
      let text = "\(setting.name): \(setting.text(Settings()))\n"
      let again = read(text)
      #expect(again.problems.isEmpty, "\(text)")
      #expect(again.settings == Settings() && again.sources[setting.name] != nil, "\(text)")
    }
  }

  @Test func whatK9sWasToldCountsHereToo() {
    var configuration = Configuration()
    configuration.readK9s(
      """
      k9s:
        liveViewAutoRefresh: false
        readOnly: true
        ui: {enableMouse: false, skin: dracula, logoless: true}
        logger: {tail: 200, buffer: 5000, sinceSeconds: -1, textWrap: true}
        thresholds:
          cpu: {critical: 95, warn: 75}
      """, path: "k9s.yaml")
    let settings = configuration.settings
    #expect(configuration.problems.isEmpty && configuration.isReadOnly("any"))
    #expect(
      !settings.hasMouse && settings.skin == "dracula" && settings.log.tailLines == 200 && settings.log.wraps)
    #expect(settings.cpu == Settings.Threshold(warning: 75, critical: 95))
  }
}
