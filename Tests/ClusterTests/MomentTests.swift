import Testing

@testable import Cluster

@Suite struct MomentTests {
  /// As k8s.io/apimachinery's duration.HumanDuration prints them.
  @Test(arguments: MomentTests.written) func agesReadAsKubectlWritesThem(seconds: Int64, text: String) {
    #expect(Age.text(seconds: seconds) == text)
  }

  static let written: [(Int64, String)] = [
    (-5, "<invalid>"), (0, "0s"), (119, "119s"), (120, "2m"), (125, "2m5s"), (599, "9m59s"), (600, "10m"),
    (10_799, "179m"), (10_800, "3h"), (11_100, "3h5m"), (28_800, "8h"), (169_200, "47h"), (172_800, "2d"),
    (176_400, "2d1h"), (691_200, "8d"), (62_985_600, "729d"), (63_158_400, "2y1d"), (252_288_000, "8y"),
  ]

  @Test func anAgeStaysUntilItsSmallestUnitPasses() {
    for seconds: Int64 in [0, 61, 119, 120, 599, 601, 10_799, 10_801, 30_000, 200_000, 700_000] {
      let rest = Age.secondsUntilChange(seconds: seconds)
      #expect(Age.text(seconds: seconds + rest - 1) == Age.text(seconds: seconds) || rest == 1)
    }
  }

  @Test func controlCharactersDoNotSurvive() {
    #expect(Moment.plain("a\u{1E}1\u{1E}\n\tb\u{1B}[31m") == "a 1 b [31m")
  }
}
