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

  @Test func aFaultOfSyntaxIsToldWithItsPlace() {
    #expect(
      Configuration("contexts: [", path: "config.yaml").problems.first?.hasPrefix("config.yaml: line 1")
        == true)
  }
}
