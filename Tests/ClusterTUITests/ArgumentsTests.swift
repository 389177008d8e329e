import Testing

@testable import ClusterTUI

@Suite struct ArgumentsTests {
  @Test(arguments: ["all", "-", "*", "slow,-"]) func allIsNoFaultAndNoStory(value: String) throws {
    let arguments = try Arguments.parse(["demo", "--fault", value, "--story", value])
    #expect(arguments.faults == value.split(separator: ",").map(String.init))
    #expect(arguments.stories == arguments.faults)
    #expect(throws: Arguments.Problem.self) { try arguments.demoOptions() }
  }

  @Test func whatTheDemoClusterDoesNotKnowIsAnsweredWithWhatItKnows() throws {
    func problem(_ words: String...) -> String {
      do throws(Arguments.Problem) { _ = try Arguments.parse(["demo"] + words).demoOptions() } catch {
        return error.text
      }
      return "none"
    }
    #expect(
      problem("--fault", "all").hasPrefix("--fault knows slow, drop, 429, 500, expire, tokens, truncate, not")
    )
    #expect(problem("--story", "all") == "there is no story 'all': demo --stories lists them")
    #expect(problem("--fault", ",").hasSuffix("not ''"))
    #expect(problem("--fault", "slow,drop") == "none")
  }

  @Test func everyOptionCountsWhereArgumentsAreCompared() throws {
    let plain = try Arguments.parse(["demo"])
    #expect(try Arguments.parse(["demo"]) == plain)
    for option in [["--fault", "slow"], ["--story", "x"], ["--serve"], ["--seed", "3"], ["--token", "t"]] {
      #expect(try Arguments.parse(["demo"] + option) != plain, "\(option)")
    }
  }
}
