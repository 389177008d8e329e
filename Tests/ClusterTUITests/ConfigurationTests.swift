import Testing

@testable import ClusterTUI

@Suite struct ConfigurationTests {
  @Test func contextsAreMatchedByPatterns() {
    let care = Configuration(
      "contexts:\n  prod-*:\n    protected: true\n  audit:\n    readOnly: true\n", path: "config.yaml")
    #expect(care.problems.isEmpty)
    #expect(care.isProtected("prod-eu") && care.isProtected("prod-") && !care.isProtected("preprod-eu"))
    #expect(care.isReadOnly("audit") && !care.isReadOnly("prod-eu"))
  }

  @Test func aSlipMakesAContextMoreCarefulAndNotLess() {
    let care = Configuration("contexts: {prod: {protected: yess}}", path: "config.yaml")
    #expect(care.problems == ["config.yaml: contexts.prod.protected wants true or false"])
    #expect(care.isProtected("prod") && care.isReadOnly("prod"))
  }

  @Test func whatIsUnknownIsTold() {
    let care = Configuration("skin: dark\ncontexts: {a: {locked: true}}", path: "config.yaml")
    #expect(
      care.problems == [
        "config.yaml: 'skin' is no setting; there is 'contexts'",
        "config.yaml: contexts.a.locked is no setting; there are 'protected' and 'readOnly'",
      ])
  }

  @Test(arguments: ["contexts: [", "contexts: [a, b]", "- contexts"])
  func whatCannotBeReadMakesEverythingReadOnly(text: String) {
    let care = Configuration(text, path: "config.yaml")
    #expect(care.problems.count == 1 && care.problems[0].hasPrefix("config.yaml: "))
    #expect(care.isReadOnly("anything") && care.isProtected("anything"))
  }

  @Test(arguments: ["contexts: {prod: readOnly}", "contexts: {prod: {read-only: true}}"])
  func aRuleThatIsNotUnderstoodIsKeptToTheCarefulSide(text: String) {
    let care = Configuration(text, path: "config.yaml")
    #expect(!care.problems.isEmpty && care.isReadOnly("prod") && !care.isReadOnly("dev"))
  }
}
